/** @file The inputs of one batch of a run, as a pure function of the seed and the batch's number. */

import {
  floatTensor,
  formatShape,
  internalError,
  type Shape,
  sizeOf,
  type TensorMap,
} from "@atelier/engine";
import type { TextEncoderName } from "../../core/component-name.js";
import { createBatches } from "../../data/batches.js";
import { areEdited, editCaption } from "../../data/caption-edits.js";
import type { Conditioning, ModelFamily } from "../../families/family.js";
import { joinRows } from "../../pipeline/tensor-rows.js";
import type { TextIds } from "../../pipeline/tokenizers.js";
import { priorWeights } from "../../process/loss-weights.js";
import type { Process } from "../../process/process.js";
import { distributionOf, shiftOf, weightingOf } from "../config/objective-section.js";
import type { TrainConfig } from "../config/train-config.js";
import { priorPrefix } from "../step/training-graph.js";
import { batchPart, type TrainingBatch } from "./batch-part.js";
import {
  encodedValues,
  sizeValues,
  stackNamed,
  textValues,
  wholeMask,
} from "./conditioning-values.js";
import { randomStream } from "./random-streams.js";
import type { TrainingCaption, TrainingData, TrainingImage } from "./training-data.js";

/** Pictures of the class, as many in every batch as of the subject and behind them. */
export interface ClassPictures {
  readonly kind: "pictures";
  readonly data: TrainingData;
}

/** The class's caption, of which the base's prediction is kept. */
export interface ClassPrediction {
  readonly kind: "prediction";
  readonly caption: TrainingCaption & { readonly conditioning: Conditioning };
}

/** What batches are made from. */
export interface BatchSource {
  readonly family: ModelFamily;
  readonly config: TrainConfig;
  readonly data: TrainingData;
  /** What keeps the meaning of the class. */
  readonly prior?: ClassPictures | ClassPrediction | undefined;
  /** Where the prediction of the class is kept in some steps only. */
  readonly keeping?: KeepingSteps | undefined;
  readonly process: Process;
  /** Text encoders that the step runs itself. */
  readonly encoders: readonly TextEncoderName[];
  /** Token ids of a caption. */
  readonly encode: (caption: string) => TextIds;
  /** Whether each sample's loss has a weight. */
  readonly isWeighted: boolean;
  /** Parts of a batch that are computed at once: it is drawn whole, so that only rounding depends on their number. */
  readonly parts: number;
  /** Dropout inputs of the graph, by name. */
  readonly dropout: ReadonlyMap<string, Shape>;
}

/** Steps with the class's prediction beside the training, in a run that has some without. */
export interface KeepingSteps {
  /** Of a step, the first of which is 1. */
  readonly keepsAt: (step: number) => boolean;
  /** Dropout inputs of their graph, by name. */
  readonly dropout: ReadonlyMap<string, Shape>;
}

/** Makes the batches of a run by number, from 0: those that are computed in parts, part by part. */
export function trainingBatches(source: BatchSource): (index: number) => TrainingBatch {
  const { parts, config } = source;
  const wholeAt = wholeBatches(source);
  let latest: { readonly number: number; readonly batch: TrainingBatch } | undefined;
  return (index) => {
    const number = Math.floor(index / parts);
    if (latest?.number !== number) latest = { number, batch: wholeAt(number) };
    const { values, ...part } =
      parts === 1
        ? latest.batch
        : batchPart(latest.batch, { part: index % parts, parts, batchSize: config.batchSize });
    const { dropout } = keepsClass(source, number) ? { ...source, ...source.keeping } : source;
    return { ...part, values: { ...values, ...dropoutValues(config, dropout, index) } };
  };
}

/** @param number of a whole batch */
function keepsClass({ config, keeping }: BatchSource, number: number): boolean {
  return keeping?.keepsAt(Math.floor(number / config.gradientAccumulation) + 1) ?? true;
}

/** Without what is dropped, whose inputs have no rows. */
function wholeBatches(source: BatchSource): (index: number) => TrainingBatch {
  const { config, prior } = source;
  const { batchSize, seed } = config;
  const rowsAt = rowsOf(source.data, { batchSize, seed });
  const classRowsAt =
    prior?.kind === "pictures"
      ? rowsOf(prior.data, { batchSize, seed: seed + classSeedOffset })
      : () => [];
  return (index) => {
    const rows = [...rowsAt(index), ...classRowsAt(index)];
    const captions = captionsOf(source, rows, index);
    const images = imagesOf(source, rows, index);
    const latents = latentValues(source, images);
    const timesteps = timestepsOf(source, latents.mean.shape, index);
    return {
      values: {
        ...latents,
        ...textValues(source, captions),
        ...(keepsClass(source, index) ? priorValues(source, images) : {}),
        ...noiseValues(source, latents.mean.shape, index),
        ...weightValues(source, rows, timesteps),
        ...sizeValues(source, images),
        timesteps: source.process.timesValues(timesteps),
      },
      pictures: rows.map(({ picture }) => picture.name),
      captions: captions.map(({ text }) => text),
      timesteps,
    };
  };
}

function timestepsOf(
  { config, process }: BatchSource,
  [count = 0, , height = 0, width = 0]: Shape,
  index: number,
): number[] {
  const { min, max = process.times.max } = config.timesteps;
  return process.drawTimes(randomStream(config.seed, "timesteps", index), count, {
    min,
    max,
    distribution: distributionOf(config.timesteps),
    shift: shiftOf(config.timesteps),
    latents: { height, width },
  });
}

/** Pictures of the class come in an order of their own. */
const classSeedOffset = 1_000_003;

