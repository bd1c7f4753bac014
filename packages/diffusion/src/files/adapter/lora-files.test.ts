/**
 * @file LoRA files end to end: files by kohya's format, diffusers and PEFT are read, written and
 * read again, and each stands for the weight changes that PEFT computed.
 */

import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FloatTensor, floatTensor, sizeOf } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { partOf } from "../../core/adapter-parts.js";
import type { LoraModule, LoraWeights } from "../../core/lora-weights.js";
import { fixture } from "../../testing/fixtures.js";
import { openSafetensors } from "../safetensors/open-safetensors.js";
import { tensorSource, writeSafetensors } from "../safetensors/write-safetensors.js";
import { readLora } from "./read-lora.js";
import { writeComfyLora } from "./write-comfy-lora.js";
import { writeDiffusersLora } from "./write-diffusers-lora.js";
import { writeKohyaLora } from "./write-kohya-lora.js";
import { writePeftAdapter } from "./write-peft-adapter.js";

const loraFixture = (name: string) => fixture("lora", name);
// A list of strings, made by test/parity/make-lora-fixture.py.
const modulePaths = JSON.parse(
  await readFile(loraFixture("module-paths.json"), "utf8"),
) as string[];
/** The fixture's layers, of whose shapes the kernel alone counts. */
const kernelOf = (path: string) => {
  if (/\.(conv_shortcut|proj_in|proj_out)$/.test(path)) return [1, 1];
  return /\.conv(_in|_out|[12])?$/.test(path) ? [3, 3] : [];
};
const layers = new Map(
  modulePaths.map((path) => [path, { weightShape: [1, 1, ...kernelOf(path)] }]),
);

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-lora-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const out = () => join(folder, "out.safetensors");

/** (alpha / rank) · up · down, row-major `[out, in · height · width]`. */
function deltaOf({ parts, alpha, rank }: LoraModule): Float64Array {
  const [down, up] = [partOf(parts, "down"), partOf(parts, "up")];
  const width = sizeOf(down.shape) / rank;
  const height = up.shape[0] ?? 0;
  return Float64Array.from({ length: height * width }, (_, i) => {
    let sum = 0;
    for (let r = 0; r < rank; r++) {
      const row = up.data[Math.floor(i / width) * rank + r] ?? 0;
      sum += row * (down.data[r * width + (i % width)] ?? 0);
    }
    return (sum * alpha) / rank;
  });
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    largest = Math.max(largest, Math.abs((a[i] ?? Number.NaN) - (b[i] ?? Number.NaN)));
  }
  return largest;
}

async function expectDeltas(weights: LoraWeights, oracle: string) {
  const file = await openSafetensors(nodeFiles, loraFixture(oracle));
  expect([...weights.modules.keys()].sort()).toEqual([...file.entries.keys()].sort());
  for (const [name, module] of weights.modules) {
    const { data } = await file.readFloat32(name);
    expect(largestDifference(deltaOf(module), data), name).toBeLessThan(1e-6);
  }
  await file.close();
}

/** Exactly the same factors and strengths. */
function expectSame(a: LoraWeights, b: LoraWeights) {
  expect([...b.modules]).toEqual([...a.modules]);
}

const read = (path: string) => readLora(nodeFiles, path, { layers });

/** Writes the tensors of a fixture under other names, as older and other tools do. */
async function renamed(name: string, rename: (key: string) => string) {
  const file = await openSafetensors(nodeFiles, loraFixture(name));
  const tensors = [];
  for (const key of file.entries.keys()) {
    tensors.push(tensorSource(rename(key), await file.read(key)));
  }
  await file.close();
  await writeSafetensors(nodeFiles, out(), tensors);
  return out();
}

