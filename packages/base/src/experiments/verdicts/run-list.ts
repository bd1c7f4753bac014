/** @file The runs of the experiment as data: what trains, on how many pictures of what, how fast. */

import { createDraws } from "../../world/draws.js";
import { type Split, type Subject, subjects } from "./subjects.js";

/** What trains. */
export type RunKind = (typeof runKinds)[number];
export const runKinds = ["lora", "full", "word", "prior"] as const;

/** What is done to a run so that it goes wrong. */
export type Sabotage = "rate-0" | "rate-100" | "shuffled";

/** One run. */
export interface RunSpec {
  /** Of its file. */
  readonly id: string;
  readonly subject: Subject;
  readonly kind: RunKind;
  /** Pictures. */
  readonly pictures: number;
  /** Times the usual constant rate; see `configOfRun`. */
  readonly rateFactor: number;
  readonly steps: number;
  readonly seed: number;
  readonly sabotage?: Sabotage;
}

const counts = [3, 5, 10, 30] as const;

/** Slow runs get more steps. */
const rates = [
  { rateFactor: 1 / 4, steps: 400 },
  { rateFactor: 1, steps: 250 },
  { rateFactor: 4, steps: 150 },
] as const;

const sabotaged: readonly (readonly [Sabotage, RunKind, number, Split])[] = [
  ["rate-0", "lora", 5, "judge"],
  ["rate-0", "full", 10, "fit"],
  ["rate-100", "lora", 5, "judge"],
  ["rate-100", "full", 10, "fit"],
  ["shuffled", "lora", 10, "judge"],
  ["shuffled", "full", 5, "judge"],
];

/**
 * All runs. Of the two of every kind, number of pictures and rate, none or one has a subject to fit on: one
 * third of all runs, spread evenly over kinds, numbers and rates. Runs of one half of the list are as varied as
 * the list, so that it may be cut off.
 */
export function listRuns(): RunSpec[] {
  const next = { fit: dealer("fit"), judge: dealer("judge") };
  const cells = runKinds.flatMap((kind, k) =>
    counts.flatMap((pictures, n) =>
      rates.map((rate, r) => ({ kind, pictures, ...rate, hasFit: (k + n + r) % 3 !== 0 })),
    ),
  );
  const runs = [0, 1].flatMap((round) =>
    // 48 cells and a stride without a common divisor: neighbours differ in everything.
    cells.map((_, index) => {
      const cell = cells[(index * 19) % cells.length];
      if (cell === undefined) throw new RangeError("internal: no such cell");
      const { hasFit, ...fields } = cell;
      return { ...fields, subject: next[round === 0 && hasFit ? "fit" : "judge"]() };
    }),
  );
  const broken = sabotaged.map(([sabotage, kind, pictures, split]) => {
    const rateFactor = { "rate-0": 0, "rate-100": 100, shuffled: 1 }[sabotage];
    return { kind, pictures, rateFactor, steps: 150, sabotage, subject: next[split]() };
  });
  return [...runs, ...broken].map((run, index): RunSpec => {
    const rate = run.rateFactor === 1 / 4 ? "q" : run.rateFactor;
    const what = "sabotage" in run ? run.sabotage : `x${rate}`;
    const id = `${String(index).padStart(3, "0")}-${run.kind}-n${run.pictures}-${what}-${run.subject.id}`;
    return { id, ...run, seed: 1000 + index };
  });
}

/** Deals the subjects of a split: all once in an order of chance, then all again. */
export function dealer(split: Split): () => Subject {
  const own = subjects.filter((subject) => subject.split === split);
  let deck: Subject[] = [];
  let decks = 0;
  return () => {
    if (deck.length === 0) deck = shuffled(own, decks++);
    const subject = deck.pop();
    if (subject === undefined) throw new RangeError("internal: no subject of the split");
    return subject;
  };
}

function shuffled<Value>(values: readonly Value[], seed: number): Value[] {
  const draws = createDraws({ seed, index: 0, stream: 0 });
  const rest = [...values];
  return values.flatMap(() => rest.splice(draws.integer(rest.length), 1));
}
