/** @file How a model runs its blocks: plainly, or recomputed in the backward pass to save memory. */

import { checkpoint, type GraphNode } from "@atelier/engine";

/** Applies a block to its inputs; everything the block reads beside weights is among them. */
export type BlockRunner = (
  block: (...inputs: GraphNode[]) => GraphNode,
  inputs: readonly GraphNode[],
) => GraphNode;

/** Options of models that can trade time for memory. */
export interface BlockOptions {
  /** Keeps only the blocks' inputs for the backward pass and computes the rest again. */
  readonly checkpointBlocks?: boolean;
  /** Computes cheap results (norms' scale and shift, SiLU, GEGLU) again instead of keeping them. */
  readonly recomputeActivations?: boolean;
}

/** The runner of blocks that a model's options ask for. */
export function blockRunner({ checkpointBlocks = false }: BlockOptions): BlockRunner {
  return checkpointBlocks ? checkpoint : (block, inputs) => block(...inputs);
}

/** Whether cheap results are computed again; within a recomputed block nothing is kept anyway. */
export function recomputesActivations({
  checkpointBlocks = false,
  recomputeActivations = false,
}: BlockOptions): boolean {
  return recomputeActivations && !checkpointBlocks;
}