describe("readLora", () => {
  it("reads the same LoRA from kohya, diffusers and PEFT names", async () => {
    const kohya = await read(loraFixture("lora_kohya.safetensors"));
    expect(kohya.weights.modules.size).toBe(32);
    expect(kohya.alphaSources).toEqual(new Set(["keys"]));
    for (const { alpha, rank } of kohya.weights.modules.values()) {
      expect([alpha, rank]).toEqual([8, 4]);
    }
    for (const name of ["lora_diffusers.safetensors", "lora_final.safetensors"]) {
      const other = await readLora(nodeFiles, loraFixture(name), { layers, alpha: 8 });
      expectSame(kohya.weights, other.weights);
      expect(other.unknownKeys).toEqual([]);
      expect(other.alphaSources).toEqual(new Set(["option"]));
    }
  });

  it("takes alpha for the rank where the file gives none, and says so", async () => {
    const { weights, alphaSources } = await read(loraFixture("lora_diffusers.safetensors"));
    expect(alphaSources).toEqual(new Set(["rank"]));
    expect([...weights.modules.values()].every(({ alpha }) => alpha === 4)).toBe(true);
  });

  it("applies rank and alpha patterns, rsLoRA and convolutions as PEFT does", async () => {
    const lora = await read(loraFixture("diffusers-new"));
    expect(lora.alphaSources).toEqual(new Set(["config"]));
    expect(lora.unknownKeys).toEqual([]);
    await expectDeltas(lora.weights, "diffusers-new-deltas.safetensors");
  });

  it("reads a PEFT folder with its config", async () => {
    const lora = await read(loraFixture("peft"));
    await expectDeltas(lora.weights, "peft-deltas.safetensors");
  });

  it("reads the oldest diffusers names and ComfyUI's generic ones", async () => {
    const { weights } = await read(loraFixture("lora_diffusers.safetensors"));
    const oldest = await renamed("lora_diffusers.safetensors", (key) =>
      key
        .replace(/\.to_([qkv])\.lora\./, ".processor.to_$1_lora.")
        .replace(".to_out.0.lora.", ".processor.to_out_lora."),
    );
    expectSame(weights, (await read(oldest)).weights);
    const generic = await renamed("lora_final.safetensors", (key) => `diffusion_model.${key}`);
    expectSame(weights, (await read(generic)).weights);
  });

  it("reports keys that the model does not take", async () => {
    const path = await renamed("lora_final.safetensors", (key) =>
      key.startsWith("up_blocks.1.attentions.1") ? `extra.${key}` : key,
    );
    const { unknownKeys, weights } = await read(path);
    expect(unknownKeys).toHaveLength(16);
    expect(unknownKeys.every((key) => key.startsWith("extra."))).toBe(true);
    expect(weights.modules.size).toBe(24);
  });

  it("refuses a LoRA for another family", async () => {
    const path = await renamed("lora_final.safetensors", (key) => `transformer.${key}`);
    await expect(read(path)).rejects.toMatchObject({
      code: "weights",
      message: expect.stringMatching(
        /for modules of this model, got 64 others such as "transformer/,
      ),
    });
  });

  it.each([
    ["LoHa with a Tucker core", ".hada_t1"],
    ["LoKr with a Tucker core", ".lokr_t2"],
    ["LoCon with a Tucker core", ".lora_mid.weight"],
    ["full difference", ".diff"],
  ])("names %s (%s) as not supported yet", async (kind, ending) => {
    const path = await renamed("lora_final.safetensors", (key) =>
      key.endsWith("mid_block.attentions.0.transformer_blocks.0.attn1.to_q.lora_A.weight")
        ? key.replace(".lora_A.weight", ending)
        : key,
    );
    await expect(read(path)).rejects.toMatchObject({
      code: "format",
      message: expect.stringContaining(`got ${kind}, not supported yet by this version`),
    });
  });

  describe("of products and magnitudes", () => {
    const name = "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn1_to_q";
    const ones = (...shape: number[]) =>
      floatTensor(new Float32Array(sizeOf(shape)).fill(1), shape);
    const write = async (tensors: Readonly<Record<string, FloatTensor>>) => {
      const sources = Object.entries(tensors).map(([part, tensor]) =>
        tensorSource(`${name}.${part}`, tensor),
      );
      await writeSafetensors(nodeFiles, out(), sources);
      return read(out());
    };
    const only = async (tensors: Readonly<Record<string, FloatTensor>>) => {
      const [module] = (await write(tensors)).weights.modules.values();
      return module;
    };

    it("takes the scale of a LoKr of whole factors for 1, whatever alpha says", async () => {
      const whole = { lokr_w1: ones(2, 2), lokr_w2: ones(8, 8), alpha: floatTensor([7], []) };
      expect(await only(whole)).toMatchObject({ method: "lokr", alpha: 1, rank: 1 });
      const split = { lokr_w1: ones(2, 2), lokr_w2_a: ones(8, 3), lokr_w2_b: ones(3, 8) };
      expect(await only({ ...split, alpha: floatTensor([7], []) })).toMatchObject({
        alpha: 7,
        rank: 3,
      });
    });

    it("writes a scale of such a LoKr into its first factor, where readers find it", async () => {
      const { weights } = await write({ lokr_w1: ones(2, 2), lokr_w2: ones(8, 8) });
      const modules = new Map(
        [...weights.modules].map(([path, module]) => [path, { ...module, alpha: 6, rank: 4 }]),
      );
      await writeKohyaLora(
        nodeFiles,
        out(),
        { ...weights, modules },
        {
          ...{ family: "sd1", layers, title: "t" },
        },
      );
      const [module] = (await read(out())).weights.modules.values();
      expect(module?.parts.w1?.data).toEqual(new Float32Array(4).fill(1.5));
      expect(module).toMatchObject({ alpha: 1, rank: 1 });
    });

    it("reads magnitudes per output and per input, of any shape", async () => {
      const factors = { "lora_down.weight": ones(2, 16), "lora_up.weight": ones(16, 2) };
      const dora = await only({ ...factors, dora_scale: ones(16, 1) });
      expect(dora).toMatchObject({ method: "dora", rank: 2 });
      expect(dora?.parts.magnitude?.shape).toEqual([16]);
      // ai-toolkit's name, and PEFT's.
      for (const key of ["magnitude", "lora_magnitude_vector.default.weight"]) {
        expect((await only({ ...factors, [key]: ones(16) }))?.parts.magnitude?.shape).toEqual([16]);
      }
      const perInput = await only({ ...factors, dora_scale: ones(1, 16) });
      expect(perInput?.parts.magnitude?.shape).toEqual([1, 16]);
    });

    it("reads and writes LoHa and LoKr with magnitudes, which PEFT and diffusers cannot hold", async () => {
      const loha = {
        ...{ hada_w1_a: ones(16, 2), hada_w1_b: ones(2, 16) },
        ...{ hada_w2_a: ones(16, 2), hada_w2_b: ones(2, 16) },
      };
      const lokr = { lokr_w1: ones(2, 2), lokr_w2: ones(8, 8) };
      for (const factors of [loha, lokr]) {
        for (const dora_scale of [ones(16, 1), ones(1, 16)]) {
          const { weights } = await write({ ...factors, dora_scale });
          await writeKohyaLora(nodeFiles, out(), weights, { family: "sd1", layers, title: "t" });
          const file = await openSafetensors(nodeFiles, out());
          expect(file.entries.get(`${name}.dora_scale`)?.shape).toEqual(dora_scale.shape);
          await file.close();
          expectSame((await read(out())).weights, weights);
          await writeComfyLora(nodeFiles, out(), weights, { family: "sd1", layers, title: "t" });
          expectSame((await read(out())).weights, weights);
          await expect(writePeftAdapter(nodeFiles, folder, weights)).rejects.toThrow(
            /got Lo(Ha|Kr) with DoRA magnitudes.* Write a kohya file/,
          );
        }
      }
    });

    it("refuses parts that are missing, of two methods, or of other extents", async () => {
      await expect(write({ dora_scale: ones(16, 1) })).rejects.toThrow(
        /and a magnitude, got magnitude/,
      );
      await expect(write({ hada_w1_a: ones(16, 2), hada_w1_b: ones(2, 16) })).rejects.toThrow(
        /expected the factors w1_a, w1_b, w2_a and w2_b/,
      );
      await expect(write({ lokr_w1: ones(2, 2), lokr_w1_a: ones(2, 1) })).rejects.toThrow(
        /expected w1 or w1_a and w1_b/,
      );
      const mixed = { hada_w1_a: ones(16, 2), lokr_w1: ones(2, 2) };
      await expect(write(mixed)).rejects.toThrow(/one kind of adapter .* got LoHa and LoKr/);
      const pairs = { hada_w1_a: ones(16, 2), hada_w1_b: ones(3, 16) };
      const odd = { ...pairs, hada_w2_a: ones(16, 2), hada_w2_b: ones(2, 16) };
      await expect(write(odd)).rejects.toThrow(/expected pairs of factors/);
    });
  });

  it("refuses half a module, factors that do not fit, and numbers that are not finite", async () => {
    const file = await openSafetensors(nodeFiles, loraFixture("peft/adapter_model.safetensors"));
    const [first = ""] = [...file.entries.keys()].filter((key) => key.includes("lora_A"));
    const down = await file.readFloat32(first);
    await file.close();
    const other = first.replace("lora_A", "lora_B");
    const attempt = async (...tensors: ReturnType<typeof tensorSource>[]) => {
      await writeSafetensors(nodeFiles, out(), tensors);
      return read(out());
    };
    await expect(attempt(tensorSource(first, down))).rejects.toThrow(/a down and an up factor/);
    const unfit = attempt(tensorSource(first, down), tensorSource(other, down));
    await expect(unfit).rejects.toThrow(/expected factors \[rank, in\]/);
    const broken = { ...down, data: down.data.map(() => Number.NaN) };
    const up = { ...down, shape: [16, 3] };
    const nan = attempt(tensorSource(first, broken), tensorSource(other, up));
    await expect(nan).rejects.toThrow(/expected finite numbers/);
  });

  it("says which files a folder lacks", async () => {
    await expect(read(folder)).rejects.toThrow(/expected adapter_model.safetensors or pytorch/);
  });
});

