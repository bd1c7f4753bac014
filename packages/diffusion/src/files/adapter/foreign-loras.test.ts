/**
 * @file LoRA files as other programs, wrappers and converters leave them: whatever the spelling, the same factors
 * and strengths are read. The spellings come from the programs' own code and their users' reports.
 */

import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FloatTensor, floatTensor, type HostTensor, sizeOf } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LoraWeights } from "../../core/lora-weights.js";
import { inEnglish } from "../../english/english-warnings.js";
import { fixture } from "../../testing/fixtures.js";
import { type TorchValue, writePytorch } from "../pickle/write-pytorch.js";
import { openSafetensors } from "../safetensors/open-safetensors.js";
import { tensorSource, writeSafetensors } from "../safetensors/write-safetensors.js";
import { readLora } from "./read-lora.js";

const text = "text_model.encoder.layers.0.self_attn.q_proj";
const query = "mid_block.attentions.0.transformer_blocks.0.attn1.to_q";
const layers = new Map([
  [`unet.${query}`, { weightShape: [6, 4] }],
  ["unet.mid_block.attentions.0.proj_in", { weightShape: [6, 4, 1, 1] }],
  ["unet.mid_block.attentions.0.proj_out", { weightShape: [6, 4] }],
  ["unet.mid_block.resnets.0.conv1", { weightShape: [6, 4, 3, 3] }],
  [`text_encoder.${text}`, { weightShape: [6, 4] }],
]);

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-foreign-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const out = () => join(folder, "out.safetensors");

const count = (...shape: number[]): FloatTensor =>
  floatTensor(
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => i + 1),
    shape,
  );

async function write(
  tensors: Readonly<Record<string, HostTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const sources = Object.entries(tensors).map(([name, tensor]) => tensorSource(name, tensor));
  await writeSafetensors(nodeFiles, out(), sources, {
    metadata: new Map(Object.entries(metadata)),
  });
}

async function read(tensors: Readonly<Record<string, HostTensor>>) {
  await write(tensors);
  return readLora(nodeFiles, out(), { layers });
}

/** The only module of a file with these two factors. */
async function moduleOf(downKey: string, upKey: string, more: Record<string, HostTensor> = {}) {
  const loaded = await read({ [downKey]: count(2, 4), [upKey]: count(6, 2), ...more });
  expect(loaded.unknownKeys).toEqual([]);
  const [[path, module] = []] = loaded.weights.modules;
  return { path, module };
}

