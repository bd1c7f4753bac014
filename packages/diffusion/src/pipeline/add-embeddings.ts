/**
 * @file Textual-inversion embeddings on a checkpoint: new rows behind its text encoder's table, and
 * the tokens that lead to them. Nothing else of the checkpoint changes, and no file of it.
 */

import { AtelierError, type FloatTensor, floatTensor } from "@atelier/engine";
import { type Embedding, vectorCount } from "../core/embedding.js";
import type { Checkpoint } from "../core/model-files.js";
import type { WeightEntry, Weights } from "../files/model/weights.js";
import type { ClipTokenizer } from "../tokenizer/clip-tokenizer.js";

/** The table of a text encoder: one row per token. */
export const tokenTableName: string = "text_model.embeddings.token_embedding.weight";

/** A checkpoint and a tokenizer that know the same new tokens. */
export interface WithEmbeddings {
  readonly checkpoint: Checkpoint;
  readonly tokenizer: ClipTokenizer;
}

/**
 * Adds embeddings to a checkpoint's first text encoder and its tokenizer, as `load_textual_inversion`
 * of diffusers does. Closing the result closes the checkpoint.
 * @throws AtelierError `weights` for an embedding of another width or for other encoders, `data` for
 *   a token that the tokenizer knows already or cannot have.
 */
export function addEmbeddings(
  checkpoint: Checkpoint,
  tokenizer: ClipTokenizer,
  embeddings: readonly Embedding[],
): WithEmbeddings {
  const rows = embeddings.map((embedding) => requireRows(checkpoint, embedding));
  const grown = embeddings.reduce(addToken, tokenizer);
  const { textEncoder } = checkpoint;
  const { config } = textEncoder;
  const table = {
    firstRow: tokenizer.vocabularySize,
    rows: Math.max(config.vocabSize, grown.vocabularySize),
    values: rows,
  };
  return {
    checkpoint: {
      ...checkpoint,
      textEncoder: {
        config: { ...config, vocabSize: table.rows },
        weights: withRows(textEncoder.weights, table),
      },
    },
    tokenizer: grown,
  };
}

function addToken(tokenizer: ClipTokenizer, embedding: Embedding): ClipTokenizer {
  const { token } = embedding;
  try {
    return tokenizer.withTokens([{ token, vectors: vectorCount(embedding) }]);
  } catch (cause) {
    if (!(cause instanceof AtelierError)) throw cause;
    throw new AtelierError(
      cause.code,
      `embedding ${token}: ${cause.message} Give the embedding a name of its own, as in name=file.`,
      { cause },
    );
  }
}

/** The embedding's vectors for the checkpoint's text encoder. */
function requireRows(
  { path, family, textEncoder, textEncoder2 }: Checkpoint,
  { token, vectors }: Embedding,
): FloatTensor {
  const rows = vectors.get("text_encoder");
  const width = rows?.shape[1];
  const { hiddenSize } = textEncoder.config;
  const isForTwo = vectors.has("text_encoder_2");
  if (rows !== undefined && width === hiddenSize && isForTwo === (textEncoder2 !== undefined)) {
    return rows;
  }
  const got = [...vectors.values()].map(({ shape }) => shape[1]).join(" and ");
  throw new AtelierError(
    "weights",
    `embedding ${token}: expected vectors of width ${hiddenSize}${textEncoder2 === undefined ? "" : ` and ${textEncoder2.config.hiddenSize}`}, as the text encoder of ${path} (${family}) has, got width ${got}. Use an embedding that was trained on ${family}: widths are 768 for sd1, 1024 for sd2, 768 and 1280 for sdxl.`,
    { context: { token, width, hiddenSize } },
  );
}

interface GrownTable {
  /** Row of the first new token. */
  readonly firstRow: number;
  /** Rows of the whole table. */
  readonly rows: number;
  readonly values: readonly FloatTensor[];
}

/** The weights with the table made larger, in memory and in float32. */
function withRows(weights: Weights, { firstRow, rows, values }: GrownTable): Weights {
  const stored = weights.entries.get(tokenTableName);
  const [, width = 0] = stored?.shape ?? [];
  // A table of another model is left for whoever holds all weights against the config.
  if (stored === undefined || (stored.shape[0] ?? 0) > rows) return weights;
  const shape = [rows, width];
  const entry: WeightEntry = { ...stored, dtype: "F32", shape, isWhole: false };
  const readTable = async (): Promise<FloatTensor> => {
    const table = await weights.readFloat32(tokenTableName);
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
    entries: new Map(weights.entries).set(tokenTableName, entry),
    read: (name) => (name === tokenTableName ? readTable() : weights.read(name)),
    readFloat32: (name) => (name === tokenTableName ? readTable() : weights.readFloat32(name)),
  };
}
