/**
 * @file New words inside of a LoRA file, so that adapter and word of pivotal tuning are one file. LyCORIS'
 * bundling script made the form, `bundle_emb.<token>.<key of an embedding file>`, which A1111 and Forge read.
 */

import {
  type Embedding,
  type EmbeddingEncoder,
  makeEmbedding,
} from "../embedding-files/embedding.js";
import type { StoredFloat } from "../safetensors/float-codec.js";
import type { SafetensorsFile } from "../safetensors/open-safetensors.js";
import { type TensorSource, tensorSource } from "../safetensors/write-safetensors.js";

const prefix = "bundle_emb.";
/** Spellings of an embedding's tensors: A1111's pickled form, kohya's, SDXL's. */
const encoders: Readonly<Record<string, EmbeddingEncoder>> = {
  "string_to_param.*": "text_encoder",
  emb_params: "text_encoder",
  clip_l: "text_encoder",
  clip_g: "text_encoder_2",
};

/** Whether a tensor of a LoRA file belongs to a word in it. */
export function isBundledWord(key: string): boolean {
  return partsOf(key) !== undefined;
}

/** The tokens of the words in a LoRA file, by its tensors' names. */
export function bundledTokens(keys: Iterable<string>): string[] {
  return [...new Set([...keys].flatMap((key) => partsOf(key)?.token ?? []))];
}

/** The words in a LoRA file. @throws AtelierError `weights` for vectors that no text encoder can have. */
export async function readBundledWords(file: SafetensorsFile): Promise<Embedding[]> {
  const words: Embedding[] = [];
  for (const token of bundledTokens(file.entries.keys())) {
    const vectors = new Map<EmbeddingEncoder, Awaited<ReturnType<typeof file.readFloat32>>>();
    for (const key of file.entries.keys()) {
      const parts = partsOf(key);
      if (parts?.token === token) vectors.set(parts.encoder, await file.readFloat32(key));
    }
    words.push(makeEmbedding(`${file.path}: ${token}`, { token, vectors }));
  }
  return words;
}

/** Words as tensors of a LoRA file; a token with a dot, which ends names there, has none. */
export function bundledTensors(words: readonly Embedding[], dtype: StoredFloat): TensorSource[] {
  return words
    .filter(({ token }) => !token.includes("."))
    .flatMap(({ token, vectors }) => {
      const names = vectors.has("text_encoder_2")
        ? { text_encoder: "clip_l", text_encoder_2: "clip_g" }
        : { text_encoder: "string_to_param.*", text_encoder_2: "clip_g" };
      return [...vectors].map(([encoder, tensor]) =>
        tensorSource(`${prefix}${token}.${names[encoder]}`, tensor, { dtype }),
      );
    });
}

function partsOf(key: string): { token: string; encoder: EmbeddingEncoder } | undefined {
  if (!key.startsWith(prefix)) return undefined;
  const rest = key.slice(prefix.length);
  const dot = rest.indexOf(".");
  const encoder = encoders[rest.slice(dot + 1)];
  return dot < 1 || encoder === undefined ? undefined : { token: rest.slice(0, dot), encoder };
}
