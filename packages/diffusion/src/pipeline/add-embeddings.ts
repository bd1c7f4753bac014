/**
 * @file Textual-inversion embeddings on a model: new rows behind its text encoders' tables, and
 * the tokens that lead to them. Nothing else of the model changes, and no file of it.
 */

import { AtelierError, type FloatTensor, floatTensor, said } from "@atelier/engine";
import type { TextEncoderName } from "../core/component-name.js";
import { type Embedding, vectorCount } from "../core/embedding.js";
import type { WeightEntry, Weights } from "../core/weights.js";
import { configOf } from "../families/components.js";
import { families } from "../families/families.js";
import {
  configsOf,
  type ModelFiles,
  mapComponents,
  wordEncoders,
} from "../families/model-files.js";
import type { ClipTokenizer } from "../tokenizer/clip-tokenizer.js";
import type { Tokenizers } from "./tokenizers.js";

/** A model and its tokenizers that know the same new tokens. */
export interface WithEmbeddings {
  readonly model: ModelFiles;
  readonly tokenizers: Tokenizers;
}

/**
 * Adds embeddings to the text encoders of a model and their tokenizers, as `load_textual_inversion` of
 * diffusers does. Closing the result closes the model.
 * @throws AtelierError `weights` for an embedding of another width or for other encoders, `data` for
 *   a token that a tokenizer knows already or cannot have.
 */
export function addEmbeddings(
  model: ModelFiles,
  tokenizers: Tokenizers,
  embeddings: readonly Embedding[],
): WithEmbeddings {
  for (const embedding of embeddings) requireFit(model, embedding);
  const grown = new Map(
    // T5 reads a word as it is spelt.
    [...tokenizers].map(([name, tokenizer]) => [
      name,
      tokenizer.kind === "t5" ? tokenizer : embeddings.reduce(addToken, tokenizer),
    ]),
  );
  const before = configsOf(model);
  const encoders = wordEncoders(model.family, before);
  const changed = mapComponents(model, (files, name) => {
    const encoder = encoders.find(({ component }) => component === name);
    const tokenizer = grown.get(name as TextEncoderName); // Undefined for other components.
    if (encoder === undefined || tokenizer === undefined) return files;
    const rows = Math.max(encoder.limits(before).vocabulary, tokenizer.vocabularySize);
    const table = {
      name: `${encoder.words.layer}.weight`,
      firstRow: tokenizers.get(encoder.component)?.vocabularySize ?? 0,
      rows,
      values: embeddings.flatMap(({ vectors }) => vectors.get(encoder.component) ?? []),
    };
    return {
      config: configOf(encoder.words.withRows(before, rows), name),
      weights: withRows(files.weights, table),
    };
  });
  return { model: changed, tokenizers: grown };
}

function addToken(tokenizer: ClipTokenizer, embedding: Embedding): ClipTokenizer {
  const { token } = embedding;
  try {
    return tokenizer.withTokens([{ token, vectors: vectorCount(embedding) }]);
  } catch (cause) {
    if (!(cause instanceof AtelierError)) throw cause;
    throw new AtelierError(
      cause.code,
      said`embedding ${token}: ${cause.message} Give the embedding a name of its own, as in name=file.`,
      { cause },
    );
  }
}

/** An embedding has vectors for the model's text encoders, and for no others. */
function requireFit(model: ModelFiles, { token, vectors }: Embedding): void {
  const { path, family } = model;
  const configs = configsOf(model);
  const encoders = wordEncoders(family, configs);
  const widths = encoders.map((encoder) => encoder.limits(configs).width);
  const fits =
    vectors.size === widths.length &&
    encoders.every(({ component }, index) => vectors.get(component)?.shape[1] === widths[index]);
  if (fits) return;
  const got = [...vectors.values()].map(({ shape }) => shape[1] ?? 0);
  const missing = widths.length - got.length;
  const isHalf = missing > 0 && got.every((width) => widths.includes(width));
  const advice = isHalf
    ? "Name the folder that holds the files of both text encoders (learned_embeds and learned_embeds_2), or one file with clip_l and clip_g"
    : `Use an embedding that was trained on ${family.id}: widths are ${published()}`;
  throw new AtelierError(
    "weights",
    said`embedding ${token}: expected vectors of width ${widths.join(" and ")}, as the text encoder of ${path} (${family.id}) has, got width ${got.join(" and ")}. ${advice}.`,
    { context: { token, got, widths } },
  );
}

/** "768 for sd1, 1024 for sd2 …" */
function published(): string {
  const all = Object.values(families);
  return all
    .map(({ id, publishedWidths }) => `${publishedWidths.join(" and ")} for ${id}`)
    .join(", ");
}

interface GrownTable {
  readonly name: string;
  /** Row of the first new token. */
  readonly firstRow: number;
  /** Rows of the whole table. */
  readonly rows: number;
  readonly values: readonly FloatTensor[];
}

/** The weights with the table made larger, in memory and in float32. */
function withRows(
  weights: Weights,
  { name: tableName, firstRow, rows, values }: GrownTable,
): Weights {
  const stored = weights.entries.get(tableName);
  const [, width = 0] = stored?.shape ?? [];
  // A table of another model is left for whoever holds all weights against the config.
  if (stored === undefined || (stored.shape[0] ?? 0) > rows) return weights;
  const shape = [rows, width];
  const entry: WeightEntry = { ...stored, dtype: "F32", shape, isWhole: false };
  const readTable = async (): Promise<FloatTensor> => {
    const table = await weights.readFloat32(tableName);
    const data = new Float32Array(rows * width);
    data.set(table.data);
    let at = firstRow * width;
    for (const value of values) {
      data.set(value.data, at);
      at += value.data.length;
    }
    return floatTensor(data, shape);
  };
  return {
    entries: new Map(weights.entries).set(tableName, entry),
    read: (name) => (name === tableName ? readTable() : weights.read(name)),
    readFloat32: (name) => (name === tableName ? readTable() : weights.readFloat32(name)),
  };
}
