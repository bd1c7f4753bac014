/**
 * @file Which optimizer updates which parameters, at which learning rate: text encoder, embedding and
 * UNet, or the two factors of an adapter, each in its own way.
 */

import { AtelierError, said } from "../errors.js";
import type { Optimizer } from "./optimizer.js";

/** Parameters with settings of their own. */
export interface OptimizerGroup {
  /** For messages, and part of the names of the group's scalars in the state. */
  readonly name: string;
  /** Whether a parameter belongs to the group, by its name; the first group that owns it has it. */
  readonly owns: (parameter: string) => boolean;
  /** With weight decay and betas of its own, or another algorithm; that of the run by default. */
  readonly optimizer?: Optimizer;
  /** The group's learning rate, from that of the run and the step (the first is 1). */
  readonly learningRate?: (runRate: number, step: number) => number;
}

/** A group with everything filled in. */
export interface OptimizerOwner extends Required<OptimizerGroup> {
  /** Ends the names of the group's scalars; empty for parameters that no group owns. */
  readonly suffix: string;
}

/**
 * All groups, the last of which owns what no other does.
 * @param parameters names of all trained parameters
 * @throws AtelierError `training` when two groups have one name, or a group owns nothing.
 */
export function optimizerOwners(
  optimizer: Optimizer,
  groups: readonly OptimizerGroup[],
  parameters: readonly string[],
): readonly OptimizerOwner[] {
  const names = new Set<string>();
  for (const { name, owns } of groups) {
    if (names.has(name)) throw invalid(name, "a name of its own", "one that is taken");
    if (!parameters.some(owns)) {
      throw invalid(name, "at least one trained parameter", `none of ${parameters.length}`);
    }
    names.add(name);
  }
  const rest: OptimizerGroup = { name: "", owns: () => true };
  return [...groups, rest].map(
    (group): OptimizerOwner => ({
      optimizer,
      learningRate: (runRate) => runRate,
      ...group,
      suffix: group === rest ? "" : ` (${group.name})`,
    }),
  );
}

function invalid(name: string, expected: string, got: string): AtelierError {
  return new AtelierError(
    "training",
    said`optimizer group "${name}": expected ${expected}, got ${got}. Leave the group out or correct what it owns.`,
  );
}
