/** @file Opening checkpoints: folders and single files of every family, old names, broken files. */

import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AtelierError, type FileStore, floatTensor, type Shape } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inEnglish } from "../../english/english-warnings.js";
import { componentOf } from "../../families/model-files.js";
import { fixture, tinyCheckpoint } from "../../testing/fixtures.js";
import { openSafetensors } from "../safetensors/open-safetensors.js";
import {
  type TensorSource,
  tensorSource,
  writeSafetensors,
} from "../safetensors/write-safetensors.js";
import { openModelFiles } from "./open-model-files.js";
import { requireWeights } from "./translate-weights.js";

const sd1 = tinyCheckpoint("tiny-sd1");
const sd2 = tinyCheckpoint("tiny-sd2");
const sd2File = tinyCheckpoint("tiny-sd2.safetensors");
/** What the tiny models have that shapes do not tell. */
const configs = {
  unet: { attentionHeads: [2, 4], normNumGroups: 4, sampleSize: 8 },
  vae: { normNumGroups: 2, sampleSize: 16 },
  text_encoder: { numAttentionHeads: 2, bosTokenId: 598, eosTokenId: 599, projectionDim: 16 },
};

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "atelier-checkpoint-"));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** A copy of the SD 1 folder that a test may spoil. */
async function copyFolder(): Promise<string> {
  const folder = await mkdtemp(join(scratch, "folder-"));
  await cp(sd1, folder, { recursive: true });
  return folder;
}

/** Rewrites a safetensors file with some tensors changed. */
async function rewrite(
  path: string,
  target: string,
  change: (source: TensorSource) => TensorSource[],
): Promise<void> {
  const source = await openSafetensors(nodeFiles, path);
  const tensors = await Promise.all(
    [...source.entries.keys()].map(async (name) => tensorSource(name, await source.read(name))),
  );
  await source.close();
  await writeSafetensors(nodeFiles, target, tensors.flatMap(change));
}

const renamed = (
  tensor: TensorSource,
  name: string,
  shape: Shape = tensor.shape,
): TensorSource => ({
  ...tensor,
  name,
  shape,
});

