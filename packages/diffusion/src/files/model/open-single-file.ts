/**
 * @file Opens a checkpoint that holds UNet, VAE and text encoders in one file, .safetensors or
 * .ckpt, under LDM names (SD 1.x, SD 2.x, SDXL). Its configs are inferred from shapes, or read from the metadata
 * where Atelier wrote the file.
 */

import { type FileStore, internalError, type Shape } from "@atelier/engine";
import type {
  Checkpoint,
  CheckpointFamily,
  CheckpointModel,
  OpenCheckpointOptions,
} from "../../core/model-files.js";
import type { ConfigObject } from "../../core/read-config.js";
import {
  inferClipConfig,
  inferOpenClipConfig,
  inferUNetConfig,
  inferVaeConfig,
  type ShapeTable,
} from "../../families/keys/infer-configs.js";
import { createKeyTable, type KeyRule, withPrefix } from "../../families/keys/key-rules.js";
import {
  huggingFaceClipRules,
  openClipRules,
  unetRules,
  vaeRules,
} from "../../families/keys/ldm-rules.js";
import {
  openClipPrefix,
  textParts,
  unetPrefix,
  vaePrefix,
} from "../../families/keys/single-file-layout.js";
import {
  readVaeConfig,
  type VaeConfig,
  writeVaeConfig,
} from "../../models/autoencoder-kl/config.js";
import { type ClipTextConfig, readClipTextConfig } from "../../models/clip-text/config.js";
import { readUNetConfig, type UNetConfig, writeUNetConfig } from "../../models/unet/config.js";
import type { SafetensorsFile } from "../safetensors/open-safetensors.js";
import { openTensorFile, type TensorFile } from "../tensor-file.js";
import { detectSingleFile } from "./detect-single-file.js";
import { sortLeftOvers } from "./ignorable-keys.js";
import { type ModelYaml, readModelYaml } from "./model-yaml.js";
import { markers, schedulerOfFile } from "./single-file-scheduler.js";
import { portableMetadata, readStoredConfigs, type StoredConfigs } from "./stored-configs.js";
import { translateWeights } from "./weights.js";

/**
 * Opens a single-file checkpoint.
 * @throws AtelierError `file`, `format`, `config` where its shapes are those of no model that can be
 *   built, or `weights` that says what the file is instead.
 */
export async function openSingleFile(
  files: FileStore,
  path: string,
  options: OpenCheckpointOptions = {},
): Promise<Checkpoint> {
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
  options: OpenCheckpointOptions,
): Promise<Checkpoint> {
  const family = detectSingleFile(source.path, source.entries);
  const notes = [...source.notes];
  const yaml = await readModelYaml(files, source.path, notes);
  const stored = readStoredConfigs(source);
  const { predictionType, configs, claims } = options;
  const hints = { family, stored: stored.scheduler, yaml, predictionType, claims, notes };
  const { scheduler, isPredictionAssumed } = await schedulerOfFile(source, hints);
  const { unet, vae, texts } = findParts(source, family, { configs, stored, scheduler, yaml });
  const prefixes = [unetPrefix, vaePrefix, ...textParts[family].map(({ prefix }) => prefix)];
  const names = [...source.entries.keys()];
  // Markers are read elsewhere.
  const marks: readonly string[] = Object.values(markers);
  const leftOver = names.filter(
    (name) => !marks.includes(name) && !prefixes.some((prefix) => name.startsWith(prefix)),
  );

  const take = <Config>({ config, prefix, rules }: Part<Config>): CheckpointModel<Config> => {
    const own = names.filter((name) => name.startsWith(prefix));
    const table = createKeyTable(withPrefix(prefix, rules));
    const translated = translateWeights(source, own, table);
    leftOver.push(...translated.leftOver);
    return { config, weights: translated.weights };
  };
  const [textEncoder, textEncoder2] = texts.map(take);
  if (textEncoder === undefined) throw internalError(`no text encoder for ${family}.`);
  return {
    path: source.path,
    layout: "single-file",
    family,
    unet: take(unet),
    vae: take(vae),
    textEncoder,
    textEncoder2,
    scheduler,
    isPredictionAssumed,
    generation: stored.generation,
    metadata: portableMetadata(source.metadata),
    tokenizerFolder: undefined,
    tokenizer2Folder: undefined,
    ...sortLeftOvers(leftOver, family === "sd2" ? unusedTail(textEncoder.config) : []),
    notes,
    close: () => source.close(),
  };
}

