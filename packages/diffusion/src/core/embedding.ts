/** @file A textual-inversion embedding as the rest of Atelier sees it, whatever form it is stored in. */

import { AtelierError, type FloatTensor, formatShape, said } from "@atelier/engine";
import type { TextEncoderName } from "./component-name.js";

/** New words for a text encoder: the vectors that stand for one token in a prompt. */
export interface Embedding {
  /** What stands in the prompt, such as `<my-style>`. */
  readonly token: string;
  /** `[vectors, width]` for each encoder; SDXL has two, of as many vectors. */
  readonly vectors: ReadonlyMap<TextEncoderName, FloatTensor>;
  /** What the file says besides, such as `modelspec.*`, or `step` and `sd_checkpoint_name`. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** A prompt of 77 tokens has a begin and an end. */
export const maxEmbeddingVectors = 75;

/**
 * An embedding of checked vectors; a single vector may be `[width]`.
 * @throws AtelierError `weights` for other shapes, numbers that are not finite, or encoders that
 *   have different numbers of vectors.
 */
export function makeEmbedding(
  where: string,
  {
    token,
    vectors,
    metadata = new Map(),
  }: Pick<Embedding, "token" | "vectors"> & Partial<Embedding>,
): Embedding {
  const refuse = (expected: string, got: string): never => {
    throw new AtelierError(
      "weights",
      said`${where}: expected ${expected}, got ${got}. The file is no embedding, or it is damaged.`,
    );
  };
  const checked = new Map<TextEncoderName, FloatTensor>();
  for (const [encoder, tensor] of vectors) {
    const [count = 0, width = 0] = tensor.shape.length === 1 ? [1, ...tensor.shape] : tensor.shape;
    if (tensor.shape.length > 2 || count < 1 || count > maxEmbeddingVectors || width < 1) {
      refuse(`1 to ${maxEmbeddingVectors} vectors [vectors, width]`, formatShape(tensor.shape));
    }
    const bad = tensor.data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) refuse("finite numbers", `${tensor.data[bad]} at element ${bad}`);
    checked.set(encoder, { ...tensor, shape: [count, width] });
  }
  const counts = [...checked.values()].map(({ shape }) => shape[0] ?? 0);
  if (new Set(counts).size !== 1) {
    refuse("as many vectors for each text encoder", counts.join(" and ") || "none");
  }
  return { token, vectors: checked, metadata };
}

/** How many tokens of a prompt the embedding takes. */
export function vectorCount({ vectors }: Embedding): number {
  return [...vectors.values()][0]?.shape[0] ?? 0;
}

/** A file's name without its folder and ending, which A1111 and ComfyUI take as the token. */
export function stemOf(path: string): string {
  const name = path.split(/[\\/]/).at(-1) ?? path;
  return name.replace(/\.[^.]+$/, "");
}

/** Whether a name can stand in a prompt as one word. */
export function isOneWord(name: string): boolean {
  return /^\S+$/u.test(name);
}

/** A token without the characters that file systems refuse. */
export function fileNameOfToken(token: string): string {
  return token.replaceAll(/[<>:"/\\|?*]/g, "") || "embedding";
}