describe("a diffusers folder", () => {
  it("opens with configs, tensors where they lie, and its tokenizer", async () => {
    const checkpoint = await openModelFiles(nodeFiles, sd1);
    expect(checkpoint).toMatchObject({
      layout: "folder",
      family: { id: "sd1" },
      scheduler: { _class_name: "PNDMScheduler", steps_offset: 1 },
      ignoredKeys: [],
      unknownKeys: [],
      notes: [],
    });
    expect(Object.keys(checkpoint.components).sort()).toEqual(["text_encoder", "unet", "vae"]);
    expect(checkpoint.tokenizerFolders).toEqual({ tokenizer: join(sd1, "tokenizer") });
    expect(componentOf(checkpoint, "unet").config).toMatchObject({
      attentionHeads: [2, 2],
      crossAttentionDim: 16,
    });
    expect(componentOf(checkpoint, "text_encoder").config.numHiddenLayers).toBe(2);
    const entry = componentOf(checkpoint, "unet").weights.entries.get("conv_in.weight");
    expect(entry).toMatchObject({ dtype: "F32", shape: [8, 4, 3, 3] });
    const bytes = await readFile(entry?.file ?? "");
    const raw = bytes.subarray(entry?.byteOffset).readFloatLE(0);
    const tensor = await componentOf(checkpoint, "unet").weights.readFloat32("conv_in.weight");
    expect(tensor.data[0]).toBe(raw);
    await checkpoint.close();
  });

  it("gives CLIP's tensors the prefix text_model, whether the file has it or not", async () => {
    const folder = await copyFolder();
    const path = join(folder, "text_encoder", "model.safetensors");
    await rewrite(join(sd1, "text_encoder", "model.safetensors"), path, (tensor) => [
      renamed(tensor, `text_model.${tensor.name}`),
      ...(tensor.name === "embeddings.position_embedding.weight"
        ? [tensorSource("text_model.embeddings.position_ids", floatTensor([0, 1], [1, 2]))]
        : []),
    ]);
    const bare = await openModelFiles(nodeFiles, sd1);
    const prefixed = await openModelFiles(nodeFiles, folder);
    expect(prefixed.ignoredKeys).toEqual(["text_model.embeddings.position_ids"]);
    const name = "text_model.encoder.layers.1.mlp.fc2.weight";
    expect(await componentOf(prefixed, "text_encoder").weights.readFloat32(name)).toEqual(
      await componentOf(bare, "text_encoder").weights.readFloat32(name),
    );
    await bare.close();
    await prefixed.close();
  });

  it("reads the attention names of old VAE files, also as convolutions", async () => {
    const folder = await copyFolder();
    const file = join("vae", "diffusion_pytorch_model.safetensors");
    const old: Record<string, string> = {
      to_q: "query",
      to_k: "key",
      to_v: "value",
      "to_out.0": "proj_attn",
    };
    await rewrite(join(sd1, file), join(folder, file), (tensor) => {
      const [today] = /to_q|to_k|to_v|to_out\.0/.exec(tensor.name) ?? [];
      if (today === undefined) return [tensor];
      const shape = tensor.shape.length === 2 ? [...tensor.shape, 1, 1] : tensor.shape;
      return [renamed(tensor, tensor.name.replace(today, old[today] ?? ""), shape)];
    });
    const expected = await openModelFiles(nodeFiles, sd1);
    const actual = await openModelFiles(nodeFiles, folder);
    expect([...componentOf(actual, "vae").weights.entries.keys()].sort()).toEqual(
      [...componentOf(expected, "vae").weights.entries.keys()].sort(),
    );
    for (const name of componentOf(expected, "vae").weights.entries.keys()) {
      expect(await componentOf(actual, "vae").weights.read(name)).toEqual(
        await componentOf(expected, "vae").weights.read(name),
      );
    }
    await expected.close();
    await actual.close();
  });

  it("opens a variant and notes where a component has only plain weights", async () => {
    const folder = await copyFolder();
    const unet = join(folder, "unet", "diffusion_pytorch_model");
    await rename(`${unet}.safetensors`, `${unet}.fp16.safetensors`);
    await expect(openModelFiles(nodeFiles, folder)).rejects.toThrow("only the variant fp16");
    const checkpoint = await openModelFiles(nodeFiles, folder, { variant: "fp16" });
    expect(checkpoint.notes).toHaveLength(2);
    expect(checkpoint.notes.map(inEnglish)[0]).toContain("vae: has no fp16 weights");
    await checkpoint.close();
  });

  it.each([
    "diffusion_pytorch_model.safetensors.index.json",
    "diffusion_pytorch_model.safetensors.index.fp16.json",
  ])("opens shards listed by %s", async (indexName) => {
    const folder = await copyFolder();
    const unet = join(folder, "unet");
    const whole = join(unet, "diffusion_pytorch_model.safetensors");
    const weightMap: Record<string, string> = {};
    for (const part of [0, 1]) {
      let count = 0;
      const shard = `diffusion_pytorch_model-0000${part + 1}-of-00002.safetensors`;
      await rewrite(whole, join(unet, shard), (tensor) => {
        if (count++ % 2 !== part) return [];
        weightMap[tensor.name] = shard;
        return [tensor];
      });
    }
    await rm(whole);
    await writeFile(join(unet, indexName), JSON.stringify({ weight_map: weightMap }));
    const options = indexName.includes("fp16") ? { variant: "fp16" } : {};
    const expected = await openModelFiles(nodeFiles, sd1);
    const actual = await openModelFiles(nodeFiles, folder, options);
    expect(componentOf(actual, "unet").weights.entries.size).toBe(
      componentOf(expected, "unet").weights.entries.size,
    );
    for (const name of componentOf(expected, "unet").weights.entries.keys()) {
      expect(await componentOf(actual, "unet").weights.read(name)).toEqual(
        await componentOf(expected, "unet").weights.read(name),
      );
    }
    await expected.close();
    await actual.close();
  });

  it("overrides the prediction type", async () => {
    const checkpoint = await openModelFiles(nodeFiles, sd1, { predictionType: "v_prediction" });
    expect(checkpoint.scheduler["prediction_type"]).toBe("v_prediction");
    await checkpoint.close();
  });
});

