/**
 * @file How a model finds its parameters: by the checkpoint's own names, through a scope that knows
 * the current prefix. A tuning method (LoRA …) overlays layers without the model's knowledge.
 */

import type { DType } from "../dtype.js";
import type { GraphNode } from "../graph/node.js";
import { parameter } from "../graph/ops/source.js";
import type { Shape } from "../shape.js";

/** A layer with one weight, as an overlay sees it. */
export interface LayerCall {
  /** Dotted path of the layer, without `.weight`. */
  readonly path: string;
  readonly kind: "linear" | "conv2d" | "embedding";
  /** What goes in: activations, or the int64 ids of an embedding. */
  readonly x: GraphNode;
  readonly weight: GraphNode;
  readonly bias: GraphNode | undefined;
  /** The layer's result with its own weight and bias. */
  readonly y: GraphNode;
  /** The same layer (geometry included) with another weight, and a bias only where one is given. */
  readonly apply: (x: GraphNode, weight: GraphNode, bias?: GraphNode) => GraphNode;
}

/** Replaces the result of a layer; returns `call.y` to leave it as it is. */
export type Overlay = (call: LayerCall) => GraphNode;

/** Named weights below a prefix. */
export interface Weights {
  /** Dotted path of this scope, "" at the root. */
  readonly path: string;
  readonly overlay: Overlay;
  /** The scope below `name`. */
  scope(name: string): Weights;
  /** The weight called `name` in this scope; asking twice gives the same node. */
  get(name: string, shape: Shape): GraphNode;
}

/** Options of {@link createWeights}. */
export interface WeightsOptions {
  readonly overlay?: Overlay;
  readonly dtype?: DType;
  /** Prepended to every parameter's name, not to paths that overlays see. */
  readonly prefix?: string;
  /** Provides a node for a full name instead of a parameter (a constant, another graph's value). */
  readonly provide?: (name: string, shape: Shape) => GraphNode | undefined;
}

/** Weights that become graph parameters on first use. */
export function createWeights({
  overlay = (call) => call.y,
  dtype = "float32",
  prefix = "",
  provide = () => undefined,
}: WeightsOptions = {}): Weights {
  const nodes = new Map<string, GraphNode>();
  const at = (path: string): Weights => ({
    path,
    overlay,
    scope: (name) => at(joinPath(path, name)),
    get(name, shape) {
      const full = prefix + joinPath(path, name);
      const node = nodes.get(full) ?? provide(full, shape) ?? parameter(full, shape, dtype);
      nodes.set(full, node);
      return node;
    },
  });
  return at("");
}

function joinPath(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