/** A picture in a batch. */
interface Row {
  readonly picture: TrainingData["pictures"][number];
  readonly captions: readonly TrainingCaption[];
  /** Upright and, where pictures are mirrored, mirrored. */
  readonly images: readonly TrainingImage[];
}

function rowsOf(
  { pictures, captions, variants }: TrainingData,
  { batchSize, seed }: { readonly batchSize: number; readonly seed: number },
): (index: number) => Row[] {
  const repeats = pictures.map((picture) => picture.repeats);
  const order = createBatches({ repeats, groups: groupsOf(variants), batchSize, seed });
  return (index) =>
    order.at(index).samples.map(({ picture: place, occurrence }) => {
      const picture = pictures[place];
      if (picture === undefined) throw internalError(`training batch: no picture ${place}.`);
      const crops = variants[place] ?? [];
      const images = crops[occurrence % crops.length] ?? [];
      return { picture, captions: captions[place] ?? [], images };
    });
}

/** Pictures share a batch where their latents have one shape. */
function groupsOf(variants: TrainingData["variants"]): number[] {
  const shapes = variants.map((crops) => formatShape(crops[0]?.[0]?.mean.shape ?? []));
  const known = [...new Set(shapes)];
  return shapes.map((shape) => known.indexOf(shape));
}

function imagesOf({ config }: BatchSource, rows: readonly Row[], index: number): TrainingImage[] {
  const coins = randomStream(config.seed, "flip", index).rand(rows.length);
  return rows.map(({ picture, images: [upright, mirrored] }, row) => {
    const image = (coins[row] ?? 0) < 0.5 ? upright : (mirrored ?? upright);
    if (image === undefined) throw internalError(`training batch: no latents of ${picture.name}.`);
    return image;
  });
}

function latentValues({ config }: BatchSource, images: readonly TrainingImage[]) {
  const masks = () => joinRows(images.map(({ mask, mean }) => mask ?? wholeMask(mean.shape)));
  return {
    mean: joinRows(images.map(({ mean }) => mean)),
    log_variance: joinRows(images.map(({ logVariance }) => logVariance)),
    ...(config.data.masks.source === "none" ? {} : { mask: masks() }),
  };
}

/** One of the captions of each picture, or none. */
function captionsOf(
  { config, data, encode }: BatchSource,
  rows: readonly Row[],
  index: number,
): TrainingCaption[] {
  const stream = randomStream(config.seed, "caption", index);
  const draws = stream.rand(rows.length);
  const coins = randomStream(config.seed, "caption-dropout", index).rand(rows.length);
  return rows.map(({ picture, captions }, row) => {
    const isDropped = (coins[row] ?? 1) < config.data.captionDropout;
    if (isDropped && data.noCaption !== undefined) return data.noCaption;
    const caption = captions[Math.floor((draws[row] ?? 0) * captions.length)];
    if (caption === undefined) {
      throw internalError(`training batch: no caption of ${picture.name}.`);
    }
    if (!areEdited(config.data)) return caption;
    const text = editCaption(caption.text, config.data, () => stream.rand(1)[0] ?? 0);
    return { text, ids: encode(text), conditioning: undefined };
  });
}

/** The class's caption, for pictures of the same sizes. */
function priorValues(source: BatchSource, images: readonly TrainingImage[]): TensorMap {
  const { prior, encoders } = source;
  if (prior?.kind !== "prediction") return {};
  const captions = images.map(() => prior.caption);
  const values = {
    ...stackNamed(captions.map(({ conditioning }) => conditioning)),
    ...sizeValues(source, images),
    ...(encoders.length > 0 ? encodedValues({ encoders }, captions) : {}),
  };
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [priorPrefix + name, value]),
  );
}

function noiseValues({ config }: BatchSource, shape: Shape, index: number): TensorMap {
  const { seed, noiseOffset, inputPerturbation } = config;
  const normal = (
    purpose: "latents" | "noise" | "noise-offset" | "noise-perturbation",
    extents: Shape,
  ) => floatTensor(randomStream(seed, purpose, index).randn(sizeOf(extents)), extents);
  const [batch = 0, channels = 0] = shape;
  return {
    latent_noise: normal("latents", shape),
    noise: normal("noise", shape),
    ...(noiseOffset === 0 ? {} : { noise_offset: normal("noise-offset", [batch, channels, 1, 1]) }),
    ...(inputPerturbation === 0 ? {} : { noise_perturbation: normal("noise-perturbation", shape) }),
  };
}

function dropoutValues(
  { seed }: TrainConfig,
  dropout: BatchSource["dropout"],
  index: number,
): TensorMap {
  return Object.fromEntries(
    [...dropout].map(([name, extents]) => {
      const uniform = randomStream(seed, `dropout:${name}`, index).rand(sizeOf(extents));
      return [name, floatTensor(uniform, extents)];
    }),
  );
}

function weightValues(
  { config, prior, process, isWeighted }: BatchSource,
  rows: readonly Row[],
  timesteps: readonly number[],
): TensorMap {
  const { batchSize } = config;
  const weighting = weightingOf(config);
  const hasClass = prior?.kind === "pictures";
  if (!isWeighted) return {};
  const weight = config.prior?.lossWeight ?? 0;
  const byRow = hasClass
    ? priorWeights({ instance: batchSize, prior: batchSize, weight })
    : timesteps.map(() => 1);
  const weights = timesteps.map(
    (t, row) =>
      process.lossWeight(t, weighting) * (byRow[row] ?? 1) * (rows[row]?.picture.lossWeight ?? 1),
  );
  return { loss_weights: floatTensor(weights, [weights.length]) };
}