describe("a single file", () => {
  it("holds the tensors that diffusers' converters find in it", async () => {
    const file = await openModelFiles(nodeFiles, sd2File, { configs });
    const folder = await openModelFiles(nodeFiles, sd2);
    expect(file).toMatchObject({ layout: "single-file", family: { id: "sd2" }, unknownKeys: [] });
    for (const part of ["unet", "vae", "text_encoder"] as const) {
      expect(componentOf(file, part).config).toEqual(componentOf(folder, part).config);
      const names = [...componentOf(folder, part).weights.entries.keys()];
      expect([...componentOf(file, part).weights.entries.keys()].sort()).toEqual(names.sort());
      for (const name of names) {
        const expected = await componentOf(folder, part).weights.read(name);
        expect(await componentOf(file, part).weights.read(name), name).toEqual(expected);
        expect(await componentOf(file, part).weights.readFloat32(name), name).toEqual(expected);
        const entry = componentOf(file, part).weights.entries.get(name);
        const bytes = (await readFile(entry?.file ?? "")).subarray(entry?.byteOffset);
        const raw = bytes.subarray(0, entry?.byteLength);
        expect(Buffer.compare(raw, Buffer.from(expected.data.buffer)), name).toBe(0);
      }
    }
    await file.close();
    await folder.close();
  });

  it("reports what it leaves out and what it assumes", async () => {
    const file = await openModelFiles(nodeFiles, sd2File, { configs });
    expect(file.ignoredKeys).toContain("cond_stage_model.model.text_projection");
    expect(file.ignoredKeys).toContain("betas");
    expect(file.ignoredKeys).toContain("model_ema.decay");
    expect(file.ignoredKeys.filter((name) => name.includes("resblocks.3."))).toHaveLength(12);
    expect(file.scheduler["prediction_type"]).toBe("v_prediction");
    expect(file.notes.map(inEnglish)[0]).toContain("v_prediction is assumed");
    await file.close();
    const base = await openModelFiles(nodeFiles, sd2File, { configs, predictionType: "epsilon" });
    expect(base.scheduler["prediction_type"]).toBe("epsilon");
    expect(base.notes).toEqual([]);
    await base.close();
  });

  it("is refused when its widths are those of no model that can be built", async () => {
    // The 8 channels of this file go with 4 groups, which it does not say.
    await expect(openModelFiles(nodeFiles, sd2File)).rejects.toThrow(
      /unet config: .*\n {2}norm_num_groups: 32 does not divide 8 channels/,
    );
  });

  it("lists tensors that nothing knows", async () => {
    const path = join(scratch, "unknown.safetensors");
    await rewrite(sd2File, path, (tensor) =>
      tensor.name === "betas"
        ? [renamed(tensor, "model.diffusion_model.extra.weight"), renamed(tensor, "stranger")]
        : [tensor],
    );
    const file = await openModelFiles(nodeFiles, path, { configs });
    expect(file.unknownKeys.toSorted()).toEqual(["model.diffusion_model.extra.weight", "stranger"]);
    await file.close();
  });
});

describe("a model that is refused after it was opened", () => {
  it.each([
    [
      "for the noise it is asked for",
      { zeroTerminalSnr: true },
      "expected a model of DDPM's noise",
    ],
    ["for what it is to predict", { predictionType: "v_prediction" }, "flow matching"],
  ] as const)("leaves no file open: %s", async (_, options, message) => {
    let open = 0;
    const counting: FileStore = {
      ...nodeFiles,
      async open(path) {
        const file = await nodeFiles.open(path);
        open += 1;
        return {
          ...file,
          async close() {
            open -= 1;
            await file.close();
          },
        };
      },
    };
    const opening = openModelFiles(
      counting,
      fixture("verify", "pipelines", "sd3", "pipeline"),
      options,
    );
    await expect(opening).rejects.toThrow(message);
    expect(open).toBe(0);
  });
});

