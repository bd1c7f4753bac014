/**
 * @file What judges pictures, as the rest of Atelier sees it. The judge of Atelier's own base implements it,
 * and so can any pair of encoders: a CLIP and a DINO checkpoint for pictures of the real world.
 */

import type { FloatTensor } from "@atelier/engine";
import type { RgbPicture } from "../core/rgb-picture.js";

/** Turns pictures of any size into vectors whose cosines are similarities. */
export interface ImageEmbedder {
  /**
   * The encoder and how pictures are prepared for it, in a few words. To be shown with every score:
   * those of different embedders cannot be compared.
   */
  readonly description: string;
  /** Unit vectors `[pictures, width]`, one at least. @throws AtelierError `data` for no pictures. */
  embedPictures(pictures: readonly RgbPicture[]): Promise<FloatTensor>;
}

/** Texts as vectors. */
export interface EmbeddedTexts {
  /** Unit vectors `[texts, width]`. */
  readonly embeddings: FloatTensor;
  /** The end of each text that did not fit into the encoder; "" where all of it did. */
  readonly truncated: readonly string[];
}

/** Turns texts into vectors of the space of an {@link ImageEmbedder}. */
export interface TextEmbedder {
  /** One text at least. @throws AtelierError `data` for no texts. */
  embedTexts(texts: readonly string[]): Promise<EmbeddedTexts>;
}

/** All that is needed to judge what a model draws. Dispose it to release memory. */
export interface Judge extends AsyncDisposable {
  /** What pictures show, in the role of CLIP: comparable with each other and with texts. */
  readonly clip: ImageEmbedder & TextEmbedder;
  /** Whether pictures show the very same thing, in the role of DINO (arXiv 2208.12242, section 4.1). */
  readonly instance: ImageEmbedder;
}
