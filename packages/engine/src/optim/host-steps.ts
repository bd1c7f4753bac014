/**
 * @file Steps whose values lie in the host's memory: compiled graphs (one for each shape of batches, and those of
 * updates) write into it, and passes over vectors do the rest.
 */

import type { Runtime, TensorMap } from "../runtime/runtime.js";
import { floatTensor, type HostTensor } from "../tensor.js";
import {
  accepted,
  type CompiledStep,
  compileStep,
  fitting,
  type StepResults,
} from "./compiled-step.js";
import { createForwardRuns } from "./forward-runs.js";
import { needsSpare } from "./in-place.js";
import type { ParameterGroup } from "./parameter-groups.js";
import { gradientSets } from "./state-layout.js";
import {
  lossGraphs,
  type StepExecutor,
  type StepperOptions,
  scalarTensors,
} from "./step-executor.js";
import { stateNames, type TrainingGraphs, trainingGraphs } from "./training-graph.js";
import { createTrainingState } from "./training-state.js";
import { vectorPasses } from "./vector-passes.js";

/** Compiles the steps of planned groups. @throws AtelierError `runtime`, `training` for parameters without a first value. */
export async function createHostSteps(
  runtime: Runtime,
  options: StepperOptions,
  groups: readonly ParameterGroup[],
): Promise<StepExecutor> {
  const { accumulation = 1, frozen, average } = options;
  const [first, ...others] = graphsOf(options);
  const sets = gradientSets(options);
  const state = createTrainingState({
    ...options,
    hasAverage: average !== undefined,
    spare: needsSpare(first),
  });
  const passes = vectorPasses(state, groups, sets);
  const steps: CompiledStep[] = [];
  for (const { step } of [first, ...others]) {
    steps.push(await compileStep(runtime, step, { parameters: frozen, concurrency: sets }));
  }
  // The update does not depend on the batch: one serves all graphs.
  const updates: CompiledStep[] = [];
  for (const update of first.updates) updates.push(await compileStep(runtime, update));
  const forward = createForwardRuns(runtime, lossGraphs(options), frozen);

  /** Runs the graph that a batch fits; its gradients go into a set. */
  const backward = async (
    batch: TensorMap,
    set: number,
    { lossScale, signal }: Parameters<StepExecutor["differentiate"]>[1],
  ): Promise<StepResults> => {
    const step = fitting(steps, batch);
    const gradients: Record<string, HostTensor> = {};
    const into: Record<string, HostTensor> = {};
    for (const { name, size } of groups) {
      const sum = floatTensor(state.vector(stateNames.gradient(name, set)), [size]);
      const next = stateNames.next(stateNames.gradient(name));
      gradients[stateNames.gradient(name)] = sum;
      into[next] = { ...sum, shape: step.outputs[next]?.shape ?? sum.shape };
    }
    const scale = { [stateNames.lossScale]: floatTensor([lossScale], []) };
    const given = accepted(step, { ...gradients, ...scale });
    const values = { ...batch, ...state.read(step.accepts), ...given };
    return told(await step.compiled.run(values, { into, signal }), into);
  };

  return {
    async differentiate(batches, options) {
      const results: StepResults[] = [];
      if (accumulation > sets) passes.clearGradients();
      // As many at once as there are sets of gradients.
      for (let start = 0; start < batches.length; start += sets) {
        const runs = batches
          .slice(start, start + sets)
          .map((batch, set) => backward(batch, set, options));
        // All have to be over before anyone may write where they do.
        await Promise.allSettled(runs);
        results.push(...(await Promise.all(runs)));
      }
      return { results, gradNorm: passes.sumGradients() };
    },
    async update({ scalars, gradientScale, keptShare }) {
      passes.update(scalars, gradientScale);
      const given = {
        ...scalarTensors(scalars),
        [stateNames.gradientScale]: floatTensor([gradientScale], []),
      };
      for (const update of updates) {
        const written = state.updated.filter((name) => stateNames.next(name) in update.outputs);
        const values = { ...accepted(update, given), ...state.read(update.accepts) };
        await update.compiled.run(values, { into: state.targets(written) });
        state.swap(written);
      }
      if (keptShare !== undefined) passes.follow(keptShare);
    },
    forward: (batch, of, signal) => forward.run(batch, Object.fromEntries(state[of]()), signal),
    values: async (of) => state[of](),
    export: async () => state.export(),
    import: async (tensors) => state.import(tensors),
    overwrite: async (values) => state.overwrite(values),
    restart: async (initial) => state.restart(initial),
    async [Symbol.asyncDispose]() {
      for (const { compiled } of steps) await compiled[Symbol.asyncDispose]();
      for (const { compiled } of updates) await compiled[Symbol.asyncDispose]();
      await forward[Symbol.asyncDispose]();
    },
  };
}

/** The graphs of the first shape, then those of the others. */
function graphsOf(options: StepperOptions): [TrainingGraphs, ...TrainingGraphs[]] {
  const { variants = [] } = options;
  const others = variants.map((variant) => trainingGraphs({ ...options, ...variant }));
  return [trainingGraphs(options), ...others];
}

/** What a run gives besides what it was told to write. */
function told(results: StepResults, into: TensorMap): StepResults {
  return Object.fromEntries(Object.entries(results).filter(([name]) => !(name in into)));
}
