/** @file What a plan decides by the base: its size, how samples are drawn, what is computed again. */

import { sizeOf } from "@atelier/engine";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeTrainDeps } from "../../adapters/train-deps.js";
import { type Configs, configOf } from "../../families/components.js";
import { families } from "../../families/families.js";
import { knownConfigs } from "../../families/known-layers.js";
import { adaptableLayers, componentParameters } from "../../families/layers.js";
import { readUNetConfig } from "../../models/unet/config.js";
import type { OwnedPipeline, Pipeline } from "../../pipeline/pipeline.js";
import { publishedMmdits, publishedVae } from "../../testing/published-models.js";
import {
  type TinyOverrides,
  tinyBase,
  tinyConfig,
  tinyTokenizer,
} from "../../testing/tiny-training.js";
import { loraTuning } from "../../tuning/lora-tuning.js";
import { activationBytes, type TrainingGraphSpec, trainingGraph } from "../step/training-graph.js";
import { fitMemory } from "./memory-plan.js";
import { planRun } from "./plan-run.js";

let pipeline: OwnedPipeline;
beforeAll(async () => {
  const deps = nodeTrainDeps(tinyConfig("pictures"), { tokenizerFolder: tinyTokenizer });
  const { base } = tinyConfig("pictures", { base: { path: tinyBase } });
  pipeline = await deps.openBase(base, { signal: undefined, onProgress: () => {} });
});
afterAll(() => pipeline[Symbol.asyncDispose]());

const picture = { name: "p.png", path: "p.png", sizeBytes: 1, captionFiles: [] };
const shown = { repeats: 1, flip: false, lossWeight: 1, size: { width: 32, height: 32 } };
const pictures = [{ ...picture, ...shown, caption: "a cat", captionSource: "prompt" }];

async function plan(batchSize: number, gradientCheckpointing: "auto" | "on" | "off") {
  const data = { folder: "pictures", prompt: "a cat", width: 32, height: 32 };
  const config = tinyConfig("pictures", { data, batchSize, gradientCheckpointing });
  const { graph, config: planned } = await planRun(config, pipeline, { pictures, warnings: [] });
  const bytes = activationBytes(trainingGraph(graph)) * planned.batchParts;
  return { blocks: graph.blocks, gibibytes: bytes / 2 ** 30 };
}

const zeroTerminalSnr = {
  _class_name: "DDIMScheduler",
  beta_schedule: "scaled_linear",
  prediction_type: "v_prediction",
  timestep_spacing: "trailing",
  rescale_betas_zero_snr: true,
};

/** The resolved config where the user says nothing of sizes and samples, on a base with other fields. */
async function resolveOn(fields: Partial<Pipeline>, overrides: TinyOverrides = {}) {
  const config = tinyConfig("pictures", { samples: {}, ...overrides });
  const plan = await planRun(config, { ...pipeline, ...fields }, { pictures, warnings: [] });
  return plan.config;
}

describe("a plan of a run that may keep its class", () => {
  const watch = { share: 1, heldOut: 0, classPrompt: "a cat", act: true };
  const planOf = (overrides: TinyOverrides) =>
    planRun(tinyConfig("pictures", { steps: 100, watch, ...overrides }), pipeline, {
      ...{ pictures, warnings: [] },
    });
  const codesOf = ({ warnings }: Awaited<ReturnType<typeof planOf>>) =>
    warnings.map(({ code, params }) => [code, "lacks" in params ? params.lacks : ""].join(" "));

  it("has its step with the base's prediction beside that without, and the memory for it", async () => {
    const [plain, keeping] = [await planOf({ watch: { ...watch, act: false } }), await planOf({})];
    expect([plain.keeping.length, plain.graph.predictionPrior]).toEqual([0, undefined]);
    expect([keeping.keeping.length, keeping.graph.predictionPrior]).toEqual([1, undefined]);
    expect(keeping.keeping[0]?.predictionPrior).toBe(1);
    expect(keeping.memory.activations).toBeGreaterThan(plain.memory.activations);
  });

  it("says where it has not the memory, and does without", async () => {
    const fields = { batchSize: 1, gradientCheckpointing: "on" } as const;
    const [least, most] = [
      await planOf({ ...fields, watch: { ...watch, act: false } }),
      await planOf(fields),
    ];
    const between = (least.memory.total + most.memory.total) / 2e9;
    const tight = await planOf({ ...fields, maxMemory: between });
    expect(tight.keeping).toEqual([]);
    expect(codesOf(tight)).toContain("class-not-kept memory");
    expect(codesOf(most)).not.toContain("class-not-kept memory");
  });

  it("says where the class is not known", async () => {
    const { classPrompt: _, ...unknown } = watch;
    expect(codesOf(await planOf({ watch: unknown }))).toContain("class-not-kept class");
  });
});

