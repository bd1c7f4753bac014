/**
 * @file A prompt that was read in A1111's syntax as the UNet's context: each chunk by a run of the text
 * encoder of its own, its states multiplied by the weights, the chunks one behind the other.
 */

import { type FloatTensor, floatTensor, intTensor } from "@atelier/engine";
import type { ClipTokenizer, EncodedText } from "../tokenizer/clip-tokenizer.js";
import type { EncodePromptOptions, Pipeline } from "./pipeline.js";
import type { ReadPrompt } from "./prompt-syntax.js";
import { joinRows, rowsOf } from "./tensor-rows.js";

/** The ids of a prompt's chunks. */
export function encodeChunks(tokenizer: ClipTokenizer, { chunks }: ReadPrompt): EncodedText[] {
  return chunks.map((parts) => tokenizer.encode(parts));
}

/** The states of chunks `[1, chunks · tokens, width]`. */
export async function chunkStates(
  pipeline: Pick<Pipeline, "encodeTokens">,
  chunks: readonly EncodedText[],
  options: EncodePromptOptions,
): Promise<FloatTensor> {
  const [first] = chunks;
  const ids = chunks.flatMap((chunk) => chunk.ids);
  const shape = [chunks.length, first?.ids.length ?? 0];
  const states = await pipeline.encodeTokens(intTensor(ids, shape), options);
  const weighted = rowsOf(states).map((row, index) => weigh(row, chunks[index]?.weights ?? []));
  const joined = joinRows(weighted);
  const [, tokens = 0, width = 0] = joined.shape;
  return floatTensor(joined.data, [1, chunks.length * tokens, width]);
}

/**
 * Contexts `[1, tokens, width]` of any lengths as rows of one tensor. Shorter ones are repeated to the
 * least common length, which changes nothing: softmax gives k copies of a key a kth of its weight each.
 */
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
