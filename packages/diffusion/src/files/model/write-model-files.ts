/**
 * @file Writes a checkpoint in the other form: a diffusers folder or one file under LDM names. Both
 * directions use the tables that reading uses.
 */

import { AtelierError, type FileStore, floatTensor, said } from "@atelier/engine";
import type { ComponentName } from "../../core/component-name.js";
import { generationConfigName, writeGenerationConfig } from "../../core/generation-config.js";
import type { ConfigObject } from "../../core/read-config.js";
import { trainingConfigName } from "../../core/training-config.js";
import { componentNamed } from "../../families/components.js";
import type { TextEncoder } from "../../families/family.js";
import { createKeyTable, withPrefix } from "../../families/keys/key-rules.js";
import { configsMetadataKey } from "../../families/keys/single-file-layout.js";
import {
  componentOf,
  configsOf,
  type ModelFiles,
  presentComponents,
  presentEncoders,
} from "../../families/model-files.js";
import type { StoredFloat } from "../safetensors/float-codec.js";
import {
  type TensorSource,
  tensorSource,
  writeSafetensors,
} from "../safetensors/write-safetensors.js";
import { markers } from "./single-file-scheduler.js";
import { renamedSources, sourcesOf } from "./tensor-sources.js";
import { tokenizerFoldersOf, tokenizerNames } from "./tokenizer-folders.js";
import { predictionEntries, predictionNamed, predictionOf, specNames } from "./told-prediction.js";

/** Options of {@link writeSingleFile}. */
export interface WriteSingleFileOptions {
  /** The type to store floats in; as they are by default, those of eight bits as float16. */
  readonly dtype?: StoredFloat;
}

/** Options of {@link writeFolder}. */
export interface WriteFolderOptions extends WriteSingleFileOptions {
  /** Where tokenizers are, needed for a single file, which has none; see `tokenizerFoldersOf`. */
  readonly tokenizerFolder?: string | undefined;
}

/**
 * Writes a checkpoint as one .safetensors file under LDM names, its configs in the metadata.
 * @throws AtelierError `weights` for tensors that have no name there, `file` when writing fails.
 */
export async function writeSingleFile(
  files: FileStore,
  model: ModelFiles,
  { path, dtype }: WriteSingleFileOptions & { readonly path: string },
): Promise<void> {
  const all = configsOf(model);
  const present = presentComponents(model.family, all);
  const parts = model.family.singleFile.parts
    .filter(({ component }) => present.includes(component))
    .map((part) => ({
      weights: componentOf(model, part.component).weights,
      prefix: part.prefixes[0],
      rules: part.rules(all),
    }));
  const renamed = parts.map(({ weights, prefix, rules }) =>
    renamedSources(weights, createKeyTable(withPrefix(prefix, rules)), { dtype }),
  );
  const unnamed = renamed.flatMap((part) => part.unnamed);
  if (unnamed.length > 0) {
    throw new AtelierError(
      "weights",
      said`${model.path}: expected tensors that a single file has names for, got ${unnamed.length} others: ${unnamed.slice(0, 5).join(", ")}. Write a folder instead.`,
      { context: { unnamed } },
    );
  }
  const configs = {
    ...writtenConfigs(model),
    scheduler: model.scheduler,
    index: indexFields(model),
    generation: writeGenerationConfig(model.generation),
    training: model.trainingConfig,
  };
  const type = predictionNamed(predictionOf(model));
  const prediction = type && specNames[type];
  const metadata = new Map([
    ...[...model.metadata].filter(([key]) => !predictionEntries.has(key)),
    ["format", "pt"] as const,
    ...(prediction === undefined ? [] : [["modelspec.prediction_type", prediction] as const]),
    [configsMetadataKey, JSON.stringify(configs)] as const,
  ]);
  const sources = renamed.flatMap((part) => part.sources);
  await writeSafetensors(files, path, [...sources, ...markersOf(model)], { metadata });
}

/**
 * Writes a checkpoint as a diffusers folder. model_index.json comes last, so that a folder that was
 * cut off is no model.
 * @throws AtelierError `file` when a tokenizer is missing or writing fails.
 */
