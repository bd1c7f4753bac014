/**
 * @file Opens a checkpoint that holds its components in one file, .safetensors, .ckpt or .gguf, under LDM names or
 * those of ComfyUI. Its configs are inferred from shapes, or read from the metadata where Atelier wrote the file.
 */

import type { FileStore } from "@atelier/engine";
import type { ComponentName } from "../../core/component-name.js";
import type { Configs } from "../../families/components.js";
import type { ComponentFiles, ModelFiles } from "../../families/model-files.js";
import { openTensorFile, type TensorFile } from "../tensor-file.js";
import { detectSingleFile } from "./detect-single-file.js";
import { sortLeftOvers } from "./ignorable-keys.js";
import { readModelYaml } from "./model-yaml.js";
import type { OpenModelOptions } from "./open-options.js";
import { configOfPart, placeParts, weightsOfPart } from "./placed-part.js";
import { requireOwnKinds, requireWhole } from "./require-whole.js";
import { markers, schedulerOfFile } from "./single-file-scheduler.js";
import { portableMetadata, readStoredConfigs, storedConfigOf } from "./stored-configs.js";

/**
 * Opens a single-file checkpoint with the components that it has; what is missing comes from elsewhere.
 * @throws AtelierError `file`, `format`, `config` where its shapes are those of no model that can be
 *   built, or `weights` that says what the file is instead.
 */
export async function openSingleFile(
  files: FileStore,
  path: string,
  options: OpenModelOptions = {},
): Promise<ModelFiles> {
  const source = await openTensorFile(files, path);
  try {
    return await assemble(files, source, options);
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function assemble(
  files: FileStore,
  source: TensorFile,
  { predictionType, claims, configs: given, vae, parts = [] }: OpenModelOptions,
): Promise<ModelFiles> {
  const family = detectSingleFile(source.path, source.entries);
  const { placed, rest } = placeParts(family.singleFile, [...source.entries.keys()]);
  if (parts.length === 0) {
    const present = placed.map(({ part }) => part.component);
    requireWhole(source.path, family, { present, vae });
  }
  const notes = [...source.notes];
  const yaml = await readModelYaml(files, source.path, notes);
  const stored = readStoredConfigs(source);
  const hints = { family, stored: stored.scheduler, yaml, predictionType, claims, notes };
  const { scheduler, isPredictionAssumed } = await schedulerOfFile(source, hints);
  let configs: Configs = {};
  for (const one of placed) {
    const about = { configs, scheduler, scalingFactor: yaml?.scalingFactor, given };
    const known = storedConfigOf(stored, one.part.component);
    configs = { ...configs, ...configOfPart(source, one, { ...about, known }) };
  }
  requireOwnKinds(source.path, family, configs);
  // Markers are read elsewhere.
  const marks: readonly string[] = Object.values(markers);
  const leftOver = rest.filter((name) => !marks.includes(name));
  const components: Partial<Record<ComponentName, ComponentFiles>> = {};
  for (const one of placed) {
    const { component } = one.part;
    const { weights, leftOver: unknown } = weightsOfPart(source, one, configs);
    leftOver.push(...unknown);
    components[component] = { weights, config: configs[component] ?? {} } as ComponentFiles; // Both are of it.
  }
  const unused = placed.flatMap(({ part, prefix }) =>
    (part.unused?.(configs) ?? []).map((name) => prefix + name),
  );
  return {
    path: source.path,
    layout: "single-file",
    family,
    components: components as ModelFiles["components"], // Each stands under its own name.
    index: stored.index ?? family.index,
    scheduler,
    isPredictionAssumed,
    generation: stored.generation,
    trainingConfig: stored.training,
    metadata: portableMetadata(source.metadata),
    tokenizerFolders: {},
    ...sortLeftOvers(leftOver, unused),
    notes,
    close: () => source.close(),
  };
}
