/** @file Opens one component as diffusers keeps it: a folder with config.json and weights in any variant. */

import { AtelierError, type FileStore, said } from "@atelier/engine";
import type { ComponentName } from "../../core/component-name.js";
import { readJson } from "../../core/read-text.js";
import type { Warning } from "../../core/warnings/warning.js";
import { components } from "../../families/components.js";
import { folderRules } from "../../families/keys/folder-rules.js";
import { createKeyTable } from "../../families/keys/key-rules.js";
import type { ComponentFiles } from "../../families/model-files.js";
import type { SafetensorsFile } from "../safetensors/open-safetensors.js";
import { openWeights } from "./open-weights.js";
import { translateWeights } from "./translate-weights.js";

/** Where a component is and how it is read. */
export interface ComponentPlace {
  readonly folder: string;
  /** The class that model_index.json says. */
  readonly className?: string | undefined;
  readonly variant: string | undefined;
  /** Told what was assumed. */
  readonly notes: Warning[];
}

/** An open component. */
export interface OpenComponent<C extends ComponentName> {
  readonly files: ComponentFiles<C>;
  /** Tensors that no rule knows. */
  readonly leftOver: readonly string[];
  readonly source: SafetensorsFile;
}

/** Opens a component. @throws AtelierError `file`, `format`, `config` or `weights`, naming the file at fault. */
export async function openComponentFolder<C extends ComponentName>(
  files: FileStore,
  name: C,
  { folder, className, variant, notes }: ComponentPlace,
): Promise<OpenComponent<C>> {
  const configPath = files.join(folder, "config.json");
  if ((await files.stat(configPath)) === undefined) {
    const isThere = (await files.stat(folder)) !== undefined;
    throw new AtelierError(
      "file",
      said`${folder}: expected the model's ${name} with its config.json, got ${isThere ? "a folder without it" : "no such folder"}. Half of the model is missing: download it whole, or copy the folder from the model that it was made of.`,
    );
  }
  const json = await readJson(files, configPath);
  const config = components[name].readConfig(json, className);
  const source = await openWeights(files, folder, { variant, notes });
  try {
    const names = [...source.entries.keys()];
    const rules = folderRules(name, names);
    const table = rules && createKeyTable(rules);
    const { weights, leftOver } = translateWeights(source, names, table);
    return { files: { config, weights }, leftOver, source };
  } catch (error) {
    await source.close();
    throw error;
  }
}
