/** @file Strengths are measured as the run's looks and the pipeline that draws have it, and written as they were measured. */

import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { floatTensor, sizeOf } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { beforeAll, describe, expect, it } from "vitest";
import { nodeTrainDeps } from "../../adapters/train-deps.js";
import type { Estimate, Learned } from "../../core/verdict.js";
import { componentOf } from "../../families/model-files.js";
import { openModelFiles } from "../../files/model/open-model-files.js";
import { openSafetensors } from "../../files/safetensors/open-safetensors.js";
import type { Adapter } from "../../pipeline/adapters.js";
import { generate } from "../../pipeline/generate.js";
import type { Pipeline } from "../../pipeline/pipeline.js";
import { readAdapter } from "../../pipeline/read-adapter.js";
import { addNoise } from "../../process/noise-schedule.js";
import { noiseScheduleOf, readSchedulerConfig } from "../../samplers/scheduler-config.js";
import { type Fields, runTiny, tinyConfigs } from "../../testing/tiny-runs.js";
import { tinyTokenizer } from "../../testing/tiny-training.js";
import {
  judgeStrengths,
  type MeasuredStrength,
  type StrengthHistory,
} from "../../verdicts/strengths.js";
import type { TrainConfig } from "../config/train-config.js";
import { randomStream } from "../data/random-streams.js";
import type { TrainEvent } from "../events/train-event.js";
import {
  measureStrengths,
  type StrengthOptions,
  type StrengthsEvent,
} from "./measure-strengths.js";
import { readStrengths } from "./strength-record.js";

let configOf: Awaited<ReturnType<typeof tinyConfigs>>;
beforeAll(async () => {
  configOf = await tinyConfigs(3);
});

const watch = { share: 1, prompts: ["a dog", "a photo"], classPrompt: "a cat" };
/** Rates at which the tiny model learns, and soon falls apart. */
const fields = { watch, learningRate: 0.1, lora: { rank: 4 }, steps: 12, saveEverySteps: 4 };
const folderOf = ({ output }: TrainConfig): string => output.run ?? "";
const depsOf = (config: TrainConfig) => nodeTrainDeps(config, { tokenizerFolder: tinyTokenizer });
const openBase = (config: TrainConfig) =>
  depsOf(config).openBase(config.base, { signal: undefined, onProgress() {} });

async function measure(config: TrainConfig, options?: StrengthOptions): Promise<StrengthsEvent[]> {
  const events: StrengthsEvent[] = [];
  for await (const event of measureStrengths(folderOf(config), depsOf(config), options)) {
    events.push(event);
  }
  return events;
}

const strengthsOf = (events: readonly StrengthsEvent[]): MeasuredStrength[] =>
  events.flatMap((event) => (event.type === "strength" ? [event] : []));
const chosenOf = (events: readonly StrengthsEvent[]) =>
  events.find((event) => event.type === "chosen");
const savedOf = (events: readonly StrengthsEvent[]) =>
  events.find((event) => event.type === "saved");

function expectNear(actual: number | undefined, expected: number | undefined, within = 1e-4): void {
  expect(actual).toBeDefined();
  expect(Math.abs((actual ?? Number.NaN) - (expected ?? Number.NaN))).toBeLessThan(within);
}

function expectEstimate(actual: Estimate | undefined, expected: Estimate | undefined): void {
  for (const part of ["value", "low", "high"] as const)
    expectNear(actual?.[part], expected?.[part]);
}

function expectLearned(actual: Learned | undefined, expected: Learned | undefined): void {
  expectEstimate(actual?.ofThese, expected?.ofThese);
  expectEstimate(actual?.ofOthersLikeThem, expected?.ofOthersLikeThem);
  expect(actual?.pictures).toBe(expected?.pictures);
}

