/** @file CLIP and DINOv2 from their folders: their vectors are those of transformers; what is refused. */

import { cp, mkdtemp, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FloatTensor, floatTensor } from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RgbPicture } from "../core/rgb-picture.js";
import { type TorchValue, writePytorch } from "../files/pickle/write-pytorch.js";
import { narrowFromFloat32 } from "../files/safetensors/float-codec.js";
import { openSafetensors, type SafetensorsFile } from "../files/safetensors/open-safetensors.js";
import {
  type TensorSource,
  tensorSource,
  writeSafetensors,
} from "../files/safetensors/write-safetensors.js";
import { fixture, tinyCheckpoint } from "../testing/fixtures.js";
import { largestError } from "../testing/largest-error.js";
import { createJudge, type Embedder } from "./judge.js";
import { openEmbedder } from "./open-embedder.js";
import { clipImageSimilarity, clipTextSimilarity, instanceSimilarity } from "./picture-scores.js";
import { allSimilarities, unitRows } from "./similarity.js";

const runtime = createOrtRuntime({ threads: 2 });
const texts = ["a photo of a cat", "two clocks", "an old red house beside a very old tree"];
const judges = (...names: string[]) => fixture("verify", "judges", ...names);

let folder = "";
const stored = new Map<string, SafetensorsFile>();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-embedder-"));
  for (const name of ["clip", "dinov2", "dinov2-gated"]) {
    stored.set(name, await openSafetensors(nodeFiles, judges(name, "tensors.safetensors")));
  }
});
afterAll(async () => {
  for (const file of stored.values()) await file.close();
  await rm(folder, { recursive: true, force: true });
});

function tensorsOf(name: string): SafetensorsFile {
  const file = stored.get(name);
  if (file === undefined) throw new Error(`no fixture ${name}`);
  return file;
}

/** The fixtures' pictures, in the order of their tensors. */
async function pictures(): Promise<RgbPicture[]> {
  return Promise.all(
    ["wide", "tall", "small"].map(async (name) => {
      const { shape, data } = await tensorsOf("clip").read(`${name}.pixels`);
      const [height = 0, width = 0] = shape;
      return { width, height, data: Uint8Array.from<number | bigint>(data, Number) };
    }),
  );
}

const unit = (tensor: FloatTensor): FloatTensor =>
  floatTensor(Float32Array.from(unitRows(tensor)), tensor.shape);

/** A copy of a fixture's model. */
async function copyOf(name: string): Promise<string> {
  const place = await mkdtemp(join(folder, `${name}-`));
  await cp(judges(name, "model"), place, { recursive: true });
  return place;
}

const open = (place: string) => openEmbedder(nodeFiles, place, { runtime });

async function refusal(place: string): Promise<{ code: unknown; message: string }> {
  const error: unknown = await open(place).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Error);
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return { code, message: String(error) };
}

/** Changes fields of a JSON file; those that are undefined go. */
async function edit(path: string, fields: object): Promise<void> {
  const json: object = JSON.parse(await readFile(path, "utf8"));
  await writeFile(path, JSON.stringify({ ...json, ...fields }));
}

