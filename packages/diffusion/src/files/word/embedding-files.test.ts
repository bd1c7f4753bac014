/** @file Embedding files of every program against the vectors that were put into them, and back. */

import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FloatTensor, floatTensor } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TextEncoderName } from "../../core/component-name.js";
import { makeEmbedding, vectorCount } from "../../core/embedding.js";
import { inEnglish } from "../../english/english-warnings.js";
import { fixture } from "../../testing/fixtures.js";
import { openPytorch } from "../pickle/open-pytorch.js";
import { openSafetensors } from "../safetensors/open-safetensors.js";
import { tensorSource, writeSafetensors } from "../safetensors/write-safetensors.js";
import { readEmbedding } from "./read-embedding.js";
import { writeDiffusersEmbedding, writeWebuiEmbedding } from "./write-embedding.js";

// Written by test/parity/make-embedding-fixture.py in this form.
const expected = JSON.parse(await readFile(fixture("embeddings", "expected.json"), "utf8")) as {
  readonly files: Readonly<Record<string, Readonly<Record<string, number[][]>>>>;
};

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "atelier-embeddings-"));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const read = (name: string, options?: { readonly token: string }) =>
  readEmbedding(nodeFiles, fixture("embeddings", name), options);

function rowsOf(vectors: ReadonlyMap<string, FloatTensor>): Record<string, number[][]> {
  return Object.fromEntries(
    [...vectors].map(([encoder, { data, shape }]) => {
      const width = shape[1] ?? 0;
      const rows = Array.from({ length: shape[0] ?? 0 }, (_, row) =>
        Array.from(data.subarray(row * width, (row + 1) * width)),
      );
      return [encoder, rows];
    }),
  );
}

describe("an embedding file", () => {
  it.each(Object.entries(expected.files))("%s holds the vectors put into it", async (name, all) => {
    const { embedding, notes } = await read(name);
    expect(rowsOf(embedding.vectors)).toEqual(all);
    expect(notes).toEqual([]);
  });

  it.each([
    ["one.safetensors", "diffusers", "<my-style>"],
    ["flat.bin", "diffusers", "<flat>"],
    ["a1111.pt", "a1111", "my-word"],
    ["a1111-legacy.pt", "a1111", "old-word"],
    ["original.pt", "a1111", "original"],
    ["tensor.pt", "tensor", "tensor"],
    ["kohya.safetensors", "kohya", "kohya"],
    ["comfy.safetensors", "sdxl", "comfy"],
    ["sdxl.pt", "sdxl", "sdxl"],
    ["picture.png", "picture", "drawn-word"],
  ])("%s is of the form %s and its token is %s", async (name, format, token) => {
    const loaded = await read(name);
    expect(loaded.format).toBe(format);
    expect(loaded.embedding.token).toBe(token);
    expect((await read(name, { token: "<other>" })).embedding.token).toBe("<other>");
  });

  it("says what the program that wrote it noted", async () => {
    const facts = { name: "my-word", step: "1500", sd_checkpoint_name: "v1-5-pruned" };
    expect(Object.fromEntries((await read("a1111.pt")).embedding.metadata)).toMatchObject(facts);
    const { metadata } = (await read("picture.png")).embedding;
    expect(Object.fromEntries(metadata)).toMatchObject({ ...facts, name: "drawn-word" });
  });

  it("is found in a folder as diffusers writes it", async () => {
    const embedding = (await read("three.safetensors")).embedding;
    await writeDiffusersEmbedding(nodeFiles, join(scratch, "run", "learned_embeds.bin"), embedding);
    const loaded = await readEmbedding(nodeFiles, join(scratch, "run"));
    expect(loaded.embedding).toEqual({ ...embedding, metadata: new Map() });
    await expect(readEmbedding(nodeFiles, scratch)).rejects.toThrow("got neither");
  });

  it("with a text encoder that Stable Diffusion does not have says what was left out", async () => {
    const path = join(scratch, "sd3.safetensors");
    const names = ["clip_l", "clip_g", "t5xxl"];
    const sources = names.map((name) => tensorSource(name, floatTensor([1, 2], [1, 2])));
    await writeSafetensors(nodeFiles, path, sources);
    const { embedding, notes } = await readEmbedding(nodeFiles, path);
    expect([...embedding.vectors.keys()].sort()).toEqual(["text_encoder", "text_encoder_2"]);
    expect(notes.map(inEnglish)).toEqual([
      `${path}: t5xxl has no place in Stable Diffusion and was left out.`,
    ]);
  });
});

