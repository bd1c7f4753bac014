/**
 * @file Random values of a tensor that follow from its name alone. Matrices are scaled by their fan-in, norms are
 * the identity and biases zero: activations and gradients stay of order 1.
 */

import { type Shape, sizeOf } from "@atelier/engine";

/** Fast, since models have a thousand million of them. */
export function randomValues(name: string, shape: Shape): Float32Array {
  const data = new Float32Array(sizeOf(shape));
  if (shape.length === 1) return data.fill(name.endsWith(".bias") ? 0 : 1);
  const isEmbedding = name.includes("_embedding.");
  const deviation = isEmbedding ? 0.02 : 1 / Math.sqrt(sizeOf(shape.slice(1)));
  // Uniform numbers of that deviation, by Marsaglia's xorshift.
  const scale = (deviation * Math.sqrt(3)) / 2 ** 31;
  let state = hash(name);
  for (let i = 0; i < data.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    data[i] = state * scale;
  }
  return data;
}

/** FNV-1a; xorshift needs a state that is not 0. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (const character of text) state = Math.imul(state ^ character.charCodeAt(0), 0x01000193);
  return state === 0 ? 1 : state;
}
