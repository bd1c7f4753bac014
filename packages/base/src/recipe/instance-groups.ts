/**
 * @file Groups of things that are easily taken for each other. Told apart within a batch, they teach
 * what random things never would: that a likeness is not the thing.
 */

import { internalError } from "@atelier/engine";
import type { Draws } from "../world/draws.js";
import { recoloured, unlikeness } from "./instance-cutout.js";
import { drawInstance, type Instance, type InstancePool, otherColour } from "./instance-pool.js";
import type { InstanceIcons } from "./instance-views.js";

/** Things in a group: one, it in another style, it in other colours, and one with a similar name. */
export const groupSize = 4;

/** Share of groups whose things are not in the colours of their sets. */
const recolouredShare = 0.4;
/** Nearly the same picture is no other thing: sets agree on how a red circle looks. */
const leastUnlikeness = 0.04;
const attempts = 12;

/**
 * Things `[groups · 4]`, siblings beside each other, no two of them nearly the same picture.
 * @throws Error `internal:` when the pool is too small to find them.
 */
export async function drawGroups(
  groups: number,
  { pool, icons, draws }: { pool: InstancePool; icons: InstanceIcons; draws: Draws },
): Promise<Instance[]> {
  const chosen: Instance[] = [];
  const looks: Float64Array[] = [];
  /** The first of a row of proposals that is like nothing chosen so far. */
  const choose = async (...proposals: readonly (() => Instance)[]): Promise<Instance> => {
    for (const propose of proposals.flatMap((each) => Array<typeof each>(attempts).fill(each))) {
      const instance = propose();
      const { coarse } = await icons.cutoutOf(instance.style, instance.icon);
      const look = recoloured(coarse, instance.hue);
      if (looks.some((other) => unlikeness(look, other) < leastUnlikeness)) continue;
      chosen.push(instance);
      looks.push(look);
      return instance;
    }
    throw internalError(`the pool holds no ${chosen.length + 1} things that differ`);
  };
  for (let group = 0; group < groups; group++) {
    const first = await choose(() => drawFirst(pool, draws));
    const similar = (): Instance => ({
      ...first,
      icon: pool.similar(first.style, first.icon, draws),
    });
    const any = (): Instance => drawInstance(pool, draws);
    await choose(() => otherStyle(pool, first, draws) ?? similar(), similar, any);
    await choose(() => otherColour(first, draws), similar, any);
    await choose(similar, any);
  }
  return chosen;
}

function drawFirst(pool: InstancePool, draws: Draws): Instance {
  const instance = drawInstance(pool, draws);
  return draws.chance(recolouredShare) ? otherColour(instance, draws) : instance;
}

function otherStyle(pool: InstancePool, first: Instance, draws: Draws): Instance | undefined {
  const styles = pool.styles.filter(
    (style) => style !== first.style && pool.has(style, first.icon),
  );
  return styles.length === 0 ? undefined : { ...first, style: draws.pick(styles) };
}
