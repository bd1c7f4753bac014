/** @file Prompts with embeddings against what diffusers encodes after `load_textual_inversion`. */

import { readFile } from "node:fs/promises";
import { type FloatTensor, floatTensor } from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { type Embedding, makeEmbedding } from "../core/embedding.js";
import { inEnglish } from "../english/english-warnings.js";
import { openModelFiles } from "../files/model/open-model-files.js";
import { openSafetensors } from "../files/safetensors/open-safetensors.js";
import { readEmbedding } from "../files/word/read-embedding.js";
import { fixture, sharedFile, tinyCheckpoint, tinyTokenizer } from "../testing/fixtures.js";
import { largestError } from "../testing/largest-error.js";
import { loadClipTokenizer } from "../tokenizer/clip-tokenizer.js";
import { sequenceOf } from "./conditioning.js";
import { generate } from "./generate.js";
import { loadPipeline } from "./load-pipeline.js";
import type { OwnedPipeline, Pipeline } from "./pipeline.js";
import { firstTokenizer } from "./tokenizers.js";

const runtime = createOrtRuntime({ threads: 2 });

// Written by test/parity/make-embedding-fixture.py in this form.
const { encoding } = JSON.parse(await readFile(fixture("embeddings", "expected.json"), "utf8")) as {
  readonly encoding: {
    readonly loaded: readonly (readonly [file: string, token: string | null])[];
    readonly prompts: readonly { readonly prompt: string; readonly ids: readonly number[] }[];
    readonly rows: number;
  };
};

async function openTiny(embeddings: readonly Embedding[]): Promise<OwnedPipeline> {
  const checkpoint = await openModelFiles(nodeFiles, tinyCheckpoint("tiny-sd1"));
  const options = { runtime, files: nodeFiles, tokenizerFolder: tinyTokenizer };
  return loadPipeline(checkpoint, { ...options, embeddings });
}

async function readAll(): Promise<Embedding[]> {
  const read = encoding.loaded.map(async ([file, token]) => {
    const options = token === null ? {} : { token };
    return (await readEmbedding(nodeFiles, fixture("embeddings", file), options)).embedding;
  });
  return Promise.all(read);
}

const vector = (token: string, width = 16): Embedding =>
  makeEmbedding(token, {
    token,
    vectors: new Map([
      ["text_encoder", floatTensor(new Float32Array(width).fill(0.1), [1, width])],
    ]),
  });

