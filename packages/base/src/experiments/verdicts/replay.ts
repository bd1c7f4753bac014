/**
 * @file What a judge of watched trainings would have said of a recorded run: the record as the history that the
 * run's watch had, or would have had with fewer looks or the other bank.
 */

import type {
  BankName,
  Banks,
  Look,
  ProbeRow,
  RowValues,
  WatchHistory,
} from "@atelier/diffusion/verdicts";
import type { RunRecord } from "./record.js";

/** States that a judge may find a training in. */
export const states = ["overfitting", "forgetting", "nothing-happens", "diverging"] as const;
export type State = (typeof states)[number];

/** What a judge says of a history. */
export interface Outcome {
  /** States in which it leaves the run at the last look. */
  readonly atEnd: readonly State[];
  /** Those that it found at any look. */
  readonly ever: readonly State[];
  /** The step at which it would have stopped the run. */
  readonly stop?: number | undefined;
  /** The step whose values it keeps; 0 for none. */
  readonly kept: number;
  /** The one that it would have kept if the run had gone on. */
  readonly keptAtEnd: number;
  /** What it says of pictures like those in training, as 90 % intervals of the mean log-ratio. */
  readonly intervals: readonly StepInterval[];
  /** The same of changes since an earlier step. */
  readonly changes: readonly (StepInterval & { readonly since: number })[];
}

interface StepInterval extends Bounds {
  readonly step: number;
}

interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** Judges a history; where it would stop, as if the run had been stopped there. */
export type JudgeHistory = (history: WatchHistory) => Outcome;

/** What a judgement tells of itself: that of `@atelier/diffusion/verdicts` does. */
export interface Judgement {
  readonly now: readonly { readonly state: string }[];
  readonly verdicts: readonly {
    readonly state: string;
    readonly step: number;
    readonly actions: readonly { readonly kind: string }[];
  }[];
  readonly kept: { readonly step: number };
  readonly signals: readonly {
    readonly step: number;
    readonly learned: { readonly ofOthersLikeThem: Bounds };
    /** The best look, among these signals. */
    readonly best: number;
    /** The change since it. */
    readonly worsening: { readonly ofOthersLikeThem: Bounds };
  }[];
}

/** Plays a judge on the whole history, and on that up to where it would have stopped the run. */
export function replayed(judge: (history: WatchHistory) => Judgement): JudgeHistory {
  return (history) => {
    const whole = judge(history);
    const stop = whole.verdicts.find(({ actions }) =>
      actions.some(({ kind }) => kind === "stop"),
    )?.step;
    const looks = history.looks.filter(({ step }) => step <= (stop ?? history.steps));
    const { kept } = stop === undefined ? whole : judge({ ...history, looks });
    const known = (told: readonly { readonly state: string }[]) =>
      states.filter((state) => told.some((each) => each.state === state));
    return {
      atEnd: known(whole.now),
      ever: known(whole.verdicts),
      stop,
      kept: kept.step,
      keptAtEnd: whole.kept.step,
      intervals: whole.signals
        .filter(({ step }) => step > 0)
        .map(({ step, learned }) => {
          const { low, high } = learned.ofOthersLikeThem;
          return { step, low, high };
        }),
      changes: whole.signals.flatMap(({ step, best, worsening }, at) => {
        if (best === at) return [];
        const { low, high } = worsening.ofOthersLikeThem;
        return { since: whole.signals[best]?.step ?? 0, step, low, high };
      }),
    };
  };
}

/** Which history is replayed. */
export interface ReplayOptions {
  /** The bank that stands for what is not trained on; the run's own by default. */
  readonly bank?: "held-out" | "echo";
  /** Of looks, the last so many. */
  readonly looks?: number;
  /** One row of so many of each bank and half. */
  readonly every?: number;
}

/** The history of a record's watch. */
export function historyOf(
  record: RunRecord,
  { bank, looks: count = record.looks.length, every = 1 }: ReplayOptions = {},
): WatchHistory {
  const { spare, run } = record;
  const own: BankName = record.banks["held-out"] === undefined ? "echo" : "held-out";
  const isOther = bank !== undefined && bank !== own;
  const swapped = (values: RowValues, others: readonly number[]): RowValues => {
    if (!isOther) return values;
    const { [own]: _, ...rest } = values;
    return { ...rest, [spare.bank]: others };
  };
  const { [own]: rows = [], ...banks } = record.banks;
  const all: Banks = { ...banks, ...(isOther ? { [spare.bank]: spare.rows } : { [own]: rows }) };
  const chosen = mapBanks(all, (bankRows: readonly ProbeRow[]) => everyOf(bankRows, every));
  const pick = (values: RowValues): RowValues =>
    mapBanks(values, (numbers: readonly number[], name) =>
      (chosen[name] ?? []).map((place) => numbers[place] ?? Number.NaN),
    );
  const looks = record.looks.map((look, at): Look => {
    return { ...look, rows: pick(swapped(look.rows, spare.looks[at] ?? [])) };
  });
  return {
    banks: mapBanks(chosen, (places: readonly number[], name) =>
      places.flatMap((place) => all[name]?.[place] ?? []),
    ),
    start: pick(swapped(record.start, spare.start)),
    looks: looks.slice(-count),
    steps: run.steps,
    trainedPictures: run.pictures - record.heldOut,
  };
}

/** Places of one row of so many, of each half alike. */
function everyOf(rows: readonly ProbeRow[], every: number): number[] {
  return (["a", "b"] as const)
    .flatMap((half) =>
      [...rows.keys()]
        .filter((place) => rows[place]?.half === half)
        .filter((_, at) => at % every === 0),
    )
    .sort((a, b) => a - b);
}

function mapBanks<From, To>(
  banks: { readonly [Name in BankName]?: From },
  change: (value: From, name: BankName) => To,
): { readonly [Name in BankName]?: To } {
  const entries = Object.entries(banks) as [BankName, From][]; // Its keys are names of banks.
  return Object.fromEntries(entries.map(([name, value]) => [name, change(value, name)]));
}
