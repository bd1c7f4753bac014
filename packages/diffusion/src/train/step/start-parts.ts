/** @file What a training starts from: first values of all parts, and the frozen base. */

import type { FloatTensor, ParameterSource } from "@atelier/engine";
import type { Warning } from "../../core/warnings/warning.js";
import { parameterPrefix } from "../../families/components.js";
import type { Pipeline } from "../../pipeline/pipeline.js";
import { listParts } from "../parts/parts-of-config.js";
import type {
  Constraint,
  ParameterValues,
  PartStart,
  TrainedResult,
} from "../parts/tuning-part.js";
import { withWord } from "../parts/with-word.js";
import type { RunPlan } from "../plan/plan-run.js";
import type { Run } from "../run.js";
import { basePrefix } from "./training-graph.js";

/** Parameters before the first step, and what those after a step make. */
export interface TrainingStart {
  readonly values: ParameterValues;
  /** Of the base. */
  readonly frozen: ReadonlyMap<string, ParameterSource>;
  readonly constraints: readonly Constraint[];
  readonly resultOf: (values: ParameterValues) => TrainedResult;
  readonly warnings: readonly Warning[];
}

/**
 * The start of all parts of a run.
 * @param base without a new word
 * @throws AtelierError `file`, `format`, `weights`.
 */
export async function startParts(
  { plan, deps }: Pick<Run, "plan" | "deps">,
  base: Pipeline,
): Promise<TrainingStart> {
  const { config, parts } = plan;
  const readsBase = plan.graph.predictionPrior !== undefined || plan.keeping.length > 0;
  const { files, runtime } = deps;
  await using worded = await withWord(base, parts);
  const pipeline = worded ?? base;
  const { denoiser } = pipeline.family;
  const parameters = await readParameters(plan, pipeline);
  const values = new Map<string, FloatTensor>();
  const frozen = new Map(parameters);
  const constraints: Constraint[] = [];
  const resultsOf: PartStart["resultOf"][] = [];
  const warnings: Warning[] = [];
  for (const part of listParts(parts)) {
    const { seed } = config;
    const start = await part.start({ files, runtime, pipeline, base: parameters, seed });
    for (const [name, value] of start.values) {
      values.set(name, value);
      // Weights that are trained are no part of the frozen base, but a prior may read what they were.
      const stored = parameters.get(name);
      frozen.delete(name);
      const isRead = readsBase && name.startsWith(parameterPrefix(denoiser));
      if (stored !== undefined && isRead) frozen.set(basePrefix + name, stored);
    }
    for (const [name, value] of start.replaced ?? []) frozen.set(name, value);
    if (start.constraint !== undefined) constraints.push(start.constraint);
    resultsOf.push(start.resultOf);
    warnings.push(...(start.warnings ?? []));
  }
  return {
    values,
    frozen,
    constraints,
    resultOf(current) {
      const results = resultsOf.map((resultOf) => resultOf(current));
      return Object.fromEntries(results.flatMap((result) => Object.entries(result)));
    },
    warnings,
  };
}

/** Parameters of the base that the step reads, by graph name. @throws AtelierError `file`. */
export async function readParameters(
  { graph }: Pick<RunPlan, "graph">,
  pipeline: Pipeline,
): Promise<Map<string, ParameterSource>> {
  const { denoiser } = pipeline.family;
  const parameters = new Map<string, ParameterSource>();
  for (const component of [denoiser, ...graph.encoders]) {
    for (const [name, source] of await pipeline.parameters(component)) {
      parameters.set(name, source);
    }
  }
  return parameters;
}
