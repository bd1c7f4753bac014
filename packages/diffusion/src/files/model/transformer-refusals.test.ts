/** @file What is no file of Stable Diffusion 3 or FLUX.1, or of another kind than it says, is refused by what it is. */

import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { floatTensor } from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { configsMetadataKey } from "../../families/keys/single-file-layout.js";
import { configsOf, type ModelFiles } from "../../families/model-files.js";
import { loadPipeline } from "../../pipeline/load-pipeline.js";
import { sharedFile } from "../../testing/fixtures.js";
import { rewriteFile } from "../../testing/rewrite-file.js";
import { openSafetensors } from "../safetensors/open-safetensors.js";
import { tensorSource, writeSafetensors } from "../safetensors/write-safetensors.js";
import { openModelFiles } from "./open-model-files.js";
import type { OpenModelOptions } from "./open-options.js";
import { writeSingleFile } from "./write-model-files.js";

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "atelier-refusals-"));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));
const fileOf = (name: string) => join(scratch, `${name}.safetensors`);
const folderOf = (name: string) => sharedFile("fixtures", "pipelines", name, "pipeline");

/** A JSON file of a model's folder. */
async function change(path: string, fields: Readonly<Record<string, unknown>>): Promise<void> {
  const before = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>; // A config.
  await writeFile(path, JSON.stringify({ ...before, ...fields }));
}

/** What stops a model from being run. */
async function loading(model: ModelFiles, tokenizerFolder?: string): Promise<void> {
  const runtime = createOrtRuntime({ threads: 1 });
  const options = { runtime, files: nodeFiles, tokenizerFolder };
  await using pipeline = await loadPipeline(model, options);
  await pipeline.encodePrompts(["a cat"]);
}

const flux = "double_blocks.0.img_attn.qkv.weight";

it.each([
  ["distilled_guidance_layer.in_proj.bias", "got a Chroma model, which is not supported."],
  ["double_stream_modulation_img.lin.weight", "got a FLUX.2 model, which is not supported."],
])("a file of another family with FLUX.1's blocks and %s is named", async (name, message) => {
  const path = fileOf("foreign");
  const sources = [flux, name].map((each) => tensorSource(each, floatTensor([1], [1])));
  await writeSafetensors(nodeFiles, path, sources);
  await expect(openModelFiles(nodeFiles, path)).rejects.toThrow(message);
});

it.each([
  ["FluxFillPipeline", "which fills in masked parts of a picture"],
  ["FluxControlPipeline", "which draws after the edges or depths of a picture"],
  ["FluxKontextPipeline", "which changes a picture as it is told"],
])("a folder of %s, which has FLUX.1's configs, is refused by its name", async (name, reason) => {
  const folder = await mkdtemp(join(scratch, "other-"));
  const transformer = ["diffusers", "FluxTransformer2DModel"];
  const index = { _class_name: name, transformer };
  await writeFile(join(folder, "model_index.json"), JSON.stringify(index));
  await expect(openModelFiles(nodeFiles, folder)).rejects.toThrow(
    `expected a model that draws pictures from text alone, got ${name}, ${reason}. Use FLUX.1`,
  );
});

