/** @file Adapters of transformers under original names: divided, joined again, and against files by other programs. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FloatTensor, floatTensor } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import type { LoraModule } from "../../core/lora-weights.js";
import { readJson } from "../../core/read-text.js";
import { componentNamed } from "../../families/components.js";
import { listLayers } from "../../models/list-layers.js";
import { readTransformerConfig, type TransformerConfig } from "../../models/transformer-config.js";
import { sharedFile } from "../../testing/fixtures.js";
import { openSafetensors } from "../safetensors/open-safetensors.js";
import { detectLoraFile } from "./detect-lora-file.js";
import { comfyNames, kohyaNames, moduleNames } from "./lora-module-names.js";
import { divideModules, joinOriginals, originalModules } from "./original-modules.js";
import { readLora } from "./read-lora.js";
import type { AdaptedLayers } from "./shape-for-layer.js";
import { writeComfyLora } from "./write-comfy-lora.js";
import { writeDiffusersLora } from "./write-diffusers-lora.js";
import { writeKohyaLora } from "./write-kohya-lora.js";

function layersOf(config: TransformerConfig): AdaptedLayers {
  const layers = listLayers((weights) => componentNamed("transformer").build(config, weights));
  return new Map(layers.map((layer) => [`transformer.${layer.path}`, layer]));
}

const flux = readTransformerConfig({
  _class_name: "FluxTransformer2DModel",
  ...{ in_channels: 4, num_layers: 1, num_single_layers: 1, guidance_embeds: true },
  ...{ attention_head_dim: 6, num_attention_heads: 1, axes_dims_rope: [2, 2, 2] },
  ...{ joint_attention_dim: 5, pooled_projection_dim: 3 },
});
const layers = layersOf(flux);

let seed = 1;
function random(rows: number, columns: number): FloatTensor {
  const next = () => {
    seed = (seed * 16807) % 2147483647;
    return seed / 2147483647 - 0.5;
  };
  return floatTensor(Float32Array.from({ length: rows * columns }, next), [rows, columns]);
}

function loraOn(name: string, rank: number, alpha = 3): LoraModule {
  const [rows = 0, columns = 0] = layers.get(`transformer.${name}`)?.weightShape ?? [];
  const parts = { down: random(rank, columns), up: random(rows, rank) };
  return { method: "lora", parts, alpha, rank };
}

/** What an adapter of two factors adds to its weight, row by row. */
function deltaOf({ parts: { up, down }, alpha, rank }: LoraModule): number[][] {
  const [rows = 0, width = 0] = up?.shape ?? [];
  const [, columns = 0] = down?.shape ?? [];
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => {
      let sum = 0;
      for (let k = 0; k < width; k++) {
        sum += (up?.data[row * width + k] ?? 0) * (down?.data[k * columns + column] ?? 0);
      }
      return (sum * alpha) / rank;
    }),
  );
}

function expectNear(actual: readonly number[][], expected: readonly number[][]): void {
  const scale = Math.max(...expected.flat().map(Math.abs));
  const errors = expected.flatMap((row, i) =>
    row.map((value, j) => Math.abs(value - (actual[i]?.[j] ?? Number.NaN))),
  );
  expect(Math.max(...errors)).toBeLessThan(1e-6 * Math.max(scale, 1e-3));
}

const attention = "transformer_blocks.0.attn";
const single = "single_transformer_blocks.0";
const named = (modules: Readonly<Record<string, LoraModule>>): Map<string, LoraModule> =>
  new Map(Object.entries(modules).map(([name, module]) => [`transformer.${name}`, module]));
const again = (modules: ReadonlyMap<string, LoraModule>): Map<string, LoraModule> =>
  divideModules("file", joinOriginals("file", modules, layers), originalModules(layers.keys()));