const trainings: readonly (readonly [string, Fields])[] = [
  ["LoRA", {}],
  ["rsLoRA with its own alpha", { lora: { rank: 4, method: "rslora", alpha: 3 } }],
  ["DoRA", { lora: { rank: 4, method: "dora" } }],
  ["LoHa", { lora: { rank: 2, method: "loha" } }],
  ["LoKr", { lora: { rank: 2, method: "lokr", lokrFactor: 4 } }],
  ["PiSSA", { lora: { rank: 4, init: "pissa", alpha: 5 } }],
  [
    "LoRA with the text encoder",
    { lora: { rank: 4 }, textEncoder: { train: true, learningRate: 0.05 } },
  ],
  ["all weights", { tuning: "full", lora: undefined, learningRate: 1e-3 }],
  [
    "word and adapter",
    {
      tuning: "pivotal",
      embedding: { token: "<my-cat>", initializer: "photo" },
      data: { prompt: "a <my-cat>" },
    },
  ],
];

describe("measured strengths", () => {
  it.each(trainings)("of %s are those of looks and of drawing", async (name, own) => {
    const config = configOf(name, { ...fields, ...own });
    const events = await runTiny(config);
    const all = await measure(config, { strengths: [1e-6, 0.6, 1], writes: false });
    const [none, part, whole] = strengthsOf(all);
    // What is trained, at all of its strength, is what the look at its step has seen.
    const seen = seenAtResult(events);
    expectLearned(whole?.learned, seen.learned);
    expectLearned(whole?.train, seen.train);
    expectEstimate(whole?.generic, seen.generic);
    expectEstimate(whole?.class, seen.class);
    if (own["tuning"] !== "pivotal") {
      expectNear(none?.learned.ofThese.value, 0, 1e-5);
      expectNear(none?.generic?.value, 0, 1e-9);
      expectNear(none?.class?.value, 0, 1e-9);
    }
    const drawn = await drawnAt(config, events, 0.6);
    expect(drawn.generic?.value).toBeGreaterThan(1e-5);
    for (const bank of ["generic", "class"] as const) {
      const expected = drawn[bank]?.value ?? Number.NaN;
      expect(Math.abs((part?.[bank]?.value ?? Number.NaN) / expected - 1)).toBeLessThan(1e-3);
    }
  });
});

/** What the run's own look has seen of the step that its result is of. */
function seenAtResult(events: readonly TrainEvent[]): MeasuredStrength {
  const end = events.at(-1);
  const step = end?.type === "done" ? (end.kept?.best.step ?? end.step) : Number.NaN;
  const { banks = {} } = events.find((event) => event.type === "watch") ?? {};
  const [start, ...looks] = events.flatMap((event) => (event.type === "look" ? [event] : []));
  const { rows = {} } = looks.find((look) => look.step === step) ?? {};
  return onlyMeasured({ banks, start: start?.rows ?? {}, looks: [{ strength: 1, rows }] });
}

function onlyMeasured(history: StrengthHistory): MeasuredStrength {
  const [told] = judgeStrengths(history).measured;
  if (told === undefined) throw new Error("nothing measured");
  return told;
}

/** What the pipeline that draws says of the rows that the base has drawn, with the result at a strength. */
async function drawnAt(
  config: TrainConfig,
  events: readonly TrainEvent[],
  strength: number,
): Promise<MeasuredStrength> {
  const plan = events.find((event) => event.type === "watch");
  const end = events.at(-1);
  const results = end?.type === "done" ? end.results : [];
  const { banks = {} } = plan ?? {};
  await using base = await openBase(config);
  const file = results.find(({ kind }) => kind === "adapter")?.path;
  const read = file === undefined ? [] : [await readAdapter(nodeFiles, file, { base, strength })];
  const adapters = read.map(({ adapter }) => adapter);
  const model = results.find(({ kind }) => kind === "model")?.path;
  await using changed = model === undefined ? undefined : await mixed(base, model, strength);
  const start: Record<string, number[]> = {};
  const rows: Record<string, number[]> = {};
  for (const [bank, places] of Object.entries(banks)) {
    start[bank] = places.map(() => 1);
    rows[bank] = places.map(() => 1);
    if (bank !== "generic" && bank !== "class") continue;
    for (const [index, { picture: prompt, time }] of places.entries()) {
      const latents = await lastLatents(base, prompt, index);
      const stream = randomStream(config.seed, `watch:noise:${bank}`, index);
      const noise = floatTensor(stream.randn(sizeOf(latents.shape)), latents.shape);
      const place = { latents, noise, time, prompt };
      const before = await predict(base, place, []);
      const after = await predict(changed ?? base, place, adapters);
      start[bank][index] = meanSquare(before, noise.data);
      rows[bank][index] = meanSquare(after, before);
    }
  }
  return onlyMeasured({ banks, start, looks: [{ strength, rows }] });
}

