/** @file The result of an evaluation as plain data: `evaluation.json` is it, and table and page are made of it. */

import type {
  AlikePair,
  Comparison,
  ModelScores,
  Protocol,
  RealScores,
  SubjectWords,
} from "@atelier/diffusion/evaluate";

/** How everything was drawn. */
export interface DrawnBy {
  readonly sampler: string;
  readonly steps: number;
  readonly guidance: number;
  readonly width: number;
  readonly height: number;
  /** Of each prompt's first picture; the next ones take the numbers that follow. */
  readonly seed: number;
}

/** One model's scores and drawings. */
export interface ModelEvaluation {
  readonly name: string;
  readonly scores: ModelScores;
  /** Of a tuned model. */
  readonly comparison?: Comparison | undefined;
  /** Paths below the evaluation's folder, by prompt and seed. */
  readonly drawings: readonly (readonly string[])[];
}

/** An evaluation. Numbers that are not known are NaN, and `null` in JSON. */
export interface Evaluation {
  readonly version: 1;
  /** Of Atelier. */
  readonly program: string;
  readonly subject: SubjectWords;
  readonly base: string;
  readonly judges: { readonly clip: string; readonly instance: string };
  readonly protocol: Protocol & {
    /** In the order of its prompts: whether a caption of training says all of it. */
    readonly learned: readonly boolean[];
  };
  readonly drawnBy: DrawnBy;
  readonly real: {
    /** Paths of the pictures that were learned from. */
    readonly pictures: readonly string[];
    readonly scores: RealScores;
    /** The pictures that set the measure for copies. */
    readonly mostAlike: AlikePair | undefined;
  };
  /** The base first. */
  readonly models: readonly [ModelEvaluation, ...ModelEvaluation[]];
  /** How alike class pictures are that the base draws from different seeds. */
  readonly classSpread: number;
}
