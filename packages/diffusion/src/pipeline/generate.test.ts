/** @file Pictures by the tiny checkpoints against those that diffusers draws with them. */

import { readFile } from "node:fs/promises";
import { AtelierError, type FloatTensor } from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import type { LoraWeights } from "../core/lora-weights.js";
import { inEnglish } from "../english/english-warnings.js";
import { openModelFiles } from "../files/model/open-model-files.js";
import { openSafetensors } from "../files/safetensors/open-safetensors.js";
import { fixture, tinyCheckpoint, tinyTokenizer } from "../testing/fixtures.js";
import { largestError } from "../testing/largest-error.js";
import { stoppingRuntime } from "../testing/stopping-runtime.js";
import type { Adapter } from "./adapters.js";
import { sequenceOf } from "./conditioning.js";
import { generate } from "./generate.js";
import type { GeneratedImage, GenerateEvent } from "./generate-events.js";
import type { GenerateOptions } from "./generate-settings.js";
import { loadPipeline } from "./load-pipeline.js";
import type { OwnedPipeline, Pipeline } from "./pipeline.js";
import { readAdapter } from "./read-adapter.js";

const runtime = createOrtRuntime({ threads: 2 });

async function openTiny(name = "tiny-sd1", own = runtime): Promise<OwnedPipeline> {
  const checkpoint = await openModelFiles(nodeFiles, tinyCheckpoint(name));
  return loadPipeline(checkpoint, {
    runtime: own,
    files: nodeFiles,
    tokenizerFolder: tinyTokenizer,
  });
}

interface Sample extends Omit<GenerateOptions, "adapters" | "prompt"> {
  readonly name: string;
  readonly base: string;
  readonly adapters: readonly (readonly [name: string, strength: number])[];
}

// Written by test/parity/make-pipeline-fixture.py in this form.
const reference = JSON.parse(await readFile(fixture("pipeline/samples.json"), "utf8")) as {
  readonly prompt: string;
  readonly negativePrompt: string;
  readonly samples: readonly Sample[];
};
const { prompt, negativePrompt } = reference;

async function readAdapters(pipeline: Pipeline, uses: Sample["adapters"]): Promise<Adapter[]> {
  const adapters: Adapter[] = [];
  for (const [name, strength] of uses) {
    const path = fixture(`pipeline/${name}.safetensors`);
    adapters.push((await readAdapter(nodeFiles, path, { base: pipeline, strength })).adapter);
  }
  return adapters;
}

async function collect(events: AsyncIterable<GenerateEvent>) {
  const all: GenerateEvent[] = [];
  for await (const event of events) all.push(event);
  return {
    all,
    images: all.filter((event): event is GeneratedImage => event.type === "image"),
    warnings: all.filter((event) => event.type === "warning"),
    steps: all.filter((event) => event.type === "step"),
  };
}

async function expected(name: string): Promise<FloatTensor> {
  const file = await openSafetensors(nodeFiles, fixture("pipeline/tensors.safetensors"));
  try {
    return await file.readFloat32(name);
  } finally {
    await file.close();
  }
}

