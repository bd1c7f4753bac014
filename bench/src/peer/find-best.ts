/** @file Which variant of the peer is the fastest on this machine: found by trying. */

import { freemem } from "node:os";
import type { Peer } from "../case.js";
import type { Measurement } from "../measurement.js";
import { type PeerMachine, runPeer } from "./run-peer.js";
import { extraBytes, neighbours, partsOf, plain, toleranceOf, variantOf } from "./variants.js";

/** What came of trying a variant. */
export interface Try {
  readonly variant: string;
  /** Of a step or picture; infinite where there is none that counts. */
  readonly seconds: number;
  /** In words. */
  readonly outcome: string;
}

/** How {@link findBest} tries. */
export interface TryOptions {
  /** The variants; those that make sense by default. */
  readonly named: readonly string[] | undefined;
  /** After which a variant is given up. */
  readonly timeoutMs: number;
  /** Told each try. */
  readonly tell: (done: Try) => void;
}

/** Left to the system and to this program. */
const reservedBytes = 5e8;

/**
 * Tries variants for a few steps each, plain float32 first: those that are named, else each part on top of the
 * best so far. One whose memory cannot suffice is not tried, and none may take more than is free; one that
 * does not compute the same does not count.
 * @throws Error where none runs.
 */
export function findBest(
  peer: Peer,
  machine: PeerMachine,
  { named, timeoutMs, tell }: TryOptions,
): { readonly best: string; readonly runsPlain: boolean } {
  const tries = new Map<string, Try>();
  let reference: Measurement | undefined;
  const attempt = (variant: string): void => {
    if (tries.has(variant)) return;
    const [seconds, outcome, measured] = tryOne(peer, machine, { variant, reference, timeoutMs });
    reference ??= measured;
    tries.set(variant, { variant, seconds, outcome });
    tell({ variant, seconds, outcome });
  };
  const fastest = (variants: readonly string[]): string =>
    variants.reduce((a, b) => (secondsOf(b) < secondsOf(a) ? b : a));
  const secondsOf = (variant: string): number => tries.get(variant)?.seconds ?? Infinity;

  attempt(plain);
  let best = plain;
  if (named === undefined) {
    for (const axis of peer.axes) {
      const candidates = neighbours(best, axis, peer.axes);
      for (const candidate of candidates) attempt(candidate);
      best = fastest([best, ...candidates]);
    }
  } else {
    const variants = named.map((name) => variantOf(partsOf(name)));
    for (const variant of variants) attempt(variant);
    best = fastest(variants);
  }
  if (secondsOf(best) < Infinity) return { best, runsPlain: secondsOf(plain) < Infinity };
  throw new Error(
    `bench: expected a variant of the peer that runs here, got none: ${plain}: ${tries.get(plain)?.outcome ?? "not tried"}.`,
  );
}

interface Attempt {
  readonly variant: string;
  /** Plain float32, or what ran first. */
  readonly reference: Measurement | undefined;
  readonly timeoutMs: number;
}

/** Seconds of a step, what to say of them, and the measurement. */
function tryOne(
  peer: Peer,
  machine: PeerMachine,
  { variant, reference, timeoutMs }: Attempt,
): [number, string, Measurement?] {
  const free = freemem() - reservedBytes;
  const needed = (reference?.peakBytes ?? 0) + extraBytes(variant, peer.elements());
  if (needed > free) {
    return [Infinity, `not tried: needs ${gigabytes(needed)}, ${gigabytes(free)} are free`];
  }
  try {
    const measured = runPeer(peer, machine, {
      variant,
      length: "tried",
      memoryBytes: free,
      timeoutMs,
    });
    // What disturbs a step only makes it slower.
    const seconds = Math.min(...measured.seconds);
    const sentence = `${seconds.toFixed(3)} s, ${gigabytes(measured.peakBytes)}`;
    if (reference === undefined) return [seconds, sentence, measured];
    const off = difference(measured.checks, reference.checks);
    const said = `${sentence}, off by ${off.toExponential(1)}`;
    if (off <= toleranceOf(variant)) return [seconds, said, measured];
    return [Infinity, `${said}: computes something else, does not count`];
  } catch (error) {
    return [Infinity, `does not run: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** The largest relative difference; as many as both have, since warm-ups differ. */
export function difference(found: readonly number[], expected: readonly number[]): number {
  const shared = found.slice(0, expected.length);
  const offs = shared.map((value, i) => Math.abs(value / (expected[i] ?? Number.NaN) - 1));
  // What is not a number is off without bounds.
  return Math.max(...offs.map((off) => (Number.isNaN(off) ? Infinity : off)));
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;
