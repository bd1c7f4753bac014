/** @file What is said of a run's pictures before its first step, by signatures that are kept from run to run. */

import type { FileStore } from "@atelier/engine";
import { type WarningEvent, warningEvent } from "../../core/warnings/warning.js";
import type { Signatures } from "../../data/kept-signatures.js";
import { readPictureFile } from "../../data/load-picture.js";
import type { PictureSignature } from "../../data/picture-signature.js";
import { pictureWarnings, type TargetedPicture } from "../../data/picture-warnings.js";
import { requireGoing } from "../events/stop.js";
import type { ShapedPicture } from "./training-data.js";

/** What {@link lookAtPictures} works with. */
export interface LookOptions {
  readonly files: FileStore;
  readonly signatures: Signatures;
  readonly signal: AbortSignal | undefined;
}

/**
 * Warns of pictures that are there twice, show nothing, are blurred or too small.
 * @returns their signatures by path
 * @throws AtelierError `data` naming the picture, `file`, `aborted` on the signal.
 */
export async function* lookAtPictures(
  { files, signatures, signal }: LookOptions,
  pictures: readonly ShapedPicture[],
): AsyncGenerator<WarningEvent, ReadonlyMap<string, PictureSignature>, undefined> {
  // A file that two folders of a config name is meant twice.
  const once = [...new Map(pictures.map((picture) => [picture.path, picture])).values()];
  const signed = new Map<string, TargetedPicture>();
  for (const { name, path, size, target } of once) {
    requireGoing(signal);
    const bytes = await readPictureFile(files, path);
    signed.set(path, { name, size, target, signature: await signatures.of({ name, bytes }) });
  }
  yield* [...signatures.warnings, ...pictureWarnings([...signed.values()])].map(warningEvent);
  return new Map([...signed].map(([path, { signature }]) => [path, signature]));
}
