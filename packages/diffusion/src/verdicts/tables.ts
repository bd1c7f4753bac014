/** @file What a report shows of the pictures behind a judgement: which timesteps learn, and which pictures. */

import type { ProbeRow, WatchHistory } from "./history.js";
import { type Measured, measuredAt, measuredStart, usableBanks } from "./measured.js";
import { sum } from "./row-mean.js";
import { byPicture, byTime, type Groups, neighboursInTime } from "./strata.js";

/** Mean log-ratios to the start of some rows of a bank, look by look. */
export interface LookSeries {
  /** As many as steps. */
  readonly values: readonly number[];
}

/** Tables of a bank of pictures. */
export interface PictureTables {
  /** Of the start and of every look at which all numbers were finite. */
  readonly steps: readonly number[];
  /** By timestep, the earliest first; where there are more than can be shown, by the mean of neighbours. */
  readonly times: readonly (LookSeries & { readonly time: number })[];
  /** The one that has learned least at the last look first. */
  readonly pictures: readonly (LookSeries & { readonly picture: string })[];
}

/** Lines of a heat map that can be told apart. */
const mostTimes = 16;

/** Of what is learned, or of pictures in training. @throws AtelierError `training` as `judge` does. */
export function pictureTables(history: WatchHistory, name: "learned" | "train"): PictureTables {
  const banks = usableBanks(history);
  const { rows } = banks[name];
  const start: Measured = measuredStart(banks);
  const points = [start, ...history.looks.flatMap((look) => measuredAt(banks, look) ?? [])];
  const valuesOf = (group: readonly number[]) => points.map((point) => meanOf(point[name], group));
  const times = timesOf(rows).map((group) => ({
    time: meanOf(
      rows.map(({ time }) => time),
      group,
    ),
    values: valuesOf(group),
  }));
  const pictures = byPicture(rows).map((group) => ({
    picture: rows[group[0] ?? 0]?.picture ?? "",
    values: valuesOf(group),
  }));
  const lastOf = ({ values }: LookSeries) => values.at(-1) ?? 0;
  return {
    steps: points.map(({ step }) => step),
    times,
    pictures: pictures.sort((one, other) => lastOf(other) - lastOf(one)),
  };
}

function timesOf(rows: readonly ProbeRow[]): Groups {
  const each = byTime(rows);
  if (each.length <= mostTimes) return each;
  return neighboursInTime(rows, [...rows.keys()], Math.ceil(rows.length / mostTimes));
}

function meanOf(values: readonly number[], group: readonly number[]): number {
  return sum(group.map((row) => values[row] ?? 0)) / group.length;
}
