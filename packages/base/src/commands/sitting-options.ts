/** @file Options that experiments share which are done in sittings, and sittings that compare trainings. */

import { join } from "node:path";
import { openJudge } from "@atelier/diffusion/evaluate";
import { AtelierError, said } from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { openEmbeddedBase } from "../adapters/embedded-base.js";
import type { Contender } from "../adapters/task-bench.js";
import { sitTasks } from "../adapters/task-sitting.js";
import { openTrueWorld } from "../adapters/true-world.js";
import { embeddedBaseInWords } from "../embedded/names.js";
import type { TuneTask } from "../experiments/tune/tune-tasks.js";
import { wholeDrawing } from "../experiments/verdicts/drawings.js";
import { wholeTruth } from "../experiments/verdicts/truth-rows.js";

/** `1/2` as the first of two. @throws AtelierError `config`. */
export function partOf(value: string): [part: number, parts: number] {
  const [part = 0, parts = 0] = value.split("/").map(Number);
  if (Number.isInteger(part) && Number.isInteger(parts) && part >= 1 && part <= parts) {
    return [part, parts];
  }
  throw new AtelierError("config", said`--part: expected I/N, such as 1/2, got "${value}".`);
}

/** The value of an option. @throws AtelierError `config`. */
export function positive(name: string, value: string): number {
  const number = Number(value);
  if (Number.isFinite(number) && number > 0) return number;
  throw new AtelierError("config", said`--${name}: expected a number above 0, got "${value}".`);
}

/** Those of a part of the list, whose names hold one of some. @throws AtelierError `config`. */
export function chosenTasks(
  all: readonly TuneTask[],
  { part: given, tasks }: { readonly part: string; readonly tasks: string },
): TuneTask[] {
  const [part, parts] = partOf(given);
  const names = tasks.split(",");
  return all
    .filter((_, index) => index % parts === part - 1)
    .filter(({ id }) => names.some((name) => id.includes(name)));
}

/** A sitting as its command was asked for. */
export interface Sitting {
  readonly tasks: readonly TuneTask[];
  readonly contenders: readonly Contender[];
  readonly minutes?: number;
  readonly records: string;
  readonly out: string;
  readonly values: {
    readonly sitting?: string | undefined;
    readonly threads?: string | undefined;
    readonly part: string;
  };
  readonly signal: AbortSignal;
}

/** Sits on the embedded base, and says what is done. @throws AtelierError as `sitTasks`; `config`. */
export async function runSitting({ out, values, ...options }: Sitting): Promise<void> {
  const threads = values.threads === undefined ? undefined : positive("threads", values.threads);
  const minutes =
    values.sitting === undefined ? Number.POSITIVE_INFINITY : positive("sitting", values.sitting);
  const { path: base } = await openEmbeddedBase();
  const runtime = createOrtRuntime(threads === undefined ? {} : { threads });
  await using judge = await openJudge(nodeFiles, base, { runtime, name: embeddedBaseInWords });
  await using world = await openTrueWorld({ base, runtime, judge, truth: wholeTruth });
  // Sittings at once do not wipe each other's pictures.
  const folder = join(out, values.part.replace("/", "-of-"));
  const ends = performance.now() + 60_000 * minutes;
  await sitTasks({
    ...options,
    setup: { world, base, folder, threads, drawings: wholeDrawing },
    goesOn: () => performance.now() < ends,
    onEntry: (task, contender, seconds) =>
      console.log(`${task}, ${contender}: ${seconds.toFixed(0)} s`),
  });
}
