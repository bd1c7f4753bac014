/** @file What looks measure: against the models themselves, without a trace in the training, through every break. */

import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { AtelierError, type FloatTensor, floatTensor, type Shape, sizeOf } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sharpPictures } from "../../adapters/sharp-pictures.js";
import { nodeTrainDeps } from "../../adapters/train-deps.js";
import { loadPicture } from "../../data/load-picture.js";
import { readLora } from "../../files/adapter/read-lora.js";
import type { Adapter } from "../../pipeline/adapters.js";
import { generate } from "../../pipeline/generate.js";
import type { GenerateOptions } from "../../pipeline/generate-settings.js";
import type { OwnedPipeline, Pipeline } from "../../pipeline/pipeline.js";
import { addNoise } from "../../process/noise-schedule.js";
import { noiseScheduleOf, readSchedulerConfig } from "../../samplers/scheduler-config.js";
import {
  lossesOf,
  numbersOf,
  resumeTiny,
  runTiny,
  tensorsOf,
  tinyConfigs,
  tinyTrainings,
  watcherState,
} from "../../testing/tiny-runs.js";
import { tinyTokenizer } from "../../testing/tiny-training.js";
import type { TrainConfig } from "../config/train-config.js";
import { type RandomPurpose, randomStream } from "../data/random-streams.js";
import type { KeptStep, LookEvent, TrainEvent, WatchPlanEvent } from "../events/train-event.js";
import { train } from "../train.js";
import type { Watcher } from "./watcher.js";

type Configs = Awaited<ReturnType<typeof tinyConfigs>>;

/** Batches of four leave time for looks. */
const withTime =
  (configs: Configs): Configs =>
  (run, fields) =>
    configs(run, { batchSize: 4, ...fields });

let configOf: Configs;
beforeAll(async () => {
  configOf = withTime(await tinyConfigs(3));
});

const watch = { share: 1, heldOut: 0, prompts: ["a dog", "a photo"], classPrompt: "a cat" };
const looksOf = (events: readonly TrainEvent[]): LookEvent[] =>
  events.flatMap((event) => (event.type === "look" ? [event] : []));
/** Without the times that they took. */
const seen = (events: readonly TrainEvent[]) =>
  looksOf(events).map((look) => ({ ...look, seconds: 0 }));

/** What the last step has left, wherever it lies. */
async function lastTensors(config: TrainConfig): Promise<Map<string, string>> {
  const all = [...(await tensorsOf(config))].filter(([path]) => !path.startsWith("/kept/"));
  const last = all.filter(([path]) => path.startsWith("/last/"));
  const moved = last.map(([path, bytes]) => [path.slice("/last".length), bytes] as const);
  return new Map([...all.filter((entry) => !last.includes(entry)), ...moved]);
}

describe("a watched run", () => {
  it.each(tinyTrainings)("has the bits of one that is not: %s", async (name, fields) => {
    const plain = configOf(`plain ${name}`, fields);
    const watched = configOf(`watched ${name}`, { ...fields, watch });
    const losses = lossesOf(await runTiny(plain));
    const events = await runTiny(watched);
    const steps = looksOf(events).map(({ step }) => step);
    expect(steps.slice(0, 1).concat(steps.slice(-3))).toEqual([0, 4, 5, 6]);
    expect(lossesOf(events)).toEqual(losses);
    expect(await lastTensors(watched)).toEqual(await lastTensors(plain));
  });

  it("sees again what it saw where it was killed and resumed", async () => {
    const whole = configOf("whole", { watch });
    const expected = seen(await runTiny(whole));
    const broken = configOf("broken", { watch });
    const isFifth = (event: TrainEvent) => event.type === "look" && event.step === 5;
    const before = seen(await runTiny(broken, { until: isFifth }));
    expect(before).toEqual(expected.slice(0, -1));
    expect(seen(await resumeTiny(broken))).toEqual(expected.slice(-2));
    expect(await watcherState(broken, "verdicts")).toEqual(await watcherState(whole, "verdicts"));
    expect(await tensorsOf(broken)).toEqual(await tensorsOf(whole));
  });

  it("trains on none of the pictures that it holds out", async () => {
    const config = withTime(await tinyConfigs(4))("held out", { watch: { ...watch, heldOut: 2 } });
    const events = await runTiny(config);
    const plan = events.find((event) => event.type === "watch");
    expect(plan?.heldOut).toHaveLength(2);
    expect(plan?.banks.echo).toBeUndefined();
    const names = new Set(plan?.banks["held-out"]?.map(({ picture }) => picture));
    expect([...names].sort()).toEqual([...(plan?.heldOut ?? [])].sort());
    const trained = plan?.banks.train?.map(({ picture }) => picture) ?? [];
    expect(trained.filter((name) => names.has(name))).toEqual([]);
  });

  it("is refused where it would hold out all pictures", async () => {
    const config = configOf("all held out", { watch: { ...watch, heldOut: 3 } });
    await expect(runTiny(config)).rejects.toThrow(
      "watch.heldOut: expected fewer than the 3 pictures there are, got 3, which leaves none to train on.",
    );
  });
});

