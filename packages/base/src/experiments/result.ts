/** @file What one training of the comparison gave, and the mean over seeds. */

import type { Measures } from "../demo/measure-prompts.js";

/** What a technique and a seed gave; survives JSON. */
export interface ArmResult {
  readonly goal: string;
  readonly arm: string;
  readonly seed: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly trainedParameters: number;
  /** Of the file or folder that a user takes along. */
  readonly fileBytes: number;
  /** Largest resident memory of the training process. */
  readonly memoryBytes: number;
  /** Of the training, from its start to its end. */
  readonly seconds: number;
  readonly secondsPerStep: number;
  readonly measures: Measures;
  /** How much pictures of the class alone resemble the subject, by the instance judge: the paper's PRES. */
  readonly classResemblance: { readonly base: number; readonly after: number };
  /**
   * Mean distance between pictures of one prompt for the subject, by the instance judge: the paper's
   * DIV, which takes LPIPS for it.
   */
  readonly diversity: { readonly base: number; readonly after: number };
}

/** Mean and standard deviation over seeds; the latter is NaN for one seed. */
export interface Spread {
  readonly mean: number;
  readonly deviation: number;
}

/** Mean and sample standard deviation. */
export function spreadOf(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) };
}