describe("openEmbedder", () => {
  it("embeds pictures and texts as transformers' CLIPModel does", async () => {
    await using clip = await open(judges("clip", "model"));
    const { embedTexts } = clip;
    if (embedTexts === undefined) throw new Error("a CLIP reads");
    const seen = await clip.embedPictures(await pictures());
    expect(largestError(seen, await tensorsOf("clip").readFloat32("image_embeds"))).toBeLessThan(
      1e-6,
    );
    const read = await embedTexts([...texts, "cat ".repeat(90)]);
    const first = floatTensor(read.embeddings.data.slice(0, 30), [3, 10]);
    expect(largestError(first, await tensorsOf("clip").readFloat32("text_embeds"))).toBeLessThan(
      1e-6,
    );
    expect(read.truncated.map((end) => end !== "")).toEqual([false, false, false, true]);
    expect(clip.description).toBe(
      "model (CLIP), 20x20 pixels (bicubic to shorter side 22, centre crop)",
    );
    expect(clip.notes).toEqual([]);
  });

  it.each(["dinov2", "dinov2-gated"])("embeds pictures as Dinov2Model does: %s", async (name) => {
    const options = { runtime, name: "dino" };
    await using dino = await openEmbedder(nodeFiles, judges(name, "model"), options);
    expect(dino.embedTexts).toBeUndefined();
    const seen = await dino.embedPictures(await pictures());
    const pooled = await tensorsOf(name).readFloat32("photos.pooler_output");
    expect(largestError(seen, unit(pooled))).toBeLessThan(1e-6);
    expect(dino.description).toBe(
      "dino (DINOv2), 16x16 pixels (bicubic to shorter side 18, centre crop)",
    );
  });

  it("reads shards, 16-bit weights, pickles and the processor's newest place alike", async () => {
    const shown = await pictures();
    await using dino = await open(judges("dinov2", "model"));
    const expected = await dino.embedPictures(shown);
    const source = await openSafetensors(nodeFiles, judges("dinov2", "model", "model.safetensors"));
    const names = [...source.entries.keys()];
    const values32 = new Map<string, FloatTensor>();
    for (const name of names) values32.set(name, await source.readFloat32(name));
    await source.close();
    const tensors = [...values32].map(([name, tensor]) => tensorSource(name, tensor));

    const sharded = await copyOf("dinov2");
    await rm(join(sharded, "model.safetensors"));
    const shardOf = (i: number) => `model-0000${(i % 2) + 1}-of-00002.safetensors`;
    for (const shard of [0, 1]) {
      const own = tensors.filter((_, i) => i % 2 === shard);
      await writeSafetensors(nodeFiles, join(sharded, shardOf(shard)), own);
    }
    const map = Object.fromEntries(names.map((name, i) => [name, shardOf(i)]));
    const index = join(sharded, "model.safetensors.index.json");
    await writeFile(index, JSON.stringify({ weight_map: map }));

    const pickled = await copyOf("dinov2");
    await rm(join(pickled, "model.safetensors"));
    const values = new Map<string, TorchValue>(names.map((name, i) => [name, tensors[i] ?? null]));
    await writePytorch(nodeFiles, join(pickled, "pytorch_model.bin"), values);

    const half = await copyOf("dinov2");
    const narrow = tensors.map(
      (tensor): TensorSource => ({
        ...tensor,
        dtype: "F16",
        async *chunks() {
          const { data } = values32.get(tensor.name) ?? floatTensor([], [0]);
          yield narrowFromFloat32(data, "F16");
        },
      }),
    );
    await writeSafetensors(nodeFiles, join(half, "model.safetensors"), narrow);

    const variant = await copyOf("dinov2");
    const renamed = join(variant, "model.fp16.safetensors");
    await rename(join(half, "model.safetensors"), renamed);
    await cp(renamed, join(half, "model.safetensors"));
    await rm(join(variant, "model.safetensors"));
    expect((await refusal(variant)).message).toContain("got only the variant fp16.");
    await using chosen = await openEmbedder(nodeFiles, variant, { runtime, variant: "fp16" });
    expect(await chosen.embedPictures(shown)).toEqual(expected);

    const newest = await copyOf("dinov2");
    const settings: unknown = JSON.parse(
      await readFile(join(newest, "preprocessor_config.json"), "utf8"),
    );
    await rm(join(newest, "preprocessor_config.json"));
    const whole = { image_processor: settings, processor_class: "CLIPProcessor" };
    await writeFile(join(newest, "processor_config.json"), JSON.stringify(whole));

    for (const place of [sharded, pickled, half, newest]) {
      await using other = await open(place);
      expect(await other.embedPictures(shown)).toEqual(expected);
    }
  });

  it("pairs encoders to a judge, whose scores are means of transformers' cosines", async () => {
    const judge = createJudge({
      clip: await open(judges("clip", "model")),
      instance: await open(judges("dinov2", "model")),
    });
    const shown = await pictures();
    const [cosine, pooled, images] = [
      await tensorsOf("clip").readFloat32("cosine"),
      await tensorsOf("dinov2").readFloat32("photos.pooler_output"),
      await tensorsOf("clip").readFloat32("image_embeds"),
    ];
    const mean = (values: readonly number[]) =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    const subject = { generated: shown.slice(1), real: shown.slice(0, 1) };
    const others = (tensor: FloatTensor) => (allSimilarities(tensor, tensor)[0] ?? []).slice(1);
    expect(await clipImageSimilarity(judge, subject)).toBeCloseTo(mean(others(images)), 5);
    expect(await instanceSimilarity(judge, subject)).toBeCloseTo(mean(others(pooled)), 5);
    const diagonal = [0, 4, 8].map((i) => cosine.data[i] ?? Number.NaN);
    const told = { generated: shown, prompts: texts };
    expect(await clipTextSimilarity(judge, told)).toBeCloseTo(mean(diagonal), 5);
    await judge[Symbol.asyncDispose]();
    await expect(clipImageSimilarity(judge, subject)).rejects.toThrow("was disposed");
    await expect(instanceSimilarity(judge, subject)).rejects.toThrow("was disposed");
  });
});

describe("a judge", () => {
  it("disposes one encoder in both roles once, and refuses one that reads nothing", async () => {
    let disposed = 0;
    const eye: Embedder = {
      description: "eye",
      embedPictures: () => Promise.resolve(floatTensor([1], [1, 1])),
      async [Symbol.asyncDispose]() {
        disposed += 1;
      },
    };
    expect(() => createJudge({ clip: eye, instance: eye })).toThrow(
      "judge: expected an encoder of pictures and texts in the role of CLIP, got one of pictures alone (eye).",
    );
    const reader: Embedder = {
      ...eye,
      embedTexts: () => Promise.resolve({ embeddings: floatTensor([1], [1, 1]), truncated: [""] }),
    };
    await createJudge({ clip: reader, instance: reader })[Symbol.asyncDispose]();
    expect(disposed).toBe(1);
  });
});

