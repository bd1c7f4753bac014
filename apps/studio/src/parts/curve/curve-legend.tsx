/** @file What each line of a chart is, with its value where the pointer is, else at its end. */

import classes from "./curve.module.css";
import { nearestValue } from "./curve-data.js";
import type { Curve, CurvePlot } from "./curve-types.js";

/** A legend that is read as a table is: which step, then name and value of each curve. */
export function CurveLegend({
  plot: { steps, curves, format },
  index,
  stepText,
}: {
  readonly plot: CurvePlot;
  readonly index: number | undefined;
  readonly stepText: (step: number) => string;
}) {
  const at = index ?? steps.length - 1;
  const step = steps[at];
  return (
    <ul className={classes.legend}>
      {step !== undefined && <li className={classes.step}>{stepText(step)}</li>}
      {curves.map((curve) => {
        const near = nearestValue(curve.values, at);
        const value = near === undefined ? undefined : curve.values[near];
        return (
          <li key={curve.label} className={classes.entry}>
            <Swatch curve={curve} />
            <span>{curve.label}</span>
            {typeof value === "number" && <span className={classes.number}>{format(value)}</span>}
          </li>
        );
      })}
    </ul>
  );
}

/** A short piece of the line. */
function Swatch({ curve: { color, dash, mark, width = 2 } }: { readonly curve: Curve }) {
  const stroke = `var(${color})`;
  return (
    <svg className={classes.swatch} width="22" height="10" aria-hidden="true">
      <path
        d="M0 5H22"
        {...{ stroke, strokeWidth: width, fill: "none" }}
        {...(dash && { strokeDasharray: dash.join(" ") })}
      />
      {mark !== undefined && (
        <circle
          {...{ cx: 11, cy: 5, r: 3, stroke, strokeWidth: 2 }}
          fill={mark === "full" ? stroke : "var(--curve-paper)"}
        />
      )}
    </svg>
  );
}