describe("joinOriginals and divideModules", () => {
  it("give adapters back as they were", () => {
    const modules = named({
      [`${attention}.to_q`]: loraOn(`${attention}.to_q`, 2),
      [`${attention}.to_k`]: loraOn(`${attention}.to_k`, 2),
      [`${attention}.to_v`]: loraOn(`${attention}.to_v`, 2),
      [`${attention}.to_out.0`]: loraOn(`${attention}.to_out.0`, 2),
      // Some of those that are one in a file.
      [`${single}.attn.to_v`]: loraOn(`${single}.attn.to_v`, 2),
      [`${single}.proj_mlp`]: loraOn(`${single}.proj_mlp`, 2),
      // Halves the other way round.
      "norm_out.linear": loraOn("norm_out.linear", 2),
    });
    expect(again(modules)).toEqual(modules);
    const joined = joinOriginals("file", modules, layers);
    expect([...joined.keys()].sort()).toEqual([
      "transformer.double_blocks.0.img_attn.proj",
      "transformer.double_blocks.0.img_attn.qkv",
      "transformer.final_layer.adaLN_modulation.1",
      "transformer.single_blocks.0.linear1",
    ]);
    const qkv = joined.get("transformer.double_blocks.0.img_attn.qkv");
    expect([qkv?.rank, qkv?.alpha, qkv?.parts.up?.shape]).toEqual([6, 9, [18, 6]]);
    expectNear(
      deltaOf(qkv ?? loraOn(`${attention}.to_q`, 1)),
      ["to_q", "to_k", "to_v"].flatMap((name) =>
        deltaOf(modules.get(`transformer.${attention}.${name}`) ?? loraOn(`${attention}.to_q`, 1)),
      ),
    );
    const end = joined.get("transformer.final_layer.adaLN_modulation.1");
    const rows = deltaOf(
      modules.get("transformer.norm_out.linear") ?? loraOn("norm_out.linear", 1),
    );
    expectNear(deltaOf(end ?? loraOn("norm_out.linear", 1)), [
      ...rows.slice(6),
      ...rows.slice(0, 6),
    ]);
  });

  it("keep the strength of adapters whose strengths and ranks differ", () => {
    const modules = named({
      [`${attention}.to_q`]: loraOn(`${attention}.to_q`, 2, 1),
      [`${attention}.to_k`]: loraOn(`${attention}.to_k`, 3, 8),
    });
    const back = again(modules);
    expect([...back.values()].map(({ rank }) => rank)).toEqual([2, 3]);
    for (const [name, module] of modules) {
      expectNear(deltaOf(back.get(name) ?? module), deltaOf(module));
    }
    expect([...back.keys()]).toEqual([...modules.keys()]);
  });

  it("divide what was trained as one, and join it to the same bits", () => {
    const fused: LoraModule = {
      method: "lora",
      parts: { down: random(4, 6), up: random(18, 4) },
      ...{ alpha: 2, rank: 4 },
    };
    const name = "transformer.double_blocks.0.txt_attn.qkv";
    const divided = divideModules("file", new Map([[name, fused]]), originalModules(layers.keys()));
    const parts = ["add_q_proj", "add_k_proj", "add_v_proj"].map((part) =>
      divided.get(`transformer.${attention}.${part}`),
    );
    expectNear(
      parts.flatMap((part) => (part === undefined ? [] : deltaOf(part))),
      deltaOf(fused),
    );
    expect(joinOriginals("file", divided, layers)).toEqual(new Map([[name, fused]]));
  });

  it("keep adapters that have learned nothing yet", () => {
    const up = floatTensor(new Float32Array(42 * 2), [42, 2]);
    const zero: LoraModule = {
      method: "lora",
      parts: { down: random(2, 6), up },
      alpha: 2,
      rank: 2,
    };
    const name = "transformer.single_blocks.0.linear1";
    const divided = divideModules("file", new Map([[name, zero]]), originalModules(layers.keys()));
    expect(divided.size).toBe(4);
    expect(divided.get(`transformer.${single}.proj_mlp`)?.parts.up?.shape).toEqual([24, 2]);
  });

  it("divide DoRA and LoHa by their outputs", () => {
    const magnitude = (name: string) =>
      floatTensor(random(layers.get(`transformer.${name}`)?.weightShape[0] ?? 0, 1).data, [6]);
    const dora = (name: string): LoraModule => {
      const lora = loraOn(name, 2);
      return { ...lora, method: "dora", parts: { ...lora.parts, magnitude: magnitude(name) } };
    };
    const loha = (): LoraModule => ({
      method: "loha",
      parts: { w1_a: random(6, 2), w1_b: random(2, 6), w2_a: random(6, 2), w2_b: random(2, 6) },
      ...{ alpha: 1, rank: 2 },
    });
    const modules = named({
      [`${attention}.to_q`]: dora(`${attention}.to_q`),
      [`${attention}.to_k`]: dora(`${attention}.to_k`),
      [`${attention}.to_v`]: dora(`${attention}.to_v`),
      [`${attention}.add_q_proj`]: loha(),
      [`${attention}.add_v_proj`]: loha(),
    });
    expect(again(modules)).toEqual(modules);
  });

  it("leave adapters that cannot be one under their own names", () => {
    const lora = loraOn(`${attention}.to_q`, 1);
    const magnitude = floatTensor([1, 1, 1, 1, 1, 1], [6]);
    const modules = named({
      // Without the magnitudes of the other two layers.
      [`${attention}.to_q`]: { ...lora, method: "dora", parts: { ...lora.parts, magnitude } },
      [`${attention}.add_k_proj`]: {
        method: "lokr",
        parts: { w1: random(2, 2), w2: random(3, 3) },
        ...{ alpha: 1, rank: 1 },
      },
      [`${attention}.add_v_proj`]: loraOn(`${attention}.add_v_proj`, 1),
    });
    expect(joinOriginals("file", modules, layers)).toEqual(modules);
    const dialect = { numbersTextEncoders: true, denoiserNames: "original" } as const;
    expect(kohyaNames(layers.keys(), dialect).get(`transformer.${attention}.to_q`)).toBe(
      "lora_transformer_transformer_blocks_0_attn_to_q",
    );
  });

  it("refuse a Kronecker product of what are several layers", () => {
    const fused: LoraModule = {
      method: "lokr",
      parts: { w1: random(3, 2), w2: random(6, 3) },
      ...{ alpha: 1, rank: 1 },
    };
    const modules = new Map([["transformer.double_blocks.0.img_attn.qkv", fused]]);
    expect(() => divideModules("file", modules, originalModules(layers.keys()))).toThrow(
      "expected an adapter that can be divided by outputs, got LoKr",
    );
  });

  it("refuse outputs that are no whole parts, and two adapters of one module", () => {
    const odd: LoraModule = {
      method: "lora",
      parts: { down: random(1, 6), up: random(20, 1) },
      ...{ alpha: 1, rank: 1 },
    };
    const name = "transformer.double_blocks.0.img_attn.qkv";
    const originals = originalModules(layers.keys());
    expect(() => divideModules("file", new Map([[name, odd]]), originals)).toThrow(
      "expected outputs in 3 equal parts, got 20",
    );
    const fused = { ...odd, parts: { down: random(1, 6), up: random(18, 1) } };
    const both = new Map([
      [name, fused],
      ...named({ [`${attention}.to_q`]: loraOn(`${attention}.to_q`, 1) }),
    ]);
    expect(() => divideModules("file", both, originals)).toThrow("The file holds two adapters");
  });
});

