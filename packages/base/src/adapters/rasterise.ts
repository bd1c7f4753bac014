/** @file SVG to pixels with sharp: icons without their margins, and backgrounds. */

import type { RgbPicture } from "@atelier/diffusion/core";
import type { Background } from "../world/backgrounds.js";
import type { Raster } from "../world/composite.js";
import { pictureSize } from "../world/layout.js";
import { backgroundSvg, type Icon, iconSvg } from "../world/scene-svg.js";

/** Side at which the visible part of an icon is measured. */
const measuredSide = 256;
/** Less opaque pixels (soft shadows, glows) do not count as visible. */
const visibleOpacity = 40;

/** Calls `make` once per key. A failure is not kept, so that a later call may succeed. */
export function remember<K, V>(make: (key: K) => Promise<V>): (key: K) => Promise<V> {
  const made = new Map<string, Promise<V>>();
  return (key) => {
    const id = JSON.stringify(key);
    const known = made.get(id);
    if (known !== undefined) return known;
    const value = make(key);
    made.set(id, value);
    value.catch(() => made.delete(id));
    return value;
  };
}

/** Pixels of an SVG document that is `side` wide and high. */
export async function rasterise(svg: string, side: number): Promise<Raster> {
  // Loaded with the first picture that is drawn.
  const { default: sharp } = await import("sharp");
  const pixels = sharp(new TextEncoder().encode(svg)).ensureAlpha().toColourspace("srgb");
  return { side, rgba: await pixels.raw({ depth: "uchar" }).toBuffer() };
}

/** A background in the size of a picture. */
export async function rasteriseBackground(background: Background): Promise<RgbPicture> {
  const { side, rgba } = await rasterise(backgroundSvg(background, pictureSize), pictureSize);
  return { width: side, height: side, data: rgba.filter((_, i) => i % 4 !== 3) };
}

/** Sets leave different margins around their icons; without them a size means the same for all. */
export async function cutToVisible({ body, box }: Icon): Promise<Icon> {
  const { rgba } = await rasterise(iconSvg({ body, box }, measuredSide), measuredSide);
  let [left, top, right, bottom] = [measuredSide, measuredSide, 0, 0];
  for (let pixel = 0; pixel < measuredSide ** 2; pixel++) {
    if ((rgba[4 * pixel + 3] ?? 0) < visibleOpacity) continue;
    const [x, y] = [pixel % measuredSide, Math.floor(pixel / measuredSide)];
    [left, right] = [Math.min(left, x), Math.max(right, x + 1)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y + 1)];
  }
  const [boxLeft, boxTop, width, height] = box;
  const unit = Math.max(width, height) / measuredSide;
  // The measured document shows the box in its middle, with room along the shorter side.
  const originX = boxLeft + width / 2 - (unit * measuredSide) / 2;
  const originY = boxTop + height / 2 - (unit * measuredSide) / 2;
  const cut = [originX + left * unit, originY + top * unit] as const;
  return { body, box: [...cut, (right - left) * unit, (bottom - top) * unit] };
}
