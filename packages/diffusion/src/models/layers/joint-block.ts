/**
 * @file A block with a stream of tokens for the text and one for the picture (Esser et al. 2024, figure 2b), named as
 * diffusers' `JointTransformerBlock` and `FluxTransformerBlock`.
 */

import { add, type GraphNode, mul, nn, type Weights } from "@atelier/engine";
import { splitStreams, type TokenStreams } from "./block-runner.js";
import { geluFeedForward } from "./gelu-feed-forward.js";
import {
  continuousNorm,
  gatedModulation,
  type ModulationParts,
  modulate,
  modulationParts,
  plainNorm,
} from "./modulation.js";
import type { Rotation } from "./rotary.js";
import {
  addedNames,
  ownNames,
  type StreamAttentionOptions,
  streamAttention,
} from "./stream-attention.js";

/** What differs from block to block and from model to model. */
export interface JointBlockOptions extends StreamAttentionOptions {
  /** Where tokens stand, for models with rotary positions. */
  readonly rotations?: { readonly text: Rotation; readonly image: Rotation };
  /** Whether the picture also has an attention to itself alone. */
  readonly isDual?: boolean;
  /** Whether the text is read for the last time, so that it stays as it is. */
  readonly isLast?: boolean;
}

/**
 * Changes both streams by one attention to all tokens and by a feed-forward each.
 * @param told what all blocks are told `[batch or 1, width]`, after SiLU
 */
export function jointBlock(
  weights: Weights,
  { text, image }: TokenStreams,
  told: GraphNode,
  options: JointBlockOptions,
): TokenStreams {
  const { rotations, isDual = false, isLast = false } = options;
  const parts = modulationParts(weights.scope("norm1"), told, isDual ? 9 : 6);
  const attending = gatedModulation(parts, 0);
  const normed = plainNorm(image);
  const textNorm = weights.scope("norm1_context");
  const textParts = isLast ? undefined : modulationParts(textNorm, told, 6);
  const read =
    textParts === undefined
      ? continuousNorm(textNorm, text, told)
      : modulate(plainNorm(text), gatedModulation(textParts, 0));
  const seen = modulate(normed, attending);
  const scope = weights.scope("attn");
  const mixed = streamAttention(
    scope,
    [
      { x: read, names: addedNames, rotation: rotations?.text },
      { x: seen, names: ownNames, rotation: rotations?.image },
    ],
    options,
  );
  const heard = splitStreams(mixed, text.shape[1] ?? 0);
  const project = (name: string, x: GraphNode): GraphNode =>
    nn.linear(scope.scope(name), x, x.shape.at(-1) ?? 0);
  const changed = add(image, mul(attending.gate, project("to_out.0", heard.image)));
  const looked = isDual
    ? add(changed, lookAgain(weights.scope("attn2"), normed, { parts, options }))
    : changed;
  return {
    image: feedForward(weights.scope("ff"), looked, parts),
    text:
      textParts === undefined
        ? text
        : feedForward(
            weights.scope("ff_context"),
            add(text, mul(gatedModulation(textParts, 0).gate, project("to_add_out", heard.text))),
            textParts,
          ),
  };
}

/** What a picture's attention to itself alone adds. */
function lookAgain(
  weights: Weights,
  normed: GraphNode,
  { parts, options }: { readonly parts: ModulationParts; readonly options: JointBlockOptions },
): GraphNode {
  const modulation = gatedModulation(parts, 2);
  const x = modulate(normed, modulation);
  const mixed = streamAttention(weights, [{ x, names: ownNames }], options);
  return mul(modulation.gate, nn.linear(weights.scope("to_out.0"), mixed, x.shape.at(-1) ?? 0));
}

function feedForward(weights: Weights, x: GraphNode, parts: ModulationParts): GraphNode {
  const modulation = gatedModulation(parts, 1);
  const inner = geluFeedForward(weights, modulate(plainNorm(x), modulation));
  return add(x, mul(modulation.gate, inner));
}
