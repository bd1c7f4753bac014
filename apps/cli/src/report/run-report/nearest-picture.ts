/** @file Which of some pictures looks most like another: by colours at their places, not by what is shown. */

import type { RgbPicture } from "@atelier/diffusion/core";
import { resampleRgb } from "@atelier/diffusion/data";

/** Pixels of a side at which pictures are compared: what is left of them is layout and colour. */
const side = 16;

/** The one of the least mean squared difference, whatever the shapes; nothing where there are none. */
export function nearestPicture<Candidate extends { readonly picture: RgbPicture }>(
  to: RgbPicture,
  among: readonly Candidate[],
): Candidate | undefined {
  const wanted = small(to);
  let [nearest, least]: [Candidate | undefined, number] = [undefined, Number.POSITIVE_INFINITY];
  for (const candidate of among) {
    const other = small(candidate.picture);
    const difference = wanted.reduce((sum, value, at) => sum + (value - (other[at] ?? 0)) ** 2, 0);
    if (difference < least) [nearest, least] = [candidate, difference];
  }
  return nearest;
}

const small = (picture: RgbPicture): Uint8Array =>
  resampleRgb(picture, { width: side, height: side }).data;
