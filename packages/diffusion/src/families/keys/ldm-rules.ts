/**
 * @file How single-file checkpoints (the "LDM" form of CompVis and Stability) name the tensors of
 * Stable Diffusion, as data: UNet, VAE, OpenCLIP text towers. Where a block stands in the flat lists
 * of the file follows from the architecture, so the rules are made for a config.
 */

import type { VaeConfig } from "../../models/autoencoder-kl/config.js";
import type { ClipTextConfig } from "../../models/clip-text/config.js";
import type { UNetConfig } from "../../models/unet/config.js";
import { fuse, type KeyRule, renameInside } from "./key-rules.js";

const unetResnet = {
  norm1: "in_layers.0",
  conv1: "in_layers.2",
  time_emb_proj: "emb_layers.1",
  norm2: "out_layers.0",
  conv2: "out_layers.3",
  conv_shortcut: "skip_connection",
};

const unetEnds: readonly KeyRule[] = [
  { model: "time_embedding.linear_1", file: "time_embed.0" },
  { model: "time_embedding.linear_2", file: "time_embed.2" },
  { model: "add_embedding.linear_1", file: "label_emb.0.0" },
  { model: "add_embedding.linear_2", file: "label_emb.0.2" },
  { model: "conv_in", file: "input_blocks.0.0" },
  { model: "mid_block.attentions.0", file: "middle_block.1" },
  { model: "conv_norm_out", file: "out.0" },
  { model: "conv_out", file: "out.2" },
];

/** Names of a UNet, without the prefix `model.diffusion_model.`. */
export function unetRules({ layersPerBlock, downBlockTypes, upBlockTypes }: UNetConfig): KeyRule[] {
  const rules = [
    ...unetEnds,
    ...renameInside("mid_block.resnets.0", "middle_block.0", unetResnet),
    ...renameInside("mid_block.resnets.1", "middle_block.2", unetResnet),
  ];
  const last = downBlockTypes.length - 1;

  let input = 1;
  downBlockTypes.forEach((type, block) => {
    const model = `down_blocks.${block}`;
    for (let layer = 0; layer < (layersPerBlock[block] ?? 0); layer++, input++) {
      const file = `input_blocks.${input}`;
      rules.push(...renameInside(`${model}.resnets.${layer}`, `${file}.0`, unetResnet));
      if (type === "CrossAttnDownBlock2D") {
        rules.push({ model: `${model}.attentions.${layer}`, file: `${file}.1` });
      }
    }
    if (block < last) {
      rules.push({ model: `${model}.downsamplers.0.conv`, file: `input_blocks.${input++}.0.op` });
    }
  });

  let output = 0;
  upBlockTypes.forEach((type, block) => {
    const model = `up_blocks.${block}`;
    const hasAttention = type === "CrossAttnUpBlock2D";
    const layers = (layersPerBlock[last - block] ?? 0) + 1;
    for (let layer = 0; layer < layers; layer++, output++) {
      const file = `output_blocks.${output}`;
      rules.push(...renameInside(`${model}.resnets.${layer}`, `${file}.0`, unetResnet));
      if (hasAttention) rules.push({ model: `${model}.attentions.${layer}`, file: `${file}.1` });
      if (layer === layers - 1 && block < last) {
        // The upsampler follows whatever else stands in the block's last step.
        const position = hasAttention ? 2 : 1;
        rules.push({ model: `${model}.upsamplers.0.conv`, file: `${file}.${position}.conv` });
      }
    }
  });
  return rules;
}

const vaeAttention = { to_q: "q", to_k: "k", to_v: "v", "to_out.0": "proj_out" };

