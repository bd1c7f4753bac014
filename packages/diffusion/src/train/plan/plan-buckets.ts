/** @file The shape that each picture of a run is trained at. */

import {
  assignBuckets,
  type Bucket,
  type BucketReport,
  reportBuckets,
} from "../../data/buckets.js";
import type { Pipeline } from "../../pipeline/pipeline.js";
import type { DataConfig } from "../config/train-config.js";
import type { TrainingPicture } from "./list-pictures.js";

/** Shapes and their pictures, the largest shape first. */
export interface BucketPlan {
  readonly buckets: readonly Bucket[];
  /** What becomes of each picture. */
  readonly report: readonly BucketReport[];
}

/**
 * One shape for all pictures, or the shapes that crop them least.
 * @throws AtelierError `config`, `data` as `assignBuckets`.
 */
export function planBuckets(
  { width, height, buckets }: DataConfig & { readonly width: number; readonly height: number },
  pictures: readonly TrainingPicture[],
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
