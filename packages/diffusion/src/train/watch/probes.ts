/** @file Rows that a run is looked at with, put through its forward pass: errors, and how far predictions have moved. */

import type { FloatTensor, Graph, StepResults, TensorMap } from "@atelier/engine";
import { joinRows, rowsOf as tensorRows } from "../../pipeline/tensor-rows.js";
import { type BankName, type Banks, bankNames, type RowValues } from "../../verdicts/history.js";
import { sizeValues, textValues, wholeMask } from "../data/conditioning-values.js";
import { type ProbeInput, rowsOf, type WatchData } from "../data/watch-data.js";
import type { RunPlan } from "../plan/plan-run.js";
import { probeGraph } from "../step/probe-graph.js";

/** What a look sees. */
export interface Reading {
  /** Mean squared errors. */
  readonly errors: RowValues;
  /** Of `generic` and `class`, shaped like the latents. */
  readonly predictions: Readonly<Partial<Record<BankName, readonly FloatTensor[]>>>;
}

/** The rows of a run, ready to be looked at. */
export interface Probes {
  readonly banks: Banks;
  /** What their inputs belong to. */
  readonly graph: Graph;
  /** Rows of all banks together. */
  readonly count: number;
  /** @param evaluate runs {@link Probes.graph} @throws what that throws. */
  read(evaluate: (inputs: TensorMap) => Promise<StepResults>): Promise<Reading>;
}

/** So many rows are predicted at once, at most. */
const mostAtOnce = 8;

/** Banks of which the predictions count, not the errors. */
const driftBanks: ReadonlySet<BankName> = new Set(["generic", "class"]);

/** Puts the rows of a run together. */
export function createProbes(plan: RunPlan, { banks }: WatchData): Probes {
  const rows = bankNames.flatMap((bank) => (banks[bank] ?? []).map((input) => ({ bank, input })));
  const [{ input: first } = { input: undefined }] = rows;
  const [, , height = 0, width = 0] = first?.latents.shape ?? [];
  return {
    banks: rowsOf(banks),
    graph: probeGraph({ ...plan.graph, height, width }, rowsAtOnce(plan)),
    count: rows.length,
    async read(evaluate) {
      const inputs = rows.map(({ input }) => input);
      const read = await readRows(plan, inputs, evaluate);
      const told = rows.flatMap(({ bank }, row) => ({ bank, ...(read[row] ?? unread) }));
      const present = [...new Set(told.map(({ bank }) => bank))];
      const ofBank = (bank: BankName) => told.filter((row) => row.bank === bank);
      return {
        errors: Object.fromEntries(
          present.map((bank) => [bank, ofBank(bank).map(({ error }) => error)]),
        ),
        predictions: Object.fromEntries(
          present
            .filter((bank) => driftBanks.has(bank))
            .map((bank) => [bank, ofBank(bank).flatMap(({ prediction }) => prediction ?? [])]),
        ),
      };
    },
  };
}

/** What a row gave. */
export interface RowReading {
  /** Mean squared error. */
  readonly error: number;
  /** Shaped like the latents. */
  readonly prediction: FloatTensor | undefined;
}

const unread: RowReading = { error: Number.NaN, prediction: undefined };

/**
 * Puts rows through the forward pass of a watched run; their latents are shaped like those of its looks.
 * @param evaluate runs {@link Probes.graph} @throws what that throws.
 */
export async function readRows(
  plan: RunPlan,
  rows: readonly ProbeInput[],
  evaluate: (inputs: TensorMap) => Promise<StepResults>,
): Promise<RowReading[]> {
  const batch = rowsAtOnce(plan);
  const told: RowReading[] = [];
  for (let start = 0; start < rows.length; start += batch) {
    const own = rows.slice(start, start + batch);
    // The last rows are filled up, since a graph has one size.
    const filled = Array.from({ length: batch }, (_, i) => own[i] ?? own[0]);
    const inputs = filled.flatMap((row) => row ?? []);
    const { error, prediction } = await evaluate(valuesOf(plan, inputs));
    const predicted = prediction?.dtype === "float32" ? tensorRows(prediction) : [];
    for (const i of own.keys()) {
      told.push({ error: Number(error?.data[i] ?? Number.NaN), prediction: predicted[i] });
    }
  }
  return told;
}

const rowsAtOnce = ({ graph }: RunPlan): number => Math.min(mostAtOnce, graph.batch);

function valuesOf({ graph, process }: RunPlan, rows: readonly ProbeInput[]): TensorMap {
  const captions = rows.map(({ caption }) => caption);
  const masks = () => joinRows(rows.map(({ mask, latents }) => mask ?? wholeMask(latents.shape)));
  return {
    latents: joinRows(rows.map(({ latents }) => latents)),
    noise: joinRows(rows.map(({ noise }) => noise)),
    timesteps: process.timesValues(rows.map(({ time }) => time)),
    ...(graph.isMasked ? { mask: masks() } : {}),
    ...textValues(graph, captions),
    ...sizeValues(graph, rows),
  };
}

/** What rows at a look say beside those at the start: errors of pictures, moves of drawn latents. */
export function rowsSince(start: Reading, now: Reading): RowValues {
  return Object.fromEntries(
    bankNames.flatMap((bank) => {
      const errors = now.errors[bank];
      if (errors === undefined) return [];
      if (!driftBanks.has(bank)) return [[bank, errors]];
      const before = start.predictions[bank] ?? [];
      const after = now.predictions[bank] ?? [];
      return [[bank, after.map((told, row) => meanSquare(told.data, before[row]?.data))]];
    }),
  );
}

function meanSquare(a: Float32Array, b: Float32Array | undefined): number {
  if (b === undefined) return Number.NaN;
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return sum / a.length;
}