describe("names of a transformer's modules", () => {
  const names = moduleNames(layers.keys());

  it.each([
    [`transformer.${attention}.to_q`, `transformer.${attention}.to_q`],
    ["lora_transformer_transformer_blocks_0_attn_to_out_0", `transformer.${attention}.to_out.0`],
    [`diffusion_model.${single}.proj_out`, `transformer.${single}.proj_out`],
    ["lora_unet_single_blocks_0_linear2", `transformer.${single}.proj_out`],
    [
      "diffusion_model.double_blocks.0.txt_mlp.2",
      "transformer.transformer_blocks.0.ff_context.net.2",
    ],
    ["lora_unet_double_blocks_0_img_attn_qkv", "transformer.double_blocks.0.img_attn.qkv"],
    ["double_blocks.0.img_mod.lin", "transformer.transformer_blocks.0.norm1.linear"],
    ["lora_unet_final_layer_adaLN_modulation_1", "transformer.final_layer.adaLN_modulation.1"],
    ["lora_unet_guidance_in_in_layer", "transformer.time_text_embed.guidance_embedder.linear_1"],
    ["lora_unet_double_blocks_1_img_attn_qkv", undefined],
  ])("are found: %s", (name, expected) => {
    expect(names.resolve(name)).toBe(expected);
  });

  it("are all written by kohya's dialect, and found again", () => {
    const dialect = { numbersTextEncoders: true, denoiserNames: "original" } as const;
    const written = kohyaNames(layers.keys(), dialect);
    const { divided, renamed } = originalModules(layers.keys());
    expect(renamed.size + [...divided.values()].flat().length).toBe(layers.size);
    for (const original of divided.keys()) {
      expect(names.resolve(written.get(original) ?? "")).toBe(original);
    }
    for (const [path, original] of renamed) {
      expect(names.resolve(written.get(original) ?? "")).toBe(path);
    }
  });
});

