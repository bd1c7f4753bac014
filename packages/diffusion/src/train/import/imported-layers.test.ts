/** @file The layers that an imported network adapts, on the UNet of Stable Diffusion 1.5 and the transformer of FLUX.1. */

import { describe, expect, it } from "vitest";
import { componentNamed } from "../../families/components.js";
import { families } from "../../families/families.js";
import { originalModules } from "../../files/adapter/original-modules.js";
import { listLayers } from "../../models/list-layers.js";
import { readTransformerConfig } from "../../models/transformer-config.js";
import { unetInputs } from "../../models/unet/inputs.js";
import { unet } from "../../models/unet/model.js";
import { publishedUNets } from "../../testing/published-models.js";
import { loraSlots } from "../../tuning/lora-slots.js";
import { selectLayers } from "../../tuning/lora-targets.js";
import { completeConfig } from "../config/complete-config.js";
import { parseTrainConfig } from "../config/config.js";
import { importAiToolkit } from "./import-ai-toolkit.js";
import { importCommandLine } from "./import-command-line.js";
import { importKohya } from "./import-kohya.js";

const { sd15 } = publishedUNets;
const layers = listLayers((weights) =>
  unet(sd15, weights, unetInputs(sd15, { batch: 1, height: 8, width: 8, tokens: 77 })),
);
const kohya = (module: string, ...args: string[]) =>
  importKohya([{ network_module: module, network_dim: 16, network_args: args }]);
const aiToolkit = (network: object) =>
  importAiToolkit({ config: { process: [{ type: "sd_trainer", network }] } });

it.each([
  // Numbers that sd-scripts logs for Stable Diffusion 1.5, with conv_dim and without.
  ["networks.lora", kohya("networks.lora"), 192, [16]],
  ["networks.lora with conv_dim", kohya("networks.lora", "conv_dim=8"), 278, [8, 16]],
  // With conv_in, conv_out and the two layers of the time embedding.
  ["LyCORIS", kohya("lycoris.kohya", "algo=loha", "conv_dim=8"), 282, [8, 16]],
  ["LyCORIS, attn-mlp", kohya("lycoris.kohya", "preset=attn-mlp"), 160, [16]],
  // As many as linear layers and 1×1 convolutions: 192, 22 time_emb_proj, 14 shortcuts, 2 of the time.
  ["ai-toolkit", aiToolkit({ linear: 16 }), 230, [16]],
  ["ai-toolkit with conv", aiToolkit({ linear: 16, conv: 8 }), 282, [8, 16]],
  ["diffusers", importCommandLine("python train_text_to_image_lora.py --rank=16"), 128, [16]],
])("%s has as many as there", (_, { config }, count, ranks) => {
  const given = parseTrainConfig({ ...config, base: { path: "a" }, data: { folder: "a" } });
  const { lora } = completeConfig(given);
  if (lora === undefined) throw new Error("no adapter");
  const chosen = selectLayers(layers, lora.targets, families.sd1.targets);
  expect(chosen).toHaveLength(count);
  const slots = loraSlots({
    ...{ layers: new Map([["unet", chosen]]), rank: lora.rank, alpha: lora.alpha ?? lora.rank },
    ...{ rankPattern: lora.rankPattern, alphaPattern: lora.alphaPattern },
  });
  expect([...new Set(slots.map(({ rank }) => rank))].sort((a, b) => a - b)).toEqual(ranks);
});

describe("FLUX.1", () => {
  // Narrow, but with the layers of the published model.
  const config = readTransformerConfig({
    _class_name: "FluxTransformer2DModel",
    ...{ in_channels: 4, num_layers: 19, num_single_layers: 38, guidance_embeds: true },
    ...{ attention_head_dim: 6, num_attention_heads: 1, axes_dims_rope: [2, 2, 2] },
    ...{ joint_attention_dim: 5, pooled_projection_dim: 3 },
  });
  const transformer = listLayers((weights) => componentNamed("transformer").build(config, weights));
  const { renamed, divided } = originalModules(
    transformer.map(({ path }) => `transformer.${path}`),
  );
  const originalOf = new Map([
    ...renamed,
    ...[...divided].flatMap(([original, parts]) =>
      parts.map(({ name }) => [name, original] as const),
    ),
  ]);
  const flux = (...args: string[]) =>
    importKohya([{ network_module: "networks.lora_flux", network_args: args }]);
  const script = "python train_dreambooth_lora_flux.py --rank=16";

  it.each([
    // As its publisher has them: ten linear layers in each of 19 blocks, three in each of 38.
    ["networks.lora_flux", flux(), 494, 304],
    ["networks.lora_flux of single blocks", flux("train_blocks=single"), 228, 114],
    [
      "networks.lora_flux of two blocks",
      flux("train_double_block_indices=0-1", "train_single_block_indices=none"),
      28,
      20,
    ],
    [
      "ai-toolkit",
      importAiToolkit({
        config: {
          process: [{ type: "sd_trainer", model: { is_flux: true }, network: { linear: 16 } }],
        },
      }),
      494,
      304,
    ],
    // Twelve kinds of layers in 19 blocks, three of them in 38 more.
    ["diffusers", importCommandLine(script), 342, 190],
  ])("%s has as many as there", (_, imported, count, originals) => {
    const given = parseTrainConfig({
      ...imported.config,
      ...{ base: { path: "a" }, data: { folder: "a" } },
    });
    const targets = completeConfig(given).lora?.targets ?? [];
    const chosen = selectLayers(transformer, targets, {});
    expect(chosen).toHaveLength(count);
    const joined = new Set(chosen.map(({ path }) => originalOf.get(`transformer.${path}`)));
    expect(joined.size).toBe(originals);
  });
});
