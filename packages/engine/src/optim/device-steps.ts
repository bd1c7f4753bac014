/**
 * @file Steps whose values stay in a device's memory: batches and scalars go in, and what was asked for comes out.
 * What a run writes takes the place of what it has read.
 */

import { type Graph, parametersOf } from "../graph/graph.js";
import type { NodeOf } from "../graph/node.js";
import type { AnyTensor, DeviceMemory, DeviceTensor, ResidentGraph } from "../runtime/runtime.js";
import { emptyTensor, floatTensor, type HostTensor } from "../tensor.js";
import { accepted, type CompiledStep, fitting, type StepResults, stepOf } from "./compiled-step.js";
import { type ForwardRuns, openForwardRuns } from "./forward-runs.js";
import { averageShare, onVectors, type ResidentGraphs, residentGraphs } from "./resident-graphs.js";
import { type StateRole, type StateVector, stateLayout } from "./state-layout.js";
import {
  beginVectors,
  exportVectors,
  floatsIn,
  importVectors,
  overwriteVectors,
} from "./state-vectors.js";
import {
  lossGraphs,
  type StepExecutor,
  type StepperOptions,
  scalarTensors,
} from "./step-executor.js";
import { planGroups, stateNames } from "./training-graph.js";

/** Tensors on the device by name. */
type Resident = Map<string, DeviceTensor>;

/** Roles of vectors that live from step to step; gradients do not. */
const keptRoles: readonly StateRole[] = ["values", "optimizer", "average"];

