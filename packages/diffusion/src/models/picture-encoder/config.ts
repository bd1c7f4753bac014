/**
 * @file What a picture encoder is made of: the architecture of the judges that come with Atelier's
 * own base. The format is Atelier's own; fields are named as in other models' config.json.
 */

import { z } from "zod";
import { type ConfigObject, type ConfigRules, count, readConfig } from "../../core/read-config.js";

/** Architecture of a picture encoder. */
export interface PictureEncoderConfig {
  /** Height and width of pictures; the network halves them twice before its first stage. */
  readonly pictureSize: number;
  readonly stemChannels: number;
  /** One residual block each; every stage but the first halves the map. */
  readonly stageChannels: readonly number[];
  readonly normNumGroups: number;
  /** Width of the embeddings; for a contrastive pair, of the space shared with captions. */
  readonly projectionDim: number;
  /**
   * What becomes of the last map before the projection: without pooling it is flattened, so that
   * embeddings can tell left from right; the means of its channels do not depend on the place.
   */
  readonly pooling?: "mean";
}

const modelType = "atelier_picture_encoder";

const fields = z.object({
  model_type: z.literal(modelType),
  picture_size: count,
  stem_channels: count,
  stage_channels: z.array(count).min(1).max(16),
  norm_num_groups: count,
  projection_dim: count,
  pooling: z.literal("mean").optional(),
});

const rules: ConfigRules<typeof fields.shape> = {
  where: "picture encoder config",
  classNames: [],
  fields,
  neutral: {},
  check: (config) =>
    config.stage_channels
      .filter((channels) => channels % config.norm_num_groups !== 0)
      .map(
        (channels) =>
          `norm_num_groups: ${config.norm_num_groups} does not divide stage_channels ${channels}`,
      ),
};

/**
 * Reads a picture encoder's config.json.
 * @throws AtelierError `config` naming every unsupported field.
 */
export function readPictureEncoderConfig(value: unknown): PictureEncoderConfig {
  const config = readConfig(value, rules);
  return {
    pictureSize: config.picture_size,
    stemChannels: config.stem_channels,
    stageChannels: config.stage_channels,
    normNumGroups: config.norm_num_groups,
    projectionDim: config.projection_dim,
    ...(config.pooling === undefined ? {} : { pooling: config.pooling }),
  };
}

/** The config.json that {@link readPictureEncoderConfig} reads as the same encoder. */
export function writePictureEncoderConfig(config: PictureEncoderConfig): ConfigObject {
  return {
    model_type: modelType,
    picture_size: config.pictureSize,
    stem_channels: config.stemChannels,
    stage_channels: config.stageChannels,
    norm_num_groups: config.normNumGroups,
    projection_dim: config.projectionDim,
    ...(config.pooling === undefined ? {} : { pooling: config.pooling }),
  };
}
