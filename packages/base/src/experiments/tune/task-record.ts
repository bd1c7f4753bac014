/** @file What contenders have come to on a task, as one small JSON file. */

import {
  type DrawnScores,
  parsedRecord,
  refusedRecord,
  type TruthPoint,
} from "../verdicts/record.js";

/** A task and all that was measured of it. */
export interface TaskRecord {
  readonly version: 1;
  readonly task: {
    readonly id: string;
    readonly subject: string;
    readonly pictures: number;
    readonly seed: number;
    /** That a tune was given, where there is one. */
    readonly minutes?: number;
  };
  /** What the base draws without any training. */
  readonly base: DrawnScores;
  readonly entries: readonly Entry[];
}

/** A contender's training. */
export interface Entry {
  readonly contender: string;
  /** As it is made to be; absent where its numbers were no longer finite before its end. */
  readonly whole?: Outcome;
  /** After as much time as the tune took; absent where it had less. */
  readonly cut?: Outcome;
}

/** A model that a contender makes, and what is true of it. */
export interface Outcome {
  readonly step: number;
  /** That training has taken of the clock, everything that led to it included. */
  readonly seconds: number;
  readonly truth: TruthPoint;
  readonly drawn: DrawnScores;
}

/** Reads the record of a task. @throws AtelierError `format` for anything else. */
export function readTask(text: string, path: string): TaskRecord {
  const parsed = parsedRecord(text, path);
  // What has the version and a task was written by `recordText`.
  if ("task" in parsed && "entries" in parsed) return parsed as TaskRecord;
  throw refusedRecord(path, "one of something else");
}