describe("what is no embedding", () => {
  it.each([
    ["list.pt", /a dict of tensors, got a list/],
    ["plain.png", /a PNG picture with an embedding in its text, got none/],
    ["../lora/lora_kohya.safetensors", /got lora_.* more.*Use an adapter as an adapter/],
    ["missing.pt", /ENOENT/],
  ])("%s is refused by what it is", async (name, message) => {
    await expect(read(name)).rejects.toThrow(message);
  });

  it.each([
    ["NaN in it", [Number.NaN, 1], [1, 2], /finite numbers, got NaN at element 0/],
    ["too many vectors", new Array(76).fill(0), [76, 1], /1 to 75 vectors.*got \[76, 1\]/],
    ["no vectors", [], [0, 4], /got \[0, 4\]/],
  ] as const)("a tensor with %s is refused", async (_, values, shape, message) => {
    const path = join(scratch, "bad.safetensors");
    const tensor = floatTensor([...values], shape);
    await writeSafetensors(nodeFiles, path, [tensorSource("<bad>", tensor)]);
    await expect(readEmbedding(nodeFiles, path)).rejects.toThrow(message);
  });

  it("encoders with different numbers of vectors are refused", () => {
    const vectors = new Map<TextEncoderName, FloatTensor>([
      ["text_encoder", floatTensor([1, 2], [1, 2])],
      ["text_encoder_2", floatTensor([1, 2, 3, 4], [2, 2])],
    ]);
    expect(() => makeEmbedding("x", { token: "x", vectors })).toThrow(
      "as many vectors for each text encoder, got 1 and 2",
    );
  });

  it("a picture whose chunk is damaged is refused", async () => {
    const path = join(scratch, "damaged.png");
    const bytes = await readFile(fixture("embeddings", "picture.png"));
    await writeFile(path, bytes.subarray(0, bytes.length - 30));
    await expect(readEmbedding(nodeFiles, path)).rejects.toMatchObject({ code: "format" });
  });
});

describe("writing an embedding", () => {
  it("as diffusers does gives its bytes", async () => {
    const path = join(scratch, "learned_embeds.safetensors");
    const { embedding } = await read("three.safetensors");
    await writeDiffusersEmbedding(nodeFiles, path, embedding);
    const original = await readFile(fixture("embeddings", "three.safetensors"));
    expect(Buffer.compare(await readFile(path), original)).toBe(0);
  });

  it("as A1111 does keeps the token and the facts of its training", async () => {
    const path = join(scratch, "a.pt");
    const { embedding } = await read("a1111.pt");
    await writeWebuiEmbedding(nodeFiles, path, embedding);
    expect((await readEmbedding(nodeFiles, path)).embedding).toEqual(embedding);
    const file = await openPytorch(nodeFiles, path);
    expect([...file.entries.keys()]).toEqual(["string_to_param.*"]);
    await file.close();
  });

  it("for the other programs names tensors as they do, with ModelSpec's facts", async () => {
    const path = join(scratch, "trio.safetensors");
    const { embedding } = await read("three.safetensors");
    await writeWebuiEmbedding(nodeFiles, path, embedding, {
      family: "sd1",
      metadata: new Map([["modelspec.author", "me"]]),
    });
    const file = await openSafetensors(nodeFiles, path);
    expect([...file.entries.keys()]).toEqual(["emb_params"]);
    const data = (await readFile(path)).subarray(-3 * 16 * 4);
    const digest = await crypto.subtle.digest("SHA-256", data);
    expect(Object.fromEntries(file.metadata)).toEqual({
      format: "pt",
      "modelspec.sai_model_spec": "1.0.1",
      "modelspec.architecture": "stable-diffusion-v1/textual-inversion",
      "modelspec.implementation": "https://github.com/Stability-AI/generative-models",
      "modelspec.title": "<trio>",
      "modelspec.trigger_phrase": "<trio>",
      "modelspec.hash_sha256": `0x${Buffer.from(digest).toString("hex")}`,
      "modelspec.author": "me",
    });
    await file.close();
    const loaded = await readEmbedding(nodeFiles, path);
    // Other programs go by the name of the file; the brackets are not lost while it has that name.
    expect(loaded.embedding.token).toBe("<trio>");
    expect(loaded.embedding.vectors).toEqual(embedding.vectors);
    const renamed = join(scratch, "band.safetensors");
    await rename(path, renamed);
    expect((await readEmbedding(nodeFiles, renamed)).embedding.token).toBe("band");
  });

  it.each(["sdxl.safetensors", "sdxl.pt"])(
    "of SDXL keeps both encoders' vectors: %s",
    async (name) => {
      const { embedding } = await read(name);
      const path = join(scratch, name);
      await writeWebuiEmbedding(nodeFiles, path, embedding, { family: "sdxl" });
      const loaded = await readEmbedding(nodeFiles, path);
      expect(loaded.embedding.vectors).toEqual(embedding.vectors);
      expect(vectorCount(loaded.embedding)).toBe(2);
      const second = join(scratch, "learned_embeds_2.safetensors");
      await writeDiffusersEmbedding(nodeFiles, second, embedding, { encoder: "text_encoder_2" });
      const file = await openSafetensors(nodeFiles, second);
      expect(await file.readFloat32("sdxl")).toEqual(embedding.vectors.get("text_encoder_2"));
      await file.close();
      const one = (await read("one.safetensors")).embedding;
      await expect(
        writeDiffusersEmbedding(nodeFiles, second, one, { encoder: "text_encoder_2" }),
      ).rejects.toThrow("expected vectors for text_encoder_2, got those of text_encoder");
    },
  );

  it("in half precision halves the file and rounds to the nearest", async () => {
    const path = join(scratch, "half.bin");
    const { embedding } = await read("one.safetensors");
    await writeDiffusersEmbedding(nodeFiles, path, embedding, { dtype: "F16" });
    const loaded = await readEmbedding(nodeFiles, path);
    expect(rowsOf(loaded.embedding.vectors)).toEqual(expected.files["half.safetensors"]);
  });
});
