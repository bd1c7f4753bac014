/**
 * @file What the watch of a training has measured: losses of the same rows (picture, noise, timestep) at
 * the start and at every look. Plain JSON: it is part of snapshots, and verdicts are a pure function of it.
 */

/**
 * Banks of rows. `held-out`: pictures that are not trained on; `echo`: views of training pictures that
 * training does not show, where none is held out; `train`: training pictures; `generic` and `class`: what
 * the base itself has drawn, to see how far its predictions of other things and of the class have moved.
 */
export const bankNames = ["held-out", "echo", "train", "generic", "class"] as const;

/** One of them. */
export type BankName = (typeof bankNames)[number];

/** What one row of a bank is. */
export interface ProbeRow {
  /** Name of its picture, or the prompt that it was drawn from. */
  readonly picture: string;
  /** As the process has it. */
  readonly time: number;
  /**
   * The rows of one half share no noise with those of the other: what is chosen on one half is judged on the
   * other.
   */
  readonly half: "a" | "b";
}

/** Rows by bank; a bank that a run does not have is absent. */
export type Banks = { readonly [Name in BankName]?: readonly ProbeRow[] };

/** A number for each row of each bank. */
export type RowValues = { readonly [Name in BankName]?: readonly number[] };

/** What was seen after a step. */
export interface Look {
  readonly step: number;
  /**
   * Of pictures the loss, as mean squared error of the prediction. Of `generic` and `class` the mean squared
   * distance of the prediction from the start's. What is not finite is `null` in JSON, and NaN here.
   */
  readonly rows: RowValues;
  /** Since the look before: the median and the largest norm of the gradients, before clipping. */
  readonly gradNorm: { readonly median: number; readonly largest: number };
}

/** All that a watch has measured. */
export interface WatchHistory {
  readonly banks: Banks;
  /** Losses at the start, of all banks. */
  readonly start: RowValues;
  /** In order of steps. */
  readonly looks: readonly Look[];
  /** Steps that the run is to have. */
  readonly steps: number;
  /** Pictures that are trained on; absent, as many as the bank of them has. */
  readonly trainedPictures?: number | undefined;
  /** The step after which what the base predicts of the class is kept beside the training; 0 from the start on. */
  readonly priorSince?: number | undefined;
}
