/** @file The pictures of a grid as a table, with the values of its two settings along its sides. */

import type { Drawn, Job } from "@atelier/server/api";
import { useText } from "../../messages/language.js";
import classes from "./draw.module.css";
import { DrawingTile } from "./drawing-tile.js";
import { type Grid, gridOf } from "./grid-of.js";

/** A job's grid; cells fill as pictures come. */
export function XyTable({
  request,
  drawings,
  isOpen,
  onOpen,
}: {
  readonly request: Job["request"] & { kind: "draw" };
  readonly drawings: readonly Drawn[];
  /** Whether pictures may still come. */
  readonly isOpen: boolean;
  readonly onOpen: (name: string) => void;
}) {
  const { draw } = useText();
  const { grid: text } = draw;
  const grid = gridOf(request, drawings);
  const names = [grid.y, grid.x].flatMap((axis) => (axis === undefined ? [] : text.settings[axis]));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways is scrolled by keys as well.
    <section className={classes.scroll} aria-label={text.table} tabIndex={0}>
      <table className={classes.table}>
        <thead>
          <tr>
            <td>{names.join(" / ")}</td>
            {grid.columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {grid.rows.map((row) => (
            <tr key={row}>
              <th scope="row">{row}</th>
              {grid.columns.map((column) => (
                <td key={column}>
                  <Cell
                    drawings={grid.at(column, row)}
                    note={isOpen ? text.pending : text.missing}
                    onOpen={onOpen}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Cell({
  drawings,
  note,
  onOpen,
}: {
  readonly drawings: ReturnType<Grid["at"]>;
  readonly note: string;
  readonly onOpen: (name: string) => void;
}) {
  return (
    <div className={classes.cell}>
      {drawings.length === 0 && <div className={classes.none}>{note}</div>}
      {drawings.map((drawn) => (
        <div key={drawn.name} className={classes.square}>
          <DrawingTile drawn={drawn} onOpen={onOpen} />
        </div>
      ))}
    </div>
  );
}
