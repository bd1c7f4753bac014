/**
 * @file The pictures of a run as the training step reads them: distributions of latents and text
 * states, computed once and kept on disk under the hash of all that went into them.
 */

import {
  AtelierError,
  type FileStore,
  type FloatTensor,
  floatTensor,
  said,
  shorten,
} from "@atelier/engine";
import type { TextEncoderName } from "../../core/component-name.js";
import { sha256Hex } from "../../core/content-hash.js";
import { some } from "../../core/warnings/param-kinds.js";
import {
  type Warning,
  type WarningEvent,
  warning,
  warningEvent,
} from "../../core/warnings/warning.js";
import { loadMask, type MaskSource } from "../../data/load-mask.js";
import { loadPicture, pictureSettings, readPictureFile } from "../../data/load-picture.js";
import type { PictureDecoder } from "../../data/picture-decoder.js";
import { indexPictureNames, stemOf } from "../../data/picture-names.js";
import {
  type CropPosition,
  type PictureSize,
  planResizeCrop,
  type ResizeCropPlan,
} from "../../data/resize-crop.js";
import { isSystemFile } from "../../data/system-files.js";
import { type CacheResult, createTensorCache, type TensorCache } from "../../data/tensor-cache.js";
import type { Conditioning, PictureSizes } from "../../families/family.js";
import { presentEncoders } from "../../families/model-files.js";
import type { EncodedImages, Pipeline } from "../../pipeline/pipeline.js";
import { idsOfText, stackIds, type TextIds } from "../../pipeline/tokenizers.js";
import type { DataConfig } from "../config/train-config.js";
import { createProgress } from "../events/progress.js";
import { requireGoing } from "../events/stop.js";
import type { ProgressEvent } from "../events/train-event.js";
import type { TrainingPicture } from "../plan/list-pictures.js";
import { componentFingerprint, textFingerprint, type WeightHashes } from "./fingerprint.js";
import { randomStream } from "./random-streams.js";

/** A caption as the training step reads it. */
export interface TrainingCaption {
  readonly text: string;
  /** Token ids, for text encoders that are trained. */
  readonly ids: TextIds;
  /** What follows from the text, one row, where the step runs no text encoder. */
  readonly conditioning: Conditioning | undefined;
  /** What encoders say of it that the step does not run beside others, one row each. */
  readonly states?: Readonly<Partial<Record<TextEncoderName, FloatTensor>>> | undefined;
}

/** A picture's latents as the training step reads them. */
export interface TrainingImage extends EncodedImages {
  /** What of it counts `[1, 1, h, w]`, where masks are used. */
  readonly mask?: FloatTensor;
  /** How it was cut from its file. */
  readonly sizes: PictureSizes;
}

/** All pictures of a run, ready for batches. */
export interface TrainingData {
  readonly pictures: readonly TrainingPicture[];
  /** Captions of each picture, one of which is drawn whenever it is shown. */
  readonly captions: readonly (readonly TrainingCaption[])[];
  /** The empty caption, where captions are left out now and then. */
  readonly noCaption: TrainingCaption | undefined;
  /**
   * Latents of each picture and crop, upright and, where it is mirrored, mirrored. Random crops are as
   * many as repeats, and are shown in turn.
   */
  readonly variants: readonly (readonly (readonly TrainingImage[])[])[];
}

/** What {@link prepareData} works with. */
export interface DataOptions {
  readonly files: FileStore;
  readonly decoder: PictureDecoder;
  readonly pipeline: Pipeline;
  /** Of the pipeline. */
  readonly hashes: WeightHashes;
  readonly cacheFolder: string;
  readonly data: DataConfig;
  readonly seed: number;
  /** Text encoders that the step runs itself. */
  readonly encoders: readonly TextEncoderName[];
  /** Captions of every picture, instead of its own. */
  readonly captions?: readonly string[] | undefined;
  /** How far pictures are enlarged before they are cropped; not at all by default. */
  readonly zoom?: number;
  readonly signal: AbortSignal | undefined;
}

/** A picture and the shape that it is trained at. */
export interface ShapedPicture extends TrainingPicture {
  readonly target: PictureSize;
}

type DataEvent = WarningEvent | ProgressEvent;

/**
 * Computes what the disk does not hold yet.
 * @throws AtelierError `data` naming the picture, `file`, `aborted` on the signal.
 */
export async function* prepareData(
  options: DataOptions,
  pictures: readonly ShapedPicture[],
): AsyncGenerator<DataEvent, TrainingData, undefined> {
  const cache = createTensorCache(options.files, options.cacheFolder);
  const captions = yield* prepareCaptions(options, pictures, cache);
  const variants = yield* prepareLatents(options, pictures, cache);
  const isDropped = options.data.captionDropout > 0;
  const [[noCaption] = []] = isDropped
    ? yield* prepareCaptions({ ...options, captions: [""] }, pictures.slice(0, 1), cache)
    : [];
  return { pictures, captions, noCaption, variants };
}

