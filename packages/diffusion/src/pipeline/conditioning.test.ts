/** @file Prompts in A1111's syntax, from text states to latents, as transformers and diffusers compute them. */

import { readFile } from "node:fs/promises";
import { floatTensor } from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { makeEmbedding } from "../core/embedding.js";
import type { WarningEvent } from "../core/warnings/warning.js";
import { inEnglish } from "../english/english-warnings.js";
import { openModelFiles } from "../files/model/open-model-files.js";
import { openSafetensors } from "../files/safetensors/open-safetensors.js";
import { fixture, tinyCheckpoint, tinyTokenizer } from "../testing/fixtures.js";
import { largestError } from "../testing/largest-error.js";
import { encodeChunks, joinContexts, promptConditioning, sequenceOf } from "./conditioning.js";
import { generate } from "./generate.js";
import type { GeneratedImage } from "./generate-events.js";
import type { GenerateOptions } from "./generate-settings.js";
import { loadPipeline } from "./load-pipeline.js";
import type { OwnedPipeline, Pipeline } from "./pipeline.js";
import { readPrompt } from "./prompt-syntax.js";

const runtime = createOrtRuntime({ threads: 2 });

async function openTiny(words: readonly string[] = []): Promise<OwnedPipeline> {
  const embeddings = words.map((token, index) =>
    makeEmbedding(token, {
      token,
      vectors: new Map([
        ["text_encoder", floatTensor(new Float32Array(16).fill(3 + index), [1, 16])],
      ]),
    }),
  );
  const checkpoint = await openModelFiles(nodeFiles, tinyCheckpoint("tiny-sd1"));
  return loadPipeline(checkpoint, {
    runtime,
    files: nodeFiles,
    tokenizerFolder: tinyTokenizer,
    embeddings,
  });
}

interface Case {
  readonly name: string;
  readonly prompt: string;
  readonly negative: string;
  readonly clipSkip?: number;
}

// Written by test/parity/make-prompt-syntax-fixture.py in this form.
const reference = JSON.parse(await readFile(fixture("prompt-syntax/prompts.json"), "utf8")) as {
  readonly steps: number;
  readonly guidance: number;
  readonly seed: number;
  readonly cases: readonly Case[];
};

async function draw(
  pipeline: Pipeline,
  options: GenerateOptions,
): Promise<{ image: GeneratedImage; warnings: WarningEvent[] }> {
  const warnings: WarningEvent[] = [];
  let image: GeneratedImage | undefined;
  for await (const event of generate(pipeline, { steps: 2, sampler: "ddim", ...options })) {
    if (event.type === "warning") warnings.push(event);
    if (event.type === "image") image = event;
  }
  if (image === undefined) throw new Error("no picture");
  return { image, warnings };
}

describe("a prompt in A1111's syntax", () => {
  it.each(reference.cases)(
    "has the states and draws the latents of the reference: $name",
    async ({ name, prompt, negative, clipSkip = 0 }) => {
      await using tiny = await openTiny();
      const file = await openSafetensors(nodeFiles, fixture("prompt-syntax/tensors.safetensors"));
      const norm = "text_model.final_layer_norm";
      const norms = new Map([
        [`${norm}.weight`, await file.readFloat32("norm.weight")],
        [`${norm}.bias`, await file.readFloat32("norm.bias")],
      ]);
      await using pipeline = await tiny.derive({ weights: { text_encoder: norms } });
      const chunks = encodeChunks(await pipeline.tokenizers(), [readPrompt(prompt)]);
      const own = await promptConditioning(pipeline, chunks, { clipSkip });
      const states = sequenceOf(pipeline, own);
      expect(largestError(states, await file.readFloat32(`${name}.states`))).toBeLessThan(2e-5);
      const { image, warnings } = await draw(pipeline, {
        prompt,
        negativePrompt: negative,
        steps: reference.steps,
        guidanceScale: reference.guidance,
        seed: reference.seed,
        clipSkip,
      });
      const latents = await file.readFloat32(`${name}.latents`);
      expect(largestError(image.latents, latents)).toBeLessThan(5e-4);
      expect(warnings).toEqual([]);
      await file.close();
    },
  );

  it("has the bits of plain text where it has no syntax", async () => {
    await using pipeline = await openTiny();
    const prompt = "a photo of an old clock: 4:3, don't";
    const { conditioning } = await pipeline.encodePrompts([prompt]);
    const chunks = encodeChunks(await pipeline.tokenizers(), [readPrompt(prompt)]);
    expect(await promptConditioning(pipeline, chunks, {})).toEqual(conditioning);
    const plain = await draw(pipeline, { prompt, promptSyntax: "plain" });
    expect((await draw(pipeline, { prompt })).image.pixels).toEqual(plain.image.pixels);
  });

  it("is read as plain text where that is asked for", async () => {
    await using pipeline = await openTiny();
    const prompt = "a (cat:1.5)";
    const { image } = await draw(pipeline, { prompt, promptSyntax: "plain", guidanceScale: 1 });
    const { image: weighted } = await draw(pipeline, { prompt, guidanceScale: 1 });
    const escaped = "a \\(cat:1.5\\)";
    const again = await draw(pipeline, { prompt: escaped, guidanceScale: 1 });
    expect(image.parameters.prompt).toBe(escaped);
    expect(again.image.pixels).toEqual(image.pixels);
    expect(weighted.pixels).not.toEqual(image.pixels);
  });

  it("tells what it left out and what it read as words, and records neither as used", async () => {
    await using pipeline = await openTiny();
    const prompt = "<lora:apple_v2:0.8> a [red:green:0.5] apple AND a pear";
    const { image, warnings } = await draw(pipeline, { prompt, negativePrompt: "<lora:bad>" });
    expect(warnings.map(inEnglish)).toEqual([
      '`prompt`: <lora:apple_v2:0.8> is no text and was left out: a LoRA is given by its file, `adapters: "apple_v2.safetensors:0.8"`.',
      expect.stringMatching(
        /^`prompt`: \[red:green:0\.5\] has no meaning here and is read as words/,
      ),
      expect.stringMatching(/^`prompt`: AND has no meaning here/),
      expect.stringMatching(/^`negativePrompt`: <lora:bad> .*`adapters: "bad\.safetensors"`\.$/),
    ]);
    expect(image.parameters).toMatchObject({
      prompt: "a \\[red:green:0.5\\] apple and a pear",
      negativePrompt: "",
      loras: [],
    });
  });

  it("is cut chunk by chunk, with what does not fit quoted", async () => {
    await using pipeline = await openTiny();
    const prompt = `${"cat ".repeat(75)}beside BREAK a ${"dog ".repeat(2000)}`;
    const { warnings } = await draw(pipeline, { prompt, steps: 1 });
    expect(warnings.map(inEnglish)).toEqual([
      '`prompt`: its end did not fit into the text encoder and has no effect: "beside". Shorten it, or write BREAK where another 75 tokens may begin.',
      expect.stringMatching(/no effect: "dog dog .{150,200}…"\. Shorten/),
    ]);
  });

  it("refuses weights and numbers of chunks without measure", async () => {
    await using pipeline = await openTiny();
    const options = { prompt: "((a:999):999)", negativePrompt: "a BREAK ".repeat(20) };
    await expect(draw(pipeline, options)).rejects.toThrow(
      /`prompt`: expected weights up to 1000, got 998001 for "a"\n.*`negativePrompt`: expected at most 16 parts between BREAKs, got 20/,
    );
  });
});

