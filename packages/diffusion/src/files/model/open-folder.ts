/**
 * @file Opens a model folder as diffusers writes it: model_index.json and one folder per component,
 * with weights in one file or in safetensors shards, in any variant, with old or new names.
 */

import { AtelierError, type FileStore, said, shorten } from "@atelier/engine";
import type { ComponentName } from "../../core/component-name.js";
import { readGenerationConfig } from "../../core/generation-config.js";
import { isJsonObject } from "../../core/json-object.js";
import type { ConfigObject } from "../../core/read-config.js";
import { readJson } from "../../core/read-text.js";
import { readTrainingConfig } from "../../core/training-config.js";
import type { Warning } from "../../core/warnings/warning.js";
import { familyOf } from "../../families/families.js";
import type { ModelFamily } from "../../families/family.js";
import { type ComponentFiles, configsOf, type ModelFiles } from "../../families/model-files.js";
import type { SafetensorsFile } from "../safetensors/open-safetensors.js";
import { sortLeftOvers } from "./ignorable-keys.js";
import { openComponentFolder } from "./open-component-folder.js";
import type { OpenModelOptions } from "./open-options.js";
import { classOf, familyOfIndex } from "./pipeline-class.js";

/**
 * Opens a diffusers folder.
 * @throws AtelierError `file`, `format`, `config` or `weights`, naming the file at fault.
 */
export async function openFolder(
  files: FileStore,
  folder: string,
  { variant, predictionType, vae }: OpenModelOptions = {},
): Promise<ModelFiles> {
  const index = await readModelIndex(files, folder);
  const shape = familyOfIndex(index.path, index.fields);
  const notes: Warning[] = [];
  const leftOver: string[] = [];
  const opened: SafetensorsFile[] = [];
  const close = async () => {
    for (const file of opened) await file.close();
  };

  const open = async <C extends ComponentName>(name: C): Promise<ComponentFiles<C>> => {
    const className = classOf(index.fields, name);
    const place = { folder: files.join(folder, name), className, variant, notes };
    const component = await openComponentFolder(files, name, place);
    opened.push(component.source);
    leftOver.push(...component.leftOver);
    return component.files;
  };

  try {
    const models: Partial<Record<ComponentName, ComponentFiles>> = {};
    for (const name of shape.components) {
      // Another one takes its place.
      const isReplaced = name === shape.autoencoder && vae !== undefined;
      const config = files.join(folder, name, "config.json");
      if (shape.optional.includes(name) && classOf(index.fields, name) === undefined) continue;
      if (isReplaced && (await files.stat(config)) === undefined) continue;
      models[name] = await open(name);
    }
    // Each was opened under its own name.
    const found = models as ModelFiles["components"];
    const scheduler = await readScheduler(files, folder, predictionType);
    const family = familyOf(index.path, configsOf({ components: found }));
    requireComponents(index.path, family, shape);
    return {
      path: folder,
      layout: "folder",
      family,
      components: found,
      index: index.fields,
      scheduler,
      isPredictionAssumed: false,
      metadata: new Map(),
      generation: await readGenerationConfig(files, folder),
      trainingConfig: await readTrainingConfig(files, folder),
      tokenizerFolders: tokenizersOf(files, folder, family),
      ...sortLeftOvers(leftOver),
      notes,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @throws AtelierError `config` where the configs are those of a family with other components. */
function requireComponents(path: string, family: ModelFamily, listed: ModelFamily): void {
  const [needed, got] = [family.components.join(", "), listed.components.join(", ")];
  if (needed === got) return;
  throw new AtelierError(
    "config",
    said`${path}: expected the components of ${family.title} (${needed}), as its configs ask for, got ${got}. Use a model whose parts belong together.`,
  );
}

function tokenizersOf(
  files: FileStore,
  folder: string,
  { textEncoders }: ModelFamily,
): Record<string, string> {
  return Object.fromEntries(
    textEncoders.map(({ tokenizerFolder: name }) => [name, files.join(folder, name)]),
  );
}

async function readModelIndex(
  files: FileStore,
  folder: string,
): Promise<{ readonly path: string; readonly fields: ConfigObject }> {
  const path = files.join(folder, "model_index.json");
  if ((await files.stat(path))?.kind !== "file") {
    const names = (await files.list(folder)).map((entry) => entry.name);
    throw new AtelierError(
      "file",
      said`${folder}: expected a model folder with model_index.json, got ${names.slice(0, 5).join(", ") || "an empty folder"}. Name the folder that diffusers saved, or a single .safetensors checkpoint.`,
    );
  }
  const fields = asObject(await readJson(files, path), path);
  return { path, fields };
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

function asObject(value: unknown, path: string): ConfigObject {
  if (isJsonObject(value)) return value;
  throw new AtelierError(
    "format",
    said`${path}: expected a JSON object, got ${shorten(JSON.stringify(value), 40)}. Restore the file.`,
  );
}
