/** @file Every adapter method trained on a tiny model, from config to files and back. */

import { nodeFiles } from "@atelier/engine/node";
import { beforeAll, describe, expect, it } from "vitest";
import { nodeTrainDeps } from "../adapters/train-deps.js";
import { partEntries, partOf } from "../core/adapter-parts.js";
import type { LoraModule } from "../core/lora-weights.js";
import { readAdapter } from "../pipeline/read-adapter.js";
import { drawPictures, tinyConfig, tinyTokenizer } from "../testing/tiny-training.js";
import type { StepEvent } from "./events/train-event.js";
import { pathsOf } from "./result/result-file.js";
import { train as runTraining } from "./train.js";

let pictures = "";
beforeAll(async () => {
  pictures = await drawPictures(3);
});

/** Trains and returns the losses and the saved files. */
async function train(lora: Readonly<Record<string, unknown>>, more = {}) {
  const config = tinyConfig(pictures, { lora: { rank: 2, ...lora }, ...more });
  const steps: StepEvent[] = [];
  let adapters: readonly string[] = [];
  for await (const event of runTraining(config, depsOf(config))) {
    if (event.type === "step") steps.push(event);
    if (event.type === "done") adapters = pathsOf(event.results);
  }
  return { config, adapters, losses: steps.map(({ loss }) => loss) };
}

type Config = ReturnType<typeof tinyConfig>;
const depsOf = (config: Config) => nodeTrainDeps(config, { tokenizerFolder: tinyTokenizer });

/** The modules of files, read for the base that they were trained on. */
async function modulesOf(config: Config, paths: readonly string[]) {
  const open = { signal: undefined, onProgress: () => {} };
  await using base = await depsOf(config).openBase(config.base, open);
  const files = await Promise.all(paths.map((path) => readAdapter(nodeFiles, path, { base })));
  expect(files.flatMap(({ unknownKeys }) => unknownKeys)).toEqual([]);
  return files.map(({ adapter }) => adapter.weights.modules);
}

const everywhere = { targets: ["all"] };
const both = { textEncoder: { train: true, learningRate: 1e-3 } };

describe("train with every method", () => {
  const methods: readonly (readonly [string, Record<string, unknown>])[] = [
    ["lora", {}],
    ["rslora", { method: "rslora", alpha: 3 }],
    ["dora", { method: "dora" }],
    ["loha", { method: "loha" }],
    ["loha of LyCORIS", { method: "loha", init: "lycoris" }],
    ["lokr", { method: "lokr", lokrFactor: 4 }],
    ["lokr of LyCORIS", { method: "lokr", init: "lycoris", lokrDecomposeBoth: true }],
    ["pissa", { init: "pissa", alpha: 5 }],
    ["dora from pissa", { method: "dora", init: "pissa" }],
  ];

  it.each(methods)(
    "%s begins at the base's loss, learns, and saves files that hold the same adapter",
    async (_, lora) => {
      const plain = await train(everywhere, { ...both, steps: 1 });
      const { config, adapters, losses } = await train({ ...everywhere, ...lora }, both);
      expect(Math.abs((losses[0] ?? 0) - (plain.losses[0] ?? 1))).toBeLessThan(1e-5);
      expect(losses.every(Number.isFinite)).toBe(true);
      const text = adapters.filter((path) => path.includes("text_encoder"));
      const [kohya, other] = await modulesOf(
        config,
        adapters.filter((path) => !text.includes(path)),
      );
      const unet = [...(kohya ?? [])].filter(
        ([name]) => text.length === 0 || name.startsWith("unet."),
      );
      expect(unet.map(([name]) => name)).toEqual([...(other ?? []).keys()]);
      for (const [name, module] of unet) expectSame(name, module, other?.get(name));
      const isLearned = unet.every(([, { parts }]) =>
        partEntries(parts).every(([, { data }]) => data.some((value) => value !== 0)),
      );
      expect(isLearned).toBe(true);
    },
    60_000,
  );

  it("drops at random without losing the way, and repeats itself", async () => {
    const drops = { rankDropout: 0.5, moduleDropout: 0.3 };
    for (const method of ["lora", "dora", "loha", "lokr"]) {
      const dropout = method === "lora" || method === "dora" ? 0.2 : 0;
      const lora = { method, ...drops, dropout, rankPattern: { to_q: 3 } };
      const [first, second] = [await train(lora), await train(lora)];
      expect(first.losses).toEqual(second.losses);
      expect(first.losses.every(Number.isFinite)).toBe(true);
    }
  });
});

describe("options of train", () => {
  const oneStep = { steps: 1, optimizer: { name: "sgd", weightDecay: 0 }, maxGradNorm: 0 };

  it("moves the second factor faster with LoRA+, by the ratio", async () => {
    const plain = await train({}, oneStep);
    const faster = await train({ loraPlusRatio: 16 }, oneStep);
    const [before] = await modulesOf(plain.config, plain.adapters);
    const [after] = await modulesOf(faster.config, faster.adapters);
    for (const [name, { parts }] of before ?? []) {
      const up = partOf(after?.get(name)?.parts ?? {}, "up").data;
      const expected = partOf(parts, "up").data.map((value) => 16 * value);
      expect(largestDifference(up, expected)).toBeLessThan(
        1e-6 * Math.max(...expected.map(Math.abs)),
      );
    }
  });

  it("gives layers the rank and alpha of the first pattern that means them", async () => {
    const { config, adapters } = await train(
      { rankPattern: ["attn1.to_q=3", "to_q=1"], alphaPattern: ["to_k=5"] },
      { steps: 1 },
    );
    const [modules] = await modulesOf(config, adapters);
    const of = (ending: string) => {
      const found = [...(modules ?? [])].filter(([name]) => name.endsWith(ending));
      return new Set(found.map(([, { rank, alpha }]) => `${rank} ${alpha}`));
    };
    expect(of("attn1.to_q")).toEqual(new Set(["3 3"]));
    expect(of("attn2.to_q")).toEqual(new Set(["1 1"]));
    expect(of("to_k")).toEqual(new Set(["2 5"]));
    expect(of("to_v")).toEqual(new Set(["2 2"]));
  });

  it("keeps the change of every layer within the largest norm", async () => {
    const limit = 1e-3;
    const { config, adapters } = await train({ maxWeightNorm: limit, alpha: 4 });
    const [modules] = await modulesOf(config, adapters);
    const norms = [...(modules ?? []).values()].map(normOf);
    expect(Math.max(...norms)).toBeLessThan(limit * 1.0001);
    expect(Math.max(...norms)).toBeGreaterThan(limit * 0.9999);
  });
});

/** ‖(alpha / rank) · up · down‖ of a linear layer. */
function normOf({ parts, alpha, rank }: LoraModule): number {
  const [down, up] = [partOf(parts, "down"), partOf(parts, "up")];
  const width = down.data.length / rank;
  let sum = 0;
  for (let i = 0; i < (up.shape[0] ?? 0); i++) {
    for (let j = 0; j < width; j++) {
      let value = 0;
      for (let r = 0; r < rank; r++) {
        value += (up.data[i * rank + r] ?? 0) * (down.data[r * width + j] ?? 0);
      }
      sum += value * value;
    }
  }
  return (Math.sqrt(sum) * alpha) / rank;
}

function expectSame(name: string, a: LoraModule, b: LoraModule | undefined): void {
  expect(b?.method, name).toBe(a.method);
  expect(Math.abs(a.alpha / a.rank - (b?.alpha ?? 0) / (b?.rank ?? 1)), name).toBeLessThan(1e-6);
  expect(b?.parts, name).toEqual(a.parts);
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? 9))), 0);
}
