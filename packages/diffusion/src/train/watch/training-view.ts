/** @file A training as its watchers see it. */

import { floatTensor } from "@atelier/engine";
import { generate } from "../../pipeline/generate.js";
import type { Pipeline } from "../../pipeline/pipeline.js";
import { keepValues, pruneKeptValues } from "../folder/kept-values.js";
import { listSnapshots } from "../folder/snapshots.js";
import { type AppliedResult, applyResult } from "../result/apply-result.js";
import type { Run } from "../run.js";
import type { TrainingStart } from "../step/start-parts.js";
import { numberOf, type TrainingLoop } from "../step/training-loop.js";
import type { DrawRequest, TrainingView } from "./watcher.js";

/** What there is to see. */
export interface Watched {
  /** Without a new word. */
  readonly base: Pipeline;
  readonly resultOf: TrainingStart["resultOf"];
  readonly loop: TrainingLoop;
  readonly batch: TrainingView["batch"];
}

/** A view of a loop; it follows the loop's steps. */
export function trainingView(
  { plan, signal, folder, deps }: Pick<Run, "plan" | "signal" | "folder" | "deps">,
  { base, resultOf, loop, batch }: Watched,
): TrainingView {
  return {
    get step() {
      return loop.step;
    },
    plan,
    values: loop.values,
    latestValues: loop.latestValues,
    batch,
    async loss(inputs) {
      const results = await loop.evaluate(inputs);
      const rows = [...(results["perSample"]?.data ?? [])].map(Number);
      return { loss: numberOf(results, "loss"), perSample: floatTensor(rows, [rows.length]) };
    },
    probe: loop.evaluate,
    async keep(bestAt) {
      const { files } = deps;
      await keepValues(files, folder.path, { step: loop.step, values: await loop.values() });
      const snapshots = await listSnapshots(files, folder.path);
      const needed = snapshots.map(({ step }) => bestAt(step));
      await pruneKeptValues(files, folder.path, new Set([loop.step, ...needed]));
    },
    async *draw(requests) {
      await using applied = await applyResult(
        base,
        resultOf(await loop.values()),
        plan.config.name,
      );
      yield* drawn(applied, requests, signal);
    },
    drawBase: (requests) => drawn({ pipeline: base, adapters: [] }, requests, signal),
  };
}

async function* drawn(
  { pipeline, adapters }: Pick<AppliedResult, "pipeline" | "adapters">,
  requests: readonly DrawRequest[],
  signal: AbortSignal | undefined,
): ReturnType<TrainingView["draw"]> {
  for (const [index, request] of requests.entries()) {
    for await (const event of generate(pipeline, { ...request, adapters }, signal)) {
      if (event.type === "warning") yield event;
      else if (event.type === "image") yield { type: "drawn", index, image: event };
    }
  }
}