describe("names", () => {
  const kohya = `lora_unet_${query.replaceAll(".", "_")}`;
  it.each([
    ["DDP", `module.unet.${query}.lora_A.weight`],
    ["torch.compile", `_orig_mod.${query}.lora_A.weight`],
    ["torch.compile of blocks", `unet.mid_block._orig_mod.${query.slice(10)}.lora_A.weight`],
    ["PEFT around a UNet", `base_model.model.${query}.lora_A.weight`],
    ["PEFT around a compiled UNet", `base_model.model._orig_mod.${query}.lora_A.weight`],
    ["PEFT in diffusers' component", `unet.base_model.model.${query}.lora_A.weight`],
    ["DDP around PEFT", `module.base_model.model.${query}.lora_A.default.weight`],
    ["an adapter called default", `${query}.lora_A.default.weight`],
    ["diffusers' own adapter name", `${query}.lora_A.default_0.weight`],
    ["an adapter of any name", `unet.${query}.lora_A.my-style.weight`],
    ["FSDP", `_fsdp_wrapped_module.${query}.lora_A.weight`],
    ["recomputed blocks", `mid_block._checkpoint_wrapped_module.${query.slice(10)}.lora_A.weight`],
    ["kohya of a compiled UNet", `${kohya.replace("unet_", "unet__orig_mod_")}.lora_down.weight`],
    ["kohya of a UNet in DDP", `${kohya.replace("unet_", "unet_module_")}.lora_down.weight`],
    ["a path that is joined in part", `${kohya.replace("_to_q", ".to_q")}.lora_down.weight`],
    ["LyCORIS", `${kohya.replace("lora_unet", "lycoris")}.lora_down.weight`],
    ["ComfyUI", `diffusion_model.middle_block.1.${query.slice(23)}.lora_A.weight`],
  ])("of %s are known: %s", async (_, key) => {
    const up = key.replace("lora_A", "lora_B").replace("lora_down", "lora_up");
    expect((await moduleOf(key, up)).path).toBe(`unet.${query}`);
  });

  it.each([
    `text_encoder.${text}.lora_linear_layer.down.weight`,
    "text_encoder.text_model.encoder.layers.0.self_attn.to_q_lora.down.weight",
    `base_model.model.${text}.lora_A.weight`,
    `text_encoder.base_model.model.${text}.lora_A.weight`,
    `lora_te_${text.replaceAll(".", "_")}.lora_down.weight`,
    `lora_te1_${text.replaceAll(".", "_")}.lora_down.weight`,
    `text_encoders.clip_l.transformer.${text}.lora_A.weight`,
    `text_encoders.clip_h.transformer.${text}.lora_A.weight`,
    `conditioner.embedders.0.transformer.${text}.lora_A.weight`,
    `clip_l.${text}.lora_A.weight`,
  ])("of text encoders are known: %s", async (key) => {
    const up = key.replace("lora_A", "lora_B").replace("down", "up");
    expect((await moduleOf(key, up)).path).toBe(`text_encoder.${text}`);
  });

  it("of two adapters in one file are told apart, and refused", async () => {
    const both = read({
      [`${query}.lora_A.a.weight`]: count(2, 4),
      [`${query}.lora_A.b.weight`]: count(2, 4),
    });
    await expect(both).rejects.toThrow(/got ".*a\.weight" and ".*b\.weight"\. The file holds two/);
  });

  it("of a tool's own notes are passed over and told", async () => {
    const { unknownKeys, notes } = await read({
      [`${query}.lora_A.weight`]: count(2, 4),
      [`${query}.lora_B.weight`]: count(6, 2),
      "_aux.0f3a": count(1),
    });
    expect(unknownKeys).toEqual([]);
    expect(notes.map(inEnglish).join()).toContain("1 tensor that a tool keeps for itself");
  });
});

describe("shapes", () => {
  const name = "unet.mid_block.attentions.0";
  it.each([
    ["proj_in", [2, 4], [6, 2], [2, 4, 1, 1], [6, 2, 1, 1]],
    ["proj_in", [2, 4, 1, 1], [6, 2], [2, 4, 1, 1], [6, 2, 1, 1]],
    ["proj_out", [2, 4, 1, 1], [6, 2, 1, 1], [2, 4], [6, 2]],
    ["proj_out", [2, 4, 1], [6, 2, 1], [2, 4], [6, 2]],
  ])("of %s, %j and %j, become those of the layer", async (layer, down, up, ...expected) => {
    const { weights } = await read({
      [`${name}.${layer}.lora_A.weight`]: count(...down),
      [`${name}.${layer}.lora_B.weight`]: count(...up),
    });
    const parts = weights.modules.get(`${name}.${layer}`)?.parts;
    expect([parts?.down?.shape, parts?.up?.shape]).toEqual(expected);
    expect(parts?.down?.data).toEqual(count(...down).data);
  });

  it("of flat kernels become kernels", async () => {
    const conv = "unet.mid_block.resnets.0.conv1";
    const { weights } = await read({
      [`${conv}.lora_A.weight`]: count(2, 36),
      [`${conv}.lora_B.weight`]: count(6, 2),
    });
    expect(weights.modules.get(conv)?.parts.down?.shape).toEqual([2, 4, 3, 3]);
    const lokr = await read({
      [`${conv}.lokr_w1`]: count(2, 2),
      [`${conv}.lokr_w2`]: count(3, 18),
    });
    expect(lokr.weights.modules.get(conv)?.parts.w2?.shape).toEqual([3, 2, 3, 3]);
    const loha = await read({
      [`${conv}.hada_w1_a`]: count(6, 2),
      [`${conv}.hada_w1_b`]: count(2, 4, 3, 3),
      [`${conv}.hada_w2_a`]: count(6, 2, 1, 1),
      [`${conv}.hada_w2_b`]: count(2, 36),
    });
    expect(loha.weights.modules.get(conv)?.parts.w1_b?.shape).toEqual([2, 36]);
  });
});

