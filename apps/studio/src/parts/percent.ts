/** @file Changes in per cent, as the library's own sentences write them. */

import { errorText } from "@atelier/diffusion/english";

/** `−31 %`, of a mean log-ratio of errors. */
export const errorPercent: (logRatio: number) => string = errorText;

/** `−31 %` or `+14 %`, of a share. */
export function sharePercent(share: number): string {
  return errorText(Math.log1p(Math.max(share, -1 + 1e-9)));
}
