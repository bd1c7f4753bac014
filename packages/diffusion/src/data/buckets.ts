/**
 * @file Aspect-ratio buckets: shapes of about one area, of which each picture takes the one that crops it
 * least. A batch holds pictures of one bucket. No picture is left out, however few share its bucket.
 *
 * Idea and terms are NovelAI's and kohya's; ratios are compared by their logarithm, so that portrait and
 * landscape are treated alike.
 */

import { AtelierError, said } from "@atelier/engine";
import { type PictureSize, planResizeCrop } from "./resize-crop.js";

/** How shapes are made. */
export interface BucketOptions {
  /** The area that no shape exceeds: width × height of the config. */
  readonly area: number;
  /** Extents are multiples of this; 64 for Stable Diffusion. */
  readonly step: number;
  /** Longer side / shorter side, at most. */
  readonly maxAspect: number;
  /** Whether small pictures may be enlarged; else they take a smaller shape. */
  readonly upscale: boolean;
}

/** A shape and the pictures that take it, by their place in the list. */
export interface Bucket extends PictureSize {
  readonly pictures: readonly number[];
}

/** What a bucket does to one of its pictures. */
export interface BucketedPicture {
  readonly name: string;
  readonly original: PictureSize;
  /** Share of the picture's area that is cropped away, from 0 to below 1. */
  readonly cropped: number;
  /** How much it is enlarged (> 1) or shrunk (< 1). */
  readonly scale: number;
}

/** Which pictures go where and what is lost. */
export interface BucketReport extends PictureSize {
  readonly pictures: readonly BucketedPicture[];
}

/**
 * Every shape of these options: for each width the largest height that the area allows, and for each
 * height the largest width. Sorted by width.
 * @throws AtelierError `config` when the area holds no shape of this step.
 */
export function bucketShapes({ area, step, maxAspect }: BucketOptions): PictureSize[] {
  const shapes = new Map<string, PictureSize>();
  const longest = Math.floor(Math.sqrt(area * maxAspect) / step) * step;
  for (let edge = step; edge <= longest; edge += step) {
    const other = Math.floor(area / edge / step) * step;
    const aspect = Math.max(edge, other) / Math.min(edge, other);
    if (other === 0 || aspect > maxAspect) continue;
    shapes.set(`${edge}x${other}`, { width: edge, height: other });
    shapes.set(`${other}x${edge}`, { width: other, height: edge });
  }
  if (shapes.size > 0) return [...shapes.values()].sort(byShape);
  throw new AtelierError(
    "config",
    said`buckets: expected an area of at least one shape in steps of ${step} with sides up to ${maxAspect}:1, got ${area} pixels. Lower data.buckets.step, or raise the resolution.`,
    { context: { area, step, maxAspect } },
  );
}

/**
 * The shape that a picture takes: the one whose ratio is nearest, the larger of equals. Without upscaling
 * only shapes within the picture count, and one that holds none keeps its own size in whole steps.
 * @throws AtelierError `config` as {@link bucketShapes}, `data` for a picture smaller than a step.
 */
export function bucketShapeOf(picture: PictureSize, options: BucketOptions): PictureSize {
  const { upscale, step } = options;
  const fits = ({ width, height }: PictureSize) =>
    upscale || (width <= picture.width && height <= picture.height);
  const distance = ({ width, height }: PictureSize) =>
    Math.abs(Math.log((width * picture.height) / (height * picture.width)));
  const [nearest] = bucketShapes(options)
    .filter(fits)
    .sort((a, b) => distance(a) - distance(b) || b.width * b.height - a.width * a.height);
  const shape = nearest ?? wholeSteps(picture, options);
  if (shape.width > 0 && shape.height > 0) return shape;
  throw new AtelierError(
    "data",
    said`expected at least ${step}x${step} pixels for a bucket, got ${picture.width}x${picture.height}. Allow upscaling (data.buckets.upscale), lower data.buckets.step, or remove the picture.`,
    { context: { ...picture, step } },
  );
}

/** The largest shape within a picture's own size and the ratio allowed. */
function wholeSteps(
  { width, height }: PictureSize,
  { step, maxAspect }: BucketOptions,
): PictureSize {
  const shorter = Math.min(width, height);
  const whole = (edge: number) => Math.floor(Math.min(edge, shorter * maxAspect) / step) * step;
  return { width: whole(width), height: whole(height) };
}

/**
 * Puts every picture into a bucket. Buckets are sorted by width, then height.
 * @param pictures sizes after orientation
 * @throws AtelierError `config`, `data` naming the picture, as {@link bucketShapeOf}.
 */
export function assignBuckets(
  pictures: readonly (PictureSize & { readonly name: string })[],
  options: BucketOptions,
): Bucket[] {
  const buckets = new Map<string, PictureSize & { pictures: number[] }>();
  for (const [index, picture] of pictures.entries()) {
    const shape = shapeOfNamed(picture, options);
    const key = `${shape.width}x${shape.height}`;
    const bucket = buckets.get(key) ?? { ...shape, pictures: [] };
    bucket.pictures.push(index);
    buckets.set(key, bucket);
  }
  return [...buckets.values()].sort(byShape);
}

function shapeOfNamed(
  picture: PictureSize & { readonly name: string },
  options: BucketOptions,
): PictureSize {
  try {
    return bucketShapeOf(picture, options);
  } catch (error) {
    if (!(error instanceof AtelierError) || error.code !== "data") throw error;
    const { template, params } = error.sentence;
    const named = {
      template: `picture {${params.length}}: ${template}`,
      params: [...params, picture.name],
    };
    throw new AtelierError("data", named, { cause: error, context: { picture: picture.name } });
  }
}

/** What every bucket does to its pictures. */
export function reportBuckets(
  buckets: readonly Bucket[],
  pictures: readonly (PictureSize & { readonly name: string })[],
): BucketReport[] {
  return buckets.map(({ width, height, pictures: indices }) => ({
    width,
    height,
    pictures: indices.flatMap((index) => {
      const picture = pictures[index];
      if (picture === undefined) return [];
      const original = { width: picture.width, height: picture.height };
      const { resized, scale } = planResizeCrop(original, { width, height, multiple: 1 });
      const cropped = 1 - (width * height) / (resized.width * resized.height);
      return [{ name: picture.name, original, cropped, scale }];
    }),
  }));
}

const byShape = (a: PictureSize, b: PictureSize): number =>
  a.width - b.width || a.height - b.height;
