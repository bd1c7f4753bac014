/** @file What a training step is made of, wherever its values lie: on the host or on a device. */

import type { Graph } from "../graph/graph.js";
import type { ParameterSource, TensorMap } from "../runtime/runtime.js";
import { type FloatTensor, floatTensor, type HostTensor } from "../tensor.js";
import type { StepResults } from "./compiled-step.js";
import type { StepScalars } from "./optimizer.js";
import type { OptimizerOwner } from "./optimizer-groups.js";
import type { ParameterAverage } from "./parameter-average.js";
import { inPrecision, stateNames, type TrainingGraphOptions } from "./training-graph.js";

/** What {@link createStepper} needs besides the graph. */
export interface StepperOptions extends TrainingGraphOptions {
  /**
   * The same loss for batches of other shapes, on parameters of the same names. All graphs advance one
   * state; a batch is run by the first whose inputs have its shapes.
   */
  readonly variants?: readonly Pick<TrainingGraphOptions, "loss" | "parameters" | "metrics">[];
  /** Graphs of the same parameters with inputs of their own, which {@link Stepper.evaluate} takes as well. */
  readonly probes?: readonly Graph[] | undefined;
  /** Values of parameters that do not change. */
  readonly frozen: ReadonlyMap<string, ParameterSource>;
  /** First values of the trained parameters. */
  readonly initial: ReadonlyMap<string, FloatTensor>;
  /** Keeps a moving average of the parameters. */
  readonly average?: ParameterAverage | undefined;
}

/** What an update is given besides gradients. */
export interface UpdateSettings {
  readonly scalars: ReadonlyMap<OptimizerOwner, StepScalars>;
  /** The factor of all gradients. */
  readonly gradientScale: number;
  /** The share of averages that is kept; `undefined` where there are none. */
  readonly keptShare: number | undefined;
}

/** Which values a forward pass reads. */
export type ValuesOf = "values" | "averages";

/** Computes the parts of steps, and holds the values that live from step to step. */
export interface StepExecutor extends AsyncDisposable {
  /**
   * The gradients of all batches, times the loss's factor, which stay until the next call; the results of each, and
   * √Σ‖g‖² of them all. @throws AtelierError `shape`, `runtime`, `aborted`
   */
  differentiate(
    batches: readonly TensorMap[],
    options: {
      /** What the loss is multiplied by; 1 where it is not scaled. */
      readonly lossScale: number;
      readonly signal: AbortSignal | undefined;
    },
  ): Promise<{ readonly results: StepResults[]; readonly gradNorm: number }>;
  /** Values, state and averages after those gradients. Where it fails, they are those of no step. */
  update(settings: UpdateSettings): Promise<void>;
  /** Forward passes alone. @throws AtelierError likewise. */
  forward(batch: TensorMap, of: ValuesOf, signal: AbortSignal | undefined): Promise<StepResults>;
  /** Trained parameters, or their averages, by name: maybe views of what the next update overwrites. */
  values(of: ValuesOf): Promise<ReadonlyMap<string, FloatTensor>>;
  /** All that is kept from step to step, by name and likewise. */
  export(): Promise<ReadonlyMap<string, HostTensor>>;
  /** Takes over what {@link StepExecutor.export} gave. @throws AtelierError `training` for that of another training. */
  import(tensors: ReadonlyMap<string, HostTensor>): Promise<void>;
  /** Overwrites some parameters. @throws AtelierError `training` for others. */
  overwrite(values: ReadonlyMap<string, FloatTensor>): Promise<void>;
  /** Begins anew from other first values. @throws AtelierError `training` likewise. */
  restart(initial: ReadonlyMap<string, FloatTensor>): Promise<void>;
}

/** Forward passes of all shapes of batches, then the probes. */
export function lossGraphs(options: StepperOptions): readonly Graph[] {
  const { variants = [], probes = [] } = options;
  const losses = [options, ...variants].map(({ loss, metrics }) => ({
    outputs: { loss, ...metrics },
  }));
  return [...losses, ...probes].map((graph) => inPrecision(graph, options));
}

/** The scalars of every owner's optimizer, as graphs read them. */
export function scalarTensors(
  scalars: ReadonlyMap<OptimizerOwner, StepScalars>,
): Record<string, FloatTensor> {
  return Object.fromEntries(
    [...scalars].flatMap(([{ suffix }, values]) =>
      Object.entries(values).map(([name, value]) => [
        stateNames.scalar(name, suffix),
        floatTensor([value], []),
      ]),
    ),
  );
}
