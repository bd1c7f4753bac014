/**
 * @file What the denoiser is told beside sample and time: prompts that were read in A1111's syntax, each
 * chunk by a run of the text encoders of its own, its states multiplied by the weights, the chunks one
 * behind the other; and the sizes of a picture.
 */

import { type FloatTensor, floatTensor, internalError, intTensor, sizeOf } from "@atelier/engine";
import type { TextEncoderName } from "../core/component-name.js";
import type { Configs } from "../families/components.js";
import type {
  Conditioning,
  ConditioningRules,
  ModelFamily,
  TextStates,
} from "../families/family.js";
import type { TensorOps } from "../families/tensor-ops.js";
import type { EncodedText } from "../tokenizer/clip-tokenizer.js";
import type { EncodeOptions, Pipeline } from "./pipeline.js";
import type { ReadPrompt } from "./prompt-syntax.js";
import { joinAlong, joinRows, padAlong, rowsOf } from "./tensor-rows.js";
import { longestOf, type Tokenizers } from "./tokenizers.js";

/** Arithmetic on host tensors. */
export const hostOps: TensorOps<FloatTensor> = { concat: joinAlong, pad: padAlong };

/** The chunks of a prompt as each text encoder takes them. */
export type TextChunks = ReadonlyMap<TextEncoderName, readonly EncodedText[]>;

/**
 * The ids of a prompt's chunks.
 * @param prompts what each encoder reads; the first, where there is none of its own
 * @param atLeast so many chunks; empty ones fill up, also where encoders read others
 */
export function encodeChunks(
  tokenizers: Tokenizers,
  [first, ...others]: readonly (ReadPrompt | undefined)[],
  atLeast = 0,
): TextChunks {
  const chunksOf = (prompt: ReadPrompt | undefined) => (prompt ?? first)?.chunks ?? [];
  const all = [first, ...others];
  const count = Math.max(atLeast, ...all.map((prompt) => chunksOf(prompt).length));
  return new Map(
    [...tokenizers].map(([name, tokenizer], index) => {
      const own = chunksOf(all[index]);
      return [name, Array.from({ length: count }, (_, at) => tokenizer.encode(own[at] ?? []))];
    }),
  );
}

/** The chunks as the first text encoder takes them. */
export function firstChunks(chunks: TextChunks): readonly EncodedText[] {
  const [first = []] = chunks.values();
  return first;
}

/** The chunks as the text encoder that reads most takes them. */
export function longestChunks(chunks: TextChunks): readonly EncodedText[] {
  return longestOf(chunks.values(), ([first]) => first?.ids.length ?? 0) ?? [];
}

/** What follows from a prompt, one row. */
export async function promptConditioning(
  pipeline: Pick<Pipeline, "encodeStates" | "family" | "configs">,
  chunks: TextChunks,
  options: EncodeOptions,
): Promise<Conditioning> {
  const texts: Partial<Record<TextEncoderName, TextStates<FloatTensor>>> = {};
  for (const [name, own] of chunks) {
    const shape = [own.length, own[0]?.ids.length ?? 0];
    const ids = intTensor(
      own.flatMap((chunk) => chunk.ids),
      shape,
    );
    const { states, pooled } = await pipeline.encodeStates(name, ids, options);
    const weighted = rowsOf(states).map((row, index) => weigh(row, own[index]?.weights ?? []));
    // A1111 pools the first chunk alone.
    const [first] = pooled === undefined ? [] : rowsOf(pooled);
    texts[name] = {
      states: joinAlong(weighted, 1),
      ...(first === undefined ? {} : { pooled: first }),
    };
  }
  const { family, configs } = pipeline;
  return family.conditioning.ofTexts(configs, texts, hostOps);
}

/**
 * Conditionings of one row each as rows of one. Those of fewer tokens are repeated to the least common
 * length, which changes nothing: softmax gives k copies of a key a kth of its weight each.
 */
export function joinConditionings(
  { sequence }: ConditioningRules,
  rows: readonly Conditioning[],
): Conditioning {
  const [first = {}] = rows;
  return Object.fromEntries(
    Object.keys(first).map((name) => {
      const own = rows.flatMap((row) => row[name] ?? []);
      return [name, name === sequence ? joinContexts(own) : joinRows(own)];
    }),
  );
}

/** Contexts `[1, tokens, width]` of any lengths as rows of one tensor. */
export function joinContexts(contexts: readonly FloatTensor[]): FloatTensor {
  const lengths = contexts.map(({ shape: [, tokens = 0] }) => tokens);
  const length = lengths.reduce(leastCommonMultiple, 1);
  const [, , width = 0] = contexts[0]?.shape ?? [];
  return joinRows(
    contexts.map(({ data }) => {
      const repeated = new Float32Array(length * width);
      for (let at = 0; at < repeated.length; at += data.length) repeated.set(data, at);
      return floatTensor(repeated, [1, length, width]);
    }),
  );
}

/** The states of texts, one a token, among what a denoiser is told. */
export function sequenceOf(
  { family }: { readonly family: Pick<ModelFamily, "conditioning"> },
  conditioning: Conditioning,
): FloatTensor {
  const states = conditioning[family.conditioning.sequence];
  if (states !== undefined) return states;
  throw internalError(`conditioning: no ${family.conditioning.sequence}.`);
}

/** The rows of a conditioning by number, each a conditioning of one row that shares its memory. */
export function conditioningRows(conditioning: Conditioning): (row: number) => Conditioning {
  const parts = Object.entries(conditioning).map(
    ([name, tensor]) => [name, rowsOf(tensor)] as const,
  );
  return (row) =>
    Object.fromEntries(
      parts.flatMap(([name, rows]) => (rows[row] === undefined ? [] : [[name, rows[row]]])),
    );
}

/** The same tensors, all zero. */
export function zerosLike(conditioning: Conditioning): Conditioning {
  return Object.fromEntries(
    Object.entries(conditioning).map(([name, { shape }]) => [
      name,
      floatTensor(new Float32Array(sizeOf(shape)), shape),
    ]),
  );
}

/** What follows from a whole picture of a size, drawn without guidance, for every row. */
export function wholePicture(
  {
    family: { conditioning },
    configs,
  }: { readonly family: ModelFamily; readonly configs: Configs },
  size: { readonly width: number; readonly height: number },
  rows = 1,
): Conditioning {
  const own = {
    ...conditioning.ofSizes({ original: size, crop: { left: 0, top: 0 }, target: size }),
    ...conditioning.ofGuidance?.(configs, 1),
  };
  return Object.fromEntries(
    Object.entries(own).map(([name, row]) => [
      name,
      joinRows(Array.from({ length: rows }, () => row)),
    ]),
  );
}

/** Share of the mean size of states below which their mean is nothing but rounding. */
const smallestMean = 1e-6;

/** States `[1, tokens, width]` times their tokens' weights, brought back to the mean that they had. */
function weigh(states: FloatTensor, weights: readonly number[]): FloatTensor {
  if (weights.every((weight) => weight === 1)) return states;
  const [, , width = 1] = states.shape;
  const data = states.data.map((value, i) => value * (weights[Math.floor(i / width)] ?? 1));
  const before = mean(states.data);
  const isRounding = Math.abs(before) < smallestMean * mean(states.data.map(Math.abs));
  const ratio = before / mean(data);
  // States of mean 0 have none to be brought back to, only the rounding of their sum.
  const factor = isRounding || !Number.isFinite(ratio) ? 1 : ratio;
  return floatTensor(
    data.map((value) => value * factor),
    states.shape,
  );
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return (a / x) * b;
}
