/** @file Rows that are alike put together, so that what differs within them is noise. */

import type { ProbeRow } from "./history.js";

/** Indices of rows, group by group; all groups together have each row once. */
export type Groups = readonly (readonly number[])[];

/** Rows of each picture, in the order of their first rows. */
export function byPicture(rows: readonly ProbeRow[]): Groups {
  return groupedBy(rows.keys(), (index) => rows[index]?.picture);
}

/** Rows of each timestep, the earliest first. */
export function byTime(rows: readonly ProbeRow[]): Groups {
  const timeOf = (index: number) => rows[index]?.time ?? 0;
  const ordered = [...rows.keys()].sort((one, other) => timeOf(one) - timeOf(other));
  return groupedBy(ordered, timeOf);
}

/**
 * Pairs of one picture that are neighbours in time: where a bank has two noises at each timestep they are those
 * two. What changes with the timestep, which is much, is then no noise. Pictures of a single row are paired with
 * each other, so that what is said of their noise holds what they differ by: too much rather than too little.
 */
export function pairsInTime(rows: readonly ProbeRow[]): Groups {
  const pictures = byPicture(rows);
  const several = pictures.filter(({ length }) => length > 1);
  const single = pictures.filter(({ length }) => length === 1).flat();
  // Without another of its kind it joins a picture.
  const clusters =
    single.length === 1
      ? [[...(several[0] ?? []), ...single], ...several.slice(1)]
      : [...several, single];
  return clusters.flatMap((cluster) => neighboursInTime(rows, cluster, 2));
}

/** Groups of a size, the last of each fewer than two sizes, of all the rows in order of time. */
export function neighboursInTime(
  rows: readonly ProbeRow[],
  of: readonly number[],
  size: number,
): Groups {
  const timeOf = (index: number) => rows[index]?.time ?? 0;
  const ordered = [...of].sort((one, other) => timeOf(one) - timeOf(other));
  const last = Math.max(0, Math.floor(ordered.length / size) - 1);
  return groupedBy(ordered.keys(), (place) => Math.min(last, Math.floor(place / size))).map(
    (places) => places.flatMap((place) => ordered[place] ?? []),
  );
}

function groupedBy(indices: Iterable<number>, keyOf: (index: number) => unknown): number[][] {
  const groups = new Map<unknown, number[]>();
  for (const index of indices) {
    const group = groups.get(keyOf(index));
    if (group === undefined) groups.set(keyOf(index), [index]);
    else group.push(index);
  }
  return [...groups.values()];
}
