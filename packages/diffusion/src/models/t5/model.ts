/**
 * @file `T5EncoderModel` of transformers as a graph (Raffel et al. 2019, arXiv 1910.10683, version 1.1): no biases, no
 * positions but those of the attention, whose scores are not scaled. Parameters bear the names of released
 * checkpoints. There is no mask: SD 3 and FLUX.1 let padding take part.
 */

import {
  AtelierError,
  add,
  formatShape,
  type GraphNode,
  geluTanh,
  matmul,
  mul,
  nn,
  reshape,
  said,
  softmax,
  transpose,
  type Weights,
} from "@atelier/engine";
import { type BlockOptions, blockRunner } from "../layers/block-runner.js";
import type { T5Config } from "./config.js";
import { positionBias } from "./position-bias.js";

/**
 * The last states of token ids `[batch, tokens]` int64 after the final normalisation, `[batch, tokens, dModel]`.
 * @throws AtelierError `shape` for ids of other axes.
 */
export function t5Encoder(
  config: T5Config,
  weights: Weights,
  inputIds: GraphNode,
  options: BlockOptions = {},
): GraphNode {
  const [, tokens] = inputIds.shape;
  if (inputIds.shape.length !== 2 || tokens === undefined) {
    throw new AtelierError(
      "shape",
      said`T5 inputIds: expected [batch, tokens], got ${formatShape(inputIds.shape)}. Give one row of ids for each text.`,
    );
  }
  const run = blockRunner(options);
  const encoder = weights.scope("encoder");
  const table = { rows: config.vocabSize, width: config.dModel };
  let x = nn.embedding(weights.scope("shared"), inputIds, table);
  const bias = positionBias(config, encoder.scope("block.0.layer.0.SelfAttention"), tokens);
  for (let layer = 0; layer < config.numLayers; layer++) {
    x = run(t5Layer(config, encoder.scope(`block.${layer}`)), [x, bias]);
  }
  return nn.rmsNorm(encoder.scope("final_layer_norm"), x, config.layerNormEpsilon);
}

function t5Layer(config: T5Config, weights: Weights): (x: GraphNode, bias: GraphNode) => GraphNode {
  const normed = (scope: Weights, x: GraphNode) =>
    nn.rmsNorm(scope.scope("layer_norm"), x, config.layerNormEpsilon);
  return (x, bias) => {
    const [first, second] = [weights.scope("layer.0"), weights.scope("layer.1")];
    const attended = add(
      x,
      selfAttention(config, first.scope("SelfAttention"), { x: normed(first, x), bias }),
    );
    return add(
      attended,
      feedForward(config, second.scope("DenseReluDense"), normed(second, attended)),
    );
  };
}

function selfAttention(
  { dModel, dKv, numHeads }: T5Config,
  weights: Weights,
  { x, bias }: { readonly x: GraphNode; readonly bias: GraphNode },
): GraphNode {
  const [batch = 0, tokens = 0] = x.shape;
  const inner = numHeads * dKv;
  const project = (name: string): GraphNode =>
    transpose(
      reshape(nn.linear(weights.scope(name), x, inner, { bias: false }), [
        ...[batch, tokens, numHeads, dKv],
      ]),
      [0, 2, 1, 3],
    );
  const scores = matmul(project("q"), project("k"), { transposeB: true });
  const mixed = matmul(softmax(add(scores, bias)), project("v"));
  const joined = reshape(transpose(mixed, [0, 2, 1, 3]), [batch, tokens, inner]);
  return nn.linear(weights.scope("o"), joined, dModel, { bias: false });
}

function feedForward({ dModel, dFf }: T5Config, weights: Weights, x: GraphNode): GraphNode {
  const linear = (name: string, input: GraphNode, width: number) =>
    nn.linear(weights.scope(name), input, width, { bias: false });
  return linear("wo", mul(geluTanh(linear("wi_0", x, dFf)), linear("wi_1", x, dFf)), dModel);
}
