/**
 * @file Models with the blocks of the published ones and a narrow width: names of their files are those of the published
 * files, and shapes alone give back what they are.
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { floatTensor, sizeOf } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ComponentName } from "../../core/component-name.js";
import type { Configs } from "../../families/components.js";
import { families } from "../../families/families.js";
import { componentParameters } from "../../families/layers.js";
import { configsOf, type ModelFiles, presentComponents } from "../../families/model-files.js";
import { readClipTextConfig } from "../../models/clip-text/config.js";
import { readFluxConfig } from "../../models/flux/config.js";
import { readMmditConfig } from "../../models/mmdit/config.js";
import { readT5Config } from "../../models/t5/config.js";
import { tinyTokenizer } from "../../testing/fixtures.js";
import { publishedVae } from "../../testing/published-models.js";
import { referenceShapes } from "../../testing/reference-keys.js";
import { rewriteFile } from "../../testing/rewrite-file.js";
import { openSafetensors } from "../safetensors/open-safetensors.js";
import { openModelFiles } from "./open-model-files.js";
import { writeFolder, writeSingleFile } from "./write-model-files.js";

const width = 64;

const clip = (layers: number, hasProjection: boolean) =>
  readClipTextConfig(
    {
      ...{ vocab_size: 32, hidden_size: width, intermediate_size: 2 * width },
      ...{ num_hidden_layers: layers, num_attention_heads: 1, projection_dim: width },
    },
    { hasProjection },
  );
const t5 = readT5Config({
  ...{ vocab_size: 32, d_model: width, d_kv: 32, d_ff: 32, num_layers: 24, num_heads: 2 },
  feed_forward_proj: "gated-gelu",
});
const vae = (scale: number, shift: number) =>
  publishedVae({
    ...{ block_out_channels: [32, 64, 96, 96], latent_channels: 16, sample_size: 1024 },
    ...{ scaling_factor: scale, shift_factor: shift, force_upcast: true },
    ...{ use_quant_conv: false, use_post_quant_conv: false },
  });
const flux = (guidance_embeds: boolean) =>
  readFluxConfig({
    ...{ guidance_embeds, attention_head_dim: 32, num_attention_heads: 2 },
    ...{ axes_dims_rope: [4, 14, 14], joint_attention_dim: width, pooled_projection_dim: width },
  });
const mmdit = (fields: Readonly<Record<string, unknown>>) =>
  readMmditConfig({
    ...{ num_attention_heads: 1, caption_projection_dim: width, num_layers: 24 },
    ...{ joint_attention_dim: 2 * width, pooled_projection_dim: 2 * width, pos_embed_max_size: 64 },
    ...fields,
  });

const ofFlux = (isDev: boolean): Configs => ({
  transformer: flux(isDev),
  vae: vae(0.3611, 0.1159),
  text_encoder: clip(12, false),
  text_encoder_2: t5,
});
const ofSd3 = (fields: Readonly<Record<string, unknown>>): Configs => ({
  transformer: mmdit(fields),
  vae: vae(1.5305, 0.0609),
  text_encoder: clip(12, true),
  text_encoder_2: clip(32, true),
  text_encoder_3: { ...t5, dModel: 2 * width },
});

const dualLayers = Array.from({ length: 13 }, (_, layer) => layer);
const names35 = { dual_attention_layers: dualLayers, qk_norm: "rms_norm" };
const fluxSchedule = { _class_name: "FlowMatchEulerDiscreteScheduler", base_shift: 0.5 };

type Lists = Readonly<Partial<Record<ComponentName, string>>>;
const ofCommon = { text_encoder: "clip_l_text_proj", text_encoder_2: "clip_g_text" };
const models: readonly (readonly [
  transformer: string,
  family: "sd3" | "flux1",
  configs: Configs,
  rest: Lists,
  schedule: Readonly<Record<string, unknown>>,
])[] = [
  [
    ...(["flux_dev_transformer", "flux1", ofFlux(true)] as const),
    { vae: "flux_vae", text_encoder: "clip_l_text", text_encoder_2: "t5xxl" },
    { ...fluxSchedule, shift: 3, use_dynamic_shifting: true },
  ],
  [
    ...(["flux_schnell_transformer", "flux1", ofFlux(false)] as const),
    { vae: "flux_vae", text_encoder: "clip_l_text", text_encoder_2: "t5xxl" },
    { ...fluxSchedule, shift: 1, use_dynamic_shifting: false },
  ],
  [
    ...(["sd3m_transformer", "sd3", ofSd3({})] as const),
    { vae: "sd3_vae", ...ofCommon, text_encoder_3: "t5xxl" },
    { shift: 3 },
  ],
  [
    ...(["sd35_medium_transformer", "sd3", ofSd3(names35)] as const),
    { vae: "sd3_vae", ...ofCommon, text_encoder_3: "t5xxl" },
    { shift: 3 },
  ],
];

/** A model of zeros. */
function modelOf(family: "sd3" | "flux1", configs: Configs): ModelFiles {
  const own = families[family];
  const components = presentComponents(own, configs).map((name) => {
    const shapes = new Map(
      componentParameters(configs, name).map((parameter) => [parameter.name, parameter.shape]),
    );
    const read = async (tensor: string) => {
      const shape = shapes.get(tensor) ?? [];
      return floatTensor(new Float32Array(sizeOf(shape)), shape);
    };
    const entries = [...shapes].map(([storedName, shape]) => {
      const place = { file: "", byteOffset: 0, byteLength: 0 };
      return [storedName, { dtype: "F32", shape, storedName, ...place }] as const;
    });
    const weights = { entries: new Map(entries), read, readFloat32: read };
    return [name, { config: configs[name], weights }] as const;
  });
  return {
    ...{ path: family, layout: "folder", family: own, index: own.index, generation: {} },
    components: Object.fromEntries(components), // Each under its name.
    scheduler: own.singleFile.scheduler(new Map()),
    ...{ isPredictionAssumed: false, trainingConfig: undefined, metadata: new Map() },
    tokenizerFolders: Object.fromEntries(
      own.textEncoders.map(({ tokenizerFolder }) => [tokenizerFolder, tinyTokenizer]),
    ),
    ...{ ignoredKeys: [], unknownKeys: [], notes: [] },
    close: async () => {},
  };
}

