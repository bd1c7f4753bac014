/** @file The state that stands for a whole caption: that of its end-of-text token. */

import {
  add,
  argmax,
  cast,
  constant,
  equal,
  type GraphNode,
  gatherRows,
  intTensor,
  reshape,
} from "@atelier/engine";

/** `eos_token_id` in configs written before transformers knew CLIP's real one (49407). */
const LEGACY_EOS_TOKEN_ID = 2;

/**
 * Rows of states `[batch, tokens, width]` at each caption's end: the first position of
 * `eosTokenId`, or of the largest id where the config holds the legacy value 2. `[batch, width]`
 */
export function poolAtEnd(states: GraphNode, inputIds: GraphNode, eosTokenId: number): GraphNode {
  const [batch = 0, tokens = 0, width = 0] = states.shape;
  // Token ids are far below 2^24, so float32 holds them exactly and every runtime can compare them.
  const ids = cast(inputIds, "float32");
  const marks = eosTokenId === LEGACY_EOS_TOKEN_ID ? ids : cast(equal(ids, eosTokenId), "float32");
  const starts = Array.from({ length: batch }, (_, row) => row * tokens);
  const rows = add(argmax(marks, 1), constant(intTensor(starts, [batch])));
  return gatherRows(reshape(states, [batch * tokens, width]), rows);
}
