/** @file Which pictures of a job belong where in its grid. */

import type { Drawn, Job } from "@atelier/server/api";
import type { GridSetting } from "./grid-values.js";

/** A grid of pictures by the values of its two settings. */
export interface Grid {
  readonly x: GridSetting | undefined;
  readonly y: GridSetting | undefined;
  readonly columns: readonly string[];
  readonly rows: readonly string[];
  /** The pictures of a cell, oldest first. */
  readonly at: (column: string, row: string) => readonly Drawn[];
}

/** The grid that a request asks for, with what was drawn of it so far. An axis that is not there has one empty value. */
export function gridOf(
  { x, y }: Pick<Job["request"] & { kind: "draw" }, "x" | "y">,
  drawings: readonly Drawn[],
): Grid {
  return {
    x: x?.setting,
    y: y?.setting,
    columns: x?.values.map(String) ?? [""],
    rows: y?.values.map(String) ?? [""],
    at: (column, row) =>
      drawings
        .filter((drawn) => (drawn.x ?? "") === column && (drawn.y ?? "") === row)
        .sort((a, b) =>
          a.created === b.created ? compare(a.name, b.name) : compare(a.created, b.created),
        ),
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
