/** @file Latents as FLUX.1 reads them: each 2×2 of them a token, with its channels, rows and columns in this order. */

import { type GraphNode, reshape, transpose } from "@atelier/engine";
import { requireShape } from "../layers/require-shape.js";

/** Latents `[batch, channels, height, width]` of even height and width as `[batch, rows · columns, 4 · channels]`. */
export function packLatents(latents: GraphNode): GraphNode {
  const [batch = 0, channels = 0, height = 0, width = 0] = latents.shape;
  const [rows, columns] = [Math.ceil(height / 2), Math.ceil(width / 2)];
  requireShape("packed latents", latents, ["batch", "channels", 2 * rows, 2 * columns]);
  const cells = reshape(latents, [batch, channels, rows, 2, columns, 2]);
  return reshape(transpose(cells, [0, 2, 4, 1, 3, 5]), [batch, rows * columns, channels * 4]);
}

/** The latents of `[batch, rows · columns, 4 · channels]`. @param size of the latents */
export function unpackLatents(
  packed: GraphNode,
  { height, width }: { readonly height: number; readonly width: number },
): GraphNode {
  const [batch = 0, , four = 0] = packed.shape;
  const [rows, columns, channels] = [height / 2, width / 2, four / 4];
  requireShape("unpacked latents", packed, ["batch", rows * columns, "4 · channels"]);
  const cells = reshape(packed, [batch, rows, columns, channels, 2, 2]);
  return reshape(transpose(cells, [0, 3, 1, 4, 2, 5]), [batch, channels, height, width]);
}

/** Where the tokens of packed latents stand, `[rows · columns, 3]`: 0, row, column. */
export function imageIds(rows: number, columns: number): Float32Array {
  return Float32Array.from({ length: rows * columns * 3 }, (_, i) => {
    const token = Math.floor(i / 3);
    return [0, Math.floor(token / columns), token % columns][i % 3] ?? 0;
  });
}