export async function writeFolder(
  files: FileStore,
  model: ModelFiles,
  { folder, dtype, tokenizerFolder }: WriteFolderOptions & { readonly folder: string },
): Promise<void> {
  const { family, scheduler } = model;
  const configs = writtenConfigs(model);
  const at = (...names: string[]) => files.join(folder, ...names);
  const tokenizers = await tokenizerFoldersOf(files, model, tokenizerFolder);
  for (const { tokenizerFolder: name } of presentEncoders(family, configsOf(model))) {
    await copyTokenizer(files, tokenizers[name], at(name));
  }
  for (const name of presentComponents(family, configsOf(model))) {
    const path = at(name, `${componentNamed(name).weightsName}.safetensors`);
    const metadata = new Map([["format", "pt"]]);
    const { weights } = componentOf(model, name);
    await writeSafetensors(files, path, sourcesOf(weights, { dtype }), { metadata });
    await writeJson(files, at(name, "config.json"), configs[name]);
  }
  await writeJson(files, at("scheduler", "scheduler_config.json"), scheduler);
  const generation = writeGenerationConfig(model.generation);
  if (Object.values(generation).some((value) => value !== undefined)) {
    await writeJson(files, at(generationConfigName), generation);
  }
  if (model.trainingConfig !== undefined) {
    await writeJson(files, at(trainingConfigName), model.trainingConfig);
  }
  await writeJson(files, at("model_index.json"), modelIndex(model));
}

function writtenConfigs(model: ModelFiles): Partial<Record<ComponentName, ConfigObject>> {
  const written = (name: ComponentName): ConfigObject =>
    componentNamed(name).writeConfig(componentOf(model, name).config);
  const present = presentComponents(model.family, configsOf(model));
  return Object.fromEntries(present.map((name) => [name, written(name)]));
}

function modelIndex(model: ModelFiles): ConfigObject {
  const { family, scheduler } = model;
  const configs = configsOf(model);
  const classOf = (name: ComponentName): ClassEntry => {
    const [component, config] = [componentNamed(name), configs[name]];
    return config === undefined ? noClass : [component.library, component.classOf(config)];
  };
  const tokenizerOf = ({ component, kind }: TextEncoder): ClassEntry =>
    configs[component] === undefined ? noClass : ["transformers", tokenizerClasses[kind]];
  return {
    _class_name: family.pipelineClass,
    ...indexFields(model),
    scheduler: ["diffusers", scheduler["_class_name"] ?? "DDIMScheduler"],
    ...Object.fromEntries(family.components.map((name) => [name, classOf(name)])),
    ...Object.fromEntries(
      family.textEncoders.map((encoder) => [encoder.tokenizerFolder, tokenizerOf(encoder)]),
    ),
  };
}

/** Library and class of a part, or of one that the model does without. */
type ClassEntry = readonly [string | null, string | null];
const noClass: ClassEntry = [null, null];
const tokenizerClasses = { clip: "CLIPTokenizer", t5: "T5TokenizerFast" } as const;

/** What model_index.json says beside the components that Atelier knows. */
function indexFields({ family, index }: ModelFiles): ConfigObject {
  // Of components that Atelier does not run, none is written.
  const own = Object.entries(family.index).map(([field, usual]): [string, unknown] => [
    field,
    Array.isArray(usual) ? usual : (index[field] ?? usual),
  ]);
  return Object.fromEntries(own);
}

/** Empty tensors by which ComfyUI, A1111 and Forge know that an SDXL predicts v; of others they ask their user. */
function markersOf(model: ModelFiles): TensorSource[] {
  const { family, scheduler } = model;
  if (!family.singleFile.marksPrediction || predictionOf(model) !== "v_prediction") return [];
  const names = [
    markers.vPrediction,
    ...(scheduler["rescale_betas_zero_snr"] === true ? [markers.zeroTerminalSnr] : []),
  ];
  return names.map((name) => tensorSource(name, floatTensor(new Float32Array(), [0])));
}

async function copyTokenizer(
  files: FileStore,
  source: string | undefined,
  target: string,
): Promise<void> {
  const entries = source === undefined ? [] : await files.list(source);
  const names = entries.map(({ name }) => name).filter((name) => tokenizerNames.test(name));
  if (source === undefined || names.length === 0) {
    throw new AtelierError(
      "file",
      said`${target}: expected a tokenizer to copy, got ${source === undefined ? "none, since a single file has none" : `nothing in ${source}`}. Name a folder with tokenizer.json, or vocab.json and merges.txt, or spiece.model.`,
    );
  }
  for (const name of names) {
    const file = await files.open(files.join(source, name));
    try {
      await files.write(files.join(target, name), [await file.read(0, file.sizeBytes)]);
    } finally {
      await file.close();
    }
  }
}

async function writeJson(files: FileStore, path: string, value: unknown): Promise<void> {
  await files.write(path, [new TextEncoder().encode(`${JSON.stringify(value, undefined, 2)}\n`)]);
}
