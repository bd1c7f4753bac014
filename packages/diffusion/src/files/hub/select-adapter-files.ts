/** @file Which files of a repository are an adapter, as PEFT, diffusers and people put them there. */

import { AtelierError, said } from "@atelier/engine";
import { option } from "../../core/option-words.js";
import { loraNameAmong, PEFT_CONFIG_NAME } from "../adapter/locate-lora.js";
import type { SelectedFiles } from "./select-model-files.js";

/** Parts of a pipeline that PEFT's scripts write to folders of their own. */
const parts = ["unet", "text_encoder", "text_encoder_2"];

/**
 * Chooses the weights and config of an adapter from the paths in a repository: those that PEFT and diffusers
 * name, at the top or in folders of the parts, else the only safetensors file at the top.
 * @param where names the repository in messages
 * @throws AtelierError `file` when it holds none, several, or a whole model.
 */
export function selectAdapterFiles(where: string, paths: readonly string[]): SelectedFiles {
  const top = adapterIn(paths, "");
  if (top.length > 0) return { paths: top, hasWholeVariant: true };
  const refuse = (got: string, advice: string): never => {
    throw new AtelierError("file", said`${where}: expected an adapter, got ${got}. ${advice}`);
  };
  if (paths.includes("model_index.json")) refuse("a whole model", `Use it as ${option("base")}.`);
  const inside = parts.flatMap((part) => adapterIn(paths, `${part}/`));
  if (inside.length > 0) return { paths: inside, hasWholeVariant: true };
  const others = paths.filter((path) => /^[^/]+\.safetensors$/i.test(path));
  const [only] = others;
  if (only === undefined) return refuse("no weights at its top", "Use a repository of a LoRA.");
  if (others.length === 1) return { paths: [only], hasWholeVariant: true, entry: only };
  const shown = others.slice(0, 3).join(", ");
  return refuse(`several (${shown}${others.length > 3 ? ", …" : ""})`, "Download one and name it.");
}

/** The weights in a folder, with PEFT's config. */
function adapterIn(paths: readonly string[], folder: string): string[] {
  const names = paths
    .filter((path) => path.startsWith(folder))
    .map((path) => path.slice(folder.length));
  const weights = loraNameAmong(names);
  if (weights === undefined) return [];
  const config = names.includes(PEFT_CONFIG_NAME) ? [PEFT_CONFIG_NAME] : [];
  return [weights, ...config].map((name) => folder + name);
}
