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
  const batch = Math.min(mostAtOnce, plan.graph.batch);
  return {
    banks: rowsOf(banks),
    graph: probeGraph({ ...plan.graph, height, width }, batch),
    count: rows.length,
    async read(evaluate) {
      const told: { bank: BankName; error: number; prediction: FloatTensor | undefined }[] = [];
      for (let start = 0; start < rows.length; start += batch) {
        const own = rows.slice(start, start + batch);
        // The last rows are filled up, since a graph has one size.
        const filled = Array.from({ length: batch }, (_, i) => own[i] ?? own[0]);
        const inputs = filled.flatMap((row) => (row === undefined ? [] : [row.input]));
        const { error, prediction } = await evaluate(valuesOf(plan, inputs));
        const predicted = prediction?.dtype === "float32" ? tensorRows(prediction) : [];
        for (const [i, { bank }] of own.entries()) {
          const of = Number(error?.data[i] ?? Number.NaN);
          told.push({ bank, error: of, prediction: predicted[i] });
        }
      }
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
