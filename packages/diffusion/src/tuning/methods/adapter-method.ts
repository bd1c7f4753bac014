/**
 * @file What an adapter method is: a description of one way to write the change of a layer's weight.
 * Everything else (which layers, names, files, training) is the same for all methods.
 */

import type { FloatTensor, GraphNode, LayerCall, Shape } from "@atelier/engine";
import type { Parts } from "../../core/adapter-parts.js";

/** How large the parts of a new adapter are. */
export interface AdapterForm {
  readonly rank: number;
  /** LoKr: about the extents of its first factor; near the square root of the layer's by default. */
  readonly factor?: number | undefined;
  /** LoKr: whether its first factor is a product of two as well. */
  readonly decomposesBoth?: boolean | undefined;
}

/** How first values are drawn; those of each method are in its file. */
export type AdapterInit = "gaussian" | "kaiming" | "lycoris";

/** Draws first values from one stream, so that their order matters. */
export interface Draw {
  /** U(−1/√fan-in, 1/√fan-in): He et al. 2015 with a = √5, as PyTorch's linear layers. */
  kaiming(shape: Shape): FloatTensor;
  normal(shape: Shape, deviation: number): FloatTensor;
  zeros(shape: Shape): FloatTensor;
}

/** What training leaves out at random; everything stays without it. */
export interface Drops {
  /** The layer's input with some elements zeroed and the others scaled up. */
  readonly input: (x: GraphNode) => GraphNode;
  /** 0 or 1/(1 − p) for every element of a shape; `undefined` where nothing is dropped. */
  readonly rank: (shape: Shape) => GraphNode | undefined;
  /** 0 or 1: whether the adapter takes part at all. */
  readonly module: GraphNode | undefined;
}

/** A layer in a graph, with the adapter that it gets. */
export interface AdaptedCall {
  readonly layer: LayerCall;
  /** The layer's result so far: `layer.y`, or more where other adapters came before. */
  readonly y: GraphNode;
  readonly parts: Parts<GraphNode>;
  /** alpha / rank */
  readonly scale: number;
  /** Factor of the whole change: 0 leaves the layer as it is. */
  readonly strength: number;
  readonly drops: Drops;
}

/** What {@link AdapterMethod.start} may use. */
export interface StartOptions {
  readonly draw: Draw;
  readonly init: AdapterInit;
  /** The layer's weight; given where {@link AdapterMethod.startsFromWeight}. */
  readonly weight: FloatTensor | undefined;
}

/** Factors of the change that a whole adapter makes. */
export interface ChangeFactors {
  readonly scale: number;
  readonly strength: number;
}

/** One way to write the change of a weight `[out, in]` or `[out, in, height, width]`. */
export interface AdapterMethod {
  /** Starts that it knows, its default first. */
  readonly inits: readonly [AdapterInit, ...AdapterInit[]];
  /** Shapes of the parts of a new adapter. */
  readonly shapes: (weight: Shape, form: AdapterForm) => Parts<Shape>;
  /** The shapes that parts of the given ones' form must have to fit a weight. */
  readonly fit: (weight: Shape, given: Parts<Shape>) => Parts<Shape>;
  /** Whether alpha / rank counts; without, the scale is 1. */
  readonly isScaled: (shapes: Parts<Shape>) => boolean;
  /** First values, with which the layer's result is what it was. */
  readonly start: (shapes: Parts<Shape>, options: StartOptions) => Parts<FloatTensor>;
  readonly startsFromWeight: boolean;
  /** The result of the layer with the adapter. */
  readonly apply: (call: AdaptedCall) => GraphNode;
  /** The additive change of the weight before scaling, shaped like it. */
  readonly delta: (weight: Shape, parts: Parts<GraphNode>) => GraphNode;
  /** The weight that does alone what layer and adapter do together. */
  readonly merged: (weight: GraphNode, parts: Parts<GraphNode>, by: ChangeFactors) => GraphNode;
}
