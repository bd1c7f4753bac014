/** @file What a chart of curves is given. */

import type { Numbers } from "./curve-data.js";

/** A colour by the name of a custom property of CSS, so that both themes have their own. */
export type CurveColor = `--${string}`;

/** A curve over steps. */
export interface Curve {
  readonly label: string;
  readonly color: CurveColor;
  /** By step; `null` where nothing was measured. */
  readonly values: Numbers | readonly (number | null)[];
  /** The interval around it. */
  readonly band?: {
    readonly low: Numbers | readonly (number | null)[];
    readonly high: Numbers | readonly (number | null)[];
  };
  /** Dashes and gaps in pixels, so that curves are told apart without colours. */
  readonly dash?: readonly number[];
  /** Where each value is marked. */
  readonly mark?: "full" | "hollow";
  readonly width?: number;
}

/** Some steps in one state. */
export interface CurveShade {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly tone: "good" | "bad" | "quiet";
}

/** A step that matters. */
export interface CurveMark {
  readonly step: number;
  readonly label: string;
}

/** How steps are laid out: alike, or with more room for the first ones, where most happens. */
export type StepScale =
  | { readonly kind: "even" }
  | { readonly kind: "early"; readonly first: number; readonly last: number };

/** All that is drawn. */
export interface CurvePlot {
  readonly steps: Numbers;
  readonly curves: readonly Curve[];
  readonly scale: StepScale;
  readonly shades?: readonly CurveShade[];
  readonly marks?: readonly CurveMark[];
  /** From where to where values are shown; by default all of them. */
  readonly range?: readonly [low: number, high: number];
  /** A value as axis and legend write it. */
  readonly format: (value: number) => string;
}
