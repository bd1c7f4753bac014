/** @file What Stable Diffusion 3 and FLUX.1 have in common: a transformer that learns by flow matching. */

import { AtelierError, said } from "@atelier/engine";
import { flowProcess } from "../process/flow.js";
import type { LatentSize } from "../process/process.js";
import { flowScheduleOf } from "../samplers/flow-plan.js";
import { readSchedulerConfig } from "../samplers/scheduler-config.js";
import { type Configs, configOf } from "./components.js";
import type { LatentRules, ModelFamily } from "./family.js";
import { unetFamily } from "./unet-family.js";

/** Height and width of the latents that are one token. */
const patch = 2;

/** Tokens that the transformer makes of latents of a size. */
export function tokensOfLatents({ height, width }: LatentSize): number {
  return (height / patch) * (width / patch);
}

/** The fields that families with a transformer share. */
export const transformerFamily: Pick<
  ModelFamily,
  | "denoiser"
  | "autoencoder"
  | "latents"
  | "encodePictures"
  | "scaleLatents"
  | "decodeLatents"
  | "process"
> = {
  denoiser: "transformer",
  autoencoder: unetFamily.autoencoder,
  latents: latentsOf,
  encodePictures: unetFamily.encodePictures,
  scaleLatents: unetFamily.scaleLatents,
  decodeLatents: unetFamily.decodeLatents,
  process(scheduler, predictionType) {
    if (predictionType !== undefined) {
      throw new AtelierError(
        "config",
        said`base.predictionType: expected none for flow matching, got ${predictionType}. Its models predict a velocity of their own, noise less picture. Leave it out.`,
      );
    }
    const { className, config } = readSchedulerConfig(scheduler);
    if (config.prediction_type === "flow_prediction") {
      return flowProcess(flowScheduleOf(config), tokensOfLatents);
    }
    throw new AtelierError(
      "config",
      said`scheduler config: expected one of flow matching, such as FlowMatchEulerDiscreteScheduler, got ${className}. Restore scheduler_config.json from the model's source.`,
    );
  },
};

/** FLUX.1's config has no size of latents; it was trained around a megapixel. */
const usualSampleSize = 128;

function latentsOf(configs: Configs): LatentRules {
  const { latentChannels, blockOutChannels } = configOf(configs, "vae");
  const factor = 2 ** (blockOutChannels.length - 1);
  const transformer = configOf(configs, "transformer");
  const edge = transformer.kind === "mmdit" ? transformer.sampleSize : usualSampleSize;
  return { channels: latentChannels, factor, nativeEdge: edge * factor, step: factor * patch };
}