describe("planRun", () => {
  it.each([
    [8, 2, 16],
    [16, 4, 64],
    [64, 8, 512],
    [96, 8, 768],
  ])(
    "trains at the size of a base of %i latents of %i pixels: %i",
    async (sampleSize, factor, edge) => {
      const unet = { ...configOf(pipeline.configs, "unet"), sampleSize };
      const blockOutChannels = Array.from({ length: 1 + Math.log2(factor) }, () => 8);
      const vae = { ...configOf(pipeline.configs, "vae"), blockOutChannels };
      const configs = { ...pipeline.configs, unet, vae };
      const latents = pipeline.family.latents(configs);
      expect(latents.factor).toBe(factor);
      const { data } = await resolveOn({ configs, latents });
      expect(data).toMatchObject({ width: edge, height: edge });
    },
  );

  it("draws samples as the base advises, else as most bases like it", async () => {
    expect((await resolveOn({})).samples).toMatchObject({
      sampler: "dpmpp_2m_karras",
      steps: 20,
      guidance: 7.5,
    });
    const fields = { scheduleConfig: zeroTerminalSnr, generation: { steps: 8, guidanceScale: 3 } };
    const advised = { sampler: "ddim", steps: 8, guidance: 3 };
    expect((await resolveOn(fields)).samples).toMatchObject(advised);
    const given = { sampler: "euler", steps: 5, guidance: 1 } as const;
    expect((await resolveOn(fields, { samples: given })).samples).toMatchObject(given);
  });

  it("records the fingerprint of the base, and refuses a recorded run on another one", async () => {
    const base = { path: tinyBase };
    expect((await resolveOn({ fingerprint: "aa11" }, { base })).base.fingerprint).toBe("aa11");
    const recorded = { base: { ...base, fingerprint: "bb22" } };
    await expect(resolveOn({ fingerprint: "aa11" }, recorded)).rejects.toThrow(
      "base.fingerprint: expected the base bb22…, got aa11…",
    );
    await expect(resolveOn({}, recorded)).rejects.toThrow("tiny-sd1, which has no fingerprint");
  });

  it.each([
    [1, { checkpointBlocks: false, recomputeActivations: false }, [0, 1]],
    [500, { checkpointBlocks: false, recomputeActivations: true }, [1, 8]],
    [4096, { checkpointBlocks: true, recomputeActivations: true }, [8, 1000]],
  ])("computes the more again the larger a batch of %i is", async (batch, blocks, [from, to]) => {
    const { gibibytes, ...found } = await plan(batch, "auto");
    expect(gibibytes).toBeGreaterThan(from ?? 0);
    expect(gibibytes).toBeLessThan(to ?? 0);
    expect(found).toEqual({ blocks });
  });

  it("does as it is told, whatever the size", async () => {
    expect((await plan(1, "on")).blocks).toEqual({ checkpointBlocks: true });
    expect((await plan(500, "off")).blocks).toEqual({ checkpointBlocks: false });
  });
});

