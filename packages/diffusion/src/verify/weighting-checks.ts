/** @file Checks of a pipeline fixture: the first batch's loss by every weighting of timesteps. */

import { floatTensor } from "@atelier/engine";
import type { TimestepWeighting } from "../process/loss-weights.js";
import { absent, compareTensors, type FixtureCheck, worstOf } from "./fixture-check.js";
import type { FixtureTraining } from "./fixture-trainings.js";
import type { PipelineFixture } from "./open-pipeline-fixture.js";
import { asFloats } from "./read-model-fixture.js";

/** Weightings by diffusers' names; a density has none. */
const weightings: Readonly<Record<string, TimestepWeighting["kind"]>> = {
  none: "none",
  logit_normal: "none",
  sigma_sqrt: "sigma-sqrt",
  cosmap: "cosmap",
};
const preconditioned = "_precondition";

/** Compares the losses of `first_losses`, with a LoRA's first weights, which change nothing. */
export async function weightingChecks(
  name: string,
  { runtime, pipeline, settings, tolerances }: PipelineFixture,
  { graph, frozen, initial, batches: [batch = {}] }: FixtureTraining,
): Promise<FixtureCheck[]> {
  const { first_losses: stored } = settings;
  if (Object.keys(stored).length === 0) return [];
  const { perSample } = graph;
  await using compiled = await runtime.compile({ outputs: { perSample } }, { parameters: frozen });
  const results = await compiled.run({ ...batch, ...Object.fromEntries(initial) });
  const losses = asFloats(results["perSample"] ?? absent).data;
  const times = Array.from(batch["timesteps"]?.data ?? [], Number);
  const process = pipeline.family.process(pipeline.scheduleConfig);
  const checks = Object.entries(stored).map(([scheme, expected]) => {
    const isOfPicture = scheme.endsWith(preconditioned);
    const kind = weightings[isOfPicture ? scheme.slice(0, -preconditioned.length) : scheme];
    const weightAt = (time: number): number => {
      if (kind === undefined || kind === "min-snr" || kind === "p2") return Number.NaN;
      const weight = process.lossWeight(time, { kind });
      return isOfPicture ? weight * process.lossWeight(time, { kind: "sigma-squared" }) : weight;
    };
    const sum = losses.reduce((all, loss, i) => all + loss * weightAt(times[i] ?? 0), 0);
    const pair = {
      actual: floatTensor([sum / losses.length], [1]),
      expected: floatTensor([expected], [1]),
    };
    return compareTensors(scheme, pair, tolerances.loss);
  });
  return [worstOf(`${name} first losses`, checks)];
}