describe("models of families with a transformer", { tags: ["shared"] }, () => {
  const copyOf = async (name: string) => {
    const folder = await mkdtemp(join(scratch, `${name}-`));
    await cp(folderOf(name), folder, { recursive: true });
    return folder;
  };

  it.each([
    [
      "a transformer of another family",
      { transformer: ["diffusers", "SD3Transformer2DModel"] },
      /expected transformer of class FluxTransformer2DModel, got SD3Transformer2DModel in a FluxP/,
    ],
    [
      "no T5",
      { text_encoder_2: [null, null] },
      /expected text_encoder_2 of class T5EncoderModel, got none in a FluxPipeline/,
    ],
    [
      "CLIP in T5's place",
      { text_encoder_2: ["transformers", "CLIPTextModelWithProjection"] },
      /expected text_encoder_2 of class T5EncoderModel, got CLIPTextModelWithProjection/,
    ],
  ])("are refused with %s", async (_, fields, message) => {
    const folder = await copyOf("flux1");
    await change(join(folder, "model_index.json"), fields);
    await expect(openModelFiles(nodeFiles, folder)).rejects.toThrow(message);
  });

  it("are refused where patches and heads are not those of the weights", async () => {
    const folder = await copyOf("sd3");
    const config = join(folder, "transformer", "config.json");
    await change(config, { patch_size: 4 });
    const model = await openModelFiles(nodeFiles, folder);
    await expect(loading(model)).rejects.toThrow("the transformer's patch_size must be 2, is 4");
    await change(config, { patch_size: 2, num_attention_heads: 4 });
    await expect(openModelFiles(nodeFiles, folder)).rejects.toThrow(
      "caption_projection_dim: 24 must be 32, num_attention_heads · attention_head_dim",
    );
    await change(config, { num_attention_heads: 4, caption_projection_dim: 32 });
    await expect(loading(await openModelFiles(nodeFiles, folder))).rejects.toThrow(
      /"pos_embed\.proj\.weight" must be \[32, 8, 2, 2\], is \[24, 8, 2, 2\]/,
    );
  });

  it.each([
    [6, "the in_channels of a model that fills in masked parts (Fill) must be 16, is 96"],
    [2, "the in_channels of a model that draws after edges or depths (Canny, Depth) must be 16"],
    [3, "the transformer's in_channels must be 16, is 48"],
  ])("are refused as files with %i times as many channels", async (times, message) => {
    const folder = await openModelFiles(nodeFiles, folderOf("flux1"));
    const whole = fileOf("flux1");
    await writeSingleFile(nodeFiles, folder, { path: whole });
    await folder.close();
    const wide = await rewriteFile(whole, fileOf("wide"), {
      change: (tensor) =>
        tensor.name.endsWith("img_in.weight")
          ? tensorSource(
              tensor.name,
              floatTensor(new Float32Array(32 * 16 * times), [32, 16 * times]),
            )
          : tensor,
    });
    const { transformer: _, ...configs } = configsOf(folder);
    const axesDimsRope = configsOf(folder).transformer?.kind === "flux" ? [4, 6, 6] : [];
    const told = { ...configs, transformer: { axesDimsRope } } as NonNullable<
      OpenModelOptions["configs"]
    >; // Of FLUX.1.
    const model = await openModelFiles(nodeFiles, wide, { configs: told });
    await expect(loading(model)).rejects.toThrow(message);
  });

  it("are refused with a prediction, of which they know one alone", async () => {
    const whole = fileOf("flux1-predicts");
    const folder = await openModelFiles(nodeFiles, folderOf("flux1"));
    await writeSingleFile(nodeFiles, folder, { path: whole });
    await folder.close();
    for (const path of [folderOf("flux1"), whole]) {
      await expect(openModelFiles(nodeFiles, path, { predictionType: "epsilon" })).rejects.toThrow(
        /expected no `predictionType` for a model of FLUX\.1, .* got epsilon\. Leave/,
      );
    }
  });

  it("are refused with configs of another family in their metadata", async () => {
    const whole = fileOf("flux1-own");
    const folder = await openModelFiles(nodeFiles, folderOf("flux1"));
    await writeSingleFile(nodeFiles, folder, { path: whole });
    await folder.close();
    const own = await openSafetensors(nodeFiles, whole);
    await own.close();
    const stored = JSON.parse(own.metadata.get(configsMetadataKey) ?? "") as Record<
      string,
      unknown
    >; // By Atelier.
    const read = async (...path: string[]) =>
      JSON.parse(await readFile(join(folderOf("sd3"), ...path), "utf8")) as unknown;
    for (const [name, config] of [
      ["transformer", await read("transformer", "config.json")],
      ["text_encoder_2", await read("text_encoder_2", "config.json")],
    ] as const) {
      const configs = JSON.stringify({ ...stored, [name]: config });
      const path = await rewriteFile(whole, fileOf(`foreign-${name}`), {
        metadata: { [configsMetadataKey]: configs },
      });
      await expect(openModelFiles(nodeFiles, path)).rejects.toThrow(
        `expected configs of FLUX.1 with its tensors, got one of another kind for its ${name}.`,
      );
    }
  });

  it("are refused with a tokenizer of more tokens than T5 knows", async () => {
    const folder = await copyOf("flux1");
    const path = join(folder, "tokenizer_2", "tokenizer.json");
    const tokenizer = JSON.parse(await readFile(path, "utf8")) as {
      model: { vocab: [string, number][] };
    }; // Of T5.
    for (let i = 0; i < 300; i++) tokenizer.model.vocab.push([`word${i}`, -20]);
    await writeFile(path, JSON.stringify(tokenizer));
    await expect(loading(await openModelFiles(nodeFiles, folder))).rejects.toThrow(
      /tokenizer_2: expected at most 256 tokens .* got \d{3} and \d+\. Use the tokenizer that belongs/,
    );
  });
});
