/**
 * @file Names of a T5 encoder in files: the model's own, of which older ones hold its table of tokens twice, and those
 * of llama.cpp in GGUF files.
 */

import { type KeyRule, renameInside } from "./key-rules.js";

const modules = ["shared", "encoder.block", "encoder.final_layer_norm"];

/** The rules, the same for folders and single files. */
export const t5Rules: readonly KeyRule[] = modules.map((name) => ({ model: name, file: name }));

/** The rules for files of llama.cpp. */
export function llamaT5Rules(numLayers: number): KeyRule[] {
  const blocks = Array.from({ length: numLayers }, (_, layer) =>
    renameInside(`encoder.block.${layer}.layer`, `enc.blk.${layer}`, llamaBlock),
  );
  return [
    { model: "shared", file: "token_embd" },
    ...blocks.flat(),
    { model: "encoder.final_layer_norm", file: "enc.output_norm" },
  ];
}

const llamaBlock = {
  "0.SelfAttention.q": "attn_q",
  "0.SelfAttention.k": "attn_k",
  "0.SelfAttention.v": "attn_v",
  "0.SelfAttention.o": "attn_o",
  "0.SelfAttention.relative_attention_bias": "attn_rel_b",
  "0.layer_norm": "attn_norm",
  "1.DenseReluDense.wi_0": "ffn_gate",
  "1.DenseReluDense.wi_1": "ffn_up",
  "1.DenseReluDense.wo": "ffn_down",
  "1.layer_norm": "ffn_norm",
};