/** Compiles the steps. @throws AtelierError `runtime`, `training` for parameters without a first value. */
export async function createDeviceSteps(
  device: DeviceMemory,
  options: StepperOptions,
): Promise<StepExecutor> {
  // Runs of one device wait for each other anyway: one set of gradients is enough.
  const plan = { ...options, atOnce: 1, hasAverage: options.average !== undefined };
  const graphs = planGraphs(plan);
  const weights = await device.load(weightsOf([...graphs.steps, ...graphs.losses]), plan.frozen);
  const compiled: ResidentGraph[] = [];
  const current: Resident = new Map();
  const dispose = async (): Promise<void> => {
    for (const tensor of current.values()) tensor[Symbol.dispose]();
    for (const graph of compiled) await graph[Symbol.asyncDispose]();
    weights[Symbol.dispose]();
  };
  const compile: Compile = async (graph, stays = Object.keys(graph.outputs)) => {
    const made = await device.compile(graph, { stays: new Set(stays), weights });
    compiled.push(made);
    return stepOf(graph, made);
  };
  try {
    const made = await compileGraphs(plan, graphs, compile);
    const steps = executorOn(device, { plan, graphs: made, current, dispose });
    await steps.restart(plan.initial);
    return steps;
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** Compiles a graph; all of its outputs stay unless some are named. */
type Compile = (graph: Graph, stays?: readonly string[]) => Promise<CompiledStep<ResidentGraph>>;

type Plan = StepperOptions & { readonly hasAverage: boolean };

/** Graphs of a training on a device. */
interface PlannedGraphs extends Omit<ResidentGraphs, "step"> {
  /** One for each shape of batches. */
  readonly steps: readonly Graph[];
  /** Forward passes alone. */
  readonly losses: readonly Graph[];
}

function planGraphs(plan: Plan): PlannedGraphs {
  const { groups } = planGroups(plan);
  const { variants = [] } = plan;
  const { step, ...first } = residentGraphs(plan);
  const others = variants.map((variant) => residentGraphs({ ...plan, ...variant }).step);
  return {
    ...first,
    steps: [step, ...others],
    losses: lossGraphs(plan).map((graph) => onVectors(graph, groups)),
  };
}

interface CompiledGraphs {
  readonly steps: readonly CompiledStep<ResidentGraph>[];
  readonly clear: CompiledStep<ResidentGraph> | undefined;
  readonly updates: readonly CompiledStep<ResidentGraph>[];
  readonly follow: readonly CompiledStep<ResidentGraph>[];
  readonly forward: ForwardRuns<AnyTensor>;
}

async function compileGraphs(
  plan: Plan,
  graphs: PlannedGraphs,
  compile: Compile,
): Promise<CompiledGraphs> {
  const { groups } = planGroups(plan);
  const gradients = groups.map(({ name }) => stateNames.next(stateNames.gradient(name)));
  const steps: CompiledStep<ResidentGraph>[] = [];
  for (const step of graphs.steps) steps.push(await compile(step, gradients));
  const updates: CompiledStep<ResidentGraph>[] = [];
  for (const update of graphs.updates) updates.push(await compile(update));
  const follow: CompiledStep<ResidentGraph>[] = [];
  for (const graph of graphs.follow) follow.push(await compile(graph));
  return {
    ...{ steps, updates, follow },
    clear: graphs.clear && (await compile(graphs.clear)),
    forward: openForwardRuns(graphs.losses, async (graph) => {
      const { compiled } = await compile(graph, []);
      return async (values, signal) => (await compiled.run(values, { signal })).results;
    }),
  };
}

/** The parameters of graphs, each once. */
function weightsOf(graphs: readonly Graph[]): readonly NodeOf<"parameter">[] {
  const all = graphs.flatMap(parametersOf);
  return [...new Map(all.map((node) => [node.attributes.name, node])).values()];
}

interface OnDevice {
  readonly plan: Plan;
  readonly graphs: CompiledGraphs;
  readonly current: Resident;
  readonly dispose: () => Promise<void>;
}

function executorOn(
  device: DeviceMemory,
  { plan, graphs, current, dispose }: OnDevice,
): StepExecutor {
  const { steps, clear, updates, follow, forward } = graphs;
  const { groups } = planGroups(plan);
  const layout = stateLayout(plan);
  const inRoles = (roles: readonly StateRole[]): readonly StateVector[] =>
    layout.vectors.filter(({ role }) => roles.includes(role));

  /** Puts what a run wrote in place of what was there. */
  const replace = (stayed: Readonly<Record<string, DeviceTensor>>): void => {
    for (const [output, tensor] of Object.entries(stayed)) {
      const [name = output] = stateNames.before(output);
      current.get(name)?.[Symbol.dispose]();
      current.set(name, tensor);
    }
  };
  const dropGradients = (): void => {
    for (const { name } of inRoles(["gradient"])) {
      current.get(name)?.[Symbol.dispose]();
      current.delete(name);
    }
  };
  const clearGradients = async (): Promise<void> => {
    dropGradients();
    if (clear !== undefined) replace((await clear.compiled.run({})).stayed);
  };
  const upload = async (vectors: ReadonlyMap<string, HostTensor>): Promise<void> => {
    for (const [name, vector] of vectors) replace({ [name]: await device.upload(vector) });
  };
  const download = async (roles: readonly StateRole[]): Promise<Map<string, HostTensor>> => {
    const vectors = new Map<string, HostTensor>();
    for (const { name } of inRoles(roles)) {
      const tensor = current.get(name);
      if (tensor !== undefined) vectors.set(name, await device.download(tensor));
    }
    return vectors;
  };
  const restart = async (initial: StepperOptions["initial"]): Promise<void> => {
    const vectors = new Map(inRoles(keptRoles).map((vector) => [vector.name, emptyTensor(vector)]));
    beginVectors(layout, vectors, initial);
    await upload(vectors);
  };

  return {
    async differentiate(batches, { lossScale, signal }) {
      await clearGradients();
      const results: StepResults[] = [];
      let gradNorm = Number.NaN;
      const scale = { [stateNames.lossScale]: floatTensor([lossScale], []) };
      for (const batch of batches) {
        const step = fitting(steps, batch);
        const values = {
          ...batch,
          ...accepted(step, { ...Object.fromEntries(current), ...scale }),
        };
        const run = await step.compiled.run(values, { signal });
        replace(run.stayed);
        // Of all gradients so far; that of the last run counts.
        const { gradNorm: norm, ...told } = run.results;
        gradNorm = Number(norm?.data[0]);
        results.push(told);
      }
      return { results, gradNorm };
    },
    async update({ scalars, gradientScale, keptShare = 1 }) {
      const given = {
        ...scalarTensors(scalars),
        [stateNames.gradientScale]: floatTensor([gradientScale], []),
        [averageShare]: floatTensor([1 - keptShare], []),
      };
      // Averages of which all is kept stay as they are.
      for (const graph of [...updates, ...(keptShare === 1 ? [] : follow)]) {
        const values = accepted(graph, { ...given, ...Object.fromEntries(current) });
        replace((await graph.compiled.run(values)).stayed);
      }
      dropGradients();
    },
    async forward(batch, of, signal) {
      const parameters = new Map<string, DeviceTensor>();
      for (const { name } of groups) {
        const source = of === "values" ? stateNames.values(name) : stateNames.average(name);
        const tensor = current.get(source);
        if (tensor !== undefined) parameters.set(stateNames.values(name), tensor);
      }
      return forward.run(batch, Object.fromEntries(parameters), signal);
    },
    async values(of) {
      const role = of === "values" ? "values" : "average";
      return floatsIn(layout, await download([role]), role);
    },
    export: async () => exportVectors(layout, await download(keptRoles)),
    async import(tensors) {
      const vectors = await download(keptRoles);
      importVectors(layout, vectors, tensors);
      await upload(vectors);
    },
    async overwrite(values) {
      const vectors = await download(["values"]);
      await upload(overwriteVectors(layout, vectors, values));
    },
    restart,
    [Symbol.asyncDispose]: dispose,
  };
}