describe("what is no checkpoint", () => {
  const refusal = async (name: string, content: string | Uint8Array) => {
    const path = join(scratch, name);
    await writeFile(path, content);
    return openModelFiles(nodeFiles, path).catch((error: unknown) => error);
  };

  it.each([
    ["empty.safetensors", "", /got 0 bytes/],
    ["pickle.safetensors", "\x80\x02}q\x00.................", /pickle/],
    ["zip.safetensors", "PK\x03\x04..................", /PyTorch checkpoint/],
    ["page.safetensors", "<!DOCTYPE html><html></html>", /web page/],
    ["lfs.safetensors", "version https://git-lfs.github.com/spec/v1\noid sha256:00\n", /Git LFS/],
    ["model.ckpt", "anything", /a file of torch.save, got other bytes/],
    ["page.ckpt", "<!DOCTYPE html><html></html>", /web page/],
    ["renamed.ckpt", '\x10\0\0\0\0\0\0\0{"__metadata__":', /a safetensors file under another name/],
    ["system.ckpt", "\x80\x02cposix\nsystem\n.", /an order to use "posix\.system"/],
  ])("%s is refused by what it is", async (name, content, message) => {
    const error = await refusal(name, Buffer.from(content, "latin1"));
    expect(error).toBeInstanceOf(AtelierError);
    expect(String(error)).toMatch(message);
  });

  it("a file that is cut off is refused", async () => {
    const bytes = await readFile(sd2File);
    for (const length of [7, 100, bytes.length - 1]) {
      expect(await refusal("cut.safetensors", bytes.subarray(0, length))).toMatchObject({
        name: "AtelierError",
        code: "format",
      });
    }
  });

  it.each([
    ["lora_unet_down_blocks_0_attentions_0_proj_in.lora_down.weight", "a LoRA adapter"],
    ["double_blocks.0.img_attn.qkv.weight", "a FLUX.1 checkpoint without its vae (ae."],
    ["model.diffusion_model.joint_blocks.0.x_block.attn.qkv.weight", "a Stable Diffusion 3 "],
    ["emb_params", "a textual-inversion embedding"],
    ["decoder.up.0.block.0.conv1.weight", "a VAE alone"],
    ["down_blocks.0.resnets.0.conv1.weight", "one component of a model"],
    ["model.diffusion_model.input_blocks.0.0.weight", "a UNet without its text encoder"],
    ["something.else", "tensors of an unknown kind (something.else)"],
  ])("a file with %s is named for what it is", async (name, message) => {
    const path = join(scratch, "other.safetensors");
    await writeSafetensors(nodeFiles, path, [tensorSource(name, floatTensor([1], [1]))]);
    await expect(openModelFiles(nodeFiles, path)).rejects.toThrow(message);
  });

  it("a missing path, a folder without model_index.json and a foreign pipeline are told apart", async () => {
    await expect(openModelFiles(nodeFiles, join(scratch, "nowhere"))).rejects.toThrow(
      "got nothing",
    );
    const empty = join(scratch, "photos");
    await mkdir(empty);
    await expect(openModelFiles(nodeFiles, empty)).rejects.toThrow("got an empty folder");
    const flux = {
      _class_name: "FluxPipeline",
      transformer: ["diffusers", "FluxTransformer2DModel"],
    };
    await writeFile(join(empty, "model_index.json"), JSON.stringify(flux));
    await expect(openModelFiles(nodeFiles, empty)).rejects.toThrow("got none in a FluxPipeline");
  });

  it("a folder with missing or unreadable parts says which", async () => {
    const folder = await copyFolder();
    const weights = join(folder, "vae", "diffusion_pytorch_model");
    await rename(`${weights}.safetensors`, `${weights}.bin`);
    await expect(openModelFiles(nodeFiles, folder)).rejects.toThrow(
      /\.bin: expected a file of torch\.save, got other bytes.*safetensors file under another name/,
    );
    await rename(`${weights}.bin`, `${weights}-00001-of-00002.bin`);
    await expect(openModelFiles(nodeFiles, folder)).rejects.toThrow(
      "got shards of a PyTorch pickle",
    );
    await rm(`${weights}-00001-of-00002.bin`);
    await expect(openModelFiles(nodeFiles, folder)).rejects.toThrow("got config.json");
    await writeFile(join(folder, "unet", "config.json"), "<html>");
    await expect(openModelFiles(nodeFiles, folder)).rejects.toThrow(/unet.config\.json.*web page/);
    await rm(join(folder, "unet", "config.json"));
    await expect(openModelFiles(nodeFiles, folder)).rejects.toThrow(
      /unet: expected the model's unet with its config\.json, got a folder without it/,
    );
  });

  it("a folder whose UNet asks for other components than it lists is refused by both", async () => {
    const folder = await copyFolder();
    const path = join(folder, "unet", "config.json");
    const config = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>; // A config.json.
    const more = { addition_embed_type: "text_time", addition_time_embed_dim: 8 };
    const wider = { ...config, ...more, projection_class_embeddings_input_dim: 64 };
    await writeFile(path, JSON.stringify(wider));
    await expect(openModelFiles(nodeFiles, folder)).rejects.toThrow(
      /components of Stable Diffusion XL \(unet, vae, text_encoder, text_encoder_2\).*got unet, vae, text_encoder\./,
    );
  });

  it("weights that do not fit the model are listed by name and shape", async () => {
    const checkpoint = await openModelFiles(nodeFiles, sd1);
    const { weights } = componentOf(checkpoint, "vae");
    const shapes = new Map([...weights.entries].map(([name, { shape }]) => [name, shape]));
    expect(() => requireWeights("vae", weights, shapes)).not.toThrow();
    shapes.set("quant_conv.weight", [8, 8, 3, 3]);
    shapes.set("missing.weight", [1]);
    shapes.delete("quant_conv.bias");
    expect(() => requireWeights("vae", weights, shapes)).toThrow(
      /3 differences:\n {2}.*"quant_conv.weight" must be \[8, 8, 3, 3\], is \[8, 8, 1, 1\]/,
    );
    expect(() => requireWeights("vae", weights, shapes)).toThrow('missing "missing.weight" [1]');
    expect(() => requireWeights("vae", weights, shapes)).toThrow('unexpected "quant_conv.bias"');
    await checkpoint.close();
  });

  it("two tensors for one name are refused", async () => {
    const folder = await copyFolder();
    const file = join("vae", "diffusion_pytorch_model.safetensors");
    await rewrite(join(sd1, file), join(folder, file), (tensor) =>
      tensor.name.endsWith("encoder.mid_block.attentions.0.to_q.bias")
        ? [tensor, renamed(tensor, tensor.name.replace("to_q", "query"))]
        : [tensor],
    );
    await expect(openModelFiles(nodeFiles, folder)).rejects.toThrow("expected one tensor for");
  });
});