/** The captions of each picture, computed where the disk does not hold them. @throws AtelierError as {@link prepareData}. */
export async function* prepareCaptions(
  options: DataOptions,
  pictures: readonly ShapedPicture[],
  cache: TensorCache,
): AsyncGenerator<DataEvent, TrainingCaption[][], undefined> {
  const { pipeline, captions, signal } = options;
  const tokenizers = await pipeline.tokenizers();
  const encode = await captionEncoder(options, cache);
  const known = new Map<string, TrainingCaption>();
  const shared = captions?.map((caption) => ({ caption, name: undefined }));
  const texts = shared ?? pictures;
  const progress = createProgress("captions", texts.length);
  for (const { caption, name } of texts) {
    requireGoing(signal);
    const { ids, truncated } = idsOfText(tokenizers, caption);
    if (truncated !== "") {
      const cut = shorten(truncated, 200);
      yield warningEvent(
        name === undefined
          ? warning("truncated-template", { cut })
          : warning("truncated-caption", { picture: name, cut }),
      );
    }
    if (known.has(caption)) {
      yield progress.next();
      continue;
    }
    const { warnings, ...encoded } = await encode(ids, name ?? shorten(caption, 80));
    yield* warnings.map(warningEvent);
    known.set(caption, { text: caption, ids, ...encoded });
    yield progress.next();
  }
  if (captions !== undefined) return pictures.map(() => [...known.values()]);
  return pictures.map(({ caption }) => {
    const own = known.get(caption);
    return own === undefined ? [] : [own];
  });
}

/** What encoders say of a caption that a step does not run beside those that it does. */
export async function statesBeside(
  pipeline: Pipeline,
  encoders: readonly TextEncoderName[],
  ids: TextIds,
): Promise<NonNullable<TrainingCaption["states"]>> {
  const states: Partial<Record<TextEncoderName, FloatTensor>> = {};
  if (encoders.length === 0) return states;
  const stacked = stackIds([ids]);
  for (const { component } of presentEncoders(pipeline.family, pipeline.configs)) {
    const own = stacked[component];
    if (own === undefined || encoders.includes(component)) continue;
    states[component] = (await pipeline.encodeStates(component, own)).states;
  }
  return states;
}

type Encoded = Pick<TrainingCaption, "conditioning" | "states"> & Pick<CacheResult, "warnings">;

/** What text encoders say of a caption that the step does not run, computed where the disk does not hold it. */
async function captionEncoder(
  { pipeline, hashes, encoders }: DataOptions,
  cache: TensorCache,
): Promise<(ids: TextIds, label: string) => Promise<Encoded>> {
  const { family, configs } = pipeline;
  const all = presentEncoders(family, configs).map(({ component }) => component);
  const others = all.filter((component) => !encoders.includes(component));
  if (others.length === 0) return async () => ({ conditioning: undefined, warnings: [] });
  const isWhole = others.length === all.length;
  const model = await textFingerprint(hashes, pipeline, others);
  const compute = async (ids: TextIds) =>
    new Map<string, FloatTensor>(
      Object.entries(
        isWhole
          ? await pipeline.encodeTokens(stackIds([ids]))
          : await statesBeside(pipeline, encoders, ids),
      ),
    );
  return async (ids, label) => {
    const settings = { ids, model, clipSkip: 0, ...(isWhole ? {} : { encoders: others }) };
    const found = await cache.resolve({ kind: "text-embeddings", label, settings }, () =>
      compute(ids),
    );
    const names = [...found.tensors.keys()];
    const tensors = Object.fromEntries(names.map((name) => [name, requireFloats(found, name)]));
    const { warnings } = found;
    return isWhole
      ? { conditioning: tensors, warnings }
      : { conditioning: undefined, states: tensors, warnings };
  };
}

