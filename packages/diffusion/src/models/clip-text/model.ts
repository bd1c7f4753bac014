/**
 * @file `CLIPTextModel` and `CLIPTextModelWithProjection` of transformers as a graph (Radford et al.
 * 2021). Parameters bear the names of released checkpoints, below `text_model.`.
 */

import {
  AtelierError,
  add,
  formatShape,
  type GraphNode,
  narrow,
  nn,
  said,
  type Weights,
} from "@atelier/engine";
import { type BlockOptions, blockRunner } from "../layers/block-runner.js";
import { clipLayer } from "../layers/clip-layer.js";
import { causalAttention, causalMask } from "./causal-attention.js";
import type { ClipTextConfig } from "./config.js";
import { poolAtEnd } from "./pooling.js";

/** What a text encoder computes; nothing that is not used costs anything. */
export interface ClipTextOutputs {
  /** The embeddings, then the result of every layer, all `[batch, tokens, hiddenSize]`. */
  readonly hiddenStates: readonly GraphNode[];
  /** The last hidden state after the final normalisation. */
  readonly lastHiddenState: GraphNode;
  /** The state before the last layer, which SDXL reads without normalisation. */
  readonly penultimate: GraphNode;
  /** What SD 1.x and 2.x read: the hidden state `clipSkip` layers before the last, normalised. */
  readonly promptEmbeds: GraphNode;
  /** The last hidden state at the end of the caption `[batch, hiddenSize]`. */
  readonly pooledOutput: GraphNode;
  /** The pooled output's projection `[batch, projectionDim]`; with `hasProjection` only. */
  readonly textEmbeds: GraphNode | undefined;
}

/** Options of {@link clipText}. */
export interface ClipTextOptions extends BlockOptions {
  /** Layers left out at the end for `promptEmbeds`, as diffusers counts: 1 is the penultimate. */
  readonly clipSkip?: number;
}

/**
 * Text states of token ids `[batch, tokens]` int64.
 * @throws AtelierError `shape` for more tokens than positions, `config` for an impossible `clipSkip`.
 */
export function clipText(
  config: ClipTextConfig,
  weights: Weights,
  inputIds: GraphNode,
  { clipSkip = 0, ...options }: ClipTextOptions = {},
): ClipTextOutputs {
  const scope = weights.scope("text_model");
  const run = blockRunner(options);
  const embedded = embedTokens(config, scope.scope("embeddings"), inputIds);
  const mask = causalMask(inputIds.shape[1] ?? 0, embedded.dtype);
  const attend = (attention: Weights, seen: GraphNode, causal: GraphNode): GraphNode =>
    causalAttention(attention, seen, { heads: config.numAttentionHeads, mask: causal });
  const hiddenStates = [embedded];
  let x = embedded;
  for (let layer = 0; layer < config.numHiddenLayers; layer++) {
    x = run(clipLayer(config, scope.scope(`encoder.layers.${layer}`), attend), [x, mask]);
    hiddenStates.push(x);
  }
  const normalize = (state: GraphNode): GraphNode =>
    nn.layerNorm(scope.scope("final_layer_norm"), state, config.layerNormEps);
  const lastHiddenState = normalize(x);
  const pooledOutput = poolAtEnd(lastHiddenState, inputIds, config.eosTokenId);
  const projection = { bias: false };
  return {
    hiddenStates,
    lastHiddenState,
    penultimate: skipLayers(hiddenStates, 1),
    promptEmbeds: clipSkip === 0 ? lastHiddenState : normalize(skipLayers(hiddenStates, clipSkip)),
    pooledOutput,
    textEmbeds: config.hasProjection
      ? nn.linear(weights.scope("text_projection"), pooledOutput, config.projectionDim, projection)
      : undefined,
  };
}

function embedTokens(config: ClipTextConfig, weights: Weights, inputIds: GraphNode): GraphNode {
  const { vocabSize, hiddenSize, maxPositionEmbeddings } = config;
  const [, tokens = 0] = inputIds.shape;
  if (inputIds.shape.length !== 2 || tokens > maxPositionEmbeddings) {
    throw new AtelierError(
      "shape",
      said`clip inputIds: expected [batch, tokens] with at most ${maxPositionEmbeddings} tokens, got ${formatShape(inputIds.shape)}. Cut or split the captions.`,
    );
  }
  const table = { rows: vocabSize, width: hiddenSize };
  const words = nn.embedding(weights.scope("token_embedding"), inputIds, table);
  const positions = weights
    .scope("position_embedding")
    .get("weight", [maxPositionEmbeddings, hiddenSize]);
  return add(words, narrow(positions, 0, 0, tokens));
}

function skipLayers(hiddenStates: readonly GraphNode[], clipSkip: number): GraphNode {
  const state = hiddenStates[hiddenStates.length - 1 - clipSkip];
  if (state !== undefined) return state;
  throw new AtelierError(
    "config",
    said`clip clipSkip: expected a whole number from 0 to ${hiddenStates.length - 1}, got ${clipSkip}. Skip fewer layers.`,
  );
}
