/**
 * @file Opens a checkpoint that holds all components in one file, .safetensors or .ckpt, under LDM names.
 * Its configs are inferred from shapes, or read from the metadata where Atelier wrote the file.
 */

import type { FileStore, Shape } from "@atelier/engine";
import type { ComponentName } from "../../core/component-name.js";
import { type Configs, componentNamed } from "../../families/components.js";
import type { ShapeTable } from "../../families/keys/infer-configs.js";
import { createKeyTable, withPrefix } from "../../families/keys/key-rules.js";
import { isBare } from "../../families/keys/ldm-parts.js";
import type { InferHints, SingleFilePart } from "../../families/keys/single-file-layout.js";
import type { ComponentFiles, ModelFiles } from "../../families/model-files.js";
import type { SafetensorsFile } from "../safetensors/open-safetensors.js";
import { openTensorFile, type TensorFile } from "../tensor-file.js";
import { detectSingleFile } from "./detect-single-file.js";
import { sortLeftOvers } from "./ignorable-keys.js";
import { readModelYaml } from "./model-yaml.js";
import type { OpenModelOptions } from "./open-options.js";
import { markers, schedulerOfFile } from "./single-file-scheduler.js";
import { portableMetadata, readStoredConfigs, type StoredConfigs } from "./stored-configs.js";
import { translateWeights } from "./translate-weights.js";

/**
 * Opens a single-file checkpoint.
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
  options: OpenModelOptions,
): Promise<ModelFiles> {
  const needsVae = options.vae === undefined;
  const family = detectSingleFile(source.path, source.entries, { needsVae });
  // What is given in its place needs nothing of the file's.
  const parts = family.singleFile.parts.filter(
    ({ component, prefix }) =>
      component !== family.autoencoder ||
      needsVae ||
      [...source.entries.keys()].some((name) => name.startsWith(prefix)),
  );
  const notes = [...source.notes];
  const yaml = await readModelYaml(files, source.path, notes);
  const stored = readStoredConfigs(source);
  const { predictionType, claims } = options;
  const hints = { family, stored: stored.scheduler, yaml, predictionType, claims, notes };
  const { scheduler, isPredictionAssumed } = await schedulerOfFile(source, hints);
  const scalingFactor = yaml?.scalingFactor;
  const configs = findConfigs(source, parts, { stored, options, scheduler, scalingFactor });
  const names = [...source.entries.keys()];
  // Markers are read elsewhere.
  const marks: readonly string[] = Object.values(markers);
  const leftOver = names.filter(
    (name) => !marks.includes(name) && !parts.some(({ prefix }) => name.startsWith(prefix)),
  );
  const models: Partial<Record<ComponentName, Omit<ComponentFiles, "config">>> = {};
  for (const part of parts) {
    const own = names.filter((name) => name.startsWith(part.prefix));
    const rules = part.rules(configs, isBare(below(source, part)));
    const table = createKeyTable(withPrefix(part.prefix, rules));
    const { weights, leftOver: unknown } = translateWeights(source, own, table);
    leftOver.push(...unknown);
    models[part.component] = { weights };
  }
  const unused = parts.flatMap((part) =>
    (part.unused?.(configs) ?? []).map((name) => part.prefix + name),
  );
  return {
    path: source.path,
    layout: "single-file",
    family,
    components: withConfigs(models, configs),
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

interface ConfigHints extends Pick<InferHints, "scheduler" | "scalingFactor"> {
  readonly stored: StoredConfigs;
  readonly options: OpenModelOptions;
}

/** What shapes and options say has to be a model that can be built, as a config.json has to. */
function findConfigs(
  source: SafetensorsFile,
  parts: readonly SingleFilePart[],
  { stored, options, ...hints }: ConfigHints,
): Configs {
  let configs: Configs = {};
  for (const part of parts) {
    const { component } = part;
    const known = stored.components[component];
    const found =
      known === undefined
        ? part.infer(below(source, part), { ...hints, configs })
        : { [component]: componentNamed(component).readConfig(known) };
    configs = { ...configs, ...withOptions(component, found, options.configs) };
  }
  return configs;
}

/** The config of a component with fields that a user gives, checked. */
function withOptions(
  name: ComponentName,
  configs: Configs,
  given: OpenModelOptions["configs"] = {},
): Configs {
  const component = componentNamed(name);
  const config = { ...configs[name], ...given[name] };
  component.readConfig(component.writeConfig(config));
  return { [name]: config };
}

function withConfigs(
  models: Partial<Record<ComponentName, Omit<ComponentFiles, "config">>>,
  configs: Configs,
): ModelFiles["components"] {
  return Object.fromEntries(
    Object.entries(models).map(([name, model]) => [
      name,
      // The names are those of the parts, each of which has its config.
      { ...model, config: configs[name as ComponentName] },
    ]),
  );
}

function below(source: SafetensorsFile, { prefix }: SingleFilePart): ShapeTable {
  const shapes = new Map<string, Shape>();
  for (const [name, { shape }] of source.entries) {
    if (name.startsWith(prefix)) shapes.set(name.slice(prefix.length), shape);
  }
  return { where: `${source.path}: ${prefix}`, shapes };
}
