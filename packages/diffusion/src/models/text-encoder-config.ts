/** @file The config of a pipeline's text encoder where either class may stand: FLUX.1's second one is T5, SDXL's CLIP. */

import { isJsonObject } from "../core/json-object.js";
import type { ConfigObject } from "../core/read-config.js";
import {
  type ClipTextConfig,
  readClipTextConfig,
  writeClipTextConfig,
} from "./clip-text/config.js";
import { readT5Config, type T5Config, writeT5Config } from "./t5/config.js";

/** Architecture of a text encoder. */
export type TextEncoderConfig = ClipTextConfig | T5Config;

const projected = "CLIPTextModelWithProjection";

/** The classes of transformers that Atelier has. */
export const clipClasses: readonly string[] = ["CLIPTextModel", projected];
/** The class of a T5 encoder. */
export const t5Class: string = "T5EncoderModel";

/** The class that a config stands for. */
export function textEncoderClass(config: TextEncoderConfig): string {
  if (config.kind === "t5") return t5Class;
  return config.hasProjection ? projected : "CLIPTextModel";
}

/** Reads the config.json of a CLIP text encoder. @param className what model_index.json says */
export function readClipConfig(json: unknown, className?: string): ClipTextConfig {
  return readClipTextConfig(
    json,
    className === undefined ? {} : { hasProjection: className === projected },
  );
}

/**
 * Reads the config.json of a text encoder of either kind.
 * @throws AtelierError `config` naming every unsupported field.
 */
export function readTextEncoderConfig(json: unknown, className?: string): TextEncoderConfig {
  const isT5 =
    className === undefined
      ? isJsonObject(json) && json["model_type"] === "t5"
      : className === t5Class;
  return isT5 ? readT5Config(json) : readClipConfig(json, className);
}

/** The config.json that transformers would load as the same model. */
export function writeTextEncoderConfig(config: TextEncoderConfig): ConfigObject {
  return config.kind === "t5" ? writeT5Config(config) : writeClipTextConfig(config);
}
