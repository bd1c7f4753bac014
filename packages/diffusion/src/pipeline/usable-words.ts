/** @file Which words a pipeline can take besides its own: what a prompt does not need must not stop it. */

import { AtelierError } from "@atelier/engine";
import { type Embedding, isOneWord } from "../core/embedding.js";
import type { ClipTokenizer } from "../tokenizer/clip-tokenizer.js";
import { addEmbeddings } from "./add-embeddings.js";
import type { Pipeline } from "./pipeline.js";
import { firstTokenizer, type Tokenizers } from "./tokenizers.js";

/** Why a name cannot be a new word. */
export type NameObstacle = "white-space" | "taken";

/** Whether a name can be a new word of a tokenizer; `undefined` where it can. */
export function nameObstacle(
  tokenizer: Pick<ClipTokenizer, "tokenId">,
  name: string,
  taken: ReadonlySet<string> = new Set(),
): NameObstacle | undefined {
  if (!isOneWord(name)) return "white-space";
  const isTaken = taken.has(name.toLowerCase()) || tokenizer.tokenId(name) !== undefined;
  return isTaken ? "taken" : undefined;
}

/** A word that cannot be used. */
export interface UnusableWord {
  readonly token: string;
  /** `misfit`: its vectors are those of another model, as the message says. */
  readonly obstacle: NameObstacle | "misfit";
  readonly message: string;
}

/** Divides words that came beside something else, such as a LoRA, into those that can be used and others. */
export async function usableWords(
  pipeline: Pick<Pipeline, "model" | "tokenizers">,
  words: readonly Embedding[],
  taken: readonly string[] = [],
): Promise<{ readonly usable: readonly Embedding[]; readonly unusable: readonly UnusableWord[] }> {
  const usable: Embedding[] = [];
  const unusable: UnusableWord[] = [];
  if (words.length === 0) return { usable, unusable };
  const tokenizers = await pipeline.tokenizers();
  const tokenizer = firstTokenizer(tokenizers);
  const names = new Set(taken.map((name) => name.toLowerCase()));
  for (const word of words) {
    const { token } = word;
    const obstacle = nameObstacle(tokenizer, token, names);
    const message = obstacle === undefined ? misfitOf(pipeline, tokenizers, word) : "";
    if (obstacle === undefined && message === undefined) {
      usable.push(word);
      names.add(token.toLowerCase());
    } else unusable.push({ token, obstacle: obstacle ?? "misfit", message: message ?? "" });
  }
  return { usable, unusable };
}

function misfitOf(
  { model }: Pick<Pipeline, "model">,
  tokenizers: Tokenizers,
  word: Embedding,
): string | undefined {
  try {
    addEmbeddings(model, tokenizers, [word]);
    return undefined;
  } catch (error) {
    if (error instanceof AtelierError) return error.message;
    throw error;
  }
}