describe("planRun with a limit of memory", () => {
  const fit = async (overrides: TinyOverrides) => {
    const data = { folder: "pictures", prompt: "a cat", width: 32, height: 32 };
    const config = tinyConfig("pictures", { data, batchSize: 4, ...overrides });
    const {
      config: fitted,
      graph,
      memory,
    } = await planRun(config, pipeline, {
      ...{ pictures, warnings: [] },
    });
    const { batchSize, gradientAccumulation, batchParts } = fitted;
    const { batch, blocks } = graph;
    return { batchSize, gradientAccumulation, batchParts, batch, blocks, memory };
  };
  const below = (bytes: number) => (bytes - 1) / 1e9;

  it("first computes activations again, then blocks, then in one part, then splits", async () => {
    const free = await fit({});
    const inHalves = { batchSize: 4, gradientAccumulation: 1, batchParts: 2, batch: 2 };
    expect(free).toMatchObject(inHalves);
    expect(await fit({ maxMemory: 100 })).toEqual({
      ...free,
      blocks: { checkpointBlocks: false, recomputeActivations: false },
    });
    const again = await fit({ maxMemory: below(free.memory.total) });
    expect(again.blocks).toEqual({ checkpointBlocks: false, recomputeActivations: true });
    const blocks = await fit({ maxMemory: below(again.memory.total) });
    expect(blocks.blocks).toEqual({ checkpointBlocks: true, recomputeActivations: true });
    expect(blocks).toMatchObject(inHalves);
    const whole = await fit({ maxMemory: below(blocks.memory.total) });
    expect(whole).toMatchObject({ batchSize: 4, batchParts: 1, batch: 4, blocks: blocks.blocks });
    const split = await fit({ maxMemory: below(whole.memory.total) });
    expect(split).toMatchObject({ batchSize: 2, gradientAccumulation: 2, batchParts: 2, batch: 1 });
    expect(split.memory.total).toBeLessThan(whole.memory.total);
  });

  it("splits a batch whose blocks may not be computed again, pictures of the class included", async () => {
    const prior = { classPrompt: "a dog" };
    const off = { gradientCheckpointing: "off", batchParts: 1, prior };
    const free = await fit(off);
    const halves = await fit({ ...off, maxMemory: below(free.memory.total) });
    expect(halves).toMatchObject({ batchSize: 2, batch: 4, blocks: { checkpointBlocks: false } });
  });

  it("says what is needed where nothing fits", async () => {
    await expect(fit({ maxMemory: 0.1 })).rejects.toThrow(
      /maxMemory: expected 0\.\d\d GB or more, .* got 0\.1\. Train smaller pictures/,
    );
  });
});

describe("fitMemory of a model that is mapped", () => {
  /** SD 3.5 medium's transformer at 256×256, in 16 bits, with an adapter. */
  const family = families.sd3;
  const configs: Configs = {
    ...knownConfigs("sd3"),
    transformer: publishedMmdits.sd35m,
    vae: publishedVae({ latent_channels: 16 }),
  };
  const layers = [...adaptableLayers(family, configs)].flatMap(([path, layer]) =>
    /^transformer\..*\.attn\.to_[qv]$/.test(path) ? [layer] : [],
  );
  const tuning = loraTuning({ layers: new Map([["transformer", layers]]), rank: 4, alpha: 4 });
  const graph: TrainingGraphSpec = {
    ...{ family, configs, tuning, batch: 1, height: 32, width: 32, tokens: 77, encoders: [] },
    process: family.process({ _class_name: "FlowMatchEulerDiscreteScheduler" }),
    ...{ from: "distribution", isWeighted: false, isMasked: false, measure: { kind: "mse" } },
    noise: { offset: { strength: 0, adaptive: 0 }, perturbation: 0 },
  };
  const halves = new Map(
    componentParameters(configs, "transformer").map(({ name }) => [`transformer:${name}`, 16]),
  );
  const fit = (maxMemory: number) => {
    const config = tinyConfig("pictures", { batchSize: 1, maxMemory });
    return fitMemory({ config, graph, groups: [], widened: halves }).memory;
  };

  it("leaves frozen weights in their files where nothing else fits, and says so much less is needed", () => {
    const whole = fit(20);
    expect(whole.inFiles).toBe(0);
    expect(whole.weights).toBeGreaterThan(4.4e9);
    const small = fit(whole.total / 1e9 - 3);
    expect(small.inFiles).toBeGreaterThan(4.4e9);
    expect(small.weights + small.inFiles).toBeCloseTo(whole.weights, -3);
    expect(small.total).toBeLessThan(whole.total - 4.4e9);
    expect(() => fit(0.5)).toThrow("maxMemory: expected");
  });
});

