/** @file A CLIP text encoder and its projection as an embedder of texts. */

import {
  createWeights,
  input,
  intTensor,
  type ParameterSource,
  type Runtime,
} from "@atelier/engine";
import type { ClipTextConfig } from "../models/clip-text/config.js";
import type { ClipTokenizer, EncodedText } from "../tokenizer/clip-tokenizer.js";
import { createBatchEmbedder } from "./batch-embedder.js";
import type { Embedder, ImageEmbedder, TextEmbedder } from "./judge.js";
import { embedCaptions } from "./unit-embeddings.js";

/** What a caption embedder is made of. */
export interface CaptionEmbedderOptions {
  readonly config: ClipTextConfig;
  /** By the names of `embedCaptions`. */
  readonly parameters: ReadonlyMap<string, ParameterSource>;
  readonly tokenizer: ClipTokenizer;
  readonly runtime: Runtime;
  /** Texts that are encoded at once. */
  readonly batch?: number;
}

/** Ids that most captions fit into. */
const shortTokens = 32;

/** Makes an embedder of texts; it compiles its graphs at their first use. */
export function createCaptionEmbedder({
  config,
  parameters,
  tokenizer,
  runtime,
  batch = 32,
}: CaptionEmbedderOptions): TextEmbedder & AsyncDisposable {
  const { maxLength } = tokenizer;
  const embedder = createBatchEmbedder<EncodedText>({
    rowsName: "texts",
    runtime,
    parameters,
    batch,
    prepare: (texts) => {
      const longest = Math.max(...texts.map(({ tokenCount }) => tokenCount + 2));
      // A token sees only those before it, so padding behind the end changes nothing and can go.
      const tokens = longest <= shortTokens ? Math.min(shortTokens, maxLength) : maxLength;
      const shape = [texts.length, tokens];
      const ids = texts.flatMap((text) => text.ids.slice(0, tokens));
      return {
        key: `${tokens} tokens`,
        build: () => embedCaptions(config, createWeights(), input("input_ids", shape, "int64")),
        values: { input_ids: intTensor(ids, shape) },
      };
    },
  });
  return {
    async embedTexts(texts) {
      const encoded = texts.map((text) => tokenizer.encode(text));
      return {
        embeddings: await embedder.embed(encoded),
        truncated: encoded.map(({ truncated }) => truncated),
      };
    },
    [Symbol.asyncDispose]: () => embedder[Symbol.asyncDispose](),
  };
}

/** Two halves of one space as one encoder, which disposes both. */
export function withTexts(
  seeing: ImageEmbedder & AsyncDisposable,
  reading: TextEmbedder & AsyncDisposable,
): Embedder {
  return {
    description: seeing.description,
    embedPictures: (pictures) => seeing.embedPictures(pictures),
    embedTexts: (texts) => reading.embedTexts(texts),
    async [Symbol.asyncDispose]() {
      for (const half of [seeing, reading]) await half[Symbol.asyncDispose]();
    },
  };
}
