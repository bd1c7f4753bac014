/** @file A new word as a part of a run: where its vectors start, how they are bounded, when they stop. */

import {
  AtelierError,
  createTorchGenerator,
  type FloatTensor,
  floatTensor,
  type OptimizerGroup,
} from "@atelier/engine";
import { type Embedding, makeEmbedding } from "../../core/embedding.js";
import { tokenTableName } from "../../pipeline/add-embeddings.js";
import type { Pipeline } from "../../pipeline/pipeline.js";
import type { ClipTokenizer } from "../../tokenizer/clip-tokenizer.js";
import {
  embeddingParameter,
  embeddingTuning,
  limitNorms,
  rowNorms,
} from "../../tuning/embedding-tuning.js";
import type { EmbeddingConfig, TrainConfig } from "../config/train-config.js";
import type { Constraint, TuningPart } from "./tuning-part.js";

/** A word as a part, with the vectors that a pipeline has to know before it can be trained. */
export interface EmbeddingPart extends TuningPart {
  readonly initial: Embedding;
  /** Id of its first vector. */
  readonly firstRow: number;
  readonly vectors: number;
}

/**
 * Plans a word.
 * @param pipeline the base, without the word
 * @throws AtelierError `data` for a token that the tokenizer knows, `config` for an initializer that
 *   is none of its words, `file`.
 */
export async function embeddingPart(
  config: EmbeddingConfig,
  run: Pick<TrainConfig, "learningRate" | "steps" | "seed">,
  pipeline: Pipeline,
): Promise<EmbeddingPart> {
  const { token, vectors } = config;
  const tokenizer = await pipeline.tokenizer();
  requireNew(token, tokenizer);
  const table = await pipeline.checkpoint.textEncoder.weights.readFloat32(tokenTableName);
  const [, width = 0] = table.shape;
  const rows = initialRows(config, { table, tokenizer, seed: run.seed });
  const embeddingOf = (vector: FloatTensor): Embedding =>
    makeEmbedding(token, { token, vectors: new Map([["text_encoder", vector]]) });
  const name = embeddingParameter(token);
  const first = rowNorms(table);
  const usualNorm = first.reduce((sum, norm) => sum + norm, 0) / first.length;
  const firstRow = tokenizer.vocabularySize;
  return {
    firstRow,
    vectors,
    tuning: embeddingTuning({ token, firstRow, vectors, width }),
    groups: groupsOf(name, config, run),
    initial: embeddingOf(rows),
    start: async () => ({
      values: new Map([[name, rows]]),
      constraint: constraintOf(name, config.maxNorm && config.maxNorm * usualNorm),
      resultOf: (values) => ({ embedding: embeddingOf(values.get(name) ?? rows) }),
    }),
  };
}

/** @throws AtelierError `config` for a word that is a single token already. */
function requireNew(token: string, tokenizer: ClipTokenizer): void {
  if (tokenizer.encode(token).tokenCount > 1) return;
  throw new AtelierError(
    "config",
    `embedding.token: expected a word that the base does not know yet, got "${token}", which stands in its vocabulary. Choose another, such as <${token}> or my_${token}.`,
  );
}

function groupsOf(
  name: string,
  { learningRate, trainShare }: EmbeddingConfig,
  run: Pick<TrainConfig, "learningRate" | "steps">,
): OptimizerGroup[] {
  const ratio = learningRate / run.learningRate;
  if (ratio === 1 && trainShare === 1) return [];
  const last = Math.round(trainShare * run.steps);
  const rateAt = (runRate: number, step: number) => (step > last ? 0 : runRate * ratio);
  return [{ name: "embedding", owns: (parameter) => parameter === name, learningRate: rateAt }];
}

function constraintOf(name: string, bound: number | undefined): Constraint | undefined {
  if (bound === undefined) return undefined;
  return {
    async apply(values) {
      const rows = values.get(name);
      const limited = rows && limitNorms(rows, bound);
      return limited === undefined || limited === rows ? new Map() : new Map([[name, limited]]);
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

interface Vocabulary {
  readonly table: FloatTensor;
  readonly tokenizer: ClipTokenizer;
  readonly seed: number;
}

/** First vectors: those of words, in turn; the vocabulary's mean; or random ones of its mean norm. */
function initialRows(config: EmbeddingConfig, vocabulary: Vocabulary): FloatTensor {
  const { vectors, initializer } = config;
  const { table, seed } = vocabulary;
  const [rows = 0, width = 0] = table.shape;
  const data = new Float32Array(vectors * width);
  if (initializer === "mean") {
    const mean = Float64Array.from({ length: width }, (_, column) => {
      let sum = 0;
      for (let row = 0; row < rows; row++) sum += table.data[row * width + column] ?? 0;
      return sum / rows;
    });
    for (let i = 0; i < data.length; i++) data[i] = mean[i % width] ?? 0;
  } else if (initializer === "random") {
    const norms = rowNorms(table);
    const norm = norms.reduce((sum, value) => sum + value, 0) / norms.length;
    const drawn = floatTensor(createTorchGenerator(seed).randn(data.length), [vectors, width]);
    const lengths = rowNorms(drawn);
    drawn.data.forEach((value, i) => {
      data[i] = (value * norm) / (lengths[Math.floor(i / width)] ?? 1);
    });
  } else {
    const ids = idsOf(initializer, config, vocabulary);
    for (let row = 0; row < vectors; row++) {
      const id = ids[row % ids.length] ?? 0;
      data.set(table.data.subarray(id * width, (id + 1) * width), row * width);
    }
  }
  return floatTensor(data, [vectors, width]);
}

/** The tokens of the initializer's words. @throws AtelierError `config`. */
function idsOf(
  words: string,
  { vectors }: EmbeddingConfig,
  { tokenizer, table }: Vocabulary,
): number[] {
  const { ids, tokenCount } = tokenizer.encode(words);
  const known = ids.slice(1, 1 + tokenCount).filter((id) => id < (table.shape[0] ?? 0));
  if (known.length > 0 && known.length <= vectors) return known;
  throw new AtelierError(
    "config",
    `embedding.initializer: expected at most ${vectors} ${vectors === 1 ? "token" : "tokens"}, one for each vector, got ${known.length} in "${words}". Use ${known.length === 0 ? "a common word" : "a shorter word"}, mean or random${known.length > vectors ? `, or embedding.vectors ${known.length}` : ""}.`,
  );
}
