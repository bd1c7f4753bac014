/** @file Turns a picture by quarters: encoded anew so well that nothing is seen of it, its old file in the trash. */

import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { PictureFormat } from "@atelier/diffusion/data";
import { messageOf, said } from "@atelier/engine";
import sharp, { type Sharp } from "sharp";
import { libraryError } from "../folder/library-error.js";
import { moveFile } from "../folder/publish.js";
import type { Placed, Trash } from "../folder/trash.js";
import { type DatasetNames, masksName } from "./dataset-folder.js";
import { maxPixels } from "./picture-facts.js";

/** How a format is written so that it can be turned again and again. */
const encode: { readonly [Format in PictureFormat]: (picture: Sharp) => Sharp } = {
  jpeg: (picture) => picture.jpeg({ quality: 98, chromaSubsampling: "4:4:4" }),
  png: (picture) => picture.png({ compressionLevel: 6 }),
  webp: (picture) => picture.webp({ lossless: true }),
  avif: (picture) => picture.avif({ quality: 95, chromaSubsampling: "4:4:4" }),
};

/**
 * Turns a picture, and its mask, clockwise.
 * @returns what brings back the files as they were
 * @throws AtelierError `file`, refused, for a picture that does not decode.
 */
export async function turnPicture(
  trash: Trash,
  { name: dataset, path, masks }: DatasetNames,
  {
    picture,
    format,
    degrees,
  }: { readonly picture: string; readonly format: PictureFormat; readonly degrees: number },
): Promise<{ readonly trash: string; readonly count: number }> {
  const mask = masks.get(picture);
  const files: { readonly names: readonly string[]; readonly encoded: Sharp }[] = [
    { names: [picture], encoded: encode[format](turned(join(path, picture), degrees)) },
    ...(mask === undefined
      ? []
      : [
          {
            names: [masksName, mask],
            encoded: turned(join(path, masksName, mask), degrees)
              .toColourspace("b-w")
              .png(),
          },
        ]),
  ];
  const temporary: { readonly from: string; readonly to: string }[] = [];
  try {
    for (const { names, encoded } of files) {
      const from = join(path, `.${randomUUID()}.tmp`);
      temporary.push({ from, to: join(path, ...names) });
      await encoded.toFile(from);
    }
    const places = files.map(
      ({ names }): Placed => ({ section: "datasets", names: [dataset, ...names] }),
    );
    const kept = await trash.put([{ stem: picture, places, isReplaced: true }]);
    for (const { from, to } of temporary) await moveFile(from, to);
    return kept;
  } catch (cause) {
    if (cause instanceof Error && cause.name === "AtelierError") throw cause;
    throw libraryError(
      "refused",
      said`picture ${picture}: expected a whole picture, got one that does not decode (${messageOf(cause).slice(0, 200)}). Replace or remove it.`,
      cause,
    );
  } finally {
    for (const { from } of temporary) await rm(from, { force: true });
  }
}

/** Upright as EXIF says, then turned; profiles of colours stay. */
function turned(path: string, degrees: number): Sharp {
  return sharp(path, { limitInputPixels: maxPixels, failOn: "error" })
    .autoOrient()
    .rotate(degrees)
    .keepIccProfile();
}
