/**
 * @file Writes a checkpoint in the other form: a diffusers folder or one file under LDM names. Both
 * directions use the tables that reading uses.
 */

import { AtelierError, type FileStore, floatTensor } from "@atelier/engine";
import type { Checkpoint, CheckpointModel } from "../../core/model-files.js";
import type { ConfigObject } from "../../core/read-config.js";
import { createKeyTable, type KeyRule, withPrefix } from "../../families/keys/key-rules.js";
import {
  huggingFaceClipRules,
  openClipRules,
  unetRules,
  vaeRules,
} from "../../families/keys/ldm-rules.js";
import {
  configsMetadataKey,
  textParts,
  unetPrefix,
  vaePrefix,
} from "../../families/keys/single-file-layout.js";
import { writeVaeConfig } from "../../models/autoencoder-kl/config.js";
import { type ClipTextConfig, writeClipTextConfig } from "../../models/clip-text/config.js";
import { writeUNetConfig } from "../../models/unet/config.js";
import type { StoredFloat } from "../safetensors/float-codec.js";
import {
  type TensorSource,
  tensorSource,
  writeSafetensors,
} from "../safetensors/write-safetensors.js";
import { generationConfigName, writeGenerationConfig } from "./generation-config.js";
import { markers } from "./single-file-scheduler.js";
import { renamedSources, sourcesOf } from "./tensor-sources.js";
import { predictionEntries, predictionNamed, predictionOf, specNames } from "./told-prediction.js";
import type { Weights } from "./weights.js";

/** Options of {@link writeSingleFile}. */
export interface WriteSingleFileOptions {
  /** The type to store floats in; as they are by default. */
  readonly dtype?: StoredFloat;
}

/** Options of {@link writeFolder}. */
export interface WriteFolderOptions extends WriteSingleFileOptions {
  /** Folder of a CLIP tokenizer, needed when the checkpoint is a single file, which has none. */
  readonly tokenizerFolder?: string;
  /** The same for SDXL's second text encoder. */
  readonly tokenizer2Folder?: string;
}

/**
 * Writes a checkpoint as one .safetensors file under LDM names, its configs in the metadata.
 * @throws AtelierError `weights` for tensors that have no name there, `file` when writing fails.
 */
export async function writeSingleFile(
  files: FileStore,
  checkpoint: Checkpoint,
  { path, dtype }: WriteSingleFileOptions & { readonly path: string },
): Promise<void> {
  const { family, unet, vae } = checkpoint;
  const texts = textParts[family].flatMap(({ prefix, isOpenClip }, index) => {
    const model = index === 0 ? checkpoint.textEncoder : checkpoint.textEncoder2;
    if (model === undefined) return [];
    const rules = isOpenClip
      ? openClipRules(model.config)
      : huggingFaceClipRules({ isBare: false });
    return [{ weights: model.weights, prefix, rules }];
  });
  const parts: { weights: Weights; prefix: string; rules: readonly KeyRule[] }[] = [
    { weights: unet.weights, prefix: unetPrefix, rules: unetRules(unet.config) },
    { weights: vae.weights, prefix: vaePrefix, rules: vaeRules(vae.config) },
    ...texts,
  ];
  const renamed = parts.map(({ weights, prefix, rules }) =>
    renamedSources(weights, createKeyTable(withPrefix(prefix, rules)), { dtype }),
  );
  const unnamed = renamed.flatMap((part) => part.unnamed);
  if (unnamed.length > 0) {
    throw new AtelierError(
      "weights",
      `${checkpoint.path}: expected tensors that a single file has names for, got ${unnamed.length} others: ${unnamed.slice(0, 5).join(", ")}. Write a folder instead.`,
      { context: { unnamed } },
    );
  }
  const { generation } = checkpoint;
  const configs = { ...configsOf(checkpoint), generation: writeGenerationConfig(generation) };
  const type = predictionNamed(predictionOf(checkpoint));
  const prediction = type && specNames[type];
  const metadata = new Map([
    ...[...checkpoint.metadata].filter(([key]) => !predictionEntries.has(key)),
    ["format", "pt"] as const,
    ...(prediction === undefined ? [] : [["modelspec.prediction_type", prediction] as const]),
    [configsMetadataKey, JSON.stringify(configs)] as const,
  ]);
  const sources = renamed.flatMap((part) => part.sources);
  await writeSafetensors(files, path, [...sources, ...markersOf(checkpoint)], { metadata });
}

/**
 * Writes a checkpoint as a diffusers folder. model_index.json comes last, so that a folder that was
 * cut off is no model.
 * @throws AtelierError `file` when a tokenizer is missing or writing fails.
 */