/** Names of a VAE, without the prefix `first_stage_model.`. The decoder's stages count backwards. */
export function vaeRules({ blockOutChannels, layersPerBlock }: VaeConfig): KeyRule[] {
  const rules: KeyRule[] = [
    { model: "quant_conv", file: "quant_conv" },
    { model: "post_quant_conv", file: "post_quant_conv" },
  ];
  for (const half of ["encoder", "decoder"]) {
    rules.push(
      { model: `${half}.conv_in`, file: `${half}.conv_in` },
      { model: `${half}.conv_norm_out`, file: `${half}.norm_out` },
      { model: `${half}.conv_out`, file: `${half}.conv_out` },
      ...vaeResnet(`${half}.mid_block.resnets.0`, `${half}.mid.block_1`),
      ...vaeResnet(`${half}.mid_block.resnets.1`, `${half}.mid.block_2`),
      { model: `${half}.mid_block.attentions.0.group_norm`, file: `${half}.mid.attn_1.norm` },
      ...Object.entries(vaeAttention).map(([model, file]) => ({
        model: `${half}.mid_block.attentions.0.${model}`,
        file: `${half}.mid.attn_1.${file}`,
        change: { kind: "squeeze" } as const,
      })),
    );
  }
  const last = blockOutChannels.length - 1;
  for (let stage = 0; stage <= last; stage++) {
    const down = { model: `encoder.down_blocks.${stage}`, file: `encoder.down.${stage}` };
    const up = { model: `decoder.up_blocks.${stage}`, file: `decoder.up.${last - stage}` };
    for (let layer = 0; layer <= layersPerBlock; layer++) {
      const inside = [`resnets.${layer}`, `block.${layer}`] as const;
      if (layer < layersPerBlock) {
        rules.push(...vaeResnet(`${down.model}.${inside[0]}`, `${down.file}.${inside[1]}`));
      }
      rules.push(...vaeResnet(`${up.model}.${inside[0]}`, `${up.file}.${inside[1]}`));
    }
    rules.push(
      { model: `${down.model}.downsamplers.0`, file: `${down.file}.downsample` },
      { model: `${up.model}.upsamplers.0`, file: `${up.file}.upsample` },
    );
  }
  return rules;
}

function vaeResnet(model: string, file: string): KeyRule[] {
  return [
    { model, file },
    { model: `${model}.conv_shortcut`, file: `${file}.nin_shortcut` },
  ];
}

const openClipLayer = {
  layer_norm1: "ln_1",
  layer_norm2: "ln_2",
  "self_attn.out_proj": "attn.out_proj",
  "mlp.fc1": "mlp.c_fc",
  "mlp.fc2": "mlp.c_proj",
};

/**
 * Names of an OpenCLIP text tower (SD 2.x, SDXL's second encoder), without its prefix. Query, key
 * and value are one tensor there, and the projection is transposed.
 */
export function openClipRules({ numHiddenLayers, hasProjection }: ClipTextConfig): KeyRule[] {
  const rules: KeyRule[] = [
    { model: "text_model.embeddings.token_embedding", file: "token_embedding" },
    { model: "text_model.embeddings.position_embedding.weight", file: "positional_embedding" },
    { model: "text_model.final_layer_norm", file: "ln_final" },
  ];
  if (hasProjection) {
    rules.push({
      model: "text_projection.weight",
      file: "text_projection",
      change: { kind: "transpose" },
    });
  }
  for (let layer = 0; layer < numHiddenLayers; layer++) {
    const model = `text_model.encoder.layers.${layer}`;
    const file = `transformer.resblocks.${layer}`;
    rules.push(...renameInside(model, file, openClipLayer));
    const projections = ["q_proj", "k_proj", "v_proj"];
    for (const kind of ["weight", "bias"]) {
      const names = projections.map((projection) => `${model}.self_attn.${projection}.${kind}`);
      rules.push(...fuse(names, `${file}.attn.in_proj_${kind}`));
    }
  }
  return rules;
}

/** Names of a CLIP text encoder as transformers writes it, with or without `text_model.`. */
export function huggingFaceClipRules({ isBare }: { readonly isBare: boolean }): KeyRule[] {
  const body = isBare
    ? ["embeddings", "encoder", "final_layer_norm"].map((part) => ({
        model: `text_model.${part}`,
        file: part,
      }))
    : [{ model: "text_model", file: "text_model" }];
  return [...body, { model: "text_projection", file: "text_projection" }];
}

/**
 * Names in a diffusers VAE file: today's, and those of files from before 2023, whose attention has
 * `query`, `key`, `value` and `proj_attn`. For reading only: two names lead to one tensor.
 */
export function diffusersVaeRules(): KeyRule[] {
  const parts = ["encoder", "decoder", "quant_conv", "post_quant_conv"];
  const rules: KeyRule[] = parts.map((part) => ({ model: part, file: part }));
  const old = { to_q: "query", to_k: "key", to_v: "value", "to_out.0": "proj_attn" };
  for (const half of ["encoder", "decoder"]) {
    const attention = `${half}.mid_block.attentions.0`;
    for (const [today, before] of Object.entries(old)) {
      const model = `${attention}.${today}`;
      const change = { kind: "squeeze" } as const;
      rules.push({ model, file: model, change });
      rules.push({ model, file: `${attention}.${before}`, change });
    }
  }
  return rules;
}