describe("writing", () => {
  it.each([
    ["kohya", writeKohyaLora],
    ["ComfyUI", writeComfyLora],
  ])("keeps every factor and alpha in files of %s", async (_, writeLora) => {
    for (const source of ["lora_kohya.safetensors", "diffusers-new", "peft"]) {
      const { weights } = await read(loraFixture(source));
      await writeLora(nodeFiles, out(), weights, {
        family: "sd1",
        layers,
        title: "test",
      });
      const again = await read(out());
      expect([...again.weights.modules.keys()]).toEqual([...weights.modules.keys()].sort());
      for (const [name, { parts, alpha }] of again.weights.modules) {
        const original = weights.modules.get(name);
        expect(parts).toEqual(original?.parts);
        expect(alpha).toBe(Math.fround(original?.alpha ?? 0));
      }
    }
  });

  it("keeps every factor and alpha in diffusers files", async () => {
    for (const source of ["lora_kohya.safetensors", "diffusers-new", "peft"]) {
      const { weights } = await read(loraFixture(source));
      await writeDiffusersLora(nodeFiles, out(), weights);
      const again = await read(out());
      expectSame(weights, again.weights);
      expect(again.alphaSources).toEqual(new Set(["config"]));
    }
  });

  it("writes the tensors of the fixture's kohya file bit for bit", async () => {
    const { weights } = await read(loraFixture("lora_kohya.safetensors"));
    await writeKohyaLora(nodeFiles, out(), weights, { family: "sd1", layers, title: "t" });
    const [ours, theirs] = await Promise.all(
      [out(), loraFixture("lora_kohya.safetensors")].map(async (path) => {
        const bytes = await readFile(path);
        return bytes.subarray(8 + Number(bytes.readBigUInt64LE()));
      }),
    );
    expect(ours?.equals(theirs ?? Buffer.alloc(0))).toBe(true);
  });

  it("describes the file in kohya's and ModelSpec's metadata", async () => {
    const { weights } = await read(loraFixture("diffusers-new"));
    await writeKohyaLora(nodeFiles, out(), weights, {
      family: "sd2",
      predictionType: "v_prediction",
      layers,
      title: "A dog",
      metadata: new Map([["modelspec.trigger_phrase", "sks dog"]]),
    });
    const file = await openSafetensors(nodeFiles, out());
    await file.close();
    const bytes = await readFile(out());
    const data = bytes.subarray(8 + Number(bytes.readBigUInt64LE()));
    const hash = createHash("sha256").update(data).digest("hex");
    expect(Object.fromEntries(file.metadata)).toEqual({
      format: "pt",
      ss_v2: "True",
      ss_base_model_version: "sd_v2_v",
      ss_network_module: "networks.lora",
      ss_network_dim: "Dynamic",
      ss_network_alpha: "Dynamic",
      ss_network_args: '{"conv_dim":"3","conv_alpha":"5.0"}',
      "modelspec.sai_model_spec": "1.0.1",
      "modelspec.architecture": "stable-diffusion-v2-768-v/lora",
      "modelspec.implementation": "diffusers",
      "modelspec.title": "A dog",
      "modelspec.prediction_type": "v",
      "modelspec.trigger_phrase": "sks dog",
      "modelspec.hash_sha256": `0x${hash}`,
      sshs_model_hash: hash,
      // Nothing of a file this small stands behind its first MiB.
      sshs_legacy_hash: "e3b0c442",
    });
  });

  it("stores half precision on request and refuses modules of another model", async () => {
    const { weights } = await read(loraFixture("peft"));
    await writeDiffusersLora(nodeFiles, out(), weights, { dtype: "BF16" });
    const file = await openSafetensors(nodeFiles, out());
    expect(new Set([...file.entries.values()].map(({ dtype }) => dtype))).toEqual(
      new Set(["BF16"]),
    );
    await file.close();
    const other = new Map([["unet.conv_in", { weightShape: [1, 1, 3, 3] }]]);
    const options = { family: "sd1", layers: other, title: "t" } as const;
    await expect(writeKohyaLora(nodeFiles, out(), weights, options)).rejects.toMatchObject({
      code: "weights",
    });
  });
});