/** θ_b + s·(θ − θ_b) of the denoiser, which is what all weights are here. */
async function mixed(base: Pipeline, path: string, strength: number) {
  const tuned = await openModelFiles(nodeFiles, path);
  const [before, after] = [base.model, tuned].map((of) => componentOf(of, "unet").weights);
  const values = new Map();
  for (const name of before?.entries.keys() ?? []) {
    const [start, end] = [await before?.readFloat32(name), await after?.readFloat32(name)];
    if (start === undefined || end === undefined) throw new Error(name);
    const data = start.data.map((value, i) => value + strength * ((end.data[i] ?? 0) - value));
    values.set(name, floatTensor(data, start.shape));
  }
  await tuned.close();
  return base.derive({ weights: { unet: values } });
}

async function predict(
  pipeline: Pipeline,
  {
    latents,
    noise,
    time,
    prompt,
  }: { latents: Latents; noise: Latents; time: number; prompt: string },
  adapters: readonly Adapter[],
): Promise<Float32Array> {
  const schedule = noiseScheduleOf(readSchedulerConfig(pipeline.scheduleConfig).config);
  const mixture = { x0: latents.data, noise: noise.data, timesteps: [time] };
  const noisy = floatTensor(addNoise(schedule, mixture), latents.shape);
  const { conditioning } = await pipeline.encodePrompts([prompt], { adapters });
  const [, , height = 0, width = 0] = latents.shape;
  const denoiser = await pipeline.denoiser({ batch: 1, height, width }, { adapters });
  return (await denoiser(noisy, time, conditioning)).data;
}

type Latents = ReturnType<typeof floatTensor>;

async function lastLatents(base: Pipeline, prompt: string, seed: number): Promise<Latents> {
  const fixed = { sampler: "ddim", steps: 8, guidanceScale: 1, promptSyntax: "plain" } as const;
  const size = { width: 16, height: 16 };
  for await (const event of generate(base, { prompt, seed, ...size, ...fixed })) {
    if (event.type === "image") return event.latents;
  }
  throw new Error("no picture");
}

const meanSquare = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + (value - (b[i] ?? Number.NaN)) ** 2, 0) / a.length;

