/** @file Measures the truth of a run beside its watch: at the start, at every look, and what it draws at some. */

import type { RgbPicture } from "@atelier/diffusion/core";
import {
  type ProbeInput,
  type RunPlan,
  readRows,
  type TrainingView,
  type Watcher,
} from "@atelier/diffusion/train";
import { internalError } from "@atelier/engine";
import type { TruthRows } from "./truth-rows.js";

/** Mean squared errors by what the rows show. */
export type TruthLosses = { readonly [Name in TruthName]?: readonly number[] };
type TruthName = (typeof truthNames)[number];
const truthNames = ["fresh", "train", "spare", "generic", "class"] as const;
/** They move slowly: every other look is enough. */
const slowNames: ReadonlySet<TruthName> = new Set(["generic", "class"]);

/** What was true after a step. */
export interface TruthLook {
  readonly step: number;
  readonly losses: TruthLosses;
}

/** What was drawn after a step. */
export interface DrawnLook {
  readonly step: number;
  /** In the order of the requests. */
  readonly pictures: readonly RgbPicture[];
}

/** What a truth has measured. */
export interface MeasuredTruth {
  readonly rows: TruthRows;
  readonly start: TruthLosses;
  readonly looks: readonly TruthLook[];
  readonly drawn: readonly DrawnLook[];
  /** The training loss of the same rows, from the start on, as often as was asked for. */
  readonly fixedLosses: readonly number[];
  /** Of the clock. */
  readonly seconds: { readonly losses: number; readonly drawings: number };
}

/** A picture to be drawn. */
export type DrawingRequest = Parameters<TrainingView["draw"]>[0][number];

/** A watcher, and what it has seen. */
export interface TruthWatcher {
  readonly watchers: readonly Watcher[];
  measured(): MeasuredTruth;
}

/** Steps between two losses of the same rows in runs that verdicts are replayed on. */
export const fixedEvery = 10;
/** Rows of them. */
const fixedRows = 8;

/** How a truth is measured. */
export interface TruthOptions {
  /** Makes the rows, once the run knows what it holds out. */
  readonly rows: () => Promise<TruthRows>;
  /** What is drawn after a step. */
  readonly requestsAt: (step: number) => readonly DrawingRequest[];
  /** Steps between two losses of the same rows; none are read by default. */
  readonly fixedEvery?: number;
  /**
   * When everything is read: by default at the looks of the run's own watch, what moves slowly at every other one.
   * @param spent seconds that the truth has taken so far
   */
  readonly due?: (step: number, spent: number) => boolean;
}

/** Watches a run. */
export function truthWatcher(
  plan: RunPlan,
  { rows: makeRows, requestsAt, fixedEvery: everyFixed, due }: TruthOptions,
): TruthWatcher {
  const steps = plan.watch?.steps ?? [];
  const slowAt = new Set(steps.filter((_, at) => (steps.length - 1 - at) % 2 === 0));
  const seconds = { losses: 0, drawings: 0 };
  let begun: { readonly rows: TruthRows; readonly start: TruthLosses } | undefined;
  let looks: readonly TruthLook[] = [];
  let drawn: readonly DrawnLook[] = [];
  let fixedLosses: readonly number[] = [];
  const beginning = (): NonNullable<typeof begun> => {
    if (begun === undefined) throw internalError("truth: asked before the run has begun.");
    return begun;
  };
  const timed = async <Value>(what: keyof typeof seconds, work: () => Promise<Value>) => {
    const began = performance.now();
    const value = await work();
    seconds[what] += (performance.now() - began) / 1000;
    return value;
  };
  const readFixed = async (probe: TrainingView["probe"]): Promise<void> => {
    const errors = await errorsOf(plan, beginning().rows.train.slice(0, fixedRows), probe);
    fixedLosses = [...fixedLosses, mean(errors)];
  };

  const fixed: Watcher = {
    name: "fixed-losses",
    due: (step) => everyFixed !== undefined && step % everyFixed === 0,
    async *look({ probe }) {
      await timed("losses", () => readFixed(probe));
      return { kind: "go" };
    },
  };
  const truth: Watcher = {
    name: "truth",
    due: (step) => due?.(step, seconds.losses + seconds.drawings) ?? steps.includes(step),
    begin: (probe) =>
      timed("losses", async () => {
        const rows = await makeRows();
        begun = { rows, start: await readTruth(plan, rows, probe) };
        if (everyFixed !== undefined) await readFixed(probe);
      }),
    async *look({ step, probe, draw }) {
      const isWhole = due !== undefined || slowAt.has(step);
      const names = truthNames.filter((name) => isWhole || !slowNames.has(name));
      const losses = await timed("losses", () => readTruth(plan, beginning().rows, probe, names));
      looks = [...looks, { step, losses }];
      const requests = requestsAt(step);
      if (requests.length > 0) {
        const began = performance.now();
        const pictures: RgbPicture[] = [];
        for await (const event of draw(requests)) {
          if (event.type === "drawn") pictures.push(event.image.picture);
          else yield event;
        }
        drawn = [...drawn, { step, pictures }];
        seconds.drawings += (performance.now() - began) / 1000;
      }
      return { kind: "go" };
    },
  };
  return {
    watchers: [fixed, truth],
    measured: () => ({ ...beginning(), looks, drawn, fixedLosses, seconds }),
  };
}

/** Losses of true pictures, all of them by default. */
export async function readTruth(
  plan: RunPlan,
  rows: TruthRows,
  probe: TrainingView["probe"],
  names: readonly TruthName[] = truthNames,
): Promise<TruthLosses> {
  const losses: Partial<Record<TruthName, readonly number[]>> = {};
  for (const name of names) {
    losses[name] = await errorsOf(plan, name === "spare" ? rows.spare.rows : rows[name], probe);
  }
  return losses;
}

async function errorsOf(
  plan: RunPlan,
  rows: readonly ProbeInput[],
  probe: TrainingView["probe"],
): Promise<number[]> {
  return (await readRows(plan, rows, probe)).map(({ error }) => error);
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
