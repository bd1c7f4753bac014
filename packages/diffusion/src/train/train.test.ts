/** @file Runs on a tiny model, from pictures to saved adapters. */

import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  AtelierError,
  type CompiledGraph,
  type FloatTensor,
  floatTensor,
  type Runtime,
} from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { beforeAll, describe, expect, it } from "vitest";
import { sharpPictures } from "../adapters/sharp-pictures.js";
import { nodeTrainDeps } from "../adapters/train-deps.js";
import { inEnglish } from "../english/english-warnings.js";
import { openSafetensors } from "../files/safetensors/open-safetensors.js";
import { tensorSource, writeSafetensors } from "../files/safetensors/write-safetensors.js";
import { readAdapter } from "../pipeline/read-adapter.js";
import { stoppingRuntime } from "../testing/stopping-runtime.js";
import { drawPictures, tinyBase, tinyConfig, tinyTokenizer } from "../testing/tiny-training.js";
import { completeConfig } from "./config/complete-config.js";
import { parseTrainConfig } from "./config/config.js";
import type { TrainConfig } from "./config/train-config.js";
import type { StepEvent, TrainEvent } from "./events/train-event.js";
import { pathsOf } from "./result/result-file.js";
import { train as runTraining } from "./train.js";

const depsOf = (config: TrainConfig) => nodeTrainDeps(config, { tokenizerFolder: tinyTokenizer });

async function train(config: TrainConfig, signal?: AbortSignal): Promise<TrainEvent[]> {
  const events: TrainEvent[] = [];
  for await (const event of runTraining(config, depsOf(config), signal)) events.push(event);
  return events;
}

/** The only event of a type. */
function only<T extends TrainEvent["type"]>(events: readonly TrainEvent[], type: T) {
  const found = events.filter((event): event is TrainEvent & { type: T } => event.type === type);
  expect(found).toHaveLength(1);
  const [event] = found;
  if (event === undefined) throw new Error(`no ${type} event`);
  return event;
}

/** A line of the log; events are objects. */
const parse = (text: string): object => JSON.parse(text) as object;

const stepsOf = (events: readonly TrainEvent[]) =>
  events.filter((event): event is StepEvent => event.type === "step");

let pictures = "";
beforeAll(async () => {
  pictures = await drawPictures(3);
});