describe("a pipeline with embeddings", () => {
  it("gives prompts the ids and the states that diffusers gives them", async () => {
    await using pipeline = await openTiny(await readAll());
    const tokenizer = firstTokenizer(await pipeline.tokenizers());
    const states = await openSafetensors(
      nodeFiles,
      fixture("embeddings", "prompts-encoded.safetensors"),
    );
    expect(tokenizer.vocabularySize).toBe(encoding.rows);
    for (const [index, { prompt, ids }] of encoding.prompts.entries()) {
      expect(tokenizer.encode(prompt).ids, prompt).toEqual(ids);
      const { conditioning } = await pipeline.encodePrompts([prompt]);
      const expected = await states.readFloat32(String(index));
      expect(largestError(sequenceOf(pipeline, conditioning), expected), prompt).toBeLessThan(1e-5);
    }
    await states.close();
  });

  it("leaves every row of the base's table as it is, to the bit", async () => {
    await using plain = await openTiny([]);
    await using pipeline = await openTiny(await readAll());
    const table = async (from: Pipeline): Promise<FloatTensor> => {
      const source = (await from.parameters("text_encoder")).get(
        "text_encoder:text_model.embeddings.token_embedding.weight",
      );
      // Tables that are not mapped are tensors in memory; the plain one is read from its file.
      if (source !== undefined && "data" in source) return source as FloatTensor;
      const path = `${tinyCheckpoint("tiny-sd1")}/text_encoder/model.safetensors`;
      const file = await openSafetensors(nodeFiles, path);
      const read = await file.readFloat32("embeddings.token_embedding.weight");
      await file.close();
      return read;
    };
    const [before, after] = [await table(plain), await table(pipeline)];
    expect(after.shape).toEqual([encoding.rows, 16]);
    expect(after.data.subarray(0, before.data.length)).toEqual(before.data);
  });

  it("takes one vector of several when it is named", async () => {
    await using pipeline = await openTiny(await readAll());
    const tokenizer = firstTokenizer(await pipeline.tokenizers());
    expect(tokenizer.encode("a <trio>_1").ids.slice(1, 4)).toEqual([320, 602, 599]);
  });

  it("says what of a prompt was cut off in the middle of an embedding", async () => {
    await using pipeline = await openTiny(await readAll());
    const { truncated } = await pipeline.encodePrompts([`${"cat ".repeat(74)}<trio>`]);
    expect(truncated).toEqual(["<trio>"]);
  });

  it("warns of an embedding that no prompt calls up", async () => {
    await using pipeline = await openTiny([vector("<used>"), vector("<idle>")]);
    const warnings: string[] = [];
    const options = { prompt: "a <used> cat", steps: 1, guidanceScale: 1 };
    for await (const event of generate(pipeline, options)) {
      if (event.type === "warning") warnings.push(`${event.code}: ${inEnglish(event)}`);
    }
    expect(warnings).toEqual([
      expect.stringMatching(/^unused-embedding: embedding <idle>: has no/),
    ]);
  });

  it("refuses an embedding of another width, naming both", async () => {
    await expect(openTiny([vector("<wide>", 768)])).rejects.toMatchObject({
      code: "weights",
      message: expect.stringMatching(
        /embedding <wide>: expected vectors of width 16, .*tiny-sd1 \(sd1\) has, got width 768\./,
      ),
    });
  });

  it("refuses an embedding for two text encoders", async () => {
    const path = fixture("embeddings", "sdxl.safetensors");
    const { embedding } = await readEmbedding(nodeFiles, path);
    await expect(openTiny([embedding])).rejects.toThrow("width 16, as the text encoder");
    await expect(openTiny([embedding])).rejects.toThrow("got width 16 and 20");
  });

  it.each([
    ["cat</w>", /embedding cat<\/w>: .*which exists already.*name=file/],
    ["two words", /without white space, got "two words"/],
  ])("refuses the token %s", async (token, message) => {
    await expect(openTiny([vector(token)])).rejects.toThrow(message);
  });

  it("refuses one token for two embeddings, also through a second vector's name", async () => {
    await expect(openTiny([vector("<a>"), vector("<a>")])).rejects.toThrow("exists already");
    const [, trio] = await readAll();
    if (trio === undefined) throw new Error("no fixture");
    await expect(openTiny([vector("<trio>_2"), trio])).rejects.toThrow('"<trio>_2", which exists');
  });
});

const shared = sharedFile("fixtures", "pipeline/");

describe("the embedding of the shared fixtures", { tags: ["shared"] }, () => {
  it("is added to CLIP's own vocabulary and its pipeline", async () => {
    const { embedding } = await readEmbedding(nodeFiles, `${shared}learned_embeds.safetensors`);
    const checkpoint = await openModelFiles(nodeFiles, `${shared}pipeline`);
    await using pipeline = await loadPipeline(checkpoint, {
      runtime,
      files: nodeFiles,
      embeddings: [embedding],
    });
    const tokenizer = firstTokenizer(await pipeline.tokenizers());
    const original = await loadClipTokenizer(nodeFiles, `${shared}pipeline/tokenizer`);
    expect(tokenizer.tokenId("<my-style>")).toBe(original.vocabularySize);
    const { conditioning } = await pipeline.encodePrompts(["a <my-style>"]);
    expect(sequenceOf(pipeline, conditioning).shape).toEqual([1, 77, 32]);
  });
});
