/**
 * @file New words inside of a LoRA file, so that adapter and word of pivotal tuning are one file. LyCORIS'
 * bundling script made the form, `bundle_emb.<token>.<key of an embedding file>`, which A1111 and Forge read;
 * OneTrainer writes it, with tokens of any characters and encoders of every model.
 */

import { AtelierError } from "@atelier/engine";
import type { TextEncoderName } from "../../core/component-name.js";
import { type Embedding, makeEmbedding } from "../../core/embedding.js";
import { some } from "../../core/warnings/param-kinds.js";
import { type Warning, warning } from "../../core/warnings/warning.js";
import type { StoredFloat } from "../safetensors/float-codec.js";
import { type TensorSource, tensorSource } from "../safetensors/write-safetensors.js";
import type { TensorFile } from "../tensor-file.js";
import { webuiEncoderNames } from "../word/write-embedding.js";

const prefix = "bundle_emb.";
/** Spellings of an embedding's tensors, the last part of a key: A1111's pickled form, kohya's, SDXL's. */
const encoders: Readonly<Record<string, TextEncoderName>> = {
  "string_to_param.*": "text_encoder",
  emb_params: "text_encoder",
  clip_l: "text_encoder",
  clip_g: "text_encoder_2",
  t5xxl: "text_encoder_3",
};

/** Whether a tensor of a LoRA file belongs to a word in it. */
export function isBundledWord(key: string): boolean {
  return key.startsWith(prefix);
}

/** The tokens of the words in a LoRA file, by its tensors' names. */
export function bundledTokens(keys: Iterable<string>): string[] {
  const tokens = [...keys].flatMap((key) => {
    const parts = partsOf(key);
    return parts?.encoder === undefined ? [] : [parts.token];
  });
  return [...new Set(tokens)];
}

/** The words of a LoRA file that can be used, and why others or parts of them cannot. */
export interface BundledWords {
  readonly words: readonly Embedding[];
  readonly notes: readonly Warning[];
}

/** Reads the words in a LoRA file. A word that is damaged does not make the LoRA useless. */
export async function readBundledWords(file: TensorFile): Promise<BundledWords> {
  const words: Embedding[] = [];
  const notes: Warning[] = [];
  const keys = [...file.entries.keys()].filter(isBundledWord);
  for (const token of bundledTokens(keys)) {
    const vectors = new Map<TextEncoderName, Awaited<ReturnType<typeof file.readFloat32>>>();
    try {
      for (const key of keys) {
        const { token: own, encoder } = partsOf(key) ?? {};
        if (own === token && encoder !== undefined) {
          vectors.set(encoder, await file.readFloat32(key));
        }
      }
      words.push(makeEmbedding(`${file.path}: ${token}`, { token, vectors }));
    } catch (error) {
      if (!(error instanceof AtelierError) || error.code === "file") throw error;
      notes.push(warning("word-left-out", { token, problem: error.message }));
    }
  }
  const others = keys.filter((key) => partsOf(key)?.encoder === undefined);
  if (others.length > 0) {
    notes.push(warning("word-for-other-encoder", { path: file.path, tensors: some(others) }));
  }
  return { words, notes };
}

/** Words as tensors of a LoRA file. A1111 takes a token with a dot apart at its dot. */
export function bundledTensors(words: readonly Embedding[], dtype: StoredFloat): TensorSource[] {
  return words.flatMap(({ token, vectors }) => {
    const names = vectors.has("text_encoder_2")
      ? webuiEncoderNames
      : { ...webuiEncoderNames, text_encoder: "string_to_param.*" };
    return [...vectors].map(([encoder, tensor]) =>
      tensorSource(`${prefix}${token}.${names[encoder]}`, tensor, { dtype }),
    );
  });
}

/** The encoder's name is what a key ends with; a token may hold dots, too. Other endings name none. */
function partsOf(key: string): { token: string; encoder?: TextEncoderName } | undefined {
  if (!isBundledWord(key)) return undefined;
  const rest = key.slice(prefix.length);
  const ending = Object.keys(encoders).find((name) => rest.endsWith(`.${name}`));
  const token = rest.slice(0, ending === undefined ? rest.lastIndexOf(".") : -ending.length - 1);
  if (token === "" || ending === undefined) return { token };
  const encoder = encoders[ending];
  return encoder === undefined ? { token } : { token, encoder };
}
