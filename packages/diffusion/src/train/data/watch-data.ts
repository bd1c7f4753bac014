/**
 * @file What a watched run is looked at with: pictures that are held out, views of training pictures that
 * training does not show, and latents that the base itself has drawn; each row with a noise and a timestep of
 * its own, fixed for the whole run.
 */

import { type FloatTensor, floatTensor, type Runtime, type Shape, sizeOf } from "@atelier/engine";
import { type WarningEvent, warning, warningEvent } from "../../core/warnings/warning.js";
import { areAlike } from "../../data/look-alikes.js";
import type { PictureSignature } from "../../data/picture-signature.js";
import type { PictureSize } from "../../data/resize-crop.js";
import { createTensorCache } from "../../data/tensor-cache.js";
import type { PictureSizes } from "../../families/family.js";
import type { Pipeline } from "../../pipeline/pipeline.js";
import type { BankName, Banks, ProbeRow } from "../../verdicts/history.js";
import type { ProgressEvent, ValidationFolder } from "../events/train-event.js";
import type { RunPlan } from "../plan/plan-run.js";
import type { WatchPlan } from "../plan/plan-watch.js";
import { drawnLatents } from "./drawn-latents.js";
import { genericPrompts } from "./generic-prompts.js";
import { choosePictures } from "./hold-out.js";
import { type RandomPurpose, randomStream } from "./random-streams.js";
import { latentScaler } from "./scale-latents.js";
import {
  type DataOptions,
  prepareCaptions,
  prepareData,
  type ShapedPicture,
  type TrainingCaption,
  type TrainingData,
  type TrainingImage,
} from "./training-data.js";
import { validationCrops, validationPictures } from "./validation.js";

/** A row of a bank with what the denoiser reads of it. */
export interface ProbeInput extends ProbeRow {
  /** Scaled, `[1, channels, height, width]`. */
  readonly latents: FloatTensor;
  readonly noise: FloatTensor;
  readonly mask: FloatTensor | undefined;
  readonly caption: TrainingCaption;
  readonly sizes: PictureSizes;
}

/** All rows of a watched run, and how they came about. */
export interface WatchData {
  readonly plan: WatchPlan;
  readonly banks: { readonly [Name in BankName]?: readonly ProbeInput[] };
  /** Names of the pictures that are not trained on. */
  readonly heldOut: readonly string[];
  /** Where those are of a folder of their own. */
  readonly validation: ValidationFolder | undefined;
  /** Whose drift is measured; none where the class is not known. */
  readonly classPrompt: string | undefined;
}

/** Rows without what the denoiser reads of them. */
export function rowsOf(banks: WatchData["banks"]): Banks {
  return Object.fromEntries(
    Object.entries(banks).map(([bank, inputs]) => [
      bank,
      inputs.map(({ picture, time, half }): ProbeRow => ({ picture, time, half })),
    ]),
  );
}

/** What {@link prepareWatch} works with. */
export interface WatchDataOptions extends DataOptions {
  readonly runtime: Runtime;
  /** The base, without a new word. */
  readonly base: Pipeline;
  readonly plan: RunPlan;
  readonly watch: WatchPlan;
  /** Of the pictures, by path: what is held out shall have no look-alike in training. */
  readonly signatures: ReadonlyMap<string, PictureSignature>;
}

type PreparationEvent = WarningEvent | ProgressEvent;

/** So many pictures are looked at, at most. */
const mostPictures = 8;

/** How far views are enlarged that training does not show. */
export const echoZoom: number = 1 / 0.875;

/**
 * Holds pictures out and prepares all rows.
 * @returns what is left to train on, and the rows
 * @throws AtelierError `data`, `file`, `runtime`, `aborted`.
 */
export async function* prepareWatch(
  options: WatchDataOptions,
  data: TrainingData,
): AsyncGenerator<
  PreparationEvent,
  { readonly data: TrainingData; readonly watch: WatchData },
  undefined