export async function writeFolder(
  files: FileStore,
  checkpoint: Checkpoint,
  { folder, dtype, ...tokenizers }: WriteFolderOptions & { readonly folder: string },
): Promise<void> {
  const { unet, vae, textEncoder, textEncoder2, scheduler } = checkpoint;
  const configs = configsOf(checkpoint);
  const at = (...names: string[]) => files.join(folder, ...names);
  const tokenizer = tokenizers.tokenizerFolder ?? checkpoint.tokenizerFolder;
  const tokenizer2 = tokenizers.tokenizer2Folder ?? checkpoint.tokenizer2Folder;
  await copyTokenizer(files, tokenizer, at("tokenizer"));
  if (textEncoder2 !== undefined) await copyTokenizer(files, tokenizer2, at("tokenizer_2"));

  const models: [string, string, CheckpointModel<unknown> | undefined][] = [
    ["unet", "diffusion_pytorch_model", unet],
    ["vae", "diffusion_pytorch_model", vae],
    ["text_encoder", "model", textEncoder],
    ["text_encoder_2", "model", textEncoder2],
  ];
  for (const [component, base, model] of models) {
    if (model === undefined) continue;
    const path = at(component, `${base}.safetensors`);
    const metadata = new Map([["format", "pt"]]);
    await writeSafetensors(files, path, sourcesOf(model.weights, { dtype }), { metadata });
    await writeJson(files, at(component, "config.json"), configs[component]);
  }
  await writeJson(files, at("scheduler", "scheduler_config.json"), scheduler);
  const generation = writeGenerationConfig(checkpoint.generation);
  if (Object.values(generation).some((value) => value !== undefined)) {
    await writeJson(files, at(generationConfigName), generation);
  }
  await writeJson(files, at("model_index.json"), modelIndex(checkpoint));
}

function configsOf(checkpoint: Checkpoint): Record<string, ConfigObject> {
  const { unet, vae, textEncoder, textEncoder2, scheduler } = checkpoint;
  return {
    unet: writeUNetConfig(unet.config),
    vae: writeVaeConfig(vae.config),
    text_encoder: writeClipTextConfig(textEncoder.config),
    ...(textEncoder2 && { text_encoder_2: writeClipTextConfig(textEncoder2.config) }),
    scheduler,
  };
}

function modelIndex({ textEncoder, textEncoder2, scheduler }: Checkpoint): ConfigObject {
  const clip = ({ config }: CheckpointModel<ClipTextConfig>) => [
    "transformers",
    config.hasProjection ? "CLIPTextModelWithProjection" : "CLIPTextModel",
  ];
  const common = {
    scheduler: ["diffusers", scheduler["_class_name"] ?? "DDIMScheduler"],
    text_encoder: clip(textEncoder),
    tokenizer: ["transformers", "CLIPTokenizer"],
    unet: ["diffusers", "UNet2DConditionModel"],
    vae: ["diffusers", "AutoencoderKL"],
    feature_extractor: [null, null],
    image_encoder: [null, null],
  };
  if (textEncoder2 !== undefined) {
    return {
      _class_name: "StableDiffusionXLPipeline",
      force_zeros_for_empty_prompt: true,
      ...common,
      text_encoder_2: clip(textEncoder2),
      tokenizer_2: ["transformers", "CLIPTokenizer"],
    };
  }
  return {
    _class_name: "StableDiffusionPipeline",
    requires_safety_checker: false,
    safety_checker: [null, null],
    ...common,
  };
}

/** Empty tensors by which ComfyUI, A1111 and Forge know that an SDXL predicts v; of others they ask their user. */
function markersOf(checkpoint: Checkpoint): TensorSource[] {
  const { family, scheduler } = checkpoint;
  if (family !== "sdxl" || predictionOf(checkpoint) !== "v_prediction") return [];
  const names = [
    markers.vPrediction,
    ...(scheduler["rescale_betas_zero_snr"] === true ? [markers.zeroTerminalSnr] : []),
  ];
  return names.map((name) => tensorSource(name, floatTensor(new Float32Array(), [0])));
}

const tokenizerFiles = new Set([
  "tokenizer.json",
  "vocab.json",
  "merges.txt",
  "tokenizer_config.json",
  "special_tokens_map.json",
  "added_tokens.json",
]);

async function copyTokenizer(
  files: FileStore,
  source: string | undefined,
  target: string,
): Promise<void> {
  const entries = source === undefined ? [] : await files.list(source);
  const names = entries.map(({ name }) => name).filter((name) => tokenizerFiles.has(name));
  if (source === undefined || names.length === 0) {
    throw new AtelierError(
      "file",
      `${target}: expected a tokenizer to copy, got ${source === undefined ? "none, since a single file has none" : `nothing in ${source}`}. Name a folder with tokenizer.json, or vocab.json and merges.txt.`,
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
