/**
 * @file Masks: what of a picture counts in training, white counts. Stored as `masks/<picture's name>.png`, where a
 * training with `data.masks.source: folder` looks for them.
 */

import { stat } from "node:fs/promises";
import { join } from "node:path";
import { identifyPicture, stemOf } from "@atelier/diffusion/data";
import { messageOf, said } from "@atelier/engine";
import sharp from "sharp";
import { libraryError } from "../folder/library-error.js";
import { writeWhole } from "../folder/publish.js";
import { walkDown } from "../folder/safe-path.js";
import { type DatasetNames, masksName } from "./dataset-folder.js";
import { maxPixels } from "./picture-facts.js";

/** The size that a mask must have. */
export interface MaskedSize {
  readonly width: number;
  readonly height: number;
}

/** The name of a picture's mask. */
export function maskNameFor(picture: string): string {
  return `${stemOf(picture)}.png`;
}

/** The file of a picture's mask. @throws AtelierError `file`, absent. */
export async function maskFile(
  { path, masks }: DatasetNames,
  picture: string,
): Promise<{
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  readonly mtimeMs: number;
}> {
  const name = masks.get(picture);
  if (name === undefined) {
    throw libraryError(
      "absent",
      said`mask of ${picture}: expected one, got none. Paint one first.`,
    );
  }
  const file = join(path, masksName, name);
  const { size, mtimeMs } = await stat(file);
  return { path: file, name, bytes: size, mtimeMs };
}

/**
 * Stores a mask.
 * @throws AtelierError `file`, refused, for what is no PNG of the picture's size, or where two pictures would share it.
 */
export async function storeMask(
  names: DatasetNames,
  picture: string,
  { bytes, size }: { readonly bytes: Uint8Array; readonly size: MaskedSize },
): Promise<void> {
  if (names.sharesStem(picture)) {
    throw libraryError(
      "refused",
      said`mask of ${picture}: expected no other picture of the same name but for its ending, got one, which would have the same mask. Remove one of them and add it under another name.`,
    );
  }
  const mask = await greyMask(bytes, size, picture);
  // What painted it before may have had another ending.
  const name = names.masks.get(picture) ?? maskNameFor(picture);
  const { path } = await walkDown(names.path, [masksName, name]);
  await writeWhole(path, mask);
}

/**
 * A mask as it is stored, one channel of 8 bits.
 * @throws AtelierError `file`, refused.
 */
export async function greyMask(
  bytes: Uint8Array,
  { width, height }: MaskedSize,
  name: string,
): Promise<Uint8Array> {
  if (identifyPicture(bytes) !== "png") {
    throw libraryError("refused", said`mask of ${name}: expected a PNG, got another file.`);
  }
  try {
    const given = sharp(bytes, { limitInputPixels: maxPixels, failOn: "error" });
    const { width: ownWidth, height: ownHeight } = await given.metadata();
    if (ownWidth !== width || ownHeight !== height)
      throw wrongSize(name, [width, height], [ownWidth, ownHeight]);
    // What was never painted on is transparent, and counts as little as black.
    return await given
      .flatten({ background: "black" })
      .toColourspace("b-w")
      .png({ compressionLevel: 9 })
      .toBuffer();
  } catch (cause) {
    if (cause instanceof Error && cause.name === "AtelierError") throw cause;
    throw libraryError(
      "refused",
      said`mask of ${name}: expected a whole PNG, got one that does not decode (${messageOf(cause).slice(0, 200)}).`,
      cause,
    );
  }
}

const wrongSize = (
  name: string,
  [width, height]: readonly [number, number],
  [ownWidth, ownHeight]: readonly [number, number],
) =>
  libraryError(
    "refused",
    said`mask of ${name}: expected ${width}x${height} pixels as the picture has, got ${ownWidth}x${ownHeight}. Draw the mask over the picture itself.`,
  );
