/**
 * @file All icons of all sets as cutouts, each rasterised when it is first asked for and then kept:
 * 20 kB each, 100 MB once all are there.
 */

import { cutoutOf, halved } from "../recipe/instance-cutout.js";
import type { InstanceIcons } from "../recipe/instance-views.js";
import type { Background } from "../world/backgrounds.js";
import type { StyleName } from "../world/concepts.js";
import { pictureSize } from "../world/layout.js";
import { iconSvg } from "../world/scene-svg.js";
import { readWholeIconSet } from "./icon-sets.js";
import { cutToVisible, rasterise, rasteriseBackground, remember } from "./rasterise.js";

/** Icons with a cache of their own. */
export function createInstanceIcons(): InstanceIcons {
  const sets = remember((style: StyleName) => readWholeIconSet(style));
  const cutouts = remember(async ({ style, icon }: { style: StyleName; icon: string }) => {
    const found = (await sets(style)).get(icon);
    if (found === undefined) throw new Error(`internal: no icon ${icon} in ${style}`);
    const visible = await cutToVisible(found);
    const fine = cutoutOf(await rasterise(iconSvg(visible, pictureSize), pictureSize));
    return { fine, coarse: halved(fine) };
  });
  const grounds = remember((background: Background) => rasteriseBackground(background));
  return {
    namesOf: async (style) => [...(await sets(style)).keys()],
    cutoutOf: (style, icon) => cutouts({ style, icon }),
    backgroundOf: ({ kind, name }) => grounds({ kind, name }),
  };
}