describe("planRun of a watched run", () => {
  const memoryOf = async (base: Pipeline, overrides: TinyOverrides) => {
    const config = tinyConfig("pictures", { batchSize: 4, steps: 500, ...overrides });
    return (await planRun(config, base, { pictures, warnings: [] })).memory;
  };
  const watch = { share: 1, prompts: ["a dog"] };

  it("counts a small model's weights for its looks and for the base's drawings, and both passes", async () => {
    const plain = await memoryOf(pipeline, {});
    const watched = await memoryOf(pipeline, { watch });
    expect(plain.looks).toBe(0);
    expect(watched).toEqual({ ...plain, looks: watched.looks, total: plain.total + watched.looks });
    // A step's are counted twice, too.
    const passes = watched.looks - plain.weights;
    expect(passes).toBeGreaterThan(0);
    expect(passes).toBeLessThan(plain.activations);
  });

  it("counts of a large model, which is mapped, rows and what is said of drawings alone", async () => {
    const { configs } = pipeline;
    const unet = readUNetConfig({ cross_attention_dim: 16, sample_size: 16 });
    const large = { ...configs, unet };
    const base = { ...pipeline, configs: large, layers: adaptableLayers(families.sd1, large) };
    const { looks } = await memoryOf(base, { watch });
    const [rows, drawn] = [16 + 8 + 16 + 8, 16 + 8];
    const latents = 4 * 4 * 8 * 8;
    expect(looks).toBe((2 * rows + 2 * drawn) * latents);
  });
});

describe("planRun of batches in parts", () => {
  const partsOf = async (overrides: TinyOverrides) => {
    const config = tinyConfig("pictures", overrides);
    const plan = await planRun(config, pipeline, { pictures, warnings: [] });
    return [plan.config.batchParts, plan.graph.batch];
  };

  it.each([
    [{ batchSize: 1 }, [1, 1]],
    [{ batchSize: 3 }, [1, 3]],
    [{ batchSize: 6 }, [2, 3]],
    [{ batchSize: 6, batchParts: 3 }, [3, 2]],
    [{ batchSize: 6, batchParts: 1 }, [1, 6]],
    [{ batchSize: 2, prior: { classPrompt: "a dog" } }, [2, 2]],
  ])("%j", async (overrides, expected) => {
    expect(await partsOf(overrides)).toEqual(expected);
  });

  it("refuses parts that do not divide the batch", async () => {
    await expect(partsOf({ batchSize: 6, batchParts: 4 })).rejects.toThrow(
      "batchParts: expected a divisor of batchSize 6, got 4. Leave it out, or change one of them.",
    );
  });
});

describe("planRun of a base in 16 bits", () => {
  const plan = async (overrides: TinyOverrides, widened: readonly string[]) => {
    const { configs } = pipeline;
    const large = {
      ...configs,
      unet: readUNetConfig({ cross_attention_dim: 16, sample_size: 16 }),
    };
    const base = { ...pipeline, configs: large, layers: adaptableLayers(families.sd1, large) };
    const config = tinyConfig("pictures", { batchSize: 1, ...overrides });
    const parameters = componentParameters(large, "unet");
    const bits = new Map(widened.map((name) => [name, 16]));
    const given = { pictures, warnings: [] };
    const { memory } = await planRun(config, { ...base, widened: bits }, given);
    return { memory, parameters };
  };

  it("counts two bytes a weight and the largest in float32, but for what trains or is replaced", async () => {
    const whole = await plan({}, []);
    const bytes = whole.parameters.map(({ shape }) => 4 * sizeOf(shape));
    const names = whole.parameters.map(({ name }) => `unet:${name}`);
    expect(whole.memory.weights).toBe(bytes.reduce((a, b) => a + b));
    const half = await plan({}, names);
    expect(half.memory).toMatchObject({
      weights: whole.memory.weights / 2 + Math.max(...bytes),
      state: whole.memory.state,
      activations: whole.memory.activations,
    });
    const pissa = await plan({ lora: { rank: 4, init: "pissa" } }, names);
    const adapted = whole.parameters.filter(({ name }) =>
      /attn[12]\.(to_[qkv]|to_out\.0)\.weight$/.test(name),
    );
    const replaced = adapted.reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0);
    expect(pissa.memory.weights).toBe(half.memory.weights + replaced / 2);
    const full = await plan({ tuning: "full", lora: undefined }, names);
    expect(full.memory.weights).toBe(0);
  });
});
