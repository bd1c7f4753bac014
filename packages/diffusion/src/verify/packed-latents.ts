/** @file Latents as fixtures of FLUX.1 hold them: packed, each 2×2 of them a token, channels before rows before columns. */

import { type FloatTensor, floatTensor } from "@atelier/engine";

/** Latents `[n, channels, height, width]` packed as `[n, tokens, 4 · channels]` where what is expected is. */
export function asPacked(latents: FloatTensor, expected: FloatTensor): FloatTensor {
  const [n = 0, channels = 0, height = 0, width = 0] = latents.shape;
  if (expected.shape.length !== 3 || latents.shape.length !== 4) return latents;
  const places = packedPlaces({ n, channels, rows: height / 2, columns: width / 2 });
  const data = places.map((place) => latents.data[place] ?? 0);
  return floatTensor(data, [n, (height / 2) * (width / 2), 4 * channels]);
}

/** The latents of packed ones. @param columns tokens in a row */
export function asUnpacked({ data, shape }: FloatTensor, columns: number): FloatTensor {
  const [n = 0, tokens = 0, width = 0] = shape;
  const [rows, channels] = [tokens / columns, width / 4];
  const latents = new Float32Array(data.length);
  for (const [at, place] of packedPlaces({ n, channels, rows, columns }).entries()) {
    latents[place] = data[at] ?? 0;
  }
  return floatTensor(latents, [n, channels, 2 * rows, 2 * columns]);
}

interface Extents {
  readonly n: number;
  readonly channels: number;
  readonly rows: number;
  readonly columns: number;
}

/** Where each packed value stands among the latents. */
function packedPlaces({ n, channels, rows, columns }: Extents): number[] {
  const places: number[] = [];
  for (let i = 0; i < n * rows * columns; i++) {
    const [column, row] = [i % columns, Math.floor(i / columns) % rows];
    const batch = Math.floor(i / (columns * rows));
    for (let channel = 0; channel < channels; channel++) {
      for (const [y, x] of cell) {
        const line = (batch * channels + channel) * 2 * rows + 2 * row + y;
        places.push(line * 2 * columns + 2 * column + x);
      }
    }
  }
  return places;
}

const cell = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
] as const;
