/** @file What a whole CLIP is made of: config.json of transformers' `CLIPModel`. */

import { z } from "zod";
import { type ConfigRules, count, readConfig } from "../../core/read-config.js";
import { type ClipTextConfig, readClipTextConfig } from "../clip-text/config.js";
import { type ClipVisionConfig, readClipVisionConfig } from "../clip-vision/config.js";
import { housekeepingFields } from "../housekeeping-fields.js";

/** Architecture of both halves, which project into one space. */
export interface ClipConfig {
  readonly text: ClipTextConfig;
  readonly vision: ClipVisionConfig;
}

const half = z.record(z.string(), z.unknown()).nullish();

const fields = z.object({
  architectures: z.tuple([z.literal("CLIPModel")]).nullish(),
  model_type: z.literal("clip"),
  projection_dim: count.default(512),
  text_config: half,
  text_config_dict: half,
  vision_config: half,
  vision_config_dict: half,
});

const rules: ConfigRules<typeof fields.shape> = {
  where: "CLIP config",
  classNames: [],
  fields,
  neutral: {},
  ignored: [...housekeepingFields, "logit_scale_init_value"],
};

/**
 * Reads the config.json of a CLIP model. In old files the halves also stand as `text_config_dict` and
 * `vision_config_dict`, which then count alone, as in transformers.
 * @throws AtelierError `config` naming every unsupported field of one part.
 */
export function readClipConfig(value: unknown): ClipConfig {
  const config = readConfig(value, rules);
  const { projection_dim: projectionDim } = config;
  const text = readClipTextConfig(config.text_config_dict ?? config.text_config ?? {}, {
    hasProjection: true,
  });
  const vision = readClipVisionConfig(config.vision_config_dict ?? config.vision_config ?? {});
  // The halves' own widths count where they stand alone.
  return { text: { ...text, projectionDim }, vision: { ...vision, projectionDim } };
}
