/** @file Lays pictures with transparency over each other in plain bytes. */

import type { RgbPicture } from "@atelier/diffusion/core";

/** A square picture, `rgba` holding `[side, side, 4]` bytes, colours not multiplied by opacity. */
export interface Raster {
  readonly side: number;
  readonly rgba: Uint8Array;
}

/** Where a raster goes; parts outside the picture are cut off. */
export interface RasterPlace {
  readonly left: number;
  readonly top: number;
}

/** Paints a raster over a picture, in place: `raster · a + picture · (1 − a)`, rounded. */
export function paintOver(picture: RgbPicture, raster: Raster, place: RasterPlace): void {
  const { width, height, data } = picture;
  const { side, rgba } = raster;
  const { left, top } = place;
  for (let y = Math.max(0, -top); y < Math.min(side, height - top); y++) {
    for (let x = Math.max(0, -left); x < Math.min(side, width - left); x++) {
      const source = 4 * (y * side + x);
      const opacity = rgba[source + 3] ?? 0;
      if (opacity === 0) continue;
      const target = 3 * ((top + y) * width + left + x);
      for (let channel = 0; channel < 3; channel++) {
        const over = rgba[source + channel] ?? 0;
        const under = data[target + channel] ?? 0;
        data[target + channel] = Math.round((over * opacity + under * (255 - opacity)) / 255);
      }
    }
  }
}
