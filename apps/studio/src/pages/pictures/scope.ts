/** @file Captions of some pictures, as changes of many at once take them. */

import type { Picture } from "@atelier/server/api";
import type { CaptionsByName } from "./caption-edits.js";
import type { Captions } from "./use-captions.js";

/** Captions as they are now, by the names of their pictures. */
export function captionsOf(captions: Captions, pictures: readonly Picture[]): CaptionsByName {
  return new Map(pictures.map((picture) => [picture.name, captions.of(picture)]));
}
