/**
 * @file Opens a model folder as diffusers writes it: model_index.json and one folder per component,
 * with weights in one file or in safetensors shards, in any variant, with old or new names.
 */

import { AtelierError, type FileStore, shorten } from "@atelier/engine";
import { isJsonObject } from "../../core/json-object.js";
import {
  type Checkpoint,
  type CheckpointModel,
  familyOf,
  type OpenCheckpointOptions,
} from "../../core/model-files.js";
import type { ConfigObject } from "../../core/read-config.js";
import { readJson } from "../../core/read-text.js";
import { createKeyTable, type KeyTable } from "../../families/keys/key-rules.js";
import { diffusersVaeRules, huggingFaceClipRules } from "../../families/keys/ldm-rules.js";
import { readVaeConfig } from "../../models/autoencoder-kl/config.js";
import { readClipTextConfig } from "../../models/clip-text/config.js";
import { readUNetConfig } from "../../models/unet/config.js";
import type { SafetensorsFile } from "../safetensors/open-safetensors.js";
import { openShardedSafetensors } from "../safetensors/open-sharded-safetensors.js";
import { openTensorFile } from "../tensor-file.js";
import { readGenerationConfig } from "./generation-config.js";
import { sortLeftOvers } from "./ignorable-keys.js";
import { explainMissingWeights, findWeightFiles } from "./weight-files.js";
import { translateWeights } from "./weights.js";

/** The model classes that Atelier has, by the component's folder. */
const componentClasses: Readonly<Record<string, readonly string[]>> = {
  unet: ["UNet2DConditionModel"],
  vae: ["AutoencoderKL"],
  text_encoder: ["CLIPTextModel", "CLIPTextModelWithProjection"],
  text_encoder_2: ["CLIPTextModelWithProjection", "CLIPTextModel"],
};

/**
 * Opens a diffusers folder.
 * @throws AtelierError `file`, `format`, `config` or `weights`, naming the file at fault.
 */
export async function openFolder(
  files: FileStore,
  folder: string,
  { variant, predictionType }: OpenCheckpointOptions = {},
): Promise<Checkpoint> {
  const index = await readModelIndex(files, folder);
  const notes: string[] = [];
  const leftOver: string[] = [];
  const opened: SafetensorsFile[] = [];
  const close = async () => {
    for (const file of opened) await file.close();
  };

  const open = async <Config>(
    component: string,
    readConfig: (value: unknown) => Config,
    tableFor: (file: SafetensorsFile) => KeyTable | undefined,
  ): Promise<CheckpointModel<Config>> => {
    const config = readConfig(await readJson(files, files.join(folder, component, "config.json")));
    const source = await openWeights(files, files.join(folder, component), { variant, notes });
    opened.push(source);
    const translated = translateWeights(source, source.entries.keys(), tableFor(source));
    leftOver.push(...translated.leftOver);
    return { config, weights: translated.weights };
  };
  const openText = (component: string) =>
    open(
      component,
      (value) =>
        readClipTextConfig(value, {
          hasProjection: classOf(index, component) === "CLIPTextModelWithProjection",
        }),
      clipTable,
    );

  try {
    const unet = await open("unet", readUNetConfig, () => undefined);
    const vae = await open("vae", readVaeConfig, () => createKeyTable(diffusersVaeRules()));
    const textEncoder = await openText("text_encoder");
    const hasSecond = classOf(index, "text_encoder_2") !== undefined;
    const textEncoder2 = hasSecond ? await openText("text_encoder_2") : undefined;
    const scheduler = await readScheduler(files, folder, predictionType);
    return {
      path: folder,
      layout: "folder",
      family: familyOf(unet.config, textEncoder.config),
      unet,
      vae,
      textEncoder,
      textEncoder2,
      scheduler,
      isPredictionAssumed: false,
      metadata: new Map(),
      generation: await readGenerationConfig(files, folder),
      tokenizerFolder: files.join(folder, "tokenizer"),
      tokenizer2Folder: hasSecond ? files.join(folder, "tokenizer_2") : undefined,
      ...sortLeftOvers(leftOver),
      notes,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function readModelIndex(files: FileStore, folder: string): Promise<ConfigObject> {
  const path = files.join(folder, "model_index.json");
  if ((await files.stat(path))?.kind !== "file") {
    const names = (await files.list(folder)).map((entry) => entry.name);
    throw new AtelierError(
      "file",
      `${folder}: expected a model folder with model_index.json, got ${names.slice(0, 5).join(", ") || "an empty folder"}. Name the folder that diffusers saved, or a single .safetensors checkpoint.`,
    );
  }
  const index = asObject(await readJson(files, path), path);
  for (const [component, classes] of Object.entries(componentClasses)) {
    const name = classOf(index, component);
    const isOptional = component === "text_encoder_2";
    if (name === undefined ? isOptional : classes.includes(name)) continue;
    throw new AtelierError(
      "config",
      `${path}: expected ${component} of class ${classes.join(" or ")}, got ${name ?? "none"} in a ${String(index["_class_name"])}. Use an SD 1.x, SD 2.x or SDXL model.`,
    );
  }
  return index;
}

/** The class of a component: entries are `[library, class]`, `[null, null]` where there is none. */
function classOf(index: ConfigObject, component: string): string | undefined {
  const entry = index[component];
  const name: unknown = Array.isArray(entry) ? entry[1] : undefined;
  return typeof name === "string" ? name : undefined;
}

async function readScheduler(
  files: FileStore,
  folder: string,
  predictionType: string | undefined,
): Promise<ConfigObject> {
  const path = files.join(folder, "scheduler", "scheduler_config.json");
  const config = asObject(await readJson(files, path), path);
  return predictionType === undefined ? config : { ...config, prediction_type: predictionType };
}

/** CLIP's tensors with or without `text_model.`, as versions of transformers differ. */
function clipTable(source: SafetensorsFile): KeyTable {
  const isBare = ![...source.entries.keys()].some((name) => name.startsWith("text_model."));
  return createKeyTable(huggingFaceClipRules({ isBare }));
}

async function openWeights(
  files: FileStore,
  folder: string,
  { variant, notes }: { readonly variant: string | undefined; readonly notes: string[] },
): Promise<SafetensorsFile> {
  const names = (await files.list(folder)).map((entry) => entry.name);
  const found = findWeightFiles(names, variant);
  if (found === undefined) {
    throw new AtelierError(
      "file",
      `${folder}: expected weights in diffusion_pytorch_model.safetensors or model.safetensors, ${explainMissingWeights(names)}`,
    );
  }
  if (found.isFallback) {
    notes.push(`${folder}: has no ${variant} weights; its plain weights are used.`);
  }
  const path = files.join(folder, found.name);
  if (found.kind === "index") return openShardedSafetensors(files, path);
  const file = await openTensorFile(files, path);
  notes.push(...file.notes);
  return file;
}

function asObject(value: unknown, path: string): ConfigObject {
  if (isJsonObject(value)) return value;
  throw new AtelierError(
    "format",
    `${path}: expected a JSON object, got ${shorten(JSON.stringify(value), 40)}. Restore the file.`,
  );
}
