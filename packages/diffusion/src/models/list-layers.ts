/**
 * @file What a model consists of, found by building its graph: the layers that an adapter can
 * attach to, and the parameters that a checkpoint must hold.
 */

import { createWeights, type LayerCall, type Shape, type Weights } from "@atelier/engine";

/** A layer with one weight that an adapter can change. */
export interface LayerInfo {
  /** Dotted path without `.weight`: `mid_block.attentions.0.transformer_blocks.0.attn1.to_q`. */
  readonly path: string;
  readonly kind: Exclude<LayerCall["kind"], "embedding">;
  /** `[out, in]` of a linear layer, `[out, in, height, width]` of a convolution. */
  readonly weightShape: Shape;
}

/** A tensor of a checkpoint. */
export interface ParameterInfo {
  readonly name: string;
  readonly shape: Shape;
}

/** Linear layers and convolutions of what `build` builds, in order of computation. */
export function listLayers(build: (weights: Weights) => unknown): LayerInfo[] {
  const layers: LayerInfo[] = [];
  const overlay = ({ path, kind, weight, y }: LayerCall) => {
    if (kind !== "embedding") layers.push({ path, kind, weightShape: weight.shape });
    return y;
  };
  build(createWeights({ overlay }));
  return layers;
}

/** Parameters that `build` asks for, each once, in order of computation. */
export function listParameters(build: (weights: Weights) => unknown): ParameterInfo[] {
  const parameters: ParameterInfo[] = [];
  const provide = (name: string, shape: Shape) => {
    parameters.push({ name, shape });
    return undefined;
  };
  build(createWeights({ provide }));
  return parameters;
}