> {
  const { plan, watch, signatures } = options;
  const { classPrompt } = plan;
  const { heldOut: wanted, validation: folder } = plan.config.watch;
  const { seed } = plan.config;
  const signed = plan.pictures.map(({ path }) => signatures.get(path));
  const chosen = choosePictures(plan.pictures, {
    ...{ seed, heldOut: folder === undefined ? wanted : 0, most: mostPictures },
    areAlike(a, b) {
      const [one, other] = [signed[a], signed[b]];
      return one !== undefined && other !== undefined && areAlike(one, other) !== undefined;
    },
    counts: (index) =>
      data.variants[index]?.[0]?.[0]?.mask?.data.some((weight) => weight > 0) ?? true,
  });
  const { wanted: asked, heldOut, trained, target: size } = chosen;
  if (heldOut.length < asked) {
    yield warningEvent(warning("fewer-held-out", { wanted: asked, held: heldOut.length }));
  }
  const validating = validationPictures(plan, { target: size, most: watch.rows["held-out"] / 2 });
  yield* validationCrops(validating, size);
  const held =
    folder === undefined ? viewsOf(data, heldOut) : yield* uprightViews(options, validating);
  const views =
    held.length > 0 ? { "held-out": held } : { echo: yield* echoesOf(options, trained) };
  const banks: { [Name in BankName]?: readonly ProbeInput[] } = {
    ...(await pictureRows(options, { ...views, train: viewsOf(data, trained) })),
    generic: yield* drawnRows(options, {
      ...{ bank: "generic", size },
      prompts: plan.config.watch.prompts ?? genericPrompts,
    }),
    ...(classPrompt === undefined
      ? {}
      : { class: yield* drawnRows(options, { bank: "class", size, prompts: [classPrompt] }) }),
  };
  const rest = without(data, new Set(heldOut));
  const names = held.map(({ name }) => name);
  const validation =
    folder === undefined ? undefined : { folder, pictures: plan.validation.length };
  return { data: rest, watch: { plan: watch, banks, heldOut: names, validation, classPrompt } };
}

/** A picture as it is looked at. */
interface View {
  readonly name: string;
  readonly image: TrainingImage;
  readonly captions: readonly TrainingCaption[];
}

/** Pictures upright, as they are first cropped. */
function viewsOf(data: TrainingData, indexes: readonly number[]): View[] {
  return indexes.flatMap((index) => {
    const [[image] = []] = data.variants[index] ?? [];
    const { name = "" } = data.pictures[index] ?? {};
    return image === undefined ? [] : [{ name, image, captions: data.captions[index] ?? [] }];
  });
}

/** Training pictures, enlarged about their middle. */
async function* echoesOf(
  options: WatchDataOptions,
  indexes: readonly number[],
): AsyncGenerator<PreparationEvent, View[], undefined> {
  const pictures = indexes.flatMap((index) => options.plan.pictures[index] ?? []);
  return yield* uprightViews({ ...options, zoom: echoZoom }, pictures);
}

/** Pictures as they are, cropped about their middle. */
async function* uprightViews(
  options: WatchDataOptions,
  pictures: readonly ShapedPicture[],
): AsyncGenerator<PreparationEvent, View[], undefined> {
  const upright = pictures.map((picture) => ({ ...picture, flip: false, repeats: 1 }));
  const settings = { ...options.data, crop: "center", captionDropout: 0 } as const;
  const data = yield* prepareData({ ...options, data: settings }, upright);
  return viewsOf(data, [...pictures.keys()]);
}

