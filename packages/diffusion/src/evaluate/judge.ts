/**
 * @file What judges pictures, as the rest of Atelier sees it: encoders, and a pair of them that can answer all
 * questions. The judge of Atelier's own base is such a pair, and so are a CLIP and a DINOv2 for pictures of the
 * real world.
 */

import { AtelierError, type FloatTensor, said } from "@atelier/engine";
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

/** One encoder: of pictures, and of texts where it has learned from both. Dispose it to release memory. */
export interface Embedder extends ImageEmbedder, Partial<TextEmbedder>, AsyncDisposable {}

/** All that is needed to judge what a model draws. Dispose it to release memory. */
export interface Judge extends AsyncDisposable {
  /** What pictures show, in the role of CLIP: comparable with each other and with texts. */
  readonly clip: ImageEmbedder & TextEmbedder;
  /** Whether pictures show the very same thing, in the role of DINO (arXiv 2208.12242, section 4.1). */
  readonly instance: ImageEmbedder;
}

/**
 * A judge of two encoders, which may be one and the same. Takes them over: they are disposed with the judge, or
 * by the caller when this throws.
 * @throws AtelierError `config` where the first reads no texts.
 */
export function createJudge({
  clip,
  instance,
}: {
  readonly clip: Embedder;
  readonly instance: Embedder;
}): Judge {
  const { embedTexts } = clip;
  if (embedTexts === undefined) {
    throw new AtelierError(
      "config",
      said`judge: expected an encoder of pictures and texts in the role of CLIP, got one of pictures alone (${clip.description}). Use a CLIP model there, and this one to tell things apart.`,
    );
  }
  return {
    clip: {
      description: clip.description,
      embedPictures: (pictures) => clip.embedPictures(pictures),
      embedTexts: (texts) => embedTexts(texts),
    },
    instance,
    async [Symbol.asyncDispose]() {
      for (const encoder of new Set([clip, instance])) await encoder[Symbol.asyncDispose]();
    },
  };
}
