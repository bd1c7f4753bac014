/** @file Runs a program of the peer (bench/peer), told by a file of JSON what to do. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Peer } from "../case.js";
import { type Measurement, runWorker } from "../measurement.js";
import { compiles, environmentOf } from "./variants.js";

/** Where and how a peer runs. */
export interface PeerMachine {
  /** A Python with torch, diffusers and peft. */
  readonly python: string;
  readonly threads: number;
  /** For files of this run. */
  readonly folder: string;
}

/** What of a variant is run. */
export interface PeerRun {
  readonly variant: string;
  readonly length: keyof Peer["steps"];
  /** What it may hold; no limit by default. */
  readonly memoryBytes?: number;
  /** After which it is given up; never by default. */
  readonly timeoutMs?: number;
}

/** @throws Error with what the program complained of. */
export function runPeer(
  { program, job, steps, warmUp }: Peer,
  { python, threads, folder }: PeerMachine,
  { variant, length, memoryBytes, ...limits }: PeerRun,
): Measurement {
  const path = join(folder, "job.json");
  const told = {
    ...job(),
    ...{ variant, threads, memoryBytes },
    steps: steps[length],
    warmUp: compiles(variant) ? warmUp.compiled : warmUp.plain,
  };
  writeFileSync(path, JSON.stringify(told));
  const script = fileURLToPath(new URL(`../../peer/${program}`, import.meta.url));
  // -B: no compiled files among the sources.
  return runWorker(python, ["-B", script, path], { ...limits, env: environmentOf(variant) });
}
