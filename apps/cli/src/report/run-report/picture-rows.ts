/** @file What was learned of each picture, the least learned first. */

import type { LookSeries } from "@atelier/diffusion/verdicts";
import type { ReportedWatch } from "./run-report.js";

/** Mean log-ratios of a picture at two steps. */
export interface PictureChange {
  readonly shown: number;
  readonly last: number;
}

/** A picture that was watched. */
export interface PictureRow {
  readonly picture: string;
  /** As it is trained on. */
  readonly train: PictureChange | undefined;
  /** Held out, or enlarged. */
  readonly learned: PictureChange | undefined;
}

/** All of them, at a step of a look and at the last one; the order is that of `shown`. */
export function pictureRows(
  { tables, bank }: Pick<ReportedWatch, "tables" | "bank">,
  step: number,
): PictureRow[] {
  const changesOf = ({ steps, pictures }: ReportedWatch["tables"]["train"]) => {
    const at = Math.max(0, steps.indexOf(step));
    const change = ({ values }: LookSeries): PictureChange => {
      return { shown: values[at] ?? 0, last: values.at(-1) ?? 0 };
    };
    return new Map(pictures.map((each) => [each.picture, change(each)]));
  };
  const [train, learned] = [changesOf(tables.train), changesOf(tables.learned)];
  const rows = [...new Set([...learned.keys(), ...train.keys()])].map((picture) => {
    return { picture, train: train.get(picture), learned: learned.get(picture) };
  });
  const worth = (row: PictureRow) => (row.learned ?? row.train)?.shown ?? 0;
  // A view and the picture itself are not learned alike: those without a view come last.
  const isOther = ({ learned: seen }: PictureRow) => bank === "echo" && seen === undefined;
  return rows.sort(
    (one, other) => Number(isOther(one)) - Number(isOther(other)) || worth(other) - worth(one),
  );
}