/** Rows of pictures, each latent sampled once. */
async function pictureRows(
  { plan, watch, runtime, base }: WatchDataOptions,
  views: { readonly [Name in BankName]?: readonly View[] },
): Promise<WatchData["banks"]> {
  const { seed } = plan.config;
  await using scaler = latentScaler(runtime, base);
  const banks: { [Name in BankName]?: readonly ProbeInput[] } = {};
  for (const [name, own] of Object.entries(views)) {
    const bank = name as BankName; // A key of the record.
    const inputs: ProbeInput[] = [];
    for (const [index, { place, share, half }] of spreadRows(
      own.length,
      watch.rows[bank],
    ).entries()) {
      const { name: picture = "", image, captions = [] } = own[place] ?? {};
      const caption = captions[index % captions.length];
      if (image === undefined || caption === undefined) continue;
      const { shape } = image.mean;
      const drawn = normal(seed, `watch:latents:${bank}`, { index, shape });
      const latents = await scaler.scale(image, drawn);
      const noise = normal(seed, `watch:noise:${bank}`, { index, shape });
      const { mask, sizes } = image;
      const time = timeAt(plan, share);
      inputs.push({ picture, time, half, latents, noise, mask, caption, sizes });
    }
    banks[bank] = inputs;
  }
  return banks;
}

/** Rows of what the base draws, each drawing at one timestep. */
async function* drawnRows(
  options: WatchDataOptions,
  {
    bank,
    prompts,
    size,
  }: {
    readonly bank: "generic" | "class";
    readonly prompts: readonly string[];
    readonly size: PictureSize;
  },
): AsyncGenerator<PreparationEvent, ProbeInput[], undefined> {
  const { plan, watch, files, cacheFolder, base } = options;
  const cache = createTensorCache(files, cacheFolder);
  const [captions = []] = yield* prepareCaptions(
    { ...options, captions: prompts },
    plan.pictures.slice(0, 1),
    cache,
  );
  const count = watch.rows[bank];
  const { sampler } = plan.config.samples;
  const drawn = yield* drawnLatents(options, base, { captions, count, size, sampler });
  const sizes = { original: size, crop: { left: 0, top: 0 }, target: size };
  return drawn.map(({ latents, caption }, index) => {
    const noise = normal(plan.config.seed, `watch:noise:${bank}`, { index, shape: latents.shape });
    // Neighbours among prompts get timesteps far from each other.
    const share = (((index * 5) % count) + 0.5) / count;
    const half = index % 2 === 0 ? "a" : "b";
    const row = { picture: caption.text, time: timeAt(plan, share), half } as const;
    return { ...row, latents, noise, mask: undefined, caption, sizes };
  });
}

/** Which picture of some a row shows and where in the range of timesteps it lies. */
export interface RowPlace {
  readonly place: number;
  readonly share: number;
  readonly half: "a" | "b";
}

/**
 * Both halves have every timestep once, with the same picture: what they differ by is noise. Pictures take turns,
 * neighbours among timesteps with different ones.
 */
export function spreadRows(pictures: number, rows: number): RowPlace[] {
  const strata = rows / 2;
  return (["a", "b"] as const).flatMap((half) =>
    Array.from({ length: strata }, (_, stratum) => ({
      place: pictures === 0 ? 0 : stratum % pictures,
      share: (stratum + 0.5) / strata,
      half,
    })),
  );
}

/** The time at a share of those that are trained. */
export function timeAt({ config, process }: RunPlan, share: number): number {
  const { min, max = process.times.max } = config.timesteps;
  return process.timeAt(share, { min, max });
}

function normal(
  seed: number,
  purpose: RandomPurpose,
  { index, shape }: { readonly index: number; readonly shape: Shape },
): FloatTensor {
  return floatTensor(randomStream(seed, purpose, index).randn(sizeOf(shape)), shape);
}

/** Without the pictures at these places. */
function without(data: TrainingData, places: ReadonlySet<number>): TrainingData {
  const rest = <Value>(values: readonly Value[]) => values.filter((_, at) => !places.has(at));
  const { pictures, captions, variants } = data;
  return {
    ...data,
    pictures: rest(pictures),
    captions: rest(captions),
    variants: rest(variants),
  };
}
