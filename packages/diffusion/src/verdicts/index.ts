/** @file `@atelier/diffusion/verdicts`: what a watched training has measured, and what is to be said of it. */

export {
  type BankName,
  type Banks,
  bankNames,
  type Look,
  type ProbeRow,
  type RowValues,
  type WatchHistory,
} from "./history.js";
export { type Judgement, type JudgeOptions, judge } from "./judge.js";
export type { Signals } from "./signals.js";
export { type ShownState, type StateSpan, type StateSpans, stateSpans } from "./state-spans.js";
export {
  type ChosenStrength,
  judgeStrengths,
  type MeasuredStrength,
  type StrengthHistory,
  type StrengthJudgement,
  type StrengthLook,
} from "./strengths.js";
export { type LookSeries, type PictureTables, pictureTables } from "./tables.js";
export { type Thresholds, usualThresholds } from "./thresholds.js";
