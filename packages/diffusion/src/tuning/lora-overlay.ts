/**
 * @file Adapters of the LoRA family as an overlay on layers. The model's graph does not know of it.
 * The same overlay serves training and sampling.
 */

import {
  type GraphNode,
  type LayerCall,
  type Overlay,
  parameter,
  type Shape,
} from "@atelier/engine";
import {
  type MethodName,
  mapParts,
  type Parts,
  partEntries,
  partSuffixes,
} from "../core/adapter-parts.js";
import { type DropShares, dropsOf } from "./drops.js";
import { adapterMethods } from "./methods/methods.js";

/** One adapted layer. */
export interface LoraLayer {
  readonly method: MethodName;
  /** Of its parts. */
  readonly shapes: Parts<Shape>;
  /** alpha / rank */
  readonly scale: number;
  /** The weight that a user gives an adapter: 1 by default, 0 leaves the layer as it is. */
  readonly strength?: number;
  /** What training leaves out at random. */
  readonly drops?: DropShares;
}

/** Where the overlay finds its layers and how it names its parameters. */
export interface LoraOverlayOptions {
  /** Adapted layers by their path in the model (`mid_block.….to_q`). */
  readonly layers: ReadonlyMap<string, LoraLayer>;
  /** Part of the pipeline, first part of parameter names (`unet`). */
  readonly component: string;
  /** Tells several adapters on the same layers apart; "" for the one that is trained. */
  readonly adapter?: string;
}

/** Names of the parts of a layer's adapter, in PEFT's words. */
export function loraParameterNames(
  module: string,
  method: MethodName,
  adapter = "",
): Parts<string> {
  const prefix = adapter === "" ? module : `${adapter}:${module}`;
  return mapParts(partSuffixes[method], (suffix) => `${prefix}.${suffix}`);
}

/** Adds the adapters of the given layers. */
export function loraOverlay(options: LoraOverlayOptions): Overlay {
  return loraOverlays([options]);
}

/** Adds several adapters, one after the other. */
export function loraOverlays(all: readonly LoraOverlayOptions[]): Overlay {
  return (call) => all.reduce((y, options) => adapted(call, y, options), call.y);
}

function adapted(
  layer: LayerCall,
  y: GraphNode,
  { layers, component, adapter = "" }: LoraOverlayOptions,
): GraphNode {
  const found = layers.get(layer.path);
  if (found === undefined) return y;
  const { method, shapes, scale, strength = 1, drops } = found;
  const module = `${component}.${layer.path}`;
  const names = loraParameterNames(module, method, adapter);
  const nodes = partEntries(shapes).map(
    ([part, shape]) => [part, parameter(names[part] ?? part, shape)] as const,
  );
  const parts: Parts<GraphNode> = Object.fromEntries(nodes);
  const drop = dropsOf(module, drops);
  return adapterMethods[method].apply({ layer, y, parts, scale, strength, drops: drop });
}