describe("the result at a strength", () => {
  let config: TrainConfig;
  let events: readonly TrainEvent[];
  beforeAll(async () => {
    config = configOf("written", fields);
    events = await runTiny(config);
  });

  it("is an adapter beside the run's own, in the forms of the run, and recorded", async () => {
    const folder = folderOf(config);
    const before = await readFile(join(folder, "tiny.safetensors"));
    const told = await measure(config, { strengths: [0.6] });
    const saved = savedOf(told);
    expect(saved?.results).toEqual([
      { kind: "adapter", form: "kohya", path: join(folder, "tiny-strength-0.6.safetensors") },
      {
        kind: "adapter",
        form: "diffusers",
        path: join(folder, "tiny-strength-0.6", "pytorch_lora_weights.safetensors"),
      },
    ]);
    await using base = await openBase(config);
    const read = (path: string) => readAdapter(nodeFiles, path, { base });
    const { adapter: own } = await read(join(folder, "tiny.safetensors"));
    for (const { path } of saved?.results ?? []) {
      const { adapter } = await read(path);
      expect([...adapter.weights.modules.keys()].sort()).toEqual(
        [...own.weights.modules.keys()].sort(),
      );
      for (const [name, { parts, alpha, rank }] of own.weights.modules) {
        const scaled = adapter.weights.modules.get(name);
        expect(scaled?.parts).toEqual(parts);
        expectNear(scaled?.alpha, 0.6 * alpha, 1e-6);
        expect(scaled?.rank).toBe(rank);
      }
    }
    const written = await openSafetensors(nodeFiles, join(folder, "tiny-strength-0.6.safetensors"));
    expect(written.metadata.get("atelier_strength")).toBe("0.6");
    expect(written.metadata.get("modelspec.title")).toBe("tiny-strength-0.6");
    await written.close();
    expect(await readFile(join(folder, "tiny.safetensors"))).toEqual(before);
    const rows = told.find((event) => event.type === "rows");
    const record = await readStrengths(nodeFiles, folder);
    expect(record).toMatchObject({
      ...{
        version: 1,
        step: rows?.step,
        bank: "held-out",
        heldOut: ["p0.png"],
        classPrompt: "a cat",
      },
      results: saved?.results,
    });
    expect(record?.strengths).toHaveLength(1);
    expect(strengthsOf(told)).toMatchObject(record?.strengths ?? []);
    expect(chosenOf(told)).toMatchObject(record?.chosen ?? {});
  });

  it("is written where it is told to be", async () => {
    const out = join(folderOf(config), "..", "elsewhere", "softer.safetensors");
    const file = savedOf(await measure(config, { strengths: [0.6], out }));
    expect(file?.results).toEqual([{ kind: "adapter", form: "kohya", path: out }]);
    const folder = join(folderOf(config), "..", "elsewhere", "softer");
    const forms = savedOf(await measure(config, { strengths: [1], out: folder }));
    const path = join(folder, "pytorch_lora_weights.safetensors");
    expect(forms?.results).toEqual([{ kind: "adapter", form: "diffusers", path }]);
  });

  it("is the run's own at 1, and nothing on a dry run", async () => {
    await rm(join(folderOf(config), "strength.json"), { force: true });
    const dry = await measure(config, { strengths: [0.6], writes: false });
    expect(savedOf(dry)).toBeUndefined();
    expect(await readStrengths(nodeFiles, folderOf(config))).toBeUndefined();
    const own = savedOf(await measure(config, { strengths: [1] }));
    expect(own?.results).toEqual([]);
    expect((await readStrengths(nodeFiles, folderOf(config)))?.chosen.strength).toBe(1);
  });

  it("is drawn with the base beside it, and by the same seeds", async () => {
    const told = await measure(config, { strengths: [0.6, 1], draws: 2, writes: false });
    const drawn = told.flatMap((event) => (event.type === "drawn" ? [event] : []));
    const { ranked = [] } = chosenOf(told) ?? {};
    expect(drawn.map(({ strength, seed }) => [strength, seed])).toEqual(
      [0, ...ranked].flatMap((strength) => [0, 1].map((seed) => [strength, seed])),
    );
    const different = new Set(
      drawn.map(({ picture }) => Buffer.from(picture.data).toString("hex")),
    );
    expect(different.size).toBe(drawn.length);
  });

  it("is measured in a folder that was moved, and refused on other pictures", async () => {
    const moved = join(folderOf(config), "..", "moved");
    await cp(folderOf(config), moved, { recursive: true });
    await rename(folderOf(config), `${folderOf(config)} away`);
    const there = { ...config, output: { ...config.output, run: moved } };
    const measured = await measure(there, { strengths: [0.6], writes: false });
    expect(strengthsOf(measured)).toHaveLength(1);
    await rename(`${folderOf(config)} away`, folderOf(config));
    const picture = join(config.data.folder, "p0.png");
    const bytes = await readFile(picture);
    await writeFile(picture, await readFile(join(config.data.folder, "p1.png")));
    await expect(measure(config)).rejects.toThrow(
      "expected the base and the pictures of the run, got 1 change",
    );
    const allowed = await measure(config, { allowChanges: true, strengths: [1], writes: false });
    const codes = allowed.flatMap((event) => (event.type === "warning" ? [event.code] : []));
    expect(codes).toContain("changed-input");
    await writeFile(picture, bytes);
  });

  it("is told to be no better than the base where it is not", async () => {
    const last = (events.at(-1) as Extract<TrainEvent, { type: "done" }>).kept?.last ?? [];
    expect(last.length).toBeGreaterThan(0);
    const spoilt = join(folderOf(config), "..", "spoilt");
    await cp(folderOf(config), spoilt, { recursive: true });
    // The end of a training that fell apart in the place of its best step.
    await cp(join(folderOf(config), "last", "tiny.safetensors"), join(spoilt, "tiny.safetensors"));
    const there = { ...config, output: { ...config.output, run: spoilt } };
    const told = await measure(there, { strengths: [4], prefer: "keep" });
    expect(chosenOf(told)).toMatchObject({ beatsBase: false, prefer: "keep" });
    expect(savedOf(told)?.results).toEqual([]);
  });
});