describe("train", () => {
  it("trains, samples, saves and records a run from end to end", async () => {
    const config = tinyConfig(pictures, {
      saveEverySteps: 2,
      samples: { everySteps: 3, steps: 2, sampler: "ddim", prompts: ["a cat", "a dog"] },
    });
    const events = await train(config);
    const plan = only(events, "plan");
    expect(plan).toMatchObject({ pictures: 3, width: 16, height: 16, steps: 3, adaptedLayers: 32 });
    expect(stepsOf(events).map(({ step }) => step)).toEqual([1, 2, 3]);
    for (const event of stepsOf(events)) {
      expect(event.loss).toBeGreaterThan(0);
      expect(event.gradNorm).toBeGreaterThan(0);
      expect(event.memoryBytes).toBeGreaterThan(1e6);
    }
    const done = only(events, "done");
    const path = (name: string) => join(plan.folder, name);
    expect(done.results).toEqual([
      { kind: "adapter", form: "kohya", path: path("tiny.safetensors") },
      { kind: "adapter", form: "diffusers", path: path("pytorch_lora_weights.safetensors") },
    ]);
    expect(only(events, "snapshot").step).toBe(2);
    expect(await readdir(join(plan.folder, "checkpoints"))).toEqual(["step-000002"]);
    expect(await readdir(join(plan.folder, "samples"))).toEqual([
      "step-000000-0.png",
      "step-000000-1.png",
      "step-000003-0.png",
      "step-000003-1.png",
    ]);
    // The base's own, once, before the first of what is trained.
    const samples = events.filter((event) => event.type === "sample");
    expect(samples.map(({ step, prompt }) => [step, prompt])).toEqual([
      [0, "a cat"],
      [0, "a dog"],
      [3, "a cat"],
      [3, "a dog"],
    ]);
    const adapter = await openSafetensors(nodeFiles, pathsOf(done.results)[0] ?? "");
    await adapter.close();
    const [, thumbnail = ""] =
      adapter.metadata.get("modelspec.thumbnail")?.split("data:image/png;base64,") ?? [];
    const sample = await readFile(join(plan.folder, "samples", "step-000003-0.png"));
    const limits = { background: [0, 0, 0], maxPixels: 1e6 } as const;
    // Samples of 16×16 pixels are shown as they are.
    expect(
      await sharpPictures.decode(Buffer.from(thumbnail, "base64"), "thumbnail", limits),
    ).toEqual(await sharpPictures.decode(sample, "sample", limits));
    const lines = (await readFile(join(plan.folder, "events.jsonl"), "utf8")).trim().split("\n");
    const logged = lines.map(parse);
    expect(logged).toEqual(
      events.map((event): unknown => expect.objectContaining(parse(JSON.stringify(event)))),
    );
    expect(await readdir(plan.folder)).not.toContain("run.lock");
  });

  it("has given the step's memory back when it checks what it saved", async () => {
    const config = tinyConfig(pictures);
    const deps = depsOf(config);
    const live = new Set<CompiledGraph>();
    const compile: Runtime["compile"] = async (graph, options) => {
      const compiled = await deps.runtime.compile(graph, options);
      const counted: CompiledGraph = {
        run: (values, runOptions) => compiled.run(values, runOptions),
        [Symbol.asyncDispose]: () => {
          live.delete(counted);
          return compiled[Symbol.asyncDispose]();
        },
      };
      live.add(counted);
      return counted;
    };
    const stepsOnly = { ...deps, runtime: { ...deps.runtime, compile } };
    const counts: [stage: string, live: number][] = [];
    for await (const event of runTraining(config, stepsOnly)) {
      if (event.type === "step" || event.type === "progress") {
        counts.push([event.type === "step" ? "step" : event.stage, live.size]);
      }
    }
    expect(counts).toContainEqual(["step", 1]);
    expect(new Set(counts.filter(([stage]) => stage === "check").map(([, n]) => n))).toEqual(
      new Set([0]),
    );
  });

  it("saves the result also where a sample was damaged since", async () => {
    const config = tinyConfig(pictures, {
      samples: { everySteps: 2, steps: 1, sampler: "ddim", prompts: ["a cat"] },
    });
    let results: readonly string[] = [];
    for await (const event of runTraining(config, depsOf(config))) {
      if (event.type === "sample") await writeFile(event.path, "no picture");
      if (event.type === "done") results = pathsOf(event.results);
    }
    const adapter = await openSafetensors(nodeFiles, results[0] ?? "");
    await adapter.close();
    expect(adapter.metadata.has("modelspec.thumbnail")).toBe(false);
  });

  it("writes a resolved config that gives the same adapter, byte for byte", async () => {
    const first = await train(
      tinyConfig(pictures, { data: { folder: pictures, prompt: "a", flip: true } }),
    );
    const { folder, results } = only(first, "done");
    const resolved: unknown = JSON.parse(await readFile(join(folder, "config.json"), "utf8"));
    expect(resolved).toMatchObject({ data: { width: 16 }, lora: { alpha: 4 } });
    const config = completeConfig(parseTrainConfig(resolved));
    const again = await train({ ...config, output: { ...config.output, run: `${folder}-again` } });
    for (const [index, { path }] of results.entries()) {
      const copy = only(again, "done").results[index]?.path ?? "";
      expect((await readFile(copy)).equals(await readFile(path))).toBe(true);
    }
  });

  it("saves adapters that load again, both forms alike, and change the prediction", async () => {
    const config = tinyConfig(pictures);
    const { results } = only(await train(config), "done");
    await using base = await depsOf(config).openBase(config.base, {
      signal: undefined,
      onProgress: () => {},
    });
    const [kohya, diffusers] = await Promise.all(
      results.map(async ({ path }) => (await readAdapter(nodeFiles, path, { base })).adapter),
    );
    expect(kohya?.weights.modules).toEqual(diffusers?.weights.modules);
    const sample = floatTensor(
      Float32Array.from({ length: 256 }, (_, i) => Math.sin(i)),
      [1, 4, 8, 8],
    );
    const { conditioning } = await base.encodePrompts(["a photo of a cat"]);
    const predict = async (options: Parameters<typeof base.denoiser>[1]) =>
      (
        await (
          await base.denoiser({ batch: 1, height: 8, width: 8 }, options)
        )(sample, 500, conditioning)
      ).data;
    const plain = await predict({});
    const adapted = await predict({ adapters: kohya === undefined ? [] : [kohya] });
    expect(
      Math.max(...adapted.map((value, i) => Math.abs(value - (plain[i] ?? 0)))),
    ).toBeGreaterThan(1e-4);
  });

  it("overfits one picture: the loss on it falls far", async () => {
    const one = await drawPictures(1);
    const config = tinyConfig(one, {
      steps: 120,
      batchSize: 8,
      lora: { rank: 8, targets: "all" },
      saveEverySteps: 0,
    });
    const losses = stepsOf(await train(config)).map(({ loss }) => loss);
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    expect(mean(losses.slice(-10))).toBeLessThan(0.6 * mean(losses.slice(0, 5)));
  });

  it("trains both models with accumulation, dropout, noise offset, Min-SNR and random crops", async () => {
    const config = tinyConfig(pictures, {
      data: { folder: pictures, prompt: "a cat", crop: "random", repeats: 2, flip: true },
      lora: {
        rank: 2,
        dropout: 0.1,
        init: "kaiming",
      },
      textEncoder: { train: true, learningRate: 1e-3 },
      gradientAccumulation: 2,
      minSnrGamma: 5,
      noiseOffset: 0.1,
      gradientCheckpointing: "on",
      optimizer: { name: "sgd", momentum: 0.9 },
      schedule: { name: "cosine", warmupSteps: 1 },
    });
    const events = await train(config);
    expect(only(events, "plan")).toMatchObject({
      adaptedLayers: 40,
      usesGradientCheckpointing: true,
    });
    expect(stepsOf(events).map(({ learningRate }) => learningRate)).toEqual([0, 1e-2, 5e-3]);
    const file = await openSafetensors(nodeFiles, only(events, "done").results[0]?.path ?? "");
    const up = await file.readFloat32(
      "lora_te_text_model_encoder_layers_0_self_attn_q_proj.lora_up.weight",
    );
    await file.close();
    expect(up.data.some((value) => value !== 0)).toBe(true);
  });

  it("computes latents and text once, and anew for every setting that changes them", async () => {
    const own = await drawPictures(2);
    const cached = async () =>
      (await readdir(join(own, "..", "cache"), { recursive: true })).filter(
        (name) => name.endsWith(".safetensors") && !name.startsWith("signatures"),
      ).length;
    await train(tinyConfig(own, { steps: 1 }));
    expect(await cached()).toBe(3);
    await train(
      tinyConfig(own, {
        steps: 1,
        seed: 5,
        lora: { rank: 2 },
        output: { folder: join(own, "..", "b") },
      }),
    );
    expect(await cached()).toBe(3);
    const wider = { folder: own, prompt: "a photo of a cat", width: 24 };
    await train(
      tinyConfig(own, { steps: 1, data: wider, output: { folder: join(own, "..", "c") } }),
    );
    expect(await cached()).toBe(5);
  });

  it("goes on from an adapter", async () => {
    const { results } = only(await train(tinyConfig(pictures)), "done");
    const lora = { rank: 4, startFrom: results[0]?.path };
    const events = await train(
      tinyConfig(pictures, { lora, output: { folder: join(pictures, "..", "more") } }),
    );
    const before = await readFile(results[0]?.path ?? "");
    expect((await readFile(only(events, "done").results[0]?.path ?? "")).equals(before)).toBe(
      false,
    );
    await expect(train(tinyConfig(pictures, { lora: { ...lora, rank: 2 } }))).rejects.toThrow(
      /expected the layers, method, rank and alpha of this config/,
    );
  });

  it("saves and ends with `stopped` when it is asked to stop", async () => {
    const config = tinyConfig(pictures, {
      steps: 1000,
      output: { folder: join(pictures, "..", "stop") },
    });
    const controller = new AbortController();
    const events: TrainEvent[] = [];
    for await (const event of runTraining(config, depsOf(config), controller.signal)) {
      events.push(event);
      if (event.type === "step" && event.step === 2) controller.abort();
    }
    const stopped = only(events, "stopped");
    expect(stopped.step).toBe(2);
    const file = await openSafetensors(nodeFiles, stopped.results[0]?.path ?? "");
    expect(file.metadata.get("ss_steps")).toBe("2");
    await file.close();
  });

  it("computes a batch in parts: the same training but for rounding", async () => {
    const trained: FloatTensor[] = [];
    for (const batchParts of [1, 2, 4]) {
      const prior = { classPrompt: "a photo of a dog", count: 2 };
      const events = await train(
        tinyConfig(pictures, {
          ...{
            batchSize: 4,
            batchParts,
            gradientAccumulation: 2,
            prior,
            optimizer: { name: "sgd" },
          },
          output: { folder: join(pictures, "..", `in ${batchParts} parts`) },
        }),
      );
      const file = await openSafetensors(nodeFiles, only(events, "done").results[0]?.path ?? "");
      const [name = ""] = [...file.entries.keys()].filter((key) => key.includes("lora_up"));
      trained.push(await file.readFloat32(name));
      await file.close();
    }
    const [whole, ...inParts] = trained;
    expect(Math.max(...(whole?.data ?? []).map(Math.abs))).toBeGreaterThan(0);
    for (const { data } of inParts) {
      const scale = Math.max(...data.map(Math.abs));
      for (const [i, value] of data.entries()) {
        expect(Math.abs(value - (whole?.data[i] ?? Number.NaN))).toBeLessThan(1e-4 * scale);
      }
    }
  });

  it("keeps the steps before the one within which it is asked to stop", async () => {
    const config = tinyConfig(pictures, {
      ...{ steps: 1000, batchParts: 1 },
      output: { folder: join(pictures, "..", "stop-within") },
    });
    const controller = new AbortController();
    const deps = depsOf(config);
    const stop = () => controller.abort();
    const runtime = stoppingRuntime(deps.runtime, {
      output: "next gradient:group 0",
      time: 3,
      stop,
    });
    const events: TrainEvent[] = [];
    for await (const event of runTraining(config, { ...deps, runtime }, controller.signal)) {
      events.push(event);
    }
    expect(stepsOf(events).map(({ step }) => step)).toEqual([1, 2]);
    const { step, results } = only(events, "stopped");
    expect([step, results.length > 0]).toEqual([2, true]);
  });

  it("ends with `stopped` and no adapter when it is stopped before the first step", async () => {
    const controller = new AbortController();
    controller.abort();
    const config = tinyConfig(pictures, { output: { folder: join(pictures, "..", "early") } });
    expect((await train(config, controller.signal)).at(-1)).toMatchObject({
      type: "stopped",
      step: 0,
      results: [],
    });
  });

  it("stops at NaN in the base with the step and the pictures", async () => {
    const base = join(dirname(pictures), "broken");
    await cp(tinyBase, base, { recursive: true });
    const path = join(base, "unet", "diffusion_pytorch_model.safetensors");
    const file = await openSafetensors(nodeFiles, path);
    const tensors = [];
    for (const name of file.entries.keys()) {
      const tensor = await file.readFloat32(name);
      if (name === "conv_out.bias") tensor.data[0] = Number.NaN;
      tensors.push(tensorSource(name, tensor));
    }
    await writeSafetensors(nodeFiles, path, tensors, { metadata: file.metadata });
    await file.close();
    const config = tinyConfig(pictures, {
      base: { path: base },
      output: { folder: join(pictures, "..", "nan") },
    });
    await expect(train(config)).rejects.toThrow(
      /^training: expected a finite loss at step 1, got a loss of NaN or infinity for p\d\.png \(timestep \d+, caption "a photo of a cat"\), p\d\.png/,
    );
    const [run = ""] = await readdir(join(pictures, "..", "nan"));
    const log = await readFile(join(pictures, "..", "nan", run, "events.jsonl"), "utf8");
    expect(log.trim().split("\n").at(-1)).toContain('"type":"error"');
  });

  it("keeps the last good adapter when training diverges", async () => {
    const config = tinyConfig(pictures, {
      learningRate: 10,
      maxGradNorm: 0,
      steps: 500,
      optimizer: { name: "sgd", momentum: 0.99 },
      lora: { rank: 8, targets: "all" },
      output: { folder: join(pictures, "..", "diverge"), run: join(pictures, "..", "diverge") },
    });
    await expect(train(config)).rejects.toThrow(
      /The result of step \d+, the last good one, is saved/,
    );
    const file = await openSafetensors(
      nodeFiles,
      join(pictures, "..", "diverge", "tiny.safetensors"),
    );
    for (const name of file.entries.keys()) {
      expect((await file.readFloat32(name)).data.every(Number.isFinite), name).toBe(true);
    }
    await file.close();
  });

  it("refuses a second run on the same folder, at the same time or later", async () => {
    const run = join(pictures, "..", "one-folder");
    const config = tinyConfig(pictures, { output: { run } });
    const [first, second] = await Promise.allSettled([train(config), train(config)]);
    const reasons = [first, second].flatMap((r) =>
      r.status === "rejected" ? [String(r.reason)] : [],
    );
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toMatch(/expected a folder that no run uses, got one that process \d+ on /);
    await expect(train(config)).rejects.toThrow(
      /expected a new folder, got one that holds a run already/,
    );
  });

  it.each([
    [{ lora: { targets: "atention" } }, /lora\.targets: .* got "atention"/],
    [{ schedule: { warmupSteps: 5 } }, /schedule\.warmupSteps: expected fewer than the 3 steps/],
    [{ base: { path: "/no/such/model" } }, /\/no\/such\/model: expected a model folder/],
  ])("says what is impossible in %j before it writes anything", async (fields, message) => {
    const output = { folder: join(pictures, "..", "never") };
    await expect(train(tinyConfig(pictures, { ...fields, output }))).rejects.toThrow(message);
    expect(await nodeFiles.stat(output.folder)).toBeUndefined();
  });

  it("refuses sizes that the base cannot have, with the nearest that it can", async () => {
    const data = { folder: pictures, prompt: "a", width: 17, height: 21 };
    await expect(train(tinyConfig(pictures, { data }))).rejects.toThrow(
      /data\.width: expected a multiple of 2, got 17\.\ndata\.height: expected a multiple of 2, got 21\.\nUse 18 by 22\./,
    );
  });

  it("names a folder that cannot be made", async () => {
    const file = join(pictures, "..", "a-file");
    await writeFile(file, "");
    const config = tinyConfig(pictures, { output: { folder: join(file, "runs") } });
    await expect(train(config)).rejects.toThrow(
      /expected a folder that can be written, got ENOTDIR/,
    );
  });

  it("keeps the last adapter where the disk is full at a snapshot", async () => {
    const run = join(pictures, "..", "full-later");
    const config = tinyConfig(pictures, { saveEverySteps: 2, output: { run } });
    const deps = depsOf(config);
    const files: typeof nodeFiles = {
      ...nodeFiles,
      async write(path, chunks) {
        if (path.includes("checkpoints")) throw new AtelierError("file", `write ${path}: ENOSPC.`);
        return nodeFiles.write(path, chunks);
      },
    };
    const finish = async () => {
      const events = runTraining(config, { ...deps, files });
      while ((await events.next()).done !== true);
    };
    await expect(finish()).rejects.toThrow(
      /ENOSPC\. The result of step 2, the last good one, is saved/,
    );
    const file = await openSafetensors(nodeFiles, join(run, "tiny.safetensors"));
    expect(file.metadata.get("ss_steps")).toBe("2");
    await file.close();
  });

  it("tells what a caption of thousands of words loses, and refuses an empty one", async () => {
    const own = await drawPictures(2);
    await writeFile(join(own, "p0.txt"), "a photo of a cat ".repeat(1000));
    const data = { folder: own, prompt: "a cat" };
    const events = await train(tinyConfig(own, { data, steps: 1 }));
    const warnings = events.flatMap((event) =>
      event.type === "warning" ? [inEnglish(event)] : [],
    );
    expect(warnings.filter((message) => message.startsWith("The caption"))).toEqual([
      expect.stringMatching(
        /^The caption of p0\.png is longer than the text encoder reads; this was cut off: ".+/,
      ),
    ]);
    await writeFile(join(own, "p1.txt"), "");
    await expect(train(tinyConfig(own, { data }))).rejects.toThrow(
      /p1\.txt: expected text, got an empty file/,
    );
  });

  it("uses the prompt for all pictures where the config says so", async () => {
    const own = await drawPictures(1);
    await writeFile(join(own, "p0.txt"), "another text");
    const samples = { everySteps: 1, steps: 1, sampler: "ddim" };
    const sampled = async (captions: string) => {
      const data = { folder: own, prompt: "a prompt", captions };
      const events = await train(tinyConfig(own, { data, steps: 1, samples }));
      return only(
        events.filter((event) => event.type !== "sample" || event.step > 0),
        "sample",
      ).prompt;
    };
    expect(await sampled("prompt")).toBe("a prompt");
    expect(await sampled("auto")).toBe("another text");
  });

  it("refuses to begin on a disk that cannot hold the adapters", async () => {
    const config = tinyConfig(pictures, { output: { folder: join(pictures, "..", "full") } });
    const deps = { ...depsOf(config), freeBytes: async () => 1000 };
    const events = runTraining(config, deps);
    await expect(events.next()).rejects.toThrow(
      /expected 0\.\d+ MiB of free space .* got 0\.\d+ MiB/,
    );
  });
});
