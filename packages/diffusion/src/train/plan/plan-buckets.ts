/** @file The shape that each picture of a run is trained at. */

import { AtelierError, said } from "@atelier/engine";
import { some } from "../../core/warnings/param-kinds.js";
import { type Warning, warning } from "../../core/warnings/warning.js";
import {
  assignBuckets,
  type Bucket,
  type BucketReport,
  reportBuckets,
} from "../../data/buckets.js";
import type { PictureSize } from "../../data/resize-crop.js";
import type { LatentRules } from "../../families/family.js";
import type { Pipeline } from "../../pipeline/pipeline.js";
import type { BucketsConfig, DataConfig } from "../config/train-config.js";
import type { TrainingPicture } from "./list-pictures.js";

/** Shapes and their pictures, the largest shape first. */
export interface BucketPlan {
  readonly buckets: readonly Bucket[];
  /** What becomes of each picture. */
  readonly report: readonly BucketReport[];
}

/** Above this many pixels along an edge a base's own size is not taken without being asked for. */
const largestNativeEdge = 1024;

/** Pixels along both edges that pictures are trained at where nothing else is said. */
export function usualEdge({ nativeEdge }: LatentRules): number {
  return Math.min(nativeEdge, largestNativeEdge);
}

/** @throws AtelierError `config` for extents that latents do not divide. */
export function requireSize(data: PictureSize, { factor }: LatentRules): void {
  const problems = (["width", "height"] as const)
    .filter((edge) => data[edge] % factor !== 0)
    .map((edge) => `data.${edge}: expected a multiple of ${factor}, got ${data[edge]}.`);
  if (problems.length === 0) return;
  const nearest = (value: number) => Math.max(1, Math.round(value / factor)) * factor;
  throw new AtelierError(
    "config",
    said`${problems.join("\n")}\nUse ${nearest(data.width)} by ${nearest(data.height)}.`,
    { context: { problems } },
  );
}

/**
 * One shape for all pictures, or the shapes that crop them least.
 * @throws AtelierError `config`, `data` as `assignBuckets`.
 */
export function planBuckets(
  { width, height, buckets }: Pick<DataConfig, "buckets"> & PictureSize,
  pictures: readonly Pick<TrainingPicture, "name" | "size">[],
  { latents }: Pick<Pipeline, "latents">,
): BucketPlan {
  const named = pictures.map(({ name, size }) => ({ name, ...size }));
  if (!buckets.use) {
    const all = [{ width, height, pictures: pictures.map((_, index) => index) }];
    return { buckets: all, report: reportBuckets(all, named) };
  }
  const { step = latents.step, maxAspect, upscale } = buckets;
  const assigned = assignBuckets(named, { area: width * height, step, maxAspect, upscale });
  const sorted = assigned.sort((a, b) => b.width * b.height - a.width * a.height);
  return { buckets: sorted, report: reportBuckets(sorted, named) };
}

/** From this share on a crop is worth a word. */
const muchCropped = 0.3;

/** Pictures that lose much to the crop, and what keeps them whole. */
export function cropWarnings(report: readonly BucketReport[], buckets: BucketsConfig): Warning[] {
  const cut = report
    .flatMap(({ pictures }) => pictures)
    .filter(({ cropped }) => cropped > muchCropped);
  if (cut.length === 0) return [];
  const worst = Math.max(...cut.map(({ cropped }) => cropped));
  const isTooLong = cut.some(
    ({ original: { width, height } }) =>
      Math.max(width / height, height / width) > buckets.maxAspect,
  );
  const names = cut.map(({ name }) => name);
  const { use, maxAspect } = buckets;
  // What keeps pictures whole depends on whether buckets are in use, and on what they lack.
  const remedy = !use ? "buckets" : isTooLong ? "longer-buckets" : "finer-buckets";
  return [warning("much-cropped", { pictures: some(names), share: worst, maxAspect, remedy })];
}