describe("generate", () => {
  it.each(reference.samples)("draws the picture of diffusers: $name", async (sample) => {
    const { name, base, adapters, ...settings } = sample;
    await using pipeline = await openTiny(base);
    // diffusers skips layers for the prompt alone.
    const options = { ...settings, negativeClipSkip: 0, prompt, negativePrompt };
    const used = await readAdapters(pipeline, adapters);
    const { images, warnings } = await collect(generate(pipeline, { ...options, adapters: used }));
    const { conditioning } = await pipeline.encodePrompts([prompt], {
      clipSkip: settings.clipSkip ?? 0,
      adapters: used,
    });
    const states = sequenceOf(pipeline, conditioning);
    expect(largestError(states, await expected(`${name}.embeddings`))).toBeLessThan(2e-5);
    expect(largestError(images[0]?.latents, await expected(`${name}.latents`))).toBeLessThan(5e-4);
    expect(largestError(images[0]?.pixels, await expected(`${name}.pixels`))).toBeLessThan(1e-4);
    expect(images).toHaveLength(1);
    expect(warnings.map(({ type }) => type)).toEqual(name === "unguided" ? ["warning"] : []);
  });

  it("draws each of several pictures as it would be drawn alone", async () => {
    await using pipeline = await openTiny();
    const sampler = "EulerAncestralDiscreteScheduler";
    const size = { width: 24, height: 16, steps: 4, guidanceScale: 5, sampler };
    const options = { prompt, negativePrompt, seed: 7, count: 2, ...size };
    const { images, steps } = await collect(generate(pipeline, options));
    expect(images.map(({ seed, parameters }) => [seed, parameters.seed])).toEqual([
      [7, 7],
      [8, 8],
    ]);
    const second = await expected("second_seed.latents");
    expect(largestError(images[1]?.latents, second)).toBeLessThan(5e-4);
    expect(steps.map(({ index, step, steps: of }) => [index, step, of])).toEqual(
      [0, 1].flatMap((index) => [1, 2, 3, 4].map((step) => [index, step, 4])),
    );
    expect(steps.at(-1)?.remainingMs).toBe(0);
  });

  it("gives the same bytes for the same seed, also as a bigint", async () => {
    await using pipeline = await openTiny();
    const draw = async (seed: number | bigint) =>
      (await collect(generate(pipeline, { prompt, seed, steps: 2 }))).images[0]?.picture;
    const first = await draw(3);
    expect(first).toEqual(await draw(3n));
    expect(first).not.toEqual(await draw(4));
  });

  it("says what a picture was drawn from", async () => {
    await using pipeline = await openTiny();
    const adapters = await readAdapters(pipeline, [["attention", 0.5]]);
    const { images } = await collect(
      generate(pipeline, { prompt, seed: 1, steps: 1, sampler: "ddim", adapters }),
    );
    expect(images[0]?.parameters).toEqual({
      prompt,
      negativePrompt: "",
      steps: 1,
      sampler: "DDIM",
      rng: "CPU",
      cfgScale: 7.5,
      seed: 1,
      width: 16,
      height: 16,
      modelName: "tiny-sd1",
      loras: [{ name: "attention", weight: 0.5 }],
    });
    expect(images[0]?.picture).toMatchObject({ width: 16, height: 16 });
  });

  it("leaves the picture as it is with an adapter of strength 0", async () => {
    await using pipeline = await openTiny();
    const draw = async (adapters: Adapter[]) =>
      (await collect(generate(pipeline, { prompt, steps: 2, adapters }))).images[0]?.latents;
    expect(await draw(await readAdapters(pipeline, [["both", 0]]))).toEqual(await draw([]));
  });

  it("warns of prompts that are cut and quotes the end", async () => {
    await using pipeline = await openTiny();
    const long = `${"cat ".repeat(75)}beside a clock`;
    const { warnings } = await collect(
      generate(pipeline, { prompt: "a cat", negativePrompt: long, steps: 1 }),
    );
    expect(warnings).toEqual([
      {
        type: "warning",
        code: "truncated-prompt",
        params: { prompt: "negativePrompt", cut: "beside a clock", chunkTokens: 75 },
      },
    ]);
    expect(warnings.map(inEnglish)).toEqual([
      '`negativePrompt`: its end did not fit into the text encoder and has no effect: "beside a clock". Shorten it, or write BREAK where another 75 tokens may begin.',
    ]);
  });

  it("warns of a negative prompt without guidance and of fields that no sampler knows", async () => {
    await using pipeline = await openTiny();
    const odd = { ...pipeline, scheduleConfig: { ...pipeline.scheduleConfig, warp: 9 } };
    const options = { prompt, negativePrompt, guidanceScale: 1, steps: 1 };
    const { warnings } = await collect(generate(odd, options));
    expect(warnings.map(({ code }) => code)).toEqual([
      "unknown-scheduler-fields",
      "unused-negative-prompt",
    ]);
  });

  it("warns of a rescale without guidance, unless the base advises it beside guidance", async () => {
    await using pipeline = await openTiny();
    const advised = { ...pipeline, generation: { guidanceRescale: 0.7 } };
    const draw = async (from: Pipeline, guidanceRescale: number, guidanceScale: number) => {
      const options = { prompt, guidanceRescale, guidanceScale, steps: 1 };
      return (await collect(generate(from, options))).warnings.map(inEnglish);
    };
    expect(await draw(pipeline, 0.7, 1)).toEqual([
      "`guidanceRescale: 0.7` has no effect with `guidanceScale: 1`. Guide by more than 1 to use it.",
    ]);
    expect(await draw(pipeline, 0.7, 2)).toEqual([]);
    expect(await draw(pipeline, 0, 1)).toEqual([]);
    expect(await draw(advised, 0.7, 1)).toEqual([]);
  });

  it("lists every option out of range at once", async () => {
    await using pipeline = await openTiny();
    const bad = { width: 15, height: 0, steps: 0, count: 1.5, guidanceScale: Number.NaN };
    const more = { guidanceRescale: 2, eta: -1, seed: 2 ** 53, clipSkip: 3 };
    await expect(collect(generate(pipeline, { prompt, ...bad, ...more }))).rejects.toThrow(
      [
        "generate: `width`: expected a multiple of 2 pixels, got 15",
        "`height`: expected a multiple of 2 pixels, got 0",
        "`steps`: expected a whole number of at least 1, got 0",
        "`count`: expected a whole number of at least 1, got 1.5",
        "`guidanceScale`: expected a number of at least 0, got NaN",
        "`guidanceRescale`: expected a number from 0 to 1, got 2",
        "`eta`: expected a number from 0 to 1, got -1",
        "`seed`: expected a whole number below 2^53, or a bigint, got 9007199254740992",
        "`clipSkip`: expected a whole number from 0 to 2, got 3",
      ].join("\n"),
    );
  });

  it("refuses unknown samplers and more steps than the schedule has", async () => {
    await using pipeline = await openTiny();
    const draw = (options: Partial<GenerateOptions>) =>
      collect(generate(pipeline, { prompt, ...options }));
    await expect(draw({ sampler: "magic" })).rejects.toThrow(/expected one of ddim, .* "magic"/);
    await expect(draw({ steps: 5000, sampler: "ddim" })).rejects.toMatchObject({ code: "config" });
  });

  it("stops at the next step when it is told to", async () => {
    await using pipeline = await openTiny();
    const controller = new AbortController();
    const seen: string[] = [];
    const drawing = async () => {
      for await (const event of generate(pipeline, { prompt, steps: 5 }, controller.signal)) {
        seen.push(event.type);
        if (seen.length === 2) controller.abort(new Error("enough"));
      }
    };
    await expect(drawing()).rejects.toMatchObject({
      code: "aborted",
      message: "generate: stopped after step 2 of 6: enough.",
    });
    expect(seen).toEqual(["step", "step"]);
    await expect(collect(generate(pipeline, { prompt }, AbortSignal.abort("now")))).rejects.toThrow(
      AtelierError,
    );
  });

  it.each(["prediction", "pixels"])("stops within a run that gives %s", async (output) => {
    const controller = new AbortController();
    const stop = () => controller.abort(new Error("enough"));
    const own = stoppingRuntime(runtime, { output, time: 1, stop });
    await using pipeline = await openTiny("tiny-sd1", own);
    const drawing = collect(generate(pipeline, { prompt, steps: 2 }, controller.signal));
    await expect(drawing).rejects.toMatchObject({
      code: "aborted",
      message: "runtime: stopped during a run: enough.",
    });
  });

  it("stops where latents are no longer finite and names the step", async () => {
    await using pipeline = await openTiny();
    const [adapter] = await readAdapters(pipeline, [["attention", 1]]);
    const modules = [...(adapter?.weights.modules ?? [])].map(
      ([path, module]) => [path, { ...module, alpha: 1e38 }] as const,
    );
    const weights: LoraWeights = { modules: new Map(modules), metadata: new Map() };
    const adapters = [{ name: "broken", weights, strength: 1e6 }];
    await expect(
      collect(generate(pipeline, { prompt, steps: 3, seed: 9, adapters })),
    ).rejects.toThrow(
      /expected finite latents, got NaN after step 1 of 4 \(timestep \d+, seed 9\)/,
    );
  });
});