/** SD 2.x conditions on the state before the tower's last layer, so what follows has no use. */
function unusedTail({ numHiddenLayers }: ClipTextConfig): string[] {
  return [
    `${openClipPrefix}transformer.resblocks.${numHiddenLayers}.`,
    `${openClipPrefix}text_projection`,
  ];
}

/** A model of the file: its config and where its tensors stand. */
interface Part<Config> {
  readonly config: Config;
  readonly prefix: string;
  readonly rules: readonly KeyRule[];
}

interface Parts {
  readonly unet: Part<UNetConfig>;
  readonly vae: Part<VaeConfig>;
  readonly texts: readonly Part<ClipTextConfig>[];
}

/** What is known of the parts besides their shapes. */
interface PartHints {
  readonly configs: OpenCheckpointOptions["configs"];
  readonly stored: StoredConfigs;
  readonly scheduler: ConfigObject;
  readonly yaml: ModelYaml | undefined;
}

function findParts(
  source: SafetensorsFile,
  family: CheckpointFamily,
  { configs = {}, stored, scheduler, yaml }: PartHints,
): Parts {
  const inferred = () => {
    const config = inferUNetConfig(below(source, unetPrefix));
    // SD 2.x at 768 pixels is the one that predicts v.
    const isLarge = family === "sd2" && scheduler["prediction_type"] === "v_prediction";
    return isLarge ? { ...config, sampleSize: 96 } : config;
  };
  const unet = { ...(stored.unet ? readUNetConfig(stored.unet) : inferred()), ...configs.unet };
  const latentSize = unet.sampleSize;
  const scalingFactor = yaml?.scalingFactor ?? (family === "sdxl" ? 0.13025 : 0.18215);
  const vae = {
    ...(stored.vae
      ? readVaeConfig(stored.vae)
      : inferVaeConfig(below(source, vaePrefix), { latentSize, scalingFactor })),
    ...configs.vae,
  };
  const texts = textParts[family].map(({ prefix, isOpenClip }, index) => {
    const known = index === 0 ? stored.text_encoder : stored.text_encoder_2;
    const override = index === 0 ? configs.textEncoder : configs.textEncoder2;
    const table = below(source, prefix);
    const isBare = !table.shapes.has("text_model.embeddings.token_embedding.weight");
    const guess = () =>
      isOpenClip
        ? inferOpenClipConfig(table, { usesPenultimate: family === "sd2" })
        : inferClipConfig(isBare ? addTextModel(table) : table);
    const config = { ...(known ? readClipTextConfig(known) : guess()), ...override };
    const rules = isOpenClip ? openClipRules(config) : huggingFaceClipRules({ isBare });
    return { config, prefix, rules };
  });
  // What shapes and options say has to be a model that can be built, as a config.json has to.
  readUNetConfig(writeUNetConfig(unet));
  readVaeConfig(writeVaeConfig(vae));
  return {
    unet: { config: unet, prefix: unetPrefix, rules: unetRules(unet) },
    vae: { config: vae, prefix: vaePrefix, rules: vaeRules(vae) },
    texts,
  };
}

function below(source: SafetensorsFile, prefix: string): ShapeTable {
  const shapes = new Map<string, Shape>();
  for (const [name, { shape }] of source.entries) {
    if (name.startsWith(prefix)) shapes.set(name.slice(prefix.length), shape);
  }
  return { where: `${source.path}: ${prefix}`, shapes };
}

function addTextModel({ where, shapes }: ShapeTable): ShapeTable {
  return {
    where,
    shapes: new Map([...shapes].map(([name, shape]) => [`text_model.${name}`, shape])),
  };
}
