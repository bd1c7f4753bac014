/** @file Halving and doubling of feature maps, named as diffusers' `Downsample2D` and `Upsample2D`. */

import { type GraphNode, nn, slice, upsampleNearest, type Weights } from "@atelier/engine";

/** Zeros at the edges: on all sides (UNet), or only below and at the right (VAE). */
export type DownsamplePadding = "symmetric" | "bottomRight";

/** A convolution of stride 2 below `downsamplers.0`. */
export function downsample(
  weights: Weights,
  x: GraphNode,
  { padding }: { readonly padding: DownsamplePadding },
): GraphNode {
  return nn.conv(weights.scope("downsamplers.0.conv"), x, x.shape[1] ?? 0, {
    stride: 2,
    padding: padding === "symmetric" ? 1 : [0, 0, 1, 1],
  });
}

/**
 * Nearest-neighbour doubling and a convolution, below `upsamplers.0`. A smaller `size` than the
 * doubled one cuts the last row or column, which is what interpolation to an odd size gives.
 */
export function upsample(
  weights: Weights,
  x: GraphNode,
  { size }: { readonly size?: readonly [height: number, width: number] } = {},
): GraphNode {
  const doubled = upsampleNearest(x, 2);
  const [batch = 0, channels = 0, height = 0, width = 0] = doubled.shape;
  const cropped = slice(doubled, [0, 0, 0, 0], [batch, channels, ...(size ?? [height, width])]);
  return nn.conv(weights.scope("upsamplers.0.conv"), cropped, channels, { padding: 1 });
}
