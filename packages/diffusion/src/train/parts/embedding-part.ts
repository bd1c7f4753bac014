/** @file A new word as a part of a run: where its vectors start, how they are bounded, when they stop. */

import {
  AtelierError,
  createTorchGenerator,
  type FloatTensor,
  floatTensor,
  type OptimizerGroup,
  said,
} from "@atelier/engine";
import type { TextEncoderName } from "../../core/component-name.js";
import { type Embedding, makeEmbedding } from "../../core/embedding.js";
import { componentOf, wordEncoders } from "../../families/model-files.js";
import type { Pipeline } from "../../pipeline/pipeline.js";
import { clipTokenizer, firstTokenizer } from "../../pipeline/tokenizers.js";
import type { ClipTokenizer } from "../../tokenizer/clip-tokenizer.js";
import {
  embeddingParameter,
  embeddingTuning,
  limitNorms,
  rowNorms,
} from "../../tuning/embedding-tuning.js";
import type { EmbeddingConfig, TrainConfig } from "../config/train-config.js";
import type { Constraint, ParameterValues, TuningPart } from "./tuning-part.js";

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
  const { family, configs } = pipeline;
  const tokenizers = await pipeline.tokenizers();
  const tokenizer = firstTokenizer(tokenizers);
  requireNew(token, tokenizer);
  const words: WordVectors[] = [];
  for (const { component: encoder, words: ofEncoder } of wordEncoders(family, configs)) {
    const { layer } = ofEncoder;
    const { weights } = componentOf(pipeline.model, encoder);
    const table = await weights.readFloat32(`${layer}.weight`);
    const own = { table, tokenizer: clipTokenizer(tokenizers, encoder), seed: run.seed };
    const name = embeddingParameter(token, encoder);
    const usualNorm = meanOf(rowNorms(table));
    words.push({ encoder, layer, name, rows: initialRows(config, own), usualNorm });
  }
  const embeddingOf = (values: ParameterValues): Embedding =>
    makeEmbedding(token, {
      token,
      vectors: new Map(words.map(({ encoder, name, rows }) => [encoder, values.get(name) ?? rows])),
    });
  const firstRow = tokenizer.vocabularySize;
  const tables = words.map(
    ({ encoder, layer, rows }) => [encoder, { layer, width: rows.shape[1] ?? 0 }] as const,
  );
  const { maxNorm } = config;
  return {
    firstRow,
    vectors,
    tuning: embeddingTuning({ token, firstRow, vectors, tables: new Map(tables) }),
    groups: groupsOf(new Set(words.map(({ name }) => name)), config, run),
    initial: embeddingOf(new Map()),
    start: async () => ({
      values: new Map(words.map(({ name, rows }) => [name, rows])),
      constraint: maxNorm === undefined ? undefined : constraintOf(words, maxNorm),
      resultOf: (values) => ({ embedding: embeddingOf(values) }),
    }),
  };
}

/** The word in one text encoder. */
interface WordVectors {
  readonly encoder: TextEncoderName;
  /** The layer that looks tokens up. */
  readonly layer: string;
  /** Of the parameter. */
  readonly name: string;
  /** First values. */
  readonly rows: FloatTensor;
  /** Of the vocabulary's vectors, on average. */
  readonly usualNorm: number;
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** @throws AtelierError `config` for a word that is a single token already. */
function requireNew(token: string, tokenizer: ClipTokenizer): void {
  if (tokenizer.encode(token).tokenCount > 1) return;
  throw new AtelierError(
    "config",
    said`embedding.token: expected a word that the base does not know yet, got "${token}", which stands in its vocabulary. Choose another, such as <${token}> or my_${token}.`,
  );
}

function groupsOf(
  names: ReadonlySet<string>,
  { learningRate, trainShare }: EmbeddingConfig,
  run: Pick<TrainConfig, "learningRate" | "steps">,
): OptimizerGroup[] {
  const ratio = learningRate / run.learningRate;
  if (ratio === 1 && trainShare === 1) return [];
  const last = Math.round(trainShare * run.steps);
  const rateAt = (runRate: number, step: number) => (step > last ? 0 : runRate * ratio);
  return [{ name: "embedding", owns: (parameter) => names.has(parameter), learningRate: rateAt }];
}

/** @param maxNorm as a multiple of the vocabulary's usual norm */
function constraintOf(words: readonly WordVectors[], maxNorm: number): Constraint {
  return {
    async apply(values) {
      const changed = words.flatMap(({ name, usualNorm }) => {
        const rows = values.get(name);
        const limited = rows && limitNorms(rows, maxNorm * usualNorm);
        return limited === undefined || limited === rows ? [] : [[name, limited] as const];
      });
      return new Map(changed);
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
    const norm = meanOf(rowNorms(table));
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
    said`embedding.initializer: expected at most ${vectors} ${vectors === 1 ? "token" : "tokens"}, one for each vector, got ${known.length} in "${words}". Use ${known.length === 0 ? "a common word" : "a shorter word"}, mean or random${known.length > vectors ? `, or embedding.vectors ${known.length}` : ""}.`,
  );
}