describe("ComfyUI's names of a transformer", () => {
  it("are those of the model's file, each found again, and diffusers' where one layer is a part", () => {
    const names = comfyNames(layers.keys(), { isSecondVersion: false });
    const { divided, renamed } = originalModules(layers.keys());
    const read = moduleNames(layers.keys());
    const originals = [...divided.keys(), ...renamed.values()];
    for (const original of originals) {
      const name = names.get(original) ?? "";
      expect(name).toBe(original.replace(/^transformer\./, "diffusion_model."));
      const found = read.resolve(name);
      expect(renamed.get(found ?? "") ?? found).toBe(original);
    }
    expect(names.get(`transformer.${attention}.to_q`)).toBe(`transformer.${attention}.to_q`);
    expect(read.resolve(`transformer.${attention}.to_q`)).toBe(`transformer.${attention}.to_q`);
  });

  it("hold adapters of one strength that cannot be one, each on its own layer", async () => {
    const kronecker: LoraModule = {
      method: "lokr",
      parts: { w1: random(2, 2), w2: random(3, 3) },
      ...{ alpha: 1, rank: 1 },
    };
    const modules = named({
      [`${attention}.to_k`]: kronecker,
      [`${attention}.to_out.0`]: loraOn(`${attention}.to_out.0`, 2),
    });
    const scratch = await mkdtemp(join(tmpdir(), "atelier-comfy-"));
    const path = join(scratch, "comfy.safetensors");
    const weights = { modules, metadata: new Map<string, string>() };
    await writeComfyLora(nodeFiles, path, weights, { family: "sdxl", layers, title: "test" });
    const file = await openSafetensors(nodeFiles, path);
    await file.close();
    expect([...file.entries.keys()].sort()).toEqual([
      "diffusion_model.double_blocks.0.img_attn.proj.alpha",
      "diffusion_model.double_blocks.0.img_attn.proj.lora_A.weight",
      "diffusion_model.double_blocks.0.img_attn.proj.lora_B.weight",
      "transformer.transformer_blocks.0.attn.to_k.alpha",
      "transformer.transformer_blocks.0.attn.to_k.lokr_w1",
      "transformer.transformer_blocks.0.attn.to_k.lokr_w2",
    ]);
    expect(detectLoraFile(file.entries, file.metadata)?.format).toBe("comfyui");
    const back = await readLora(nodeFiles, path, { layers });
    expect(new Map(back.weights.modules)).toEqual(modules);
    await rm(scratch, { recursive: true });
  });
});

