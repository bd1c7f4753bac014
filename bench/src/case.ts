/** @file What is measured: Atelier's side, and the same by a peer. */

import type { Measurement } from "./measurement.js";
import type { Part } from "./peer/variants.js";

/** A line of the report. */
export interface Case {
  readonly title: string;
  /** Measures Atelier once. */
  readonly ours: (options: CaseOptions) => Promise<Measurement>;
  /** Nothing where there is no such program. */
  readonly peer?: Peer;
}

/** How both sides run. */
export interface CaseOptions {
  readonly threads: number;
}

/** The same in diffusers on PyTorch. */
export interface Peer {
  /** In bench/peer. */
  readonly program: "step.py" | "picture.py";
  /** What it is told besides variant, threads and limits; may make files that it needs. */
  readonly job: () => Readonly<Record<string, unknown>>;
  /** How often: while variants are tried, and in a round that counts. */
  readonly steps: { readonly tried: number; readonly measured: number };
  /** Runs that do not count, and as many where the first ones compile. */
  readonly warmUp: { readonly plain: number; readonly compiled: number };
  /** What may make it faster, tried in this order; of the parts in one entry one is kept, or none. */
  readonly axes: readonly (readonly Part[])[];
  /** Whether both sides have the same weights and inputs, so that their checks agree. */
  readonly isAlike: boolean;
  /** What some variants hold once more: weights in a backward pass, and those that train. */
  readonly elements: () => { readonly weights: number; readonly trained: number };
}