describe("the best step", () => {
  // Rates at which the tiny model soon falls apart: the best is neither the start nor the end.
  const fields = {
    watch: { ...watch, heldOut: 1 },
    ...{ learningRate: 0.1, lora: { rank: 4 }, steps: 12, saveEverySteps: 4 },
  };
  let whole: TrainConfig;
  let kept: KeptStep | undefined;
  beforeAll(async () => {
    whole = configOf("best", fields);
    const end = (await runTiny(whole)).at(-1);
    kept = end?.type === "done" ? end.kept : undefined;
  });

  it("is what a run results in, beside what the last step made", async () => {
    const step = kept?.best.step ?? 0;
    expect(step).toBeGreaterThan(0);
    expect(step).toBeLessThan(12);
    expect(kept?.sentence).toMatch(
      `Kept step ${step}: pictures like the one held out should have their lowest error there`,
    );
    // The same run, stopped there, has saved what it had.
    const stopped = configOf("stopped", fields);
    const stop = new AbortController();
    const deps = nodeTrainDeps(stopped, { tokenizerFolder: tinyTokenizer });
    for await (const event of train(stopped, deps, stop.signal)) {
      if (event.type === "step" && event.step === step) stop.abort();
    }
    const found = await numbersOf(join(folderOf(whole), file));
    expect(found).toEqual(await numbersOf(join(folderOf(stopped), file)));
    expect(found).not.toEqual(await numbersOf(join(folderOf(whole), "last", file)));
  });

  it("survives a kill after any step", async () => {
    for (const last of [3, 5, 9, 12]) {
      const broken = configOf(`broken at ${last}`, fields);
      await runTiny(broken, { until: (event) => event.type === "look" && event.step >= last });
      const end = (await resumeTiny(broken)).at(-1);
      expect(end).toMatchObject({ type: "done", kept: { best: kept?.best } });
      for (const path of [file, join("last", file)]) {
        expect(await numbersOf(join(folderOf(broken), path))).toEqual(
          await numbersOf(join(folderOf(whole), path)),
        );
      }
    }
  });

  it("is what a run that fails has saved", async () => {
    const config = configOf("failing", fields);
    const failing: Watcher = {
      name: "failing",
      due: (step) => step === 12,
      // biome-ignore lint/correctness/useYield: it fails before it has anything to tell.
      async *look() {
        throw new AtelierError("training", "look: expected a picture, got none.");
      },
    };
    await expect(runTiny(config, { watchers: () => [failing] })).rejects.toThrow(
      `got none. The result of step ${kept?.best.step}, the best so far, is saved: `,
    );
    expect(await numbersOf(join(folderOf(config), file))).toEqual(
      await numbersOf(join(folderOf(whole), file)),
    );
  });

  it("is said to be lost where its values are, and the last step's are the result", async () => {
    const config = configOf("lost", fields);
    const deps = nodeTrainDeps(config, { tokenizerFolder: tinyTokenizer });
    const events: TrainEvent[] = [];
    for await (const event of train(config, deps)) {
      events.push(event);
      if (event.type !== "step" || event.step !== 12) continue;
      await rm(join(folderOf(config), "kept"), { recursive: true });
    }
    const warnings = events.filter((event) => event.type === "warning");
    expect(warnings.map(({ code }) => code)).toContain("best-lost");
    expect(events.at(-1)).not.toHaveProperty("kept");
    expect(await numbersOf(join(folderOf(config), file))).toEqual(
      await numbersOf(join(folderOf(whole), "last", file)),
    );
  });

  it("is the last where nothing is held out: enlarged views do not tell", async () => {
    const config = configOf("echoes", { ...fields, watch });
    const events = await runTiny(config);
    expect(events.at(-1)).not.toHaveProperty("kept");
    const states = events.flatMap((event) => (event.type === "verdict" ? [event.state] : []));
    expect(states).not.toContain("overfitting");
    expect(states).not.toContain("learned-enough");
  });
});

const file = "tiny.safetensors";
const folderOf = ({ output }: TrainConfig): string => output.run ?? "";

