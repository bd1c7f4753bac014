/** @file Latents as the denoiser sees them, from the distribution that an autoencoder gives. */

import {
  type CompiledGraph,
  type FloatTensor,
  formatShape,
  input,
  internalError,
  type Runtime,
} from "@atelier/engine";
import { sampleLatents } from "../../models/autoencoder-kl/latents.js";
import type { EncodedImages, Pipeline } from "../../pipeline/pipeline.js";

/** Samples and scales, by one graph a shape. */
export interface LatentScaler extends AsyncDisposable {
  /** @param noise standard normal, shaped like the mean */
  scale(images: EncodedImages, noise: FloatTensor): Promise<FloatTensor>;
}

/** A scaler for the latents of a model. */
export function latentScaler(
  runtime: Runtime,
  { family, configs }: Pick<Pipeline, "family" | "configs">,
): LatentScaler {
  const graphs = new Map<string, CompiledGraph>();
  return {
    async scale({ mean, logVariance }, noise) {
      const { shape } = mean;
      const distribution = {
        mean: input("mean", shape),
        logVariance: input("log_variance", shape),
      };
      const sampled = sampleLatents(distribution, input("noise", shape));
      const graph = { outputs: { latents: family.scaleLatents(configs, sampled) } };
      const key = formatShape(shape);
      const compiled = graphs.get(key) ?? (await runtime.compile(graph));
      graphs.set(key, compiled);
      const { latents } = await compiled.run({ mean, log_variance: logVariance, noise });
      if (latents?.dtype === "float32") return latents;
      throw internalError("latents: expected float32 of a graph that computes nothing else.");
    },
    async [Symbol.asyncDispose]() {
      for (const compiled of graphs.values()) await compiled[Symbol.asyncDispose]();
    },
  };
}
