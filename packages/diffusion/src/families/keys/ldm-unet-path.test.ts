/** @file The original UNet's names: known pairs, and every module of SD 1.5 and SDXL. */

import { describe, expect, it } from "vitest";
import { referenceNameMap } from "../../testing/reference-keys.js";
import { type LdmUnetLayout, ldmUnetLayout, ldmUnetPath } from "./ldm-unet-path.js";

const sd15: LdmUnetLayout = { layersPerBlock: 2, upBlocksWithAttention: new Set([1, 2, 3]) };
const sdxl: LdmUnetLayout = { layersPerBlock: 2, upBlocksWithAttention: new Set([0, 1]) };

describe("ldmUnetPath", () => {
  it.each([
    ["conv_in", "input_blocks.0.0", sd15],
    ["conv_out", "out.2", sd15],
    ["time_embedding.linear_2", "time_embed.2", sd15],
    ["add_embedding.linear_1", "label_emb.0.0", sdxl],
    ["down_blocks.2.downsamplers.0.conv", "input_blocks.9.0.op", sd15],
    ["up_blocks.0.upsamplers.0.conv", "output_blocks.2.1.conv", sd15],
    ["up_blocks.0.upsamplers.0.conv", "output_blocks.2.2.conv", sdxl],
    ["up_blocks.3.resnets.2.conv_shortcut", "output_blocks.11.0.skip_connection", sd15],
    ["mid_block.resnets.1.conv2", "middle_block.2.out_layers.3", sd15],
    ["mid_block.attentions.0.proj_in", "middle_block.1.proj_in", sdxl],
    ["down_blocks.1.attentions.1.proj_out", "input_blocks.5.1.proj_out", sdxl],
    ["down_blocks.0.resnets.1.time_emb_proj", "input_blocks.2.0.emb_layers.1", sd15],
  ])("names %s as %s", (path, expected, layout) => {
    expect(ldmUnetPath(path, layout)).toBe(expected);
  });

  it("gives no name to what the original UNet lacks", () => {
    for (const path of ["constructor", "toString", "down_blocks.0.resnets.0.toString", "encoder"]) {
      expect(ldmUnetPath(path, sd15)).toBeUndefined();
    }
  });

  it.each(["sd15", "sdxl"])(
    "agrees with diffusers' map for every module of %s",
    { tags: ["shared"] },
    (model) => {
      const map = referenceNameMap(`map_${model}_unet_to_ldm`);
      const weights = [...map].filter(([name]) => name.endsWith(".weight"));
      const layout = ldmUnetLayout([...map.keys()]);
      expect(weights.length).toBeGreaterThan(300);
      for (const [name, ldm] of weights) {
        const expected = ldm.slice("model.diffusion_model.".length, -".weight".length);
        expect(ldmUnetPath(name.slice(0, -".weight".length), layout), name).toBe(expected);
      }
    },
  );
});
