/** @file The text encoders that families are made of: what is the same of each kind wherever it stands. */

import { AtelierError, said } from "@atelier/engine";
import type { TextEncoderName } from "../core/component-name.js";
import { clipText } from "../models/clip-text/model.js";
import { t5Encoder } from "../models/t5/model.js";
import { type Configs, clipConfigOf, t5ConfigOf } from "./components.js";
import type { TextEncoder } from "./family.js";

/** What is the same of all CLIP text encoders. */
export function clipEncoder(
  component: TextEncoder["component"],
  tokenizer: Pick<TextEncoder, "tokenizerFolder" | "padToken">,
): Omit<TextEncoder, "encode"> {
  return {
    component,
    kind: "clip",
    ...tokenizer,
    words: {
      layer: "text_model.embeddings.token_embedding",
      withRows: (configs, rows) => ({
        ...configs,
        [component]: { ...clipConfigOf(configs, component), vocabSize: rows },
      }),
    },
    limits(configs) {
      const config = clipConfigOf(configs, component);
      return {
        tokens: config.maxPositionEmbeddings,
        vocabulary: config.vocabSize,
        width: config.hiddenSize,
        clipSkip: config.numHiddenLayers,
      };
    },
  };
}

/**
 * A CLIP encoder of which the state before the last layer is read, without the final norm, as in SDXL and SD 3.
 * @param options.pools whether its pooled state is read even where no projection follows it
 */
export function penultimateEncoder(
  component: TextEncoderName,
  tokenizer: Parameters<typeof clipEncoder>[1],
  { pools = false }: { readonly pools?: boolean } = {},
): TextEncoder {
  const encoder = clipEncoder(component, tokenizer);
  return {
    ...encoder,
    limits(configs) {
      const limits = encoder.limits(configs);
      // The last layer is always left out.
      return { ...limits, clipSkip: limits.clipSkip - 1 };
    },
    encode(configs, weights, ids, { clipSkip = 0, ...blocks }) {
      const text = clipText(clipConfigOf(configs, component), weights, ids, blocks);
      const states = text.hiddenStates.at(-2 - clipSkip);
      if (states === undefined) {
        throw new AtelierError(
          "config",
          said`clip skip: expected a whole number from 0 to ${text.hiddenStates.length - 2}, got ${clipSkip}. Skip fewer layers.`,
        );
      }
      const pooled = text.textEmbeds ?? (pools ? text.pooledOutput : undefined);
      return pooled === undefined ? { states } : { states, pooled };
    },
  };
}

/** A T5 encoder, whose last states are read. @param tokens how many a text has */
export function t5TextEncoder(
  component: TextEncoderName,
  {
    tokenizerFolder,
    tokens,
  }: { readonly tokenizerFolder: string; readonly tokens: (configs: Configs) => number },
): TextEncoder {
  return {
    component,
    kind: "t5",
    tokenizerFolder,
    limits(configs: Configs) {
      const { vocabSize, dModel } = t5ConfigOf(configs, component);
      return {
        tokens: tokens(configs),
        vocabulary: vocabSize,
        width: dModel,
        clipSkip: Number.POSITIVE_INFINITY,
      };
    },
    encode: (configs, weights, ids, options) => ({
      states: t5Encoder(t5ConfigOf(configs, component), weights, ids, options),
    }),
  };
}
