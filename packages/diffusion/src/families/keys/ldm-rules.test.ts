/** @file The original names of tensors, against diffusers' full maps and both ways. */

import type { Shape } from "@atelier/engine";
import { describe, expect, it } from "vitest";
import { readClipTextConfig } from "../../models/clip-text/config.js";
import type { UNetConfig } from "../../models/unet/config.js";
import { publishedUNets, publishedVae } from "../../testing/published-models.js";
import { referenceNameMap, referenceShapes } from "../../testing/reference-keys.js";
import { inferUNetConfig, inferVaeConfig } from "./infer-configs.js";
import { createKeyTable, type KeyTable, withPrefix } from "./key-rules.js";
import { huggingFaceClipRules, openClipRules, unetRules, vaeRules } from "./ldm-rules.js";

const { sd15, sd21, sdxl } = publishedUNets;
const vae = publishedVae();

const unetTable = (config: UNetConfig) =>
  createKeyTable(withPrefix("model.diffusion_model.", unetRules(config)));
const vaeTable = createKeyTable(withPrefix("first_stage_model.", vaeRules(vae)));

/** Checks that each name leads to the other. */
function expectBothWays(table: KeyTable, pairs: readonly (readonly [string, string])[]): void {
  for (const [model, file] of pairs) {
    expect(table.toFile(model)?.name).toBe(file);
    expect(table.toModel(file).map((match) => match.name)).toEqual([model]);
  }
}

describe("LDM names", () => {
  it("of the UNet follow its block structure both ways", () => {
    expectBothWays(unetTable(sd15), [
      ["conv_in.weight", "model.diffusion_model.input_blocks.0.0.weight"],
      ["down_blocks.2.downsamplers.0.conv.bias", "model.diffusion_model.input_blocks.9.0.op.bias"],
      ["up_blocks.0.upsamplers.0.conv.bias", "model.diffusion_model.output_blocks.2.1.conv.bias"],
      [
        "up_blocks.3.resnets.2.conv_shortcut.weight",
        "model.diffusion_model.output_blocks.11.0.skip_connection.weight",
      ],
      [
        "mid_block.attentions.0.transformer_blocks.0.ff.net.0.proj.weight",
        "model.diffusion_model.middle_block.1.transformer_blocks.0.ff.net.0.proj.weight",
      ],
    ]);
    expectBothWays(unetTable(sdxl), [
      ["up_blocks.0.upsamplers.0.conv.bias", "model.diffusion_model.output_blocks.2.2.conv.bias"],
      ["add_embedding.linear_2.weight", "model.diffusion_model.label_emb.0.2.weight"],
    ]);
  });

  it("of the VAE count the decoder's stages backwards", () => {
    expectBothWays(vaeTable, [
      [
        "decoder.up_blocks.0.resnets.2.conv2.weight",
        "first_stage_model.decoder.up.3.block.2.conv2.weight",
      ],
      [
        "encoder.down_blocks.1.resnets.0.conv_shortcut.bias",
        "first_stage_model.encoder.down.1.block.0.nin_shortcut.bias",
      ],
      ["quant_conv.weight", "first_stage_model.quant_conv.weight"],
    ]);
    expect(vaeTable.toFile("encoder.mid_block.attentions.0.to_out.0.weight")).toEqual({
      name: "first_stage_model.encoder.mid.attn_1.proj_out.weight",
      change: { kind: "squeeze" },
    });
  });

  it("of an OpenCLIP tower fuse query, key and value and transpose the projection", () => {
    const table = createKeyTable(
      openClipRules(readClipTextConfig({ num_hidden_layers: 2 }, { hasProjection: true })),
    );
    expect(table.toModel("transformer.resblocks.1.attn.in_proj_bias")).toEqual(
      ["q_proj", "k_proj", "v_proj"].map((name, index) => ({
        name: `text_model.encoder.layers.1.self_attn.${name}.bias`,
        change: { kind: "part", index, shares: [1, 1, 1] },
      })),
    );
    expect(table.toFile("text_projection.weight")).toEqual({
      name: "text_projection",
      change: { kind: "transpose" },
    });
    expect(table.toModel("transformer.resblocks.2.ln_1.weight")).toEqual([]);
  });

  it("do not know names of other models", () => {
    expect(unetTable(sd15).toModel("model.diffusion_model.label_embedding.weight")).toEqual([]);
    expect(unetTable(sd15).toFile("down_blocks.4.resnets.0.conv1.weight")).toBeUndefined();
    expect(vaeTable.toModel("first_stage_model.encoder.down.4.block.0.conv1.weight")).toEqual([]);
  });
});

describe("LDM names against diffusers' full maps", { tags: ["shared"] }, () => {
  it.each([
    ["map_sd15_unet_to_ldm", unetTable(sd15), 686],
    ["map_sd15_vae_to_ldm", vaeTable, 248],
    ["map_sdxl_unet_to_ldm", unetTable(sdxl), 1680],
    ["map_sdxl_vae_to_ldm", vaeTable, 248],
  ] as const)("agree in every key of %s", (name, table, count) => {
    const pairs = [...referenceNameMap(name)];
    expect(pairs).toHaveLength(count);
    expectBothWays(table, pairs);
  });

  it("cover every tensor of the text encoders", () => {
    const check = (table: KeyTable, names: readonly string[]) => {
      const files = new Set<string>();
      for (const name of names) {
        const file = table.toFile(name)?.name;
        expect(file, name).toBeDefined();
        expect(table.toModel(file ?? "").map((match) => match.name)).toContain(name);
        files.add(file ?? "");
      }
      return files.size;
    };
    const sd2Names = [...referenceShapes("clip_h_text_sd21").keys()].map(
      (name) => `text_model.${name}`,
    );
    const sd2 = openClipRules(readClipTextConfig({ num_hidden_layers: 23 }));
    // Six tensors of q, k and v become two in each of 23 layers.
    expect(check(createKeyTable(sd2), sd2Names)).toBe(372 - 4 * 23);
    const bigG = openClipRules(
      readClipTextConfig({ num_hidden_layers: 32 }, { hasProjection: true }),
    );
    expect(check(createKeyTable(bigG), [...referenceShapes("clip_g_text").keys()])).toBe(
      517 - 4 * 32,
    );
    const bare = createKeyTable(huggingFaceClipRules({ isBare: true }));
    const bareNames = [...referenceShapes("clip_l_text").keys()];
    expect(bareNames.every((name) => bare.toModel(name)[0]?.name === `text_model.${name}`)).toBe(
      true,
    );
  });

  it.each([
    ["sd15_unet", sd15],
    ["sd21_unet", sd21],
    ["sdxl_unet", sdxl],
  ] as const)("and shapes give back the config of %s", (name, config) => {
    const table = createKeyTable(unetRules(config));
    const shapes = new Map<string, Shape>();
    for (const [key, shape] of referenceShapes(name)) {
      shapes.set(table.toFile(key)?.name ?? "", shape);
    }
    expect(inferUNetConfig({ where: name, shapes })).toEqual(config);
  });

  it("and shapes give back the config of the VAE", () => {
    const table = createKeyTable(vaeRules(vae));
    const shapes = new Map<string, Shape>();
    for (const [key, shape] of referenceShapes("sd15_vae")) {
      shapes.set(table.toFile(key)?.name ?? "", shape);
    }
    const hints = { latentSize: 64, scalingFactor: 0.18215 };
    expect(inferVaeConfig({ where: "vae", shapes }, hints)).toEqual(vae);
  });
});