describe("a run that was not watched", () => {
  it("is measured on enlarged views, since it has trained on all pictures", async () => {
    const many = await tinyConfigs(9);
    const config = many("unwatched", { steps: 2 });
    await runTiny(config);
    const told = await measure(config, { strengths: [1], writes: false });
    expect(told.find((event) => event.type === "rows")).toMatchObject({
      ...{ step: 2, bank: "echo", heldOut: [], strengths: [1] },
    });
    const [measured] = strengthsOf(told);
    expect(measured?.learned.pictures).toBe(8);
    expect(measured?.generic?.value).toBeGreaterThan(0);
  });
});

describe("bad input", () => {
  it.each([[[]], [[0]], [[Number.NaN]], [[0.5, -1]], [[5]]])(
    "is refused: strengths %j",
    async (strengths) => {
      await expect(measure(configOf("none"), { strengths })).rejects.toThrow(
        "strengths: expected numbers above 0, which is the base itself, and at most 4, got",
      );
    },
  );

  it("is refused: no run, one without a result, one of a word alone", async () => {
    await expect(measure(configOf("no run"))).rejects.toThrow(
      /^run .*: expected the folder of a run/,
    );
    const broken = configOf("without a result", { saveEverySteps: 0 });
    await runTiny(broken, { until: ({ type }) => type === "step" });
    await expect(measure(broken)).rejects.toThrow(
      /expected a run with a result, got one that has made none so far. Go on with it first: atelier resume /,
    );
    const word = configOf("word", {
      ...{ tuning: "textual_inversion", lora: undefined, steps: 1 },
      embedding: { token: "<my-cat>", initializer: "photo" },
      data: { prompt: "a <my-cat>" },
    });
    await runTiny(word);
    await expect(measure(word)).rejects.toThrow(
      "got one of a new word alone, which has no strength. Give it more or less weight in the prompt instead: (<my-cat>:0.8).",
    );
  });

  it("is refused: a base or a result that is gone, a run in use, a damaged record", async () => {
    const plain = configOf("gone", { steps: 1 });
    const base = join(plain.data.folder, "..", "base");
    await cp(plain.base.path ?? "", base, { recursive: true });
    const config = { ...plain, base: { ...plain.base, path: base } };
    await runTiny(config);
    await rename(base, `${base} away`);
    await expect(measure(config)).rejects.toThrow(`${base}: expected a model`);
    await rename(`${base} away`, base);
    await mkdir(join(folderOf(config), "elsewhere"), { recursive: true });
    const file = join(folderOf(config), "tiny.safetensors");
    await rename(file, `${file}.away`);
    await expect(measure(config)).rejects.toThrow(file);
    await rename(`${file}.away`, file);
    const lock = await depsOf(config).lockFolder(folderOf(config));
    await expect(measure(config)).rejects.toThrow(folderOf(config));
    await lock[Symbol.asyncDispose]();
    await writeFile(join(folderOf(config), "strength.json"), "{}");
    await expect(readStrengths(nodeFiles, folderOf(config))).rejects.toThrow(
      "expected strengths as this version of Atelier measures them",
    );
  });

  it("stops where it is told to", async () => {
    const config = configOf("stopped", { steps: 1 });
    await runTiny(config);
    const controller = new AbortController();
    const told: string[] = [];
    const run = async () => {
      const { signal } = controller;
      for await (const event of measureStrengths(folderOf(config), depsOf(config), { signal })) {
        told.push(event.type);
        if (event.type === "measuring") controller.abort();
      }
    };
    await expect(run()).rejects.toMatchObject({ code: "aborted" });
    expect(told).not.toContain("chosen");
    // The folder is free again.
    expect(strengthsOf(await measure(config, { strengths: [1] }))).toHaveLength(1);
  });
});
