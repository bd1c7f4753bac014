/** @file FLUX.1 and SD 3 draw the same picture from whatever files they are opened. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { componentOf, configsOf } from "../../families/model-files.js";
import { generate } from "../../pipeline/generate.js";
import { loadPipeline } from "../../pipeline/load-pipeline.js";
import { sharedFile } from "../../testing/fixtures.js";
import { below, rewriteFile } from "../../testing/rewrite-file.js";
import { writeGguf } from "../../testing/write-gguf.js";
import { narrowFromFloat32 } from "../safetensors/float-codec.js";
import type { TensorSource } from "../safetensors/write-safetensors.js";
import { openTensorFile } from "../tensor-file.js";
import { openModelFiles } from "./open-model-files.js";
import type { OpenModelOptions } from "./open-options.js";
import { writeFolder, writeSingleFile } from "./write-model-files.js";

const names = ["sd3", "flux1"] as const;
type Name = (typeof names)[number];
const folderOf = (name: Name) => sharedFile("fixtures", "pipelines", name, "pipeline");
const denoiser = "model.diffusion_model.";
const encoders = "text_encoders.";

let scratch: string;
const fileOf = (name: string) => join(scratch, `${name}.safetensors`);

async function told(name: Name): Promise<OpenModelOptions> {
  const folder = await openModelFiles(nodeFiles, folderOf(name));
  await folder.close();
  return { configs: configsOf(folder) };
}

/** Latents and pixels, drawn on the processor alone, which adds up in one order. */
async function draw(path: string, name: Name, options: OpenModelOptions = {}) {
  const model = await openModelFiles(nodeFiles, path, { maxSequenceLength: 16, ...options });
  const runtime = createOrtRuntime({ provider: "cpu", threads: 1 });
  const tokenizerFolder = folderOf(name);
  await using pipeline = await loadPipeline(model, { runtime, files: nodeFiles, tokenizerFolder });
  const asked = { prompt: "a red cat", steps: 2, seed: 3, height: 32, width: 32 };
  for await (const event of generate(pipeline, asked)) {
    if (event.type === "image") return [event.latents.data, event.picture.data];
  }
  throw new Error("no picture");
}

