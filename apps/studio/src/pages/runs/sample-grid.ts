/** @file Samples of a run by prompt and step, and those that tell most: of the base, the best step and the last. */

import type { Sample } from "@atelier/server/api";

/** All pictures of a prompt and a seed. */
export interface SampleRow {
  readonly prompt: string;
  readonly seed: number;
  /** By step. */
  readonly pictures: ReadonlyMap<number, Sample>;
}

/** Rows in the order in which they were first drawn, columns in order of steps. */
export interface SampleGrid {
  readonly rows: readonly SampleRow[];
  readonly steps: readonly number[];
}

/** Puts samples in order. A step that was trained again has the newest picture. */
export function sampleGrid(samples: readonly Sample[]): SampleGrid {
  const rows = new Map<string, { prompt: string; seed: number; pictures: Map<number, Sample> }>();
  const steps = new Set<number>();
  for (const sample of samples) {
    const { prompt, seed, step } = sample;
    const key = `${seed} ${prompt}`;
    const row = rows.get(key) ?? { prompt, seed, pictures: new Map<number, Sample>() };
    row.pictures.set(step, sample);
    rows.set(key, row);
    steps.add(step);
  }
  return { rows: [...rows.values()], steps: [...steps].sort((a, b) => a - b) };
}

/** A picture that a run is judged by. */
export type StopName = "base" | "best" | "last";

/** Where it was drawn; `isExact` says whether that is the step itself, or the nearest one that was drawn. */
export interface SampleStop {
  readonly name: StopName;
  readonly sample: Sample;
  readonly isExact: boolean;
}

/** What of a row is compared; each picture stands there once. */
export function stopsOf({ pictures }: SampleRow, keptStep: number | undefined): SampleStop[] {
  const steps = [...pictures.keys()].sort((a, b) => a - b);
  const stops: SampleStop[] = [];
  const add = (name: StopName, step: number | undefined, isExact: boolean) => {
    const sample = step === undefined ? undefined : pictures.get(step);
    if (sample === undefined || stops.some((stop) => stop.sample === sample)) return;
    stops.push({ name, sample, isExact });
  };
  if (steps[0] === 0) add("base", 0, true);
  if (keptStep !== undefined) {
    const nearest = nearestOf(steps, keptStep);
    add("best", nearest, nearest === keptStep);
  }
  add("last", steps.at(-1), true);
  return stops;
}

/** The step of some that is nearest to one; of two the later. */
export function nearestOf(steps: readonly number[], wanted: number): number | undefined {
  return steps.reduce<number | undefined>((best, step) => {
    const isNearer = best === undefined || Math.abs(step - wanted) <= Math.abs(best - wanted);
    return isNearer ? step : best;
  }, undefined);
}
