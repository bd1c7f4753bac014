/** @file The picture that programs show for an adapter: the run's newest sample, small. */

import type { FileStore } from "@atelier/engine";
import { dataUri } from "../../core/data-uri.js";
import { readPictureFile } from "../../data/load-picture.js";
import type { PictureDecoder } from "../../data/picture-decoder.js";
import { resampleRgb } from "../../data/resample.js";
import { encodePng } from "../../files/png/encode-png.js";

/** ModelSpec's size of a thumbnail. */
const side = 256;

const limits = { background: [255, 255, 255], maxPixels: 2 ** 27 } as const;

/**
 * A sample of a run's first prompt as a data URL, not larger than 256×256; `undefined` where none was drawn
 * up to `step`.
 * @throws AtelierError `file`, `data` where the sample's file is damaged.
 */
export async function thumbnailOf(
  { files, decoder }: { readonly files: FileStore; readonly decoder: PictureDecoder },
  { folder, step }: { readonly folder: string; readonly step: number },
): Promise<string | undefined> {
  const samples = files.join(folder, "samples");
  if ((await files.stat(samples)) === undefined) return undefined;
  const newest = (await files.list(samples)).findLast(({ name }) => {
    const [, drawn] = /^step-(\d+)-0\.png$/.exec(name) ?? [];
    // That of step 0 is the base's own.
    return drawn !== undefined && Number(drawn) > 0 && Number(drawn) <= step;
  });
  if (newest === undefined) return undefined;
  const path = files.join(samples, newest.name);
  const picture = await decoder.decode(await readPictureFile(files, path), path, limits);
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const small = resampleRgb(picture, {
    width: Math.max(1, Math.round(picture.width * scale)),
    height: Math.max(1, Math.round(picture.height * scale)),
  });
  return dataUri("image/png", await encodePng(small));
}