describe("clip skip", () => {
  it.each([0, 1, 2])(
    "of %i is the negative prompt's too: equal prompts cancel out",
    async (clipSkip) => {
      await using pipeline = await openTiny();
      const prompt = "a photo of a cat";
      const guided = { prompt, negativePrompt: prompt, guidanceScale: 5, clipSkip };
      const { image } = await draw(pipeline, guided);
      const alone = await draw(pipeline, { prompt, guidanceScale: 1, clipSkip });
      expect(largestError(image.pixels, alone.image.pixels)).toBeLessThan(1e-4);
    },
  );

  it("may be another for the negative prompt", async () => {
    await using pipeline = await openTiny();
    const options = { prompt: "a cat", negativePrompt: "a dog", clipSkip: 1 };
    const both = await draw(pipeline, options);
    const own = await draw(pipeline, { ...options, negativeClipSkip: 0 });
    expect(own.image.pixels).not.toEqual(both.image.pixels);
    await expect(draw(pipeline, { ...options, negativeClipSkip: 9 })).rejects.toThrow(
      "`negativeClipSkip`: expected a whole number from 0 to 2, got 9",
    );
  });
});

describe("the word of an embedding in a prompt", () => {
  it.each([
    ["zorbo", "a zorbot on the beach"],
    ["art", "a party"],
  ])("%s draws %j as without it, and says so", async (word, prompt) => {
    await using plain = await openTiny();
    await using pipeline = await openTiny([word]);
    const without = await draw(plain, { prompt });
    const { image, warnings } = await draw(pipeline, { prompt });
    expect(image.pixels).toEqual(without.image.pixels);
    expect(warnings.map(({ code }) => code)).toEqual(["unused-embedding"]);
    expect(warnings.map(inEnglish).join()).toContain(`inside "${prompt.split(" ")[1]}"`);
  });

  it.each([
    ["zorbo", "a (zorbo:1.2) on the beach"],
    ["고양이", "고양이가 해변에"],
  ])("%s is used in %j", async (word, prompt) => {
    await using plain = await openTiny();
    await using pipeline = await openTiny([word]);
    const { image, warnings } = await draw(pipeline, { prompt });
    expect(warnings).toEqual([]);
    expect(image.pixels).not.toEqual((await draw(plain, { prompt })).image.pixels);
  });
});

describe("joinContexts", () => {
  it("repeats contexts to their least common length", () => {
    const rows = (length: number) =>
      floatTensor(
        Float32Array.from({ length: 2 * length }, (_, i) => i),
        [1, length, 2],
      );
    const { data, shape } = joinContexts([rows(2), rows(3)]);
    expect(shape).toEqual([2, 6, 2]);
    expect([...data.subarray(0, 12)]).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3]);
    expect([...data.subarray(12)]).toEqual([0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5]);
  });
});