describe("pictures of families with a transformer", { tags: ["shared"] }, () => {
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), "atelier-drawings-"));
    for (const name of names) {
      const folder = await openModelFiles(nodeFiles, folderOf(name));
      await writeSingleFile(nodeFiles, folder, { path: fileOf(name) });
      await folder.close();
      const take = (part: string, prefix: string) =>
        rewriteFile(fileOf(name), fileOf(`${name}-${part}`), { change: below(prefix) });
      await take("transformer", denoiser);
      await take("ae", name === "sd3" ? "first_stage_model." : "vae.");
      await take("clip_l", `${encoders}clip_l.transformer.`);
      if (name === "sd3") await take("clip_g", `${encoders}clip_g.transformer.`);
      await take("t5xxl", `${encoders}t5xxl.transformer.`);
    }
  });
  afterAll(() => rm(scratch, { recursive: true, force: true }));

  const partsOf = (name: Name) =>
    ["clip_l", ...(name === "sd3" ? ["clip_g"] : []), "t5xxl", "ae"].map((part) =>
      fileOf(`${name}-${part}`),
    );

  it.each(names)("are the same of a folder, one file and parts: %s", async (name) => {
    const drawn = await draw(folderOf(name), name);
    expect(await draw(fileOf(name), name)).toEqual(drawn);
    // Of another family's schedule nothing would be the same.
    const folder = await openModelFiles(nodeFiles, folderOf(name));
    await folder.close();
    const { scheduler } = folder;
    const transformer = await rewriteFile(fileOf(`${name}-transformer`), fileOf(`${name}-told`), {
      metadata: { "atelier.configs": JSON.stringify({ scheduler }) },
    });
    const options = { ...(await told(name)), parts: partsOf(name) };
    expect(await draw(transformer, name, options)).toEqual(drawn);
  });

  it("are the same of a GGUF file beside parts, and nearly so of a packed one", async () => {
    const file = await openTensorFile(nodeFiles, fileOf("flux1-transformer"));
    const tensors = [];
    for (const name of file.entries.keys()) {
      const tensor = await file.readFloat32(name);
      tensors.push({
        name,
        tensor,
        isPacked: tensor.data.length % 32 === 0 && /qkv.weight$/.test(name),
      });
    }
    await file.close();
    const options = { ...(await told("flux1")), parts: partsOf("flux1") };
    const plain = join(scratch, "plain.gguf");
    await writeGguf(
      plain,
      "flux",
      tensors.map((each) => ({ ...each, isPacked: false })),
    );
    const drawn = await draw(fileOf("flux1-transformer"), "flux1", options);
    expect(await draw(plain, "flux1", options)).toEqual(drawn);

    // T5 has llama.cpp's names there.
    const renamed: readonly (readonly [string, string])[] = [
      ["encoder.block.", "enc.blk."],
      ["encoder.final_layer_norm", "enc.output_norm"],
      ["shared", "token_embd"],
      ["layer.0.SelfAttention.relative_attention_bias", "attn_rel_b"],
      ["layer.0.SelfAttention.", "attn_"],
      ["layer.0.layer_norm", "attn_norm"],
      ["layer.1.layer_norm", "ffn_norm"],
      ["layer.1.DenseReluDense.wi_0", "ffn_gate"],
      ["layer.1.DenseReluDense.wi_1", "ffn_up"],
      ["layer.1.DenseReluDense.wo", "ffn_down"],
    ];
    const t5 = await openTensorFile(nodeFiles, fileOf("flux1-t5xxl"));
    const encoder = [];
    for (const name of t5.entries.keys()) {
      const own = renamed.reduce((text, [from, to]) => text.replace(from, to), name);
      encoder.push({ name: own, tensor: await t5.readFloat32(name) });
    }
    await t5.close();
    const t5File = join(scratch, "t5.gguf");
    await writeGguf(t5File, "t5encoder", encoder);
    const parts = options.parts.map((path) => (path.includes("t5xxl") ? t5File : path));
    expect(await draw(plain, "flux1", { ...options, parts })).toEqual(drawn);

    const packed = join(scratch, "packed.gguf");
    await writeGguf(packed, "flux", tensors);
    expect(tensors.filter(({ isPacked }) => isPacked)).toHaveLength(4);
    const [latents = []] = await draw(packed, "flux1", options);
    const errors = Array.from(latents, (value, i) => Math.abs(value - (drawn[0]?.[i] ?? 0)));
    expect(Math.max(...errors)).toBeLessThan(0.05);
    expect(Math.max(...errors)).toBeGreaterThan(0);
  });

  /** The weights of layers in eight bits with scales that are no powers of two, and beside them float32 of the same. */
  const scaleOf = (index: number) => Math.fround(0.01 + 0.001 * (index % 7));
  let index = 0;
  const isLayer = ({ name, shape }: TensorSource) =>
    shape.length === 2 && name.endsWith(".weight") && !name.includes("embed");
  const codesOf = (count: number) =>
    // Without the two codes that are no numbers.
    Uint8Array.from({ length: count }, (_, i) => ((i * 37 + 11) % 127) + (i % 3 === 0 ? 128 : 0));
  /** E4M3: four bits of exponent about 7, three of mantissa. */
  const e4m3 = (code: number) => {
    const [exponent, mantissa] = [(code >> 3) & 15, code & 7];
    const magnitude =
      exponent === 0 ? mantissa * 2 ** -9 : (1 + mantissa / 8) * 2 ** (exponent - 7);
    return code >= 128 ? -magnitude : magnitude;
  };
  const bytesAs =
    (dtype: TensorSource["dtype"], name: string, shape: readonly number[]) =>
    (bytes: Uint8Array): TensorSource => ({
      ...{ name, dtype, shape },
      async *chunks() {
        yield bytes;
      },
    });
  const sizeOf = (shape: readonly number[]) => shape.reduce((size, extent) => size * extent, 1);

  async function eightBits(form: "plain" | "scaled" | "float32", named = form): Promise<string> {
    index = 0;
    return rewriteFile(fileOf("flux1-t5xxl"), fileOf(`t5xxl-${named}`), {
      change(tensor) {
        const { name, shape } = tensor;
        if (!isLayer(tensor)) return tensor;
        const codes = codesOf(sizeOf(shape));
        const scale = form === "plain" ? 1 : scaleOf(index++);
        const layer = name.replace(/\.weight$/, "");
        if (form === "float32") {
          const values = Float32Array.from(codes, (code) => e4m3(code) * scale);
          return bytesAs("F32", name, shape)(narrowFromFloat32(values, "F32"));
        }
        const weight = bytesAs("F8_E4M3", name, shape)(codes);
        if (form === "plain") return weight;
        const one = (suffix: string) =>
          bytesAs(
            "F32",
            `${layer}.${suffix}`,
            [],
          )(narrowFromFloat32(Float32Array.of(scale), "F32"));
        return [weight, one("scale_weight"), one("scale_input")];
      },
    });
  }

  async function weightsOf(path: string) {
    const options = {
      ...(await told("flux1")),
      parts: [path, ...partsOf("flux1").filter((part) => !part.includes("t5xxl"))],
    };
    const model = await openModelFiles(nodeFiles, fileOf("flux1-transformer"), options);
    const { weights } = componentOf(model, "text_encoder_2");
    const values = new Map<string, Float32Array>();
    for (const name of weights.entries.keys())
      values.set(name, (await weights.readFloat32(name)).data);
    await model.close();
    expect(model.unknownKeys).toEqual([]);
    return values;
  }

  it("count weights of eight bits together with their scales", async () => {
    const expected = await weightsOf(await eightBits("float32"));
    const scaled = await eightBits("scaled");
    expect(await weightsOf(scaled)).toEqual(expected);
    const marker = bytesAs("F8_E4M3", "scaled_fp8", [0])(new Uint8Array());
    const marked = await rewriteFile(scaled, fileOf("t5xxl-unlike"), {
      change: (tensor) => (tensor.name.startsWith("shared") ? [tensor, marker] : tensor),
    });
    expect(await weightsOf(marked)).toEqual(expected);
  });

  it("are the same of plain eight bits and of the float16 in which they are written again", async () => {
    const others = partsOf("flux1").filter((part) => !part.includes("t5xxl"));
    const options = { ...(await told("flux1")), parts: [await eightBits("plain"), ...others] };
    const model = await openModelFiles(nodeFiles, fileOf("flux1-transformer"), options);
    const entry = (of: typeof model) =>
      componentOf(of, "text_encoder_2").weights.entries.get(
        "encoder.block.0.layer.0.SelfAttention.q.weight",
      )?.dtype;
    expect(entry(model)).toBe("F8_E4M3");
    const folder = join(scratch, "eight-bits");
    await writeFolder(nodeFiles, model, { folder, tokenizerFolder: folderOf("flux1") });
    const again = await openModelFiles(nodeFiles, folder);
    expect(entry(again)).toBe("F16");
    for (const one of [model, again]) await one.close();
    const drawn = await draw(fileOf("flux1-transformer"), "flux1", options);
    expect(await draw(folder, "flux1")).toEqual(drawn);
  });
});