describe("the rows of a look", () => {
  const size = { width: 16, height: 16 };
  let base: OwnedPipeline;
  let adapters: readonly Adapter[];
  let seed = 0;
  let plan: WatchPlanEvent | undefined;
  let looks: readonly LookEvent[];
  let folder = "";

  beforeAll(async () => {
    const config = configOf("measured", {
      watch,
      lora: { rank: 2, dropout: 0.5 },
      learningRate: 0.1,
    });
    const events = await runTiny(config);
    plan = events.find((event) => event.type === "watch");
    looks = looksOf(events);
    const deps = nodeTrainDeps(config, { tokenizerFolder: tinyTokenizer });
    base = await deps.openBase(config.base, { signal: undefined, onProgress() {} });
    const end = events.at(-1);
    const [last] = (end?.type === "done" && (end.kept?.last ?? end.results)) || [];
    const file = last?.path ?? "";
    adapters = [{ name: "tiny", weights: (await readLora(nodeFiles, file, base)).weights }];
    ({ seed } = config);
    folder = config.data.folder;
  });
  afterAll(() => base[Symbol.asyncDispose]());

  /** What the pipeline that draws predicts of noisy latents. */
  async function predict(
    { latents, noise, time, prompt }: Place,
    own: readonly Adapter[] = adapters,
  ): Promise<Float32Array> {
    const schedule = noiseScheduleOf(readSchedulerConfig(base.scheduleConfig).config);
    const mixed = { x0: latents.data, noise: noise.data, timesteps: [time] };
    const noisy = floatTensor(addNoise(schedule, mixed), latents.shape);
    const { conditioning } = await base.encodePrompts([prompt]);
    const [, , height = 0, width = 0] = latents.shape;
    const denoiser = await base.denoiser({ batch: 1, height, width }, { adapters: own });
    return (await denoiser(noisy, time, conditioning)).data;
  }

  it.each(["generic", "class"] as const)(
    "of %s are how far predictions have moved",
    async (bank) => {
      const rows = plan?.banks[bank] ?? [];
      expect(rows.length).toBeGreaterThan(1);
      for (const [index, { picture: prompt, time }] of rows.entries()) {
        const latents = await lastLatents(base, { prompt, seed: index, ...size });
        const noise = drawn(seed, `watch:noise:${bank}`, { index, shape: latents.shape });
        const place = { latents, noise, time, prompt };
        const [before, after] = [await predict(place, []), await predict(place)];
        expectNear(looks[0]?.rows[bank]?.[index], meanSquare(before, noise.data));
        expectNear(looks.at(-1)?.rows[bank]?.[index], meanSquare(after, before));
      }
    },
  );

  it.each([
    ["echo", 1 / 0.875],
    ["train", 1],
  ] as const)("of %s are errors of the pictures", async (bank, zoom) => {
    const rows = plan?.banks[bank] ?? [];
    expect(rows.length).toBeGreaterThan(1);
    for (const [index, { picture, time }] of rows.entries()) {
      const bytes = await readFile(join(folder, picture));
      const prepared = await loadPicture({ name: picture, bytes }, sharpPictures, {
        ...{ ...size, zoom, multiple: 2 },
      });
      const { data, shape: extents } = prepared.pixels;
      const { mean, logVariance } = await base.encodeImages(floatTensor(data, [1, ...extents]));
      const { shape } = mean;
      const sample = drawn(seed, `watch:latents:${bank}`, { index, shape });
      const scaled = mean.data.map(
        (value, i) =>
          scalingFactor *
          (value + Math.exp((logVariance.data[i] ?? 0) / 2) * (sample.data[i] ?? 0)),
      );
      const noise = drawn(seed, `watch:noise:${bank}`, { index, shape });
      const place = { latents: floatTensor(scaled, shape), noise, time, prompt: "a cat" };
      expectNear(looks[0]?.rows[bank]?.[index], meanSquare(await predict(place, []), noise.data));
      expectNear(looks.at(-1)?.rows[bank]?.[index], meanSquare(await predict(place), noise.data));
    }
  });
});

/** Of the tiny autoencoder's config. */
const scalingFactor = 0.18215;

/** A row as the pipeline that draws can compute it. */
interface Place {
  readonly latents: FloatTensor;
  readonly noise: FloatTensor;
  readonly time: number;
  readonly prompt: string;
}

function drawn(
  seed: number,
  purpose: RandomPurpose,
  { index, shape }: { readonly index: number; readonly shape: Shape },
): FloatTensor {
  return floatTensor(randomStream(seed, purpose, index).randn(sizeOf(shape)), shape);
}

async function lastLatents(base: Pipeline, request: GenerateOptions): Promise<FloatTensor> {
  const fixed = { sampler: "ddim", steps: 8, guidanceScale: 1, promptSyntax: "plain" } as const;
  for await (const event of generate(base, { ...request, ...fixed })) {
    if (event.type === "image") return event.latents;
  }
  throw new Error("no picture");
}

const meanSquare = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + (value - (b[i] ?? Number.NaN)) ** 2, 0) / a.length;

function expectNear(actual: number | undefined, expected: number): void {
  expect(Math.abs((actual ?? Number.NaN) / expected - 1)).toBeLessThan(1e-4);
}