async function* prepareLatents(
  options: DataOptions,
  pictures: readonly ShapedPicture[],
  cache: TensorCache,
): AsyncGenerator<DataEvent, TrainingImage[][][], undefined> {
  const { files, pipeline, hashes, data, signal } = options;
  const model = await componentFingerprint(hashes, pipeline, pipeline.family.autoencoder);
  const cropsOf = ({ repeats }: ShapedPicture) => (data.crop === "random" ? Math.ceil(repeats) : 1);
  const total = pictures.reduce((sum, picture) => sum + cropsOf(picture), 0);
  const progress = createProgress("latents", total);
  const variants: TrainingImage[][][] = [];
  const unmasked: string[] = [];
  for (const [index, picture] of pictures.entries()) {
    requireGoing(signal);
    const bytes = await readPictureFile(files, picture.path);
    const crops: TrainingImage[][] = [];
    const source = await maskSource(options, picture, bytes);
    for (let repeat = 0; repeat < cropsOf(picture); repeat++) {
      requireGoing(signal);
      const crop = cropOf(options, repeat * pictures.length + index);
      const both: TrainingImage[] = [];
      for (const flip of picture.flip ? [false, true] : [false]) {
        const found = await encode(options, { picture, bytes, crop, flip, model, cache });
        yield* found.result.warnings.map(warningEvent);
        yield* found.warnings.filter(() => repeat === 0 && !flip).map(warningEvent);
        const mask = await maskOf(options, { picture, crop, flip }, source);
        if (data.masks.source !== "none" && mask === undefined) unmasked.push(picture.name);
        const sizes = cutOf(options, { picture, crop, flip });
        both.push({ ...found.images, sizes, ...(mask === undefined ? {} : { mask }) });
      }
      crops.push(both);
      yield progress.next();
    }
    variants.push(crops);
  }
  if (unmasked.length > 0) {
    yield warningEvent(warning("no-mask", { pictures: some([...new Set(unmasked)]) }));
  }
  return variants;
}

/** The mask of a picture, if it has one. */
async function maskSource(
  { files, data }: DataOptions,
  { name, path }: ShapedPicture,
  bytes: Uint8Array,
): Promise<MaskSource | undefined> {
  const { source, folder = "" } = data.masks;
  if (source === "none") return undefined;
  if (source === "alpha") return { kind: "alpha", name, bytes };
  const masks = (await files.list(folder)).flatMap(({ kind, name: file }) =>
    kind === "file" && !isSystemFile(file) ? [file] : [],
  );
  const [found] = indexPictureNames(masks).ofStem(stemOf(name));
  if (found === undefined) return undefined;
  const place = files.join(folder, found);
  if (place === path) return undefined;
  return { kind: "file", name: found, bytes: await readPictureFile(files, place) };
}

async function maskOf(
  options: DataOptions,
  cut: Pick<EncodeRequest, "picture" | "crop" | "flip">,
  source: MaskSource | undefined,
): Promise<FloatTensor | undefined> {
  if (source === undefined) return undefined;
  const { decoder, pipeline, data } = options;
  const { factor: latentFactor } = pipeline.latents;
  const { unmaskedWeight } = data.masks;
  const plan = cutOf(options, cut);
  return loadMask(source, decoder, { plan, latentFactor, unmaskedWeight });
}

/** How a picture is cut from its file. */
function cutOf(
  { pipeline: { latents }, zoom = 1 }: DataOptions,
  { picture, crop, flip }: Pick<EncodeRequest, "picture" | "crop" | "flip">,
): ResizeCropPlan {
  const target = { ...picture.target, multiple: latents.factor };
  return planResizeCrop(picture.size, { ...target, crop, flip, zoom });
}

interface EncodeRequest {
  readonly picture: ShapedPicture;
  readonly bytes: Uint8Array;
  readonly crop: CropPosition;
  readonly flip: boolean;
  readonly model: string;
  readonly cache: TensorCache;
}

async function encode(
  { decoder, pipeline, data, zoom = 1 }: DataOptions,
  { picture, bytes, crop, flip, model, cache }: EncodeRequest,
): Promise<{ images: EncodedImages; result: CacheResult; warnings: Warning[] }> {
  const { filter, animated, minSidePixels } = data;
  const { width, height } = picture.target;
  const multiple = pipeline.latents.factor;
  const prepare = { width, height, multiple, crop, flip, zoom, filter, animated, minSidePixels };
  const settings = {
    picture: await sha256Hex(bytes),
    model,
    prepare: JSON.stringify(pictureSettings(prepare, decoder)),
  };
  const warnings: Warning[] = [];
  const result = await cache.resolve(
    { kind: "latents", label: picture.name, settings },
    async () => {
      const loaded = await loadPicture({ name: picture.name, bytes }, decoder, prepare);
      warnings.push(...loaded.warnings);
      const { mean, logVariance } = await pipeline.encodeImages(
        floatTensor(loaded.pixels.data, [1, ...loaded.pixels.shape]),
      );
      return new Map([
        ["mean", mean],
        ["log_variance", logVariance],
      ]);
    },
  );
  const mean = requireFloats(result, "mean");
  const logVariance = requireFloats(result, "log_variance");
  return { images: { mean, logVariance }, result, warnings };
}

function cropOf({ data, seed }: DataOptions, index: number): CropPosition {
  if (data.crop === "center") return "center";
  const [left = 0, top = 0] = randomStream(seed, "crop", index).rand(2);
  return { left, top };
}

function requireFloats({ tensors }: CacheResult, name: string): FloatTensor {
  const tensor = tensors.get(name);
  if (tensor?.dtype === "float32") return tensor;
  throw new AtelierError(
    "data",
    said`cache: expected float32 values "${name}", got ${tensor?.dtype ?? "none"}. Clear the cache.`,
  );
}
