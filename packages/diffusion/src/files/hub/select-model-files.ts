/** @file Which files of a model repository are needed to open it, and no others. */

import { AtelierError } from "@atelier/engine";
import { explainMissingWeights, findWeightFiles } from "../model/weight-files.js";

/** The chosen files, and whether all weights are in the variant that was asked for. */
export interface ModelFiles {
  readonly paths: readonly string[];
  readonly hasWholeVariant: boolean;
  /** The one to open, where it is not the folder that they lie in. */
  readonly entry?: string;
}

/** Chooses files from the paths in a repository. @param where names the repository in messages */
export type SelectFiles = (
  where: string,
  paths: readonly string[],
  options: { readonly variant?: string | undefined },
) => ModelFiles;

const components = ["unet", "vae", "text_encoder", "text_encoder_2"];
const optionalComponents = new Set(["text_encoder_2"]);
const tokenizerFile =
  /^tokenizer(_2)?\/(tokenizer\.json|vocab\.json|merges\.txt|tokenizer_config\.json|special_tokens_map\.json|added_tokens\.json)$/;

/**
 * Chooses configs, tokenizer files and safetensors weights from the paths in a repository.
 * @param where names the repository in messages
 * @throws AtelierError `file` when the repository is no Stable Diffusion model or lacks a part.
 */
export function selectModelFiles(
  where: string,
  paths: readonly string[],
  { variant }: { readonly variant?: string | undefined } = {},
): ModelFiles {
  const selected: string[] = [];
  const need = (path: string) => {
    if (paths.includes(path)) selected.push(path);
    else throw missing(where, path, paths);
  };
  need("model_index.json");
  need("scheduler/scheduler_config.json");
  const tokenizers = paths.filter((path) => tokenizerFile.test(path));
  if (!tokenizers.some((path) => /^tokenizer\/(tokenizer\.json|merges\.txt)$/.test(path))) {
    throw missing(where, "tokenizer/merges.txt", paths);
  }
  selected.push(...tokenizers);
  let hasWholeVariant = true;
  for (const component of components) {
    const names = paths
      .filter((path) => path.startsWith(`${component}/`))
      .map((path) => path.slice(component.length + 1));
    if (names.length === 0 && optionalComponents.has(component)) continue;
    need(`${component}/config.json`);
    const weights = findWeightFiles(names, variant);
    if (weights === undefined) {
      throw new AtelierError(
        "file",
        `${where}: expected safetensors weights in ${component}/, ${explainMissingWeights(names)}`,
      );
    }
    hasWholeVariant &&= !weights.isFallback;
    selected.push(...[weights.name, ...weights.shards].map((name) => `${component}/${name}`));
  }
  return { paths: selected, hasWholeVariant };
}

function missing(where: string, path: string, paths: readonly string[]): AtelierError {
  const checkpoints = paths.filter((name) => /^[^/]+\.safetensors$/.test(name)).slice(0, 3);
  const advice =
    checkpoints.length > 0
      ? `It holds single files (${checkpoints.join(", ")}): download one and name it.`
      : "Use a repository that holds a Stable Diffusion model in diffusers form.";
  return new AtelierError("file", `${where}: expected ${path}, got none. ${advice}`);
}
