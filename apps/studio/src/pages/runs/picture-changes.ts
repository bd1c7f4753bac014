/** @file By how much the error of each picture has changed. */

import type { Curves } from "@atelier/server/api";

/** A picture with its change, as a share of the error at the first look: −0.3 is an error 30 % smaller. */
export type PictureChange = Curves["pictures"][number] & { readonly change: number };

/**
 * The least learned first; and the least learned of those that are trained on, since what is held out is not to be
 * mended. Of one picture alone there is no worst.
 */
export function changesOf(pictures: Curves["pictures"]): {
  readonly rows: readonly PictureChange[];
  readonly worst: PictureChange | undefined;
} {
  const rows = pictures
    .filter(({ first, last }) => first > 0 && Number.isFinite(last))
    .map((picture) => ({ ...picture, change: picture.last / picture.first - 1 }))
    .sort((one, other) => other.change - one.change);
  const trained = rows.filter(({ isHeldOut }) => !isHeldOut);
  return { rows, worst: trained.length > 1 ? trained[0] : undefined };
}
