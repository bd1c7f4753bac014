/**
 * @file What a run of the experiment leaves behind, as one small JSON file: all that its watch has seen, so that
 * verdicts can be replayed, and what was true.
 */

import type { BankName, Banks, Look, ProbeRow, RowValues } from "@atelier/diffusion/verdicts";
import { AtelierError, said } from "@atelier/engine";
import type { RunKind, RunSpec, Sabotage } from "./run-list.js";
import type { Split } from "./subjects.js";

/** A recorded run. Numbers have five significant digits; what is not finite is `null` in JSON, and NaN here. */
export interface RunRecord {
  readonly version: 1;
  readonly run: RecordedRun;
  /** Pictures that were held out of training. */
  readonly heldOut: number;
  readonly banks: Banks;
  readonly start: RowValues;
  readonly looks: readonly Look[];
  /** The bank that the watch went without: pictures never trained on, or echoes beside those held out. */
  readonly spare: SpareBank;
  readonly truth: readonly TruthPoint[];
  /** The first is of the base. */
  readonly drawn: readonly DrawnScores[];
  /** Mean loss of eight rows of training pictures, every {@link fixedEvery} steps from the start on. */
  readonly fixedLosses: readonly number[];
  readonly seconds: RunSeconds;
  /** Steps that were done; fewer than the run was to have where its numbers were no longer finite. */
  readonly doneSteps: number;
}

/** A {@link RunSpec} as JSON. */
export interface RecordedRun extends Omit<RunSpec, "subject" | "kind" | "sabotage"> {
  readonly subject: string;
  readonly split: Split;
  readonly kind: RunKind;
  readonly sabotage?: Sabotage;
}

/** Rows beside those of the watch. */
export interface SpareBank {
  readonly bank: BankName;
  readonly rows: readonly ProbeRow[];
  readonly start: readonly number[];
  /** Losses at each of the watch's looks. */
  readonly looks: readonly (readonly number[])[];
}

/** What was true after a step; the base's own predictions are its zero. */
export interface TruthPoint {
  readonly step: number;
  /**
   * Mean log-ratio of losses to the base's on fresh renders of the subject, G*. Standard errors over renders: of
   * itself, and of its change since the look at which it is lowest.
   */
  readonly fresh: { readonly mean: number; readonly error: number; readonly sinceBest: number };
  /** The same on pictures in training. */
  readonly train: number;
  /** Loss above the base's, as a share of it, on renders of other things and of the class; not at every look. */
  readonly generic?: number;
  readonly class?: number;
}

/** What a judge says of drawings after a step. */
export interface DrawnScores {
  readonly step: number;
  /** Mean similarity to true pictures, by the judge that tells things apart. */
  readonly likeness: number;
  /** Mean of structural similarity on the pixels of the subject. */
  readonly structure: number;
  /** Share of backgrounds, companions and clothes that are as asked for. */
  readonly obeyed: number;
  /** Share of drawings nearer to a picture in training than any two of these are to each other. */
  readonly copies: number;
  /** Share of other things that the judge recognises; not at every look. */
  readonly unrelated?: number;
}

/** How long a run took, in seconds of the clock but where it says otherwise. */
export interface RunSeconds {
  /** From its plan to its end, without what the experiment measured beside it. */
  readonly run: number;
  /** Looks of the watch, of {@link RunSeconds.run}. */
  readonly watch: number;
  readonly truth: number;
  readonly drawings: number;
  /** Processor time of everything. */
  readonly processor: number;
}

/** Records are written with five digits of each number. */
export function recordText(record: object): string {
  return `${JSON.stringify(record, (_, value: unknown) => (typeof value === "number" ? shortened(value) : value))}\n`;
}

/** What {@link recordText} wrote, of version 1. @throws AtelierError `format` for anything else. */
export function parsedRecord(text: string, path: string): object {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text, (_, value: unknown) => (value === null ? Number.NaN : value));
  } catch {
    throw refusedRecord(path, "no JSON");
  }
  if (typeof parsed !== "object" || parsed === null || !("version" in parsed)) {
    throw refusedRecord(path, "something else");
  }
  if (parsed.version !== 1) {
    throw refusedRecord(path, `one of version ${String(parsed.version)}`);
  }
  return parsed;
}

/** Of what is no record. */
export const refusedRecord = (path: string, what: string): AtelierError =>
  new AtelierError(
    "format",
    said`${path}: expected the record of a run, got ${what}. Remove the file, and the run is done again.`,
  );

/** Reads the record of a run. @throws AtelierError `format` for anything else. */
export function readRecord(text: string, path: string): RunRecord {
  // What has the version was written by `recordText`; its numbers are counted below.
  const record = parsedRecord(text, path) as RunRecord;
  const { banks, start, looks, spare, truth } = record;
  const isWhole = Object.entries(banks).every(([bank, rows]) =>
    [start, ...looks.map((look) => look.rows)].every(
      (values) => values[bank as BankName]?.length === rows.length, // A key of the banks.
    ),
  );
  const hasSpare = [spare.start, ...spare.looks].every(
    ({ length }) => length === spare.rows.length,
  );
  const hasAll = spare.looks.length === looks.length && truth.length === looks.length;
  if (!isWhole || !hasSpare || !hasAll) throw refusedRecord(path, "one whose looks lack numbers");
  return record;
}

/** Integers stay as they are. */
function shortened(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(5));
}
