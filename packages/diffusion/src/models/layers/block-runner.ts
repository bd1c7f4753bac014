/** @file How a model runs its blocks: plainly, or recomputed in the backward pass to save memory. */

import { checkpoint, concat, type GraphNode, narrow } from "@atelier/engine";

/** Applies a block to its inputs; everything the block reads beside weights is among them. */
export type BlockRunner = (
  block: (...inputs: GraphNode[]) => GraphNode,
  inputs: readonly GraphNode[],
) => GraphNode;

/** Options of how a model's blocks are computed. */
export interface BlockOptions {
  /** Numbers of blocks that a transformer of SD 3 leaves out, for guidance by its own worse prediction. */
  readonly skippedBlocks?: readonly number[] | undefined;
  /** Keeps only the blocks' inputs for the backward pass and computes the rest again. */
  readonly checkpointBlocks?: boolean;
  /**
   * Computes what is cheap again instead of keeping it: norms' scale and shift, SiLU, GEGLU; in transformers with norms
   * of queries and keys these norms, rotations and the attention.
   */
  readonly recomputeActivations?: boolean;
}

/** The runner of blocks that a model's options ask for. */
export function blockRunner({ checkpointBlocks = false }: BlockOptions): BlockRunner {
  return checkpointBlocks ? checkpoint : (block, inputs) => block(...inputs);
}

/** Tokens of a text and of a picture, `[batch, tokens, width]` of one width. */
export interface TokenStreams {
  readonly text: GraphNode;
  readonly image: GraphNode;
}

/** Runs a block that changes both of two streams. A recomputed block has one result, so that they are one there. */
export function runStreams(
  { checkpointBlocks = false }: BlockOptions,
  block: (streams: TokenStreams, told: GraphNode) => TokenStreams,
  { text, image, told }: TokenStreams & { readonly told: GraphNode },
): TokenStreams {
  if (!checkpointBlocks) return block({ text, image }, told);
  const whole = (...[ownText = text, ownImage = image, ownTold = told]: GraphNode[]) =>
    joinStreams(block({ text: ownText, image: ownImage }, ownTold));
  return splitStreams(checkpoint(whole, [text, image, told]), text.shape[1] ?? 0);
}

/** Both as one sequence, the text first. */
export function joinStreams({ text, image }: TokenStreams): GraphNode {
  return concat([text, image], 1);
}

/** A sequence that begins with so many tokens of a text. */
export function splitStreams(tokens: GraphNode, textTokens: number): TokenStreams {
  const [, all = 0] = tokens.shape;
  return {
    text: narrow(tokens, 1, 0, textTokens),
    image: narrow(tokens, 1, textTokens, all - textTokens),
  };
}

/** Whether cheap results are computed again; within a recomputed block nothing is kept anyway. */
export function recomputesActivations({
  checkpointBlocks = false,
  recomputeActivations = false,
}: BlockOptions): boolean {
  return recomputeActivations && !checkpointBlocks;
}
