/** @file What is measured of the embedded base, as plain data: report.json, and all that the model card says in numbers. */

import type { TrainingRecord } from "../training-record.js";
import type { TableFact, Tally } from "./judge-facts.js";

/** How often pictures were found to show what their captions say, by fact. */
export type Verdicts = Readonly<Record<TableFact, Tally>>;

/** How near pictures of single centred objects come to their renders. */
export interface Structure {
  /** Structural similarity over the picture, after the best small shift and scale. */
  readonly structure: number;
  /** The same over the pixels of the object. */
  readonly structureOfObject: number;
  /** As a share of the render's. */
  readonly sharpness: number;
}

/** Everything that is measured; the numbers of {@link Structure} are medians. */
export interface Quality extends Structure {
  /** What the autoencoder alone loses: the most that pictures can reach. */
  readonly autoencoder: Structure;
  /** What was drawn, and how. */
  readonly sample: {
    readonly prompts: number;
    readonly picturesPerPrompt: number;
    readonly steps: number;
    readonly guidanceScale: number;
  };
  readonly generated: Verdicts;
  /** Of renders of the same captions: how good the judge itself is. */
  readonly real: Verdicts;
  /** Pictures of one object, by its concept. */
  readonly concepts: Readonly<Record<string, { readonly generated: Tally; readonly real: Tally }>>;
  /** Distances of generated pictures to renders of the same captions. */
  readonly cmmd: number;
  readonly kid: number;
  /** Mean distance, 1 − cosine, of two pictures of one caption. */
  readonly diversity: {
    /** Where the caption says everything: then there is one right picture. */
    readonly said: number;
    /** Where it names the thing alone, and style and background are free. */
    readonly unsaid: number;
  };
  /** What scores of likeness mean to the eye, from nothing alike to the very same. */
  readonly calibration: readonly {
    readonly what: string;
    readonly structureOfObject: number;
    readonly instance: number;
  }[];
  /** Of the autoencoder, on renders that it has never seen. */
  readonly reconstruction: {
    readonly pictures: number;
    readonly psnrDecibels: number;
    readonly worstPsnrDecibels: number;
  };
  /** How often the instance judge finds the other view of a thing among `things`. */
  readonly instanceJudge: {
    readonly things: number;
    /** Of things that training leaves out. */
    readonly heldOut: number;
    /** Of things in a style that training leaves out. */
    readonly unseenStyle: number;
  };
  readonly speed: {
    readonly secondsPerPicture: number;
    readonly threads: number;
    readonly processor: string;
  };
  readonly size: {
    readonly bytes: number;
    /** Numbers of parameters by the folder that holds them. */
    readonly parameters: Readonly<Record<string, number>>;
  };
  readonly training: TrainingRecord;
  /** The judges by name, since scores of different ones cannot be compared. */
  readonly judges: { readonly clip: string; readonly instance: string };
}