describe("files by other programs", { tags: ["shared"] }, () => {
  it.each([
    ["sd3", "lora_kohya.safetensors"],
    ["sd3", "lora_underscored.safetensors"],
    ["flux1", "lora_kohya.safetensors"],
    ["flux1", "lora_ai_toolkit.safetensors"],
  ])("of %s mean what diffusers' file means: %s", async (pipeline, file) => {
    const at = (...path: string[]) => sharedFile("fixtures", "pipelines", pipeline, ...path);
    const json = await readJson(nodeFiles, at("pipeline", "transformer", "config.json"));
    const own = layersOf(readTransformerConfig(json));
    const read = (path: string) => readLora(nodeFiles, path, { layers: own });
    const [expected, actual] = [await read(at("lora_diffusers")), await read(at(file))];
    expect(actual.unknownKeys).toEqual([]);
    // What has no effect is not found in what it was joined with: the queries of a text that nobody hears.
    const idle = [...expected.weights.modules].filter(([name, { parts }]) => {
      return !actual.weights.modules.has(name) && parts.up?.data.every((value) => value === 0);
    });
    expect(idle.length).toBeLessThan(2);
    expect([...actual.weights.modules.keys(), ...idle.map(([name]) => name)].sort()).toEqual(
      [...expected.weights.modules.keys()].sort(),
    );
    for (const [name, module] of actual.weights.modules) {
      expectNear(deltaOf(module), deltaOf(expected.weights.modules.get(name) ?? module));
      expect(module.rank).toBe(4);
    }
  });

  it.each(["sd3", "flux1"])("of %s are written under the same names", async (pipeline) => {
    const at = (...path: string[]) => sharedFile("fixtures", "pipelines", pipeline, ...path);
    const json = await readJson(nodeFiles, at("pipeline", "transformer", "config.json"));
    const own = layersOf(readTransformerConfig(json));
    const scratch = await mkdtemp(join(tmpdir(), "atelier-original-"));
    const keysOf = async (path: string) => {
      const file = await openSafetensors(nodeFiles, path);
      await file.close();
      return [...file.entries.keys()].sort();
    };
    const original = at("lora_diffusers", "pytorch_lora_weights.safetensors");
    const { weights } = await readLora(nodeFiles, original, { layers: own });
    const diffusers = join(scratch, "diffusers.safetensors");
    await writeDiffusersLora(nodeFiles, diffusers, weights);
    expect(await keysOf(diffusers)).toEqual(await keysOf(original));
    const kohya = join(scratch, "kohya.safetensors");
    // Of a family's rules only those of names count here: original ones, as SDXL has them.
    await writeKohyaLora(nodeFiles, kohya, weights, { family: "sdxl", layers: own, title: "test" });
    expect(await keysOf(kohya)).toEqual(await keysOf(at("lora_kohya.safetensors")));
    for (const path of [diffusers, kohya]) {
      const back = await readLora(nodeFiles, path, { layers: own });
      expect(back.unknownKeys).toEqual([]);
      for (const [name, module] of back.weights.modules) {
        expect(module, name).toEqual(weights.modules.get(name));
      }
      expect(back.weights.modules.size).toBeGreaterThan(weights.modules.size - 2);
    }
    await rm(scratch, { recursive: true });
  });

  it.each([
    ["sd3", "lora_diffusers", "diffusion_model.joint_blocks.0.x_block.attn.qkv.lora_A.weight"],
    ["sd35", "lora_diffusers", "diffusion_model.joint_blocks.0.x_block.attn.proj.lora_B.weight"],
    ["flux1", "lora_diffusers", "diffusion_model.double_blocks.0.img_attn.qkv.lora_A.weight"],
    ["flux1", "lora_ai_toolkit.safetensors", "diffusion_model.single_blocks.0.linear1.alpha"],
  ])("of %s, %s, mean the same under ComfyUI's names, such as %s", async (pipeline, file, key) => {
    const at = (...path: string[]) => sharedFile("fixtures", "pipelines", pipeline, ...path);
    const json = await readJson(nodeFiles, at("pipeline", "transformer", "config.json"));
    const own = layersOf(readTransformerConfig(json));
    const scratch = await mkdtemp(join(tmpdir(), "atelier-comfy-"));
    const path = join(scratch, "comfy.safetensors");
    const { weights } = await readLora(nodeFiles, at(file), { layers: own });
    // Of a family's rules only those of names count here.
    await writeComfyLora(nodeFiles, path, weights, { family: "sdxl", layers: own, title: "test" });
    const written = await openSafetensors(nodeFiles, path);
    await written.close();
    const keys = [...written.entries.keys()];
    expect(keys).toContain(key);
    // kohya's names are the same paths with underscores.
    const kohya = await openSafetensors(nodeFiles, at("lora_kohya.safetensors"));
    await kohya.close();
    const named = keys.map((name) => {
      const [, module = "", end = ""] =
        /^diffusion_model\.(.+)\.(lora_A\.weight|lora_B\.weight|alpha)$/.exec(name) ?? [];
      const ending = end.replace("_A", "_down").replace("_B", "_up");
      return `lora_unet_${module.replaceAll(".", "_")}.${ending}`;
    });
    expect(named.sort()).toEqual([...kohya.entries.keys()].sort());
    const back = await readLora(nodeFiles, path, { layers: own });
    expect(back.unknownKeys).toEqual([]);
    for (const [name, module] of weights.modules) {
      const read = back.weights.modules.get(name);
      // What has no effect is not found in what it was joined with.
      if (read === undefined)
        expect(module.parts.up?.data.every((value) => value === 0)).toBe(true);
      else expectNear(deltaOf(read), deltaOf(module));
    }
    expect(back.weights.modules.size).toBeGreaterThan(weights.modules.size - 2);
    await rm(scratch, { recursive: true });
  });
});
