/**
 * @file Draws scenes with sharp. Each icon is rasterised once per size and kept; a picture is then
 * a copy of its background with a few rasters painted over it.
 */

import type { RgbPicture } from "@atelier/diffusion/core";
import type { Background } from "../world/backgrounds.js";
import { paintOver } from "../world/composite.js";
import type { StyleName } from "../world/concepts.js";
import { type Layer, layoutScene } from "../world/layout.js";
import type { Scene } from "../world/scene.js";
import { type Icon, iconSvg } from "../world/scene-svg.js";
import { readIconSet } from "./icon-sets.js";
import { cutToVisible, rasterise, rasteriseBackground, remember } from "./rasterise.js";

/** Draws scenes; see {@link createSceneRenderer}. */
export interface SceneRenderer {
  /**
   * A picture of 64 × 64 pixels; the same scene gives the same bytes.
   * @throws AtelierError `config` when the scene names what is not in the world.
   */
  render(scene: Scene): Promise<RgbPicture>;
}

/** The icons of a style by name. */
export type ReadIcons = (style: StyleName) => Promise<ReadonlyMap<string, Icon>>;

/**
 * A renderer with its own cache, about 20 MB once every icon has been drawn in every size.
 * @param readIcons where icons come from; by default the icon sets.
 */
export function createSceneRenderer(readIcons: ReadIcons = readIconSet): SceneRenderer {
  const sets = remember(readIcons);
  const icons = remember(async ({ style, icon }: Pick<Layer, "style" | "icon">) => {
    const found = (await sets(style)).get(icon);
    if (found === undefined) throw new Error(`internal: no icon ${icon} in ${style}`);
    return cutToVisible(found);
  });
  const rasters = remember(async ({ style, icon, side, align }: Omit<Layer, keyof Placing>) =>
    rasterise(iconSvg(await icons({ style, icon }), side, align), side),
  );
  const grounds = remember((background: Background) => rasteriseBackground(background));
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

type Placing = Pick<Layer, "left" | "top">;

function copyOf({ width, height, data }: RgbPicture): RgbPicture {
  return { width, height, data: Uint8Array.from(data) };
}
