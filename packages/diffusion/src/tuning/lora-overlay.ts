/**
 * @file Low-rank adaptation (Hu et al. 2021) as an overlay on layers: y + scale·up(down(x)). The
 * model's graph does not know of it. The same overlay serves training and sampling.
 */

import {
  add,
  cast,
  conv2d,
  floor,
  type GraphNode,
  greater,
  input,
  type LayerCall,
  matmul,
  mul,
  narrow,
  type Overlay,
  parameter,
  reshape,
  type Shape,
  sizeOf,
  sub,
} from "@atelier/engine";

/** One adapted layer. */
export interface LoraLayer {
  readonly rank: number;
  /** Factor of the low-rank path: alpha / rank, times the weight that a user gives an adapter. */
  readonly scale: number;
  /** Probability that an input element of the low-rank path is dropped while training. */
  readonly dropout?: number;
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

/** Names of the factors of a layer, in PEFT's words. */
export function loraParameterNames(
  module: string,
  adapter = "",
): { readonly down: string; readonly up: string } {
  const prefix = adapter === "" ? module : `${adapter}:${module}`;
  return { down: `${prefix}.lora_A.weight`, up: `${prefix}.lora_B.weight` };
}

/** Shapes of the two factors for a weight `[out, in]` or `[out, in, kh, kw]`. */
export function loraShapes(
  weight: Shape,
  rank: number,
): { readonly down: Shape; readonly up: Shape } {
  const [out = 0, ...rest] = weight;
  return { down: [rank, ...rest], up: [out, rank, ...rest.slice(1).map(() => 1)] };
}

/** Adds the low-rank paths of the given layers. */
export function loraOverlay({ layers, component, adapter = "" }: LoraOverlayOptions): Overlay {
  return (call) => {
    const layer = layers.get(call.path);
    return layer === undefined
      ? call.y
      : adapted(call, layer, `${component}.${call.path}`, adapter);
  };
}

function adapted(
  { x, y, kind, weight, apply }: LayerCall,
  { rank, scale, dropout = 0 }: LoraLayer,
  module: string,
  adapter: string,
): GraphNode {
  const names = loraParameterNames(module, adapter);
  const shapes = loraShapes(weight.shape, rank);
  const down = parameter(names.down, shapes.down);
  const up = parameter(names.up, shapes.up);
  const source = dropout === 0 ? x : dropped(x, dropout, module);
  const inner = apply(source, down);
  if (kind === "linear") {
    return add(y, matmul(inner, up, { transposeB: true, alpha: scale }));
  }
  return add(y, mul(conv2d(inner, up), scale));
}

/** Name of the random vector that decides what is dropped in a layer at a step. */
export const dropoutInputName = (module: string): string => `dropout:${module}`;

/** How many uniform numbers a dropout input holds for x `[…, width]`. */
export function dropoutInputSize(x: Shape): number {
  const width = x.at(-1) ?? 1;
  return sizeOf(x) / width + width;
}

/**
 * Inverted dropout (Srivastava et al. 2014). An element is kept where a hash of its row's and its
 * column's random number exceeds p: rows + columns numbers per step instead of rows · columns, and
 * the same numbers give the same mask, so that runs can be repeated and resumed.
 */
function dropped(x: GraphNode, probability: number, module: string): GraphNode {
  const width = x.shape.at(-1) ?? 1;
  const rows = sizeOf(x.shape) / width;
  const uniform = input(dropoutInputName(module), [rows + width, 1]);
  const row = narrow(uniform, 0, 0, rows);
  const column = reshape(narrow(uniform, 0, rows, width), [1, width]);
  const mixed = mul(mul(add(row, 1), add(column, 1)), 4099);
  const hash = sub(mixed, floor(mixed));
  const keep = cast(greater(hash, probability), x.dtype);
  return mul(x, mul(reshape(keep, x.shape), 1 / (1 - probability)));
}