describe("alphas", () => {
  const [down, up] = [`unet.${query}.lora_A.weight`, `unet.${query}.lora_B.weight`];
  const alphaOf = async (alpha: HostTensor) =>
    (await moduleOf(down, up, { [`unet.${query}.alpha`]: alpha })).module?.alpha;

  it("are read from any type and shape of one number", async () => {
    expect(await alphaOf(floatTensor([8], []))).toBe(8);
    expect(await alphaOf(floatTensor([8], [1]))).toBe(8);
    expect(await alphaOf(floatTensor([8], [1, 1]))).toBe(8);
    const of = (dtype: "int64" | "int32" | "uint8") =>
      ({
        int64: { dtype: "int64", shape: [], data: BigInt64Array.of(8n) } as const,
        int32: { dtype: "int32", shape: [1], data: Int32Array.of(8) } as const,
        uint8: { dtype: "uint8", shape: [], data: Uint8Array.of(8) } as const,
      })[dtype];
    for (const dtype of ["int64", "int32", "uint8"] as const)
      expect(await alphaOf(of(dtype))).toBe(8);
    const double = { dtype: "float64", shape: [], data: Float64Array.of(8) } as const;
    expect(await alphaOf(double)).toBe(8);
    const half = { dtype: "float16", shape: [], data: Uint16Array.of(0x4800) } as const;
    expect(await alphaOf(half)).toBe(8);
    await expect(alphaOf(floatTensor([8, 8], [2]))).rejects.toThrow(/expected one number .* got 2/);
  });

  it("are read from plain numbers of a pickle", async () => {
    const path = join(folder, "lora.pt");
    const tensors = new Map<string, TorchValue>([
      [down, tensorSource(down, count(2, 4))],
      [up, tensorSource(up, count(6, 2))],
      [`unet.${query}.alpha`, 8],
    ]);
    await writePytorch(nodeFiles, path, tensors);
    const { weights, unknownKeys } = await readLora(nodeFiles, path, { layers });
    expect(weights.modules.get(`unet.${query}`)?.alpha).toBe(8);
    expect(unknownKeys).toEqual([]);
    expect([...weights.metadata.keys()]).toEqual([]);
  });

  it("of the metadata alone count for nothing, as elsewhere, and that is told", async () => {
    const metadata = { ss_network_alpha: "1", ss_network_dim: "2" };
    await write({ [down]: count(2, 4), [up]: count(6, 2) }, metadata);
    const { weights, alphaSources, notes } = await readLora(nodeFiles, out(), { layers });
    expect(weights.modules.get(`unet.${query}`)).toMatchObject({ alpha: 2, rank: 2 });
    expect([...alphaSources]).toEqual(["rank"]);
    expect(notes.map(inEnglish).join()).toContain("ss_network_alpha 1, which counts for nothing");
  });
});

