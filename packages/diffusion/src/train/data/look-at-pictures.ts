/** @file What is said of a run's pictures before its first step, by signatures that are kept from run to run. */

import type { FileStore } from "@atelier/engine";
import { type WarningEvent, warningEvent } from "../../core/warnings/warning.js";
import type { Signatures } from "../../data/kept-signatures.js";
import { readPictureFile } from "../../data/load-picture.js";
import type { PictureSignature } from "../../data/picture-signature.js";
import { pictureWarnings } from "../../data/picture-warnings.js";
import { requireGoing } from "../events/stop.js";
import type { TrainingPicture } from "../plan/list-pictures.js";
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
 * @throws AtelierError as {@link signPictures}.
 */
export async function* lookAtPictures(
  options: LookOptions,
  pictures: readonly ShapedPicture[],
): AsyncGenerator<WarningEvent, ReadonlyMap<string, PictureSignature>, undefined> {
  const signed = await signPictures(options, pictures);
  const targeted = [...signed.values()].map(({ picture: { name, size, target }, signature }) => ({
    ...{ name, size, target, signature },
  }));
  yield* [...options.signatures.warnings, ...pictureWarnings(targeted)].map(warningEvent);
  return new Map([...signed].map(([path, { signature }]) => [path, signature]));
}

/**
 * Pictures and their signatures by path.
 * @throws AtelierError `data` naming the picture, `file`, `aborted` on the signal.
 */
export async function signPictures<Picture extends TrainingPicture>(
  { files, signatures, signal }: LookOptions,
  pictures: readonly Picture[],
): Promise<Map<string, { readonly picture: Picture; readonly signature: PictureSignature }>> {
  const signed = new Map<string, { picture: Picture; signature: PictureSignature }>();
  for (const picture of pictures) {
    const { name, path } = picture;
    // A file that two folders of a config name is meant twice.
    if (signed.has(path)) continue;
    requireGoing(signal);
    const bytes = await readPictureFile(files, path);
    signed.set(path, { picture, signature: await signatures.of({ name, bytes }) });
  }
  return signed;
}
