/**
 * @file How well the instance judge recognises things that it has never seen: given a view of one,
 * does it find the other view among those of siblings and strangers?
 */

import type { RgbPicture } from "@atelier/diffusion/core";
import type { ImageEmbedder } from "@atelier/diffusion/evaluate";
import { contactSheet } from "@atelier/diffusion/files";
import { drawGroups, groupSize } from "./instance-groups.js";
import type { Instance, InstancePool, InstancePools } from "./instance-pool.js";
import { drawView, type InstanceIcons, renderView } from "./instance-views.js";
import { recipeDraws } from "./scene-batches.js";

/** Things with two views each, siblings beside each other. */
export interface InstanceTrial {
  readonly instances: readonly Instance[];
  readonly first: readonly RgbPicture[];
  readonly second: readonly RgbPicture[];
}

/** What a trial says. */
export interface InstanceScores {
  /** Share of first views whose most similar second view shows the same thing. */
  readonly retrievalAccuracy: number;
  /** Mean cosine of two views of a thing, */
  readonly sameCosine: number;
  /** of views of siblings, */
  readonly siblingCosine: number;
  /** and of views of other things. */
  readonly randomCosine: number;
}

/** Groups of a trial. */
export const trialGroups = 16;

/** Trial number `index` of a pool, the same each time. */
export async function drawTrial(
  { pool, icons, groups }: { pool: InstancePool; icons: InstanceIcons; groups: number },
  index: number,
): Promise<InstanceTrial> {
  const draws = recipeDraws("instanceTrial", index);
  const instances = await drawGroups(groups, { pool, icons, draws });
  const first: RgbPicture[] = [];
  const second: RgbPicture[] = [];
  for (const instance of instances) {
    first.push(await renderView(icons, drawView(instance, pool, draws)));
    second.push(await renderView(icons, drawView(instance, pool, draws)));
  }
  return { instances, first, second };
}

/** Trials of things that training never shows. */
export interface HeldOutTrials {
  /** Things whose names training leaves out, in its styles. */
  readonly heldOut: readonly InstanceTrial[];
  /** Things in a style that it leaves out. */
  readonly unseenStyle: readonly InstanceTrial[];
}

/** The first `count` trials of both kinds, 64 things each. */
export async function drawHeldOutTrials(
  icons: InstanceIcons,
  { pools, count }: { pools: InstancePools; count: number },
): Promise<HeldOutTrials> {
  const draw = (pool: InstancePool): Promise<InstanceTrial[]> =>
    Promise.all(
      Array.from({ length: count }, (_, i) => drawTrial({ pool, icons, groups: trialGroups }, i)),
    );
  return { heldOut: await draw(pools.evaluation), unseenStyle: await draw(pools.unseenStyle) };
}

/** The mean scores of trials. */
export async function scoreTrials(
  trials: readonly InstanceTrial[],
  eye: ImageEmbedder,
): Promise<InstanceScores> {
  const embed = async (pictures: readonly RgbPicture[]): Promise<Float32Array[]> => {
    const { data, shape } = await eye.embedPictures(pictures);
    const [, width = 0] = shape;
    return pictures.map((_, row) => data.subarray(row * width, (row + 1) * width));
  };
  const scores: InstanceScores[] = [];
  for (const { first, second } of trials) {
    scores.push(compare(await embed(first), await embed(second)));
  }
  const mean = (name: keyof InstanceScores): number =>
    scores.reduce((sum, score) => sum + score[name], 0) / scores.length;
  return {
    retrievalAccuracy: mean("retrievalAccuracy"),
    sameCosine: mean("sameCosine"),
    siblingCosine: mean("siblingCosine"),
    randomCosine: mean("randomCosine"),
  };
}

/** Scores of unit vectors of first and second views. */
export function compare(
  first: readonly Float32Array[],
  second: readonly Float32Array[],
): InstanceScores {
  const sums = { same: 0, sibling: 0, random: 0 };
  let hits = 0;
  for (const [i, view] of first.entries()) {
    const cosines = second.map((other) => dot(view, other));
    if (cosines.indexOf(Math.max(...cosines)) === i) hits += 1;
    for (const [j, cosine] of cosines.entries()) {
      const isSibling = Math.floor(i / groupSize) === Math.floor(j / groupSize);
      sums[i === j ? "same" : isSibling ? "sibling" : "random"] += cosine;
    }
  }
  const count = first.length;
  return {
    retrievalAccuracy: hits / count,
    sameCosine: sums.same / count,
    siblingCosine: sums.sibling / (count * (groupSize - 1)),
    randomCosine: sums.random / (count * (count - groupSize)),
  };
}

/** A row for each group: the two views of each of its things. */
export function trialSheet({ instances, first, second }: InstanceTrial): RgbPicture {
  const pictures = first.flatMap((picture, i) => [picture, second[i] ?? picture]);
  const labels = instances.flatMap(({ style, icon, hue }) => {
    const label = hue === 0 ? `${style} ${icon}` : `${style} ${icon} hue ${hue}`;
    return [label, label];
  });
  return contactSheet(pictures, { columns: 2 * groupSize, labels });
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