describe("folders", () => {
  const same = (a: LoraWeights, b: LoraWeights) => expect([...a.modules]).toEqual([...b.modules]);
  const lora = (name: string) => fixture("lora", name);
  const known = async () => {
    // A list of strings, made by test/parity/make-lora-fixture.py.
    const paths = JSON.parse(await readFile(lora("module-paths.json"), "utf8")) as string[];
    return new Map(paths.map((path) => [path, { weightShape: [1, 1] }]));
  };

  it("with a .bin alone are LoRAs, as diffusers before 0.17 wrote them", async () => {
    const source = await openSafetensors(nodeFiles, lora("lora_diffusers.safetensors"));
    const tensors = new Map<string, TorchValue>();
    for (const key of source.entries.keys()) {
      const old = key
        .replace("unet.", "")
        .replace(/\.to_([qkv])\.lora\./, ".processor.to_$1_lora.")
        .replace(".to_out.0.lora.", ".processor.to_out_lora.");
      tensors.set(old, tensorSource(old, await source.read(key)));
    }
    await source.close();
    await writePytorch(nodeFiles, join(folder, "pytorch_lora_weights.bin"), tensors);
    const options = { layers: await known() };
    const loaded = await readLora(nodeFiles, folder, options);
    expect(loaded.path).toBe(join(folder, "pytorch_lora_weights.bin"));
    expect(loaded.unknownKeys).toEqual([]);
    const expected = await readLora(nodeFiles, lora("lora_diffusers.safetensors"), options);
    same(loaded.weights, expected.weights);
  });

  it("of PEFT may name modules by anchored and escaped patterns", async () => {
    const config = JSON.parse(await readFile(lora("peft/adapter_config.json"), "utf8")) as Readonly<
      Record<string, unknown> // A JSON object that PEFT wrote.
    >;
    const expected = (await readLora(nodeFiles, lora("peft"), { layers: await known() })).weights;
    await copyFile(
      lora("peft/adapter_model.safetensors"),
      join(folder, "adapter_model.safetensors"),
    );
    const [[first = "", module] = []] = expected.modules;
    const path = first.replace(/^unet\./, "");
    for (const key of [
      `^${path}`,
      `^${path.replaceAll(".", "\\.")}$`,
      path.replaceAll(".", "\\."),
    ]) {
      const alpha_pattern = { [key]: 40, ...(config["alpha_pattern"] as object) }; // PEFT wrote it.
      await writeFile(
        join(folder, "adapter_config.json"),
        JSON.stringify({ ...config, alpha_pattern }),
      );
      const { weights } = await readLora(nodeFiles, folder, { layers: await known() });
      expect(weights.modules.get(first)?.alpha).toBe(40);
      const others = [...expected.modules].filter(([name]) => name !== first);
      for (const [name, { alpha }] of others) expect(weights.modules.get(name)?.alpha).toBe(alpha);
      expect(module?.alpha).not.toBe(40);
    }
  });

  it("with a folder for each part of the pipeline are one adapter", async () => {
    const config = JSON.stringify({ peft_type: "LORA", r: 2, lora_alpha: 4 });
    for (const [part, path] of [
      ["unet", query],
      ["text_encoder", text],
    ] as const) {
      await mkdir(join(folder, part));
      await write({
        [`base_model.model.${path}.lora_A.weight`]: count(2, 4),
        [`base_model.model.${path}.lora_B.weight`]: count(6, 2),
      });
      await copyFile(out(), join(folder, part, "adapter_model.safetensors"));
      await writeFile(join(folder, part, "adapter_config.json"), config);
    }
    await rm(out());
    const { weights, path } = await readLora(nodeFiles, folder, { layers });
    expect(path).toBe(folder);
    expect([...weights.modules.keys()].sort()).toEqual([`text_encoder.${text}`, `unet.${query}`]);
    expect([...weights.modules.values()].map(({ alpha }) => alpha)).toEqual([4, 4]);
  });
});

describe("words", () => {
  const factors = {
    [`unet.${query}.lora_A.weight`]: count(2, 4),
    [`unet.${query}.lora_B.weight`]: count(6, 2),
  };
  it("may have dots and spaces; the encoder is the last part of a key", async () => {
    const { weights, notes } = await read({
      ...factors,
      "bundle_emb.v1.5-zorbo.clip_l": count(2, 4),
      "bundle_emb.zor bo.clip_l": count(1, 4),
      "bundle_emb.plain.string_to_param.*": count(1, 4),
      "bundle_emb.xl.clip_l": count(1, 4),
      "bundle_emb.xl.clip_g": count(1, 5),
    });
    expect(weights.words?.map(({ token }) => token).sort()).toEqual([
      ...["plain", "v1.5-zorbo", "xl", "zor bo"],
    ]);
    expect(notes).toEqual([]);
  });

  it("for an encoder's output or another encoder are left out and told; the LoRA stays", async () => {
    const { weights, unknownKeys, notes } = await read({
      ...factors,
      "bundle_emb.zorbo.clip_l": count(2, 4),
      "bundle_emb.zorbo.clip_l_out": count(2, 4),
      "bundle_emb.zorbo.t5": count(2, 8),
    });
    expect(weights.words?.map(({ token }) => token)).toEqual(["zorbo"]);
    expect(unknownKeys).toEqual([]);
    expect(notes.map(inEnglish).join()).toMatch(
      /zorbo\.clip_l_out, bundle_emb\.zorbo\.t5 are left out/,
    );
  });

  it("that are damaged are left out and told; the LoRA stays", async () => {
    const broken = { ...count(1, 4), data: new Float32Array(4).fill(Number.NaN) };
    const { weights, notes } = await read({ ...factors, "bundle_emb.nan.clip_l": broken });
    expect(weights.modules.size).toBe(1);
    expect(weights.words).toBeUndefined();
    expect(notes.map(inEnglish).join()).toMatch(/The word "nan" is left out: .*finite numbers/);
  });
});
