/**
 * @file How single files name the tensors of transformers: Stability's for SD 3 and 3.5 ("joint blocks"), Black Forest
 * Labs' for FLUX.1. ComfyUI has the same below a prefix. Query, key and value are one tensor there.
 */

import type { FluxConfig } from "../../models/flux/config.js";
import type { MmditConfig } from "../../models/mmdit/config.js";
import { fuse, type KeyRule, renameInside } from "./key-rules.js";

/** Shift before scale in the file, scale before shift in the model. */
const otherHalfFirst = { change: { kind: "halves" } } as const;

const modelQkv = ["to_q", "to_k", "to_v"];
const addedQkv = ["add_q_proj", "add_k_proj", "add_v_proj"];

type MmditLayout = Pick<MmditConfig, "numLayers" | "dualAttentionLayers">;
type FluxLayout = Pick<FluxConfig, "numLayers" | "numSingleLayers" | "guidanceEmbeds">;

/** Names of the transformer that has these modules (diffusers' paths). */
export function transformerRulesOf(paths: readonly string[]): KeyRule[] {
  const numbersIn = (pattern: RegExp): number[] =>
    paths.flatMap((path) => {
      const number = pattern.exec(path)?.[1];
      return number === undefined ? [] : [Number(number)];
    });
  const blocksOf = (pattern: RegExp): number => Math.max(-1, ...numbersIn(pattern)) + 1;
  const numLayers = blocksOf(/^transformer_blocks\.(\d+)\./);
  const numSingleLayers = blocksOf(/^single_transformer_blocks\.(\d+)\./);
  if (numSingleLayers > 0 || paths.includes("x_embedder")) {
    const guidanceEmbeds = paths.some((path) => path.includes(".guidance_embedder."));
    return fluxRules({ numLayers, numSingleLayers, guidanceEmbeds });
  }
  const dualAttentionLayers = numbersIn(/^transformer_blocks\.(\d+)\.attn2\./);
  return mmditRules({ numLayers, dualAttentionLayers });
}

/** Names of an MMDiT, without the prefix `model.diffusion_model.`. */
export function mmditRules({ numLayers, dualAttentionLayers }: MmditLayout): KeyRule[] {
  const rules: KeyRule[] = [
    { model: "pos_embed.pos_embed", file: "pos_embed" },
    { model: "pos_embed.proj", file: "x_embedder.proj" },
    ...renameInside("time_text_embed.timestep_embedder", "t_embedder.mlp", embedder),
    ...renameInside("time_text_embed.text_embedder", "y_embedder.mlp", embedder),
    { model: "context_embedder", file: "context_embedder" },
    { model: "norm_out.linear", file: "final_layer.adaLN_modulation.1", ...otherHalfFirst },
    { model: "proj_out", file: "final_layer.linear" },
  ];
  for (let layer = 0; layer < numLayers; layer++) {
    const model = `transformer_blocks.${layer}`;
    const [image, text] = ["x", "context"].map((half) => `joint_blocks.${layer}.${half}_block`);
    const isLast = layer === numLayers - 1;
    rules.push(
      { model: `${model}.norm1.linear`, file: `${image}.adaLN_modulation.1` },
      {
        model: `${model}.norm1_context.linear`,
        file: `${text}.adaLN_modulation.1`,
        // The last block's modulates without a gate, as the end of the model does.
        ...(isLast ? otherHalfFirst : {}),
      },
      ...renameInside(`${model}.ff`, `${image}.mlp`, mmditFeedForward),
      ...selfAttention(`${model}.attn`, `${image}.attn`),
      ...fuse(within(`${model}.attn`, addedQkv), `${text}.attn.qkv`),
      { model: `${model}.attn.norm_added_q`, file: `${text}.attn.ln_q` },
      { model: `${model}.attn.norm_added_k`, file: `${text}.attn.ln_k` },
    );
    if (!isLast) {
      rules.push(
        { model: `${model}.attn.to_add_out`, file: `${text}.attn.proj` },
        ...renameInside(`${model}.ff_context`, `${text}.mlp`, mmditFeedForward),
      );
    }
    if (dualAttentionLayers.includes(layer)) {
      rules.push(...selfAttention(`${model}.attn2`, `${image}.attn2`));
    }
  }
  return rules;
}

const embedder = { linear_1: "0", linear_2: "2" };
const mmditFeedForward = { "net.0.proj": "fc1", "net.2": "fc2" };

function selfAttention(model: string, file: string): KeyRule[] {
  return [
    ...fuse(within(model, modelQkv), `${file}.qkv`),
    ...renameInside(model, file, { "to_out.0": "proj", norm_q: "ln_q", norm_k: "ln_k" }),
  ];
}

function within(module: string, names: readonly string[]): string[] {
  return names.map((name) => `${module}.${name}`);
}

/** Names of a FLUX.1 transformer, without a prefix. */
export function fluxRules({ numLayers, numSingleLayers, guidanceEmbeds }: FluxLayout): KeyRule[] {
  const embedders = { timestep: "time_in", text: "vector_in", guidance: "guidance_in" };
  const rules: KeyRule[] = [
    { model: "x_embedder", file: "img_in" },
    { model: "context_embedder", file: "txt_in" },
    { model: "norm_out.linear", file: "final_layer.adaLN_modulation.1", ...otherHalfFirst },
    { model: "proj_out", file: "final_layer.linear" },
  ];
  for (const [model, file] of Object.entries(embedders)) {
    if (model === "guidance" && !guidanceEmbeds) continue;
    rules.push(...renameInside(`time_text_embed.${model}_embedder`, file, fluxEmbedder));
  }
  for (let layer = 0; layer < numLayers; layer++) {
    const model = `transformer_blocks.${layer}`;
    const file = `double_blocks.${layer}`;
    rules.push(
      ...fuse(within(`${model}.attn`, modelQkv), `${file}.img_attn.qkv`),
      ...fuse(within(`${model}.attn`, addedQkv), `${file}.txt_attn.qkv`),
      ...renameInside(model, file, doubleBlock),
    );
  }
  for (let layer = 0; layer < numSingleLayers; layer++) {
    const model = `single_transformer_blocks.${layer}`;
    const file = `single_blocks.${layer}`;
    const first = [...within(`${model}.attn`, modelQkv), `${model}.proj_mlp`];
    rules.push(
      ...fuse(first, `${file}.linear1`, [1, 1, 1, 4]),
      ...renameInside(model, file, singleBlock),
    );
  }
  return rules;
}

const fluxEmbedder = { linear_1: "in_layer", linear_2: "out_layer" };

const doubleBlock = {
  "norm1.linear": "img_mod.lin",
  "norm1_context.linear": "txt_mod.lin",
  "attn.norm_q.weight": "img_attn.norm.query_norm.scale",
  "attn.norm_k.weight": "img_attn.norm.key_norm.scale",
  "attn.norm_added_q.weight": "txt_attn.norm.query_norm.scale",
  "attn.norm_added_k.weight": "txt_attn.norm.key_norm.scale",
  "attn.to_out.0": "img_attn.proj",
  "attn.to_add_out": "txt_attn.proj",
  "ff.net.0.proj": "img_mlp.0",
  "ff.net.2": "img_mlp.2",
  "ff_context.net.0.proj": "txt_mlp.0",
  "ff_context.net.2": "txt_mlp.2",
};

const singleBlock = {
  "norm.linear": "modulation.lin",
  "attn.norm_q.weight": "norm.query_norm.scale",
  "attn.norm_k.weight": "norm.key_norm.scale",
  proj_out: "linear2",
};