describe("openEmbedder refuses", () => {
  it("what is no folder of an encoder", async () => {
    const nothing = await refusal(join(folder, "nowhere"));
    expect(nothing).toMatchObject({ code: "file" });
    expect(nothing.message).toContain("with its config.json, got nothing at this path.");
    const file = await refusal(judges("clip", "model", "model.safetensors"));
    expect(file.message).toContain("got a file at this path");
    const model = await refusal(tinyCheckpoint("tiny-sd1"));
    expect(model.message).toContain("got a model that draws (model_index.json)");
    const other = await refusal(judges("clip"));
    expect(other.message).toContain("got expected.json, model, tensors.safetensors");
  });

  it.each([
    ["clip_vision_model", "got the half of a CLIP that sees"],
    ["dinov2_with_registers", "got a DINOv2 with registers"],
    ["vit", "got a ViT, as the first DINO is"],
    ["bert", "got bert"],
    ["__proto__", "got __proto__"],
    [undefined, "got no model_type"],
  ])("another kind of model: %s", async (type, got) => {
    const place = await copyOf("dinov2");
    await edit(join(place, "config.json"), { model_type: type });
    const { code, message } = await refusal(place);
    expect(code).toBe("config");
    expect(message).toContain(`expected a CLIP (model_type clip) or a DINOv2 (dinov2), ${got}.`);
  });

  it("a folder without preprocessor_config.json, weights or tokenizer", async () => {
    const place = await copyOf("clip");
    await rename(join(place, "preprocessor_config.json"), join(place, "kept.json"));
    const unprepared = await refusal(place);
    expect(unprepared.code).toBe("file");
    expect(unprepared.message).toContain("expected preprocessor_config.json, which says how");
    await writeFile(join(place, "processor_config.json"), '{"processor_class": "CLIPProcessor"}');
    expect((await refusal(place)).message).toContain("expected preprocessor_config.json");
    await rename(join(place, "kept.json"), join(place, "preprocessor_config.json"));
    await rm(join(place, "model.safetensors"));
    const weightless = await refusal(place);
    expect(weightless.code).toBe("file");
    expect(weightless.message).toContain("expected weights in");
    await writeFile(join(place, "pytorch_model-00001-of-00002.bin"), "");
    expect((await refusal(place)).message).toContain("got shards of a PyTorch pickle (.bin)");
    await rm(join(place, "vocab.json"));
    const speechless = await refusal(place);
    expect(speechless.code).toBe("file");
    expect(speechless.message).toContain("expected a CLIP tokenizer");
  });

  it("weights that are another model's, or cut off", async () => {
    const place = await copyOf("dinov2");
    await edit(join(place, "config.json"), { num_hidden_layers: 3 });
    const deeper = await refusal(place);
    expect(deeper.code).toBe("weights");
    expect(deeper.message).toContain('missing "encoder.layer.2.norm1.weight" [12]');
    await edit(join(place, "config.json"), { num_hidden_layers: 1, image_size: 24 });
    const wider = await refusal(place);
    expect(wider.message).toContain(
      '"embeddings.position_embeddings" must be [1, 37, 12], is [1, 26, 12]',
    );
    expect(wider.message).toContain('unexpected "encoder.layer.1.attention.');
    await truncate(join(place, "model.safetensors"), 20000);
    expect((await refusal(place)).code).toBe("format");
    await rm(join(place, "model.safetensors"));
    await writeFile(join(place, "pytorch_model.bin"), "no pickle");
    expect((await refusal(place)).code).toBe("format");
  });

  it("settings of a model of another size", async () => {
    const place = await copyOf("clip");
    const settings = { size: { shortest_edge: 30 }, crop_size: { width: 26, height: 26 } };
    await edit(join(place, "preprocessor_config.json"), settings);
    const { code, message } = await refusal(place);
    expect(code).toBe("config");
    expect(message).toContain("expected pictures of 20x20, as in config.json, got 26x26");
    const dino = await copyOf("dinov2");
    const small = { crop_size: { width: 16, height: 3 } };
    await edit(join(dino, "preprocessor_config.json"), small);
    expect((await refusal(dino)).message).toContain(
      "expected pictures of at least one patch of 4 pixels, as in config.json, got 16x3",
    );
  });

  it("a tokenizer of another model", async () => {
    const place = await copyOf("clip");
    const path = join(place, "config.json");
    const { text_config: text } = JSON.parse(await readFile(path, "utf8")) as {
      text_config: { vocab_size: number };
    };
    await edit(path, { text_config: { ...text, vocab_size: text.vocab_size - 1 } });
    const { code, message } = await refusal(place);
    expect(code).toBe("config");
    expect(message).toContain("Use the tokenizer that belongs to the model.");
  });
});
