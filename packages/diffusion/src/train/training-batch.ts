/** @file The inputs of one batch of a run, as a pure function of the seed and the batch's number. */

import {
  type FloatTensor,
  floatTensor,
  internalError,
  intTensor,
  type Shape,
  sizeOf,
  type TensorMap,
} from "@atelier/engine";
import { createBatches } from "../data/batches.js";
import { minSnrWeight, type NoiseSchedule, type PredictionType } from "../noise/noise-schedule.js";
import { randomStream } from "./random-streams.js";
import type { TrainConfig } from "./train-config.js";
import type { TrainingData } from "./training-data.js";

/** A batch and what it shows. */
export interface TrainingBatch {
  readonly values: TensorMap;
  /** Names of its pictures. */
  readonly pictures: readonly string[];
  readonly timesteps: readonly number[];
}

/** What batches are made from. */
export interface BatchSource {
  readonly config: TrainConfig;
  readonly data: TrainingData;
  readonly schedule: NoiseSchedule;
  readonly predictionType: PredictionType;
  /** Dropout inputs of the graph, by name. */
  readonly dropout: ReadonlyMap<string, Shape>;
}

/** Makes the batches of a run by number, from 0. */
export function trainingBatches(source: BatchSource): (index: number) => TrainingBatch {
  const { config, data } = source;
  const { batchSize, seed } = config;
  const repeats = data.pictures.map(() => config.data.repeats);
  const order = createBatches({ repeats, batchSize, seed });
  const distinct = data.variants.length / data.pictures.length;
  return (index) => {
    const { samples } = order.at(index);
    const pictures = samples.map(({ picture }) => picture);
    const variants = samples.map(
      ({ picture, occurrence }) => (occurrence % distinct) * data.pictures.length + picture,
    );
    const timesteps = randomStream(seed, "timesteps", index).randint(
      0,
      source.schedule.numTrainTimesteps,
      batchSize,
    );
    const latents = latentValues(source, variants, index);
    return {
      values: {
        ...latents,
        ...textValues(source, pictures),
        ...noiseValues(source, latents.mean.shape, index),
        ...weightValues(source, timesteps),
        timesteps: intTensor(timesteps, [batchSize]),
      },
      pictures: pictures.map((picture) => data.pictures[picture]?.name ?? ""),
      timesteps,
    };
  };
}

function latentValues({ config, data }: BatchSource, variants: readonly number[], index: number) {
  const coins = randomStream(config.seed, "flip", index).rand(variants.length);
  const images = variants.map((variant, row) => {
    const [upright, mirrored] = data.variants[variant] ?? [];
    const image = (coins[row] ?? 0) < 0.5 ? upright : (mirrored ?? upright);
    if (image === undefined)
      throw internalError(`training batch: no latents of variant ${variant}.`);
    return image;
  });
  return {
    mean: stack(images.map(({ mean }) => mean)),
    log_variance: stack(images.map(({ logVariance }) => logVariance)),
  };
}

function textValues({ config, data }: BatchSource, pictures: readonly number[]): TensorMap {
  const captions = pictures.flatMap((picture) => data.captions[picture] ?? []);
  if (config.lora.textEncoder.train) {
    const ids = captions.flatMap((caption) => caption.ids);
    return { input_ids: intTensor(ids, [captions.length, ids.length / captions.length]) };
  }
  return { encoder_hidden_states: stack(captions.flatMap(({ states }) => states ?? [])) };
}

function noiseValues({ config, dropout }: BatchSource, shape: Shape, index: number): TensorMap {
  const { seed, noiseOffset } = config;
  const normal = (purpose: "latents" | "noise" | "noise-offset", extents: Shape) =>
    floatTensor(randomStream(seed, purpose, index).randn(sizeOf(extents)), extents);
  const [batch = 0, channels = 0] = shape;
  const dropped = [...dropout].map(([name, extents]) => {
    const uniform = randomStream(seed, `dropout:${name}`, index).rand(sizeOf(extents));
    return [name, floatTensor(uniform, extents)] as const;
  });
  return {
    latent_noise: normal("latents", shape),
    noise: normal("noise", shape),
    ...(noiseOffset === 0 ? {} : { noise_offset: normal("noise-offset", [batch, channels, 1, 1]) }),
    ...Object.fromEntries(dropped),
  };
}

function weightValues(
  { config, schedule, predictionType }: BatchSource,
  timesteps: readonly number[],
): TensorMap {
  const gamma = config.minSnrGamma;
  if (gamma === undefined) return {};
  const weights = timesteps.map((t) => minSnrWeight(schedule, t, { gamma, predictionType }));
  return { loss_weights: floatTensor(weights, [weights.length]) };
}

/** Tensors `[1, …]` as one `[n, …]`. */
function stack(rows: readonly FloatTensor[]): FloatTensor {
  const [first] = rows;
  const size = first?.data.length ?? 0;
  const data = new Float32Array(size * rows.length);
  for (const [row, tensor] of rows.entries()) data.set(tensor.data, row * size);
  return floatTensor(data, [rows.length, ...(first?.shape.slice(1) ?? [])]);
}
