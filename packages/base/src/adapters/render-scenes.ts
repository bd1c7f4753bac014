/**
 * @file Draws scenes with sharp. Each icon is rasterised once per size and kept; a picture is then
 * a copy of its background with a few rasters painted over it.
 */

import type { RgbPicture } from "@atelier/diffusion";
import sharp from "sharp";
import type { Background } from "../world/backgrounds.js";
import { paintOver, type Raster } from "../world/composite.js";
import type { StyleName } from "../world/concepts.js";
import { type Layer, layoutScene, pictureSize } from "../world/layout.js";
import type { Scene } from "../world/scene.js";
import { backgroundSvg, type Icon, iconSvg } from "../world/scene-svg.js";
import { readIconSet } from "./icon-sets.js";

/** Draws scenes; see {@link createSceneRenderer}. */
export interface SceneRenderer {
  /**
   * A picture of 64 × 64 pixels; the same scene gives the same bytes.
   * @throws AtelierError `config` when the scene names what is not in the world.
   */
  render(scene: Scene): Promise<RgbPicture>;
}

/** Side at which the visible part of an icon is measured. */
const measuredSide = 256;
/** Less opaque pixels (soft shadows, glows) do not count as visible. */
const visibleOpacity = 40;

/** A renderer with its own cache, about 20 MB once every icon has been drawn in every size. */
export function createSceneRenderer(): SceneRenderer {
  const sets = remember((style: StyleName) => readIconSet(style));
  const icons = remember(async ({ style, icon }: Pick<Layer, "style" | "icon">) => {
    const found = (await sets(style)).get(icon);
    if (found === undefined) throw new Error(`internal: no icon ${icon} in ${style}`);
    return cutToVisible(found);
  });
  const rasters = remember(async ({ style, icon, side, align }: Omit<Layer, keyof Placing>) =>
    rasterise(iconSvg(await icons({ style, icon }), side, align), side),
  );
  const grounds = remember(async ({ kind, name }: Background) =>
    withoutOpacity(await rasterise(backgroundSvg({ kind, name }, pictureSize), pictureSize)),
  );
  return {
    async render(scene) {
      const { kind, name } = scene.background;
      const picture = copyOf(await grounds({ kind, name }));
      for (const { style, icon, side, align, ...place } of layoutScene(scene)) {
        paintOver(picture, await rasters({ style, icon, side, align }), place);
      }
      return picture;
    },
  };
}

type Placing = Pick<Layer, "left" | "top" | "isMirrored">;

/** Calls `make` once per key. A failure is not kept, so that a later call may succeed. */
function remember<K, V>(make: (key: K) => Promise<V>): (key: K) => Promise<V> {
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

async function rasterise(svg: string, side: number): Promise<Raster> {
  const pixels = sharp(new TextEncoder().encode(svg)).ensureAlpha().toColourspace("srgb");
  return { side, rgba: await pixels.raw({ depth: "uchar" }).toBuffer() };
}

/** Sets leave different margins around their icons; without them a size means the same for all. */
async function cutToVisible({ body, box }: Icon): Promise<Icon> {
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

function withoutOpacity({ side, rgba }: Raster): RgbPicture {
  return { width: side, height: side, data: rgba.filter((_, i) => i % 4 !== 3) };
}

function copyOf({ width, height, data }: RgbPicture): RgbPicture {
  return { width, height, data: Uint8Array.from(data) };
}