/** Names as released files have them: with `text_model.`, and T5's table once. */
function namesOf(list: string): string[] {
  const names = [...referenceShapes(list).keys()];
  const isBare = list === "clip_l_text";
  return names
    .map((name) => (isBare ? `text_model.${name}` : name))
    .filter((name) => name !== "encoder.embed_tokens.weight")
    .sort();
}

describe("published layouts", { tags: ["shared"] }, () => {
  let scratch: string;
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), "atelier-layouts-"));
  });
  afterAll(() => rm(scratch, { recursive: true, force: true }));

  it.each(models)("are those of %s", async (transformer, family, configs, rest, schedule) => {
    const model = modelOf(family, configs);
    const folder = join(scratch, transformer);
    await writeFolder(nodeFiles, model, { folder });
    for (const [component, list] of Object.entries({ transformer, ...rest })) {
      const isDiffusers = component === "transformer" || component === "vae";
      const name = `${isDiffusers ? "diffusion_pytorch_model" : "model"}.safetensors`;
      const file = await openSafetensors(nodeFiles, join(folder, component, name));
      expect([component, [...file.entries.keys()].sort()]).toEqual([component, namesOf(list)]);
      await file.close();
    }

    const own = join(scratch, `${transformer}.safetensors`);
    await writeSingleFile(nodeFiles, model, { path: own });
    const told = await rewriteFile(own, join(scratch, `${transformer}-shapes.safetensors`));
    const opened = await openModelFiles(nodeFiles, told);
    expect(configsOf(opened)).toEqual(configs);
    expect(opened.scheduler).toMatchObject(schedule);
    expect([...opened.unknownKeys, ...opened.ignoredKeys, ...opened.notes]).toEqual([]);
    await opened.close();
    await rm(own);
    await rm(told);
  });

  it.each([
    // As the published files of Black Forest Labs have.
    ["flux_dev_transformer", 780],
    ["flux_schnell_transformer", 776],
  ] as const)("have as many tensors in one file as %s", async (name, count) => {
    const [, family, configs = {}] = models.find(([transformer]) => transformer === name) ?? [];
    const path = join(scratch, `${name}-count.safetensors`);
    await writeSingleFile(nodeFiles, modelOf(family ?? "flux1", configs), { path });
    const file = await openSafetensors(nodeFiles, path);
    const own = [...file.entries.keys()].filter((key) => key.startsWith("model.diffusion_model."));
    expect(own).toHaveLength(count);
    await file.close();
  });
});
