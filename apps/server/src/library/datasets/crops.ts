/** @file What of each picture is trained at a size: by the trainer's own geometry, so that it is what will be trained. */

import { type PictureSize, planResizeCrop } from "@atelier/diffusion/data";
import type { LatentRules } from "@atelier/diffusion/families";
import { planBuckets, requireSize } from "@atelier/diffusion/train";
import { AtelierError } from "@atelier/engine";
import type { Crop } from "../../api/datasets.js";
import { tellProblem } from "../folder/tell.js";
import { isWhole } from "./picture-facts.js";
import type { ListedPicture } from "./picture-list.js";

/** How pictures would be trained. */
export interface CropOptions extends PictureSize {
  readonly buckets: boolean;
  readonly latents: LatentRules;
}

/** The crop of each picture. @throws AtelierError `config` for a size that latents do not divide. */
export function cropsOf(pictures: readonly ListedPicture[], options: CropOptions): Crop[] {
  requireSize(options, options.latents);
  // Many pictures have one size, and the same crop.
  const known = new Map<string, Omit<Crop, "name">>();
  return pictures.map(({ name, facts }) => {
    if (!isWhole(facts)) return { name, ...none, problem: tellProblem("data", facts.problem) };
    const { width, height } = facts;
    const key = `${width}x${height}`;
    const crop = known.get(key) ?? cropOf({ name, size: { width, height } }, options);
    // A problem names its picture.
    if (crop.problem === undefined) known.set(key, crop);
    return { name, ...crop };
  });
}

const none: Omit<Crop, "name"> = {
  ...{ width: 0, height: 0, left: 0, top: 0, cropWidth: 0, cropHeight: 0 },
  ...{ cropped: 0, enlarged: 1 },
};

function cropOf(
  picture: { readonly name: string; readonly size: PictureSize },
  { width, height, buckets: use, latents }: CropOptions,
): Omit<Crop, "name"> {
  try {
    const data = { width, height, buckets: { use, maxAspect: 2, upscale: false } };
    const { report } = planBuckets(data, [picture], { latents });
    const [bucket] = report;
    const [bucketed] = bucket?.pictures ?? [];
    if (bucket === undefined || bucketed === undefined) return none;
    const target = { width: bucket.width, height: bucket.height };
    const plan = planResizeCrop(picture.size, { ...target, multiple: latents.factor });
    const across = picture.size.width / plan.resized.width;
    const down = picture.size.height / plan.resized.height;
    return {
      ...target,
      ...{ left: plan.crop.left * across, top: plan.crop.top * down },
      ...{ cropWidth: target.width * across, cropHeight: target.height * down },
      ...{ cropped: bucketed.cropped, enlarged: Math.max(1, plan.scale) },
    };
  } catch (error) {
    if (!(error instanceof AtelierError) || error.code !== "data") throw error;
    return { ...none, problem: tellProblem("data", error.sentence) };
  }
}
