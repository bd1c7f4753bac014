/** @file The optimizer that a config describes, with a learning rate of its own for some parameters. */

import { adam, adamW, type Optimizer, sgd } from "@atelier/engine";
import type { OptimizerConfig } from "./train-config.js";

/** The optimizer of a config. */
export function optimizerOfConfig({
  name,
  beta1,
  beta2,
  epsilon,
  weightDecay,
  momentum,
}: OptimizerConfig): Optimizer {
  switch (name) {
    case "adamw":
      return adamW({ beta1, beta2, epsilon, weightDecay });
    case "adam":
      return adam({ beta1, beta2, epsilon, weightDecay });
    case "sgd":
      return sgd({ momentum, weightDecay });
    default:
      return name satisfies never;
  }
}

/** Parameters with a learning rate of their own. */
export interface RateGroup {
  /** Whether a parameter belongs to the group, by its name. */
  readonly owns: (parameter: string) => boolean;
  /** The group's learning rate divided by that of the others. */
  readonly ratio: number;
}

/** An optimizer that scales the learning rate of one group; both follow the same schedule. */
export function withRateGroup(optimizer: Optimizer, { owns, ratio }: RateGroup): Optimizer {
  const scaled = (name: string) => `group.${name}`;
  return {
    slots: optimizer.slots,
    scalarNames: [...optimizer.scalarNames, ...optimizer.scalarNames.map(scaled)],
    scalars(step, learningRate) {
      const group = Object.entries(optimizer.scalars(step, learningRate * ratio));
      return {
        ...optimizer.scalars(step, learningRate),
        ...Object.fromEntries(group.map(([name, value]) => [scaled(name), value])),
      };
    },
    kindOf: (parameter) => (owns(parameter) ? "group" : "others"),
    update(inputs) {
      const { names, scalars } = inputs;
      if (!names.every(owns)) return optimizer.update(inputs);
      const own = optimizer.scalarNames.flatMap((name) => {
        const node = scalars[scaled(name)];
        return node === undefined ? [] : [[name, node] as const];
      });
      return optimizer.update({ ...inputs, scalars: Object.fromEntries(own) });
    },
  };
}
