/** @file Rows that a run is looked at with, put through its forward pass: errors, and how far predictions have moved. */

import {
  AtelierError,
  type FloatTensor,
  type Graph,
  type StepResults,
  said,
  type TensorMap,
} from "@atelier/engine";
import { joinRows, rowsOf as tensorRows } from "../../pipeline/tensor-rows.js";
import { type BankName, type Banks, bankNames, type RowValues } from "../../verdicts/history.js";
import { sizeValues, textValues, wholeMask } from "../data/conditioning-values.js";
import { type ProbeInput, rowsOf, type WatchData } from "../data/watch-data.js";
import type { RunPlan } from "../plan/plan-run.js";
import { probeGraph, rowsAtOnce } from "../step/probe-graph.js";

/** What a look sees. */
export interface Reading {
  /** Mean squared errors. */
  readonly errors: RowValues;
  /** Those of predicting nothing. */
  readonly powers: RowValues;
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

/** Banks of which the predictions count, not the errors. */
const driftBanks: ReadonlySet<BankName> = new Set(["generic", "class"]);

/** Puts the rows of a run together. */
export function createProbes(plan: RunPlan, { banks }: WatchData): Probes {
  const rows = bankNames.flatMap((bank) => (banks[bank] ?? []).map((input) => ({ bank, input })));
  const [{ input: first } = { input: undefined }] = rows;
  const [, , height = 0, width = 0] = first?.latents.shape ?? [];
  return {
    banks: rowsOf(banks),
    graph: probeGraph({ ...plan.graph, height, width }, rowsAtOnce(plan.graph)),
    count: rows.length,
    async read(evaluate) {
      const inputs = rows.map(({ input }) => input);
      const read = await readRows(plan, inputs, evaluate);
      const told = rows.flatMap(({ bank }, row) => ({ bank, ...(read[row] ?? unread) }));
      const present = [...new Set(told.map(({ bank }) => bank))];
      const ofBank = (bank: BankName) => told.filter((row) => row.bank === bank);
      const valuesOf = (value: (row: RowReading) => number): RowValues =>
        Object.fromEntries(present.map((bank) => [bank, ofBank(bank).map(value)]));
      return {
        errors: valuesOf(({ error }) => error),
        powers: valuesOf(({ power }) => power),
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
  /** That of predicting nothing. */
  readonly power: number;
  /** Shaped like the latents. */
  readonly prediction: FloatTensor | undefined;
}

const unread: RowReading = { error: Number.NaN, power: Number.NaN, prediction: undefined };

/**
 * Puts rows through the forward pass of a watched run; their latents are shaped like those of its looks.
 * @param evaluate runs {@link Probes.graph} @throws what that throws.
 */
export async function readRows(
  plan: RunPlan,
  rows: readonly ProbeInput[],
  evaluate: (inputs: TensorMap) => Promise<StepResults>,
): Promise<RowReading[]> {
  const batch = rowsAtOnce(plan.graph);
  const told: RowReading[] = [];
  for (let start = 0; start < rows.length; start += batch) {
    const own = rows.slice(start, start + batch);
    // The last rows are filled up, since a graph has one size.
    const filled = Array.from({ length: batch }, (_, i) => own[i] ?? own[0]);
    const inputs = filled.flatMap((row) => row ?? []);
    const { error, power, prediction } = await evaluate(valuesOf(plan, inputs));
    const predicted = prediction?.dtype === "float32" ? tensorRows(prediction) : [];
    for (const i of own.keys()) {
      const numberIn = (values: typeof error) => Number(values?.data[i] ?? Number.NaN);
      told.push({ error: numberIn(error), power: numberIn(power), prediction: predicted[i] });
    }
  }
  return told;
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

/** The error of predictions of what the base has drawn, as a share of that of predicting nothing. */
export function unexplained({ errors, powers }: Pick<Reading, "errors" | "powers">): number {
  const sum = (values: readonly number[] = []) => values.reduce((all, value) => all + value, 0);
  return sum(errors.generic) / sum(powers.generic);
}

/**
 * That there is something to compare looks with.
 * @throws AtelierError `training` where too few errors at the start are finite numbers.
 */
export function requireErrors({ errors }: Pick<Reading, "errors">): void {
  for (const bank of bankNames) {
    const rows = errors[bank];
    const usable = rows?.filter((error) => Number.isFinite(error) && error > 0).length ?? 0;
    if (rows === undefined || usable >= fewestUsable) continue;
    throw new AtelierError(
      "training",
      said`watch: expected errors of the base that are finite numbers, got ${rows.length - usable} of ${rows.length} that are none (${bank}). The weights of the base model are damaged or overflow; check them with \`atelier inspect\`.`,
      { context: { bank } },
    );
  }
}

/** Rows of a bank without which nothing is said of it. */
const fewestUsable = 2;

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
