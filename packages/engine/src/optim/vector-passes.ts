/**
 * @file What a step does outside graphs, each in one pass over the vectors of the state: the norm of the
 * gradients, Adam's update, and moving averages.
 */

import { internalError } from "../errors.js";
import type { StepScalars } from "./optimizer.js";
import type { OptimizerOwner } from "./optimizer-groups.js";
import type { ParameterGroup } from "./parameter-groups.js";
import { stateNames } from "./training-graph.js";
import type { TrainingState } from "./training-state.js";

/** Passes over the state of a training. */
export interface VectorPasses {
  /** Sets all gradients to zero. */
  clearGradients(): void;
  /** Adds up the sets of gradients, into the first, and gives √Σ‖g‖² over all groups. */
  sumGradients(): number;
  /** Updates the groups whose optimizer is Adam, with gradients times a scale. */
  update(scalars: ReadonlyMap<OptimizerOwner, StepScalars>, gradientScale: number): void;
  /** Moves averages to the parameters: a share of them is kept. */
  follow(kept: number): void;
}

/** Passes over `groups`, with as many sets of gradients as runs are under way at once. */
export function vectorPasses(
  { vector, kernels }: Pick<TrainingState, "vector" | "kernels">,
  groups: readonly ParameterGroup[],
  sets: number,
): VectorPasses {
  const gradientsOf = ({ name }: ParameterGroup): [Float32Array, ...Float32Array[]] => {
    const others = Array.from({ length: sets - 1 }, (_, i) => i + 1);
    const gradient = (set: number): Float32Array => vector(stateNames.gradient(name, set));
    return [gradient(0), ...others.map(gradient)];
  };
  return {
    clearGradients() {
      for (const gradient of groups.flatMap(gradientsOf)) gradient.fill(0);
    },
    sumGradients() {
      const squares = groups.map((group) => {
        const [total, ...others] = gradientsOf(group);
        const sums = others.map((gradient) => kernels.add(total, gradient));
        return sums.at(-1) ?? kernels.sumSquares(total);
      });
      return Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
    },
    update(scalars, gradientScale) {
      for (const group of groups) {
        const { adam } = group.optimizer;
        if (adam === undefined) continue;
        const { keep = 1, ...steps } = scalars.get(group.owner) ?? {};
        const slot = (name: string): Float32Array => vector(stateNames.slot(name, group.name));
        kernels.adam(
          {
            values: vector(stateNames.values(group.name)),
            gradient: gradientsOf(group)[0],
            first: slot("first"),
            second: slot("second"),
          },
          {
            ...{ ...adam, keep, gradientScale },
            stepSize: scalarOf(steps, "stepSize"),
            epsilon: scalarOf(steps, "epsilon"),
          },
        );
      }
    },
    follow(kept) {
      if (kept === 1) return;
      for (const { name } of groups) {
        const [mean, values] = [vector(stateNames.average(name)), vector(stateNames.values(name))];
        kernels.follow(mean, values, 1 - kept);
      }
    },
  };
}

function scalarOf(scalars: StepScalars, name: string): number {
  const value = scalars[name];
  if (value === undefined) throw internalError(`optimizer: no scalar "${name}".`);
  return value;
}
