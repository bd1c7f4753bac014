/** @file What several runs drew with the same prompt and seed, side by side. */

import type { Sample } from "@atelier/server/api";
import { type StopName, sampleGrid, stopsOf } from "../runs/sample-grid.js";

/** What a run drew, and which step is its best. */
export interface DrawnRun {
  readonly samples: readonly Sample[];
  readonly keptStep: number | undefined;
}

/** A prompt and a seed with a picture of each run; none where a run has not drawn it. */
export interface SheetRow {
  readonly prompt: string;
  readonly seed: number;
  readonly pictures: readonly (Sample | undefined)[];
}

/** Rows that at least two runs have drawn, in the order of the first of them. */
export function sheetRows(runs: readonly DrawnRun[], moment: StopName): SheetRow[] {
  const rows = new Map<
    string,
    { prompt: string; seed: number; pictures: (Sample | undefined)[] }
  >();
  runs.forEach(({ samples, keptStep }, place) => {
    for (const row of sampleGrid(samples).rows) {
      const key = `${row.seed} ${row.prompt}`;
      const known = rows.get(key) ?? {
        ...{ prompt: row.prompt, seed: row.seed },
        pictures: new Array<Sample | undefined>(runs.length).fill(undefined),
      };
      known.pictures[place] = pictureAt(row, moment, keptStep);
      rows.set(key, known);
    }
  });
  return [...rows.values()].filter(
    ({ pictures }) => pictures.filter((picture) => picture !== undefined).length > 1,
  );
}

/** The best is the last where nothing is kept, and the last may be the best. */
function pictureAt(
  row: Parameters<typeof stopsOf>[0],
  moment: StopName,
  keptStep: number | undefined,
): Sample | undefined {
  if (moment === "base") return row.pictures.get(0);
  const last = [...row.pictures.values()].reduce<Sample | undefined>(
    (latest, sample) => (latest === undefined || sample.step > latest.step ? sample : latest),
    undefined,
  );
  if (moment === "last") return last;
  const best = stopsOf(row, keptStep).find(({ name }) => name === "best")?.sample;
  return best ?? last;
}
