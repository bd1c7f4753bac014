/** @file Runs that go on: the same bits as without a break, whatever was cut off or damaged. */

import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nodeFiles } from "@atelier/engine/node";
import { beforeAll, describe, expect, it } from "vitest";
import { nodeTrainDeps } from "../adapters/train-deps.js";
import { inEnglish } from "../english/english-warnings.js";
import { drawPictures, tinyBase, tinyConfig, tinyTokenizer } from "../testing/tiny-training.js";
import type { TrainConfig } from "./config/train-config.js";
import type { TrainEvent } from "./events/train-event.js";
import { readRunConfig } from "./folder/run-folder.js";
import type { ResumeOptions } from "./run.js";
import { train } from "./train.js";

let pictures = "";
beforeAll(async () => {
  pictures = await drawPictures(3);
});

const deps = (config: TrainConfig) => nodeTrainDeps(config, { tokenizerFolder: tinyTokenizer });

/** Trains until an event of a type, then breaks off without a word, as a kill does. */
async function runUntil(
  config: TrainConfig,
  isLast: (event: TrainEvent) => boolean = () => false,
  resume?: ResumeOptions,
): Promise<TrainEvent[]> {
  const events: TrainEvent[] = [];
  for await (const event of train(config, deps(config), undefined, resume)) {
    events.push(event);
    if (isLast(event)) break;
  }
  return events;
}

const token = "<my-cat>";
const tunings: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ["lora", { lora: { rank: 2, dropout: 0.1, maxWeightNorm: 0.01 } }],
  ["lora with prior pictures", { lora: { rank: 2 }, prior: { classPrompt: "a dog", count: 2 } }],
  ["full", { tuning: "full", lora: undefined, ema: { decay: 0.9 } }],
  [
    "textual inversion",
    {
      ...{ tuning: "textual_inversion", lora: undefined },
      ...{ embedding: { token, initializer: "photo" }, data: { prompt: `a ${token}` } },
    },
  ],
  [
    "pivotal",
    {
      ...{ tuning: "pivotal", lora: { rank: 2 }, optimizer: { name: "prodigy" } },
      ...{ embedding: { token, initializer: "photo" }, data: { prompt: `a ${token}` } },
    },
  ],
];

function configOf(fields: Readonly<Record<string, unknown>>, run: string): TrainConfig {
  const { data = {}, ...rest } = fields;
  const own = typeof data === "object" ? data : {};
  return tinyConfig(pictures, {
    ...{ steps: 6, saveEverySteps: 2, learningRate: 1e-3, gradientAccumulation: 2 },
    data: { folder: pictures, prompt: "a cat", flip: true, crop: "random", repeats: 2, ...own },
    output: { run: join(pictures, "..", run) },
    samples: { everySteps: 0, steps: 1, sampler: "ddim" },
    ...rest,
  });
}

/** All files of a folder by their path, as text of their bytes. */
async function filesBelow(folder: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/safetensors$|^config\.json$/.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(folder.length), (await readFile(path)).toString("base64"));
  }
  return files;
}

describe("resume", () => {
  it.each(tunings)("of %s gives the bits of a run without a break", async (name, fields) => {
    const whole = configOf(fields, `whole ${name}`);
    await runUntil(whole);
    const broken = configOf(fields, `broken ${name}`);
    const folder = broken.output.run ?? "";
    // After the second snapshot, and a step beyond it that is lost.
    await runUntil(broken, (event) => event.type === "step" && event.step === 5);
    const events = await runUntil(await readRunConfig(nodeFiles, folder), undefined, {});
    expect(events.find(({ type }) => type === "resumed")).toEqual({ type: "resumed", step: 4 });
    const [expected, found] = [await filesBelow(whole.output.run ?? ""), await filesBelow(folder)];
    const withoutRun = (files: Map<string, string>) =>
      [...files].filter(([path]) => path !== "/config.json");
    expect(withoutRun(found)).toEqual(withoutRun(expected));
  });

  it("begins anew where there was no snapshot, and does nothing where all steps are done", async () => {
    const config = configOf({}, "early");
    await runUntil(config, (event) => event.type === "step" && event.step === 1);
    const folder = config.output.run ?? "";
    const events = await runUntil(await readRunConfig(nodeFiles, folder), undefined, {});
    expect(events.find(({ type }) => type === "resumed")).toMatchObject({ step: 0 });
    expect(events.at(-1)).toMatchObject({ type: "done", step: 6 });
    const before = await filesBelow(folder);
    const again = await runUntil(await readRunConfig(nodeFiles, folder), undefined, {});
    expect(again.at(-1)).toMatchObject({ type: "done", step: 6 });
    expect(await filesBelow(folder)).toEqual(before);
  });

  it("goes on from where it was stopped", async () => {
    const config = configOf({ saveEverySteps: 0 }, "stopped");
    const stop = new AbortController();
    for await (const event of train(config, deps(config), stop.signal)) {
      if (event.type === "step" && event.step === 3) stop.abort();
    }
    const run = await readRunConfig(nodeFiles, config.output.run ?? "");
    const events = await runUntil(run, undefined, {});
    expect(events.find(({ type }) => type === "resumed")).toMatchObject({ step: 3 });
  });

  it("uses the snapshot before a damaged one, and says so", async () => {
    const config = configOf({}, "damaged");
    await runUntil(config, (event) => event.type === "step" && event.step === 5);
    const folder = config.output.run ?? "";
    const state = join(folder, "checkpoints", "step-000004", "state.safetensors");
    const bytes = await readFile(state);
    bytes[bytes.length - 3] = (bytes[bytes.length - 3] ?? 0) ^ 1;
    await writeFile(state, bytes);
    const run = await readRunConfig(nodeFiles, folder);
    const events = await runUntil(run, ({ type }) => type === "resumed", {});
    expect(events.at(-1)).toMatchObject({ step: 2 });
    expect(
      events.map((event) => (event.type === "warning" ? inEnglish(event) : "")),
    ).toContainEqual(
      expect.stringMatching(/step-000004: the state is not the one that was saved.*from step 2/),
    );
    await writeFile(state, bytes.subarray(0, 1000));
    const cut = await runUntil(run, ({ type }) => type === "resumed", {});
    expect(cut.at(-1)).toMatchObject({ step: 2 });
  });

  it("does not lose a snapshot to a damaged one of a later step", async () => {
    const config = configOf({ keep: { last: 1 } }, "damaged later");
    await runUntil(config, (event) => event.type === "step" && event.step === 5);
    const folder = config.output.run ?? "";
    await writeFile(join(folder, "checkpoints", "step-000004", "state.safetensors"), "");
    const stop = new AbortController();
    const again = await readRunConfig(nodeFiles, folder);
    for await (const event of train(again, deps(again), stop.signal, {})) {
      if (event.type === "step" && event.step === 3) stop.abort();
    }
    const events = await runUntil(again, ({ type }) => type === "resumed", {});
    expect(events.at(-1)).toMatchObject({ type: "resumed", step: 3 });
    expect(await readdir(join(folder, "checkpoints"))).toEqual(["step-000003"]);
  });

  it("removes what a run left that ended while it removed older snapshots", async () => {
    const config = configOf({ saveEverySteps: 1, keep: { last: 1 } }, "cut off");
    await runUntil(config, (event) => event.type === "step" && event.step === 6);
    const checkpoints = join(config.output.run ?? "", "checkpoints");
    expect(await readdir(checkpoints)).toEqual(["step-000005"]);
    // One whose record is gone, and one that nothing was removed of.
    await cp(join(checkpoints, "step-000005"), join(checkpoints, "step-000004"), {
      recursive: true,
    });
    const record = join(checkpoints, "step-000004", "checkpoint.json");
    await writeFile(record, (await readFile(record, "utf8")).replace('"step": 5', '"step": 4'));
    await cp(join(checkpoints, "step-000004"), join(checkpoints, "step-000003"), {
      recursive: true,
    });
    await rm(join(checkpoints, "step-000003", "checkpoint.json"));
    await runUntil(await readRunConfig(nodeFiles, config.output.run ?? ""), undefined, {});
    expect(await readdir(checkpoints)).toEqual(["step-000005"]);
  });

  it("keeps the snapshots that its rules name", async () => {
    const keep = { last: 1, everySteps: 4 };
    const config = configOf({ steps: 8, keep, saveEverySteps: 1 }, "kept");
    await runUntil(config);
    expect(await readdir(join(config.output.run ?? "", "checkpoints"))).toEqual([
      "step-000004",
      "step-000007",
    ]);
    const recent = configOf(
      { steps: 8, keep: { last: 1, withinSteps: 3 }, saveEverySteps: 1 },
      "recent",
    );
    await runUntil(recent);
    expect(await readdir(join(recent.output.run ?? "", "checkpoints"))).toEqual(
      [4, 5, 6, 7].map((step) => `step-00000${step}`),
    );
    const best = configOf({ steps: 8, keep: { last: 1, best: 1 }, saveEverySteps: 1 }, "best");
    const events = await runUntil(best);
    const losses = events
      .flatMap((event) => (event.type === "step" ? [event.loss] : []))
      .slice(0, 7);
    const lowest = losses.indexOf(Math.min(...losses)) + 1;
    const names = [...new Set([lowest, 7])].map((step) => `step-00000${step}`);
    expect(await readdir(join(best.output.run ?? "", "checkpoints"))).toEqual(names);
  });

  it("names pictures, captions and a base that changed, and goes on with them when it may", async () => {
    const own = await drawPictures(3);
    const base = join(own, "..", "base");
    await cp(tinyBase, base, { recursive: true });
    const config = {
      ...configOf({ base: { path: base } }, "changed"),
      ...{ data: { ...configOf({}, "").data, folder: own } },
    };
    await runUntil(config, (event) => event.type === "step" && event.step === 3);
    await rm(join(own, "p0.png"));
    await cp(join(own, "p2.png"), join(own, "p1.png"));
    await writeFile(join(own, "p2.txt"), "another caption");
    const weights = join(base, "unet", "diffusion_pytorch_model.safetensors");
    const bytes = await readFile(weights);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await writeFile(weights, bytes);
    const run = await readRunConfig(nodeFiles, config.output.run ?? "");
    await expect(runUntil(run, undefined, {})).rejects.toThrow(
      /expected the base and the pictures of the run, got 4 changes:\n {2}the weights of the base's unet are others\n {2}.*p1\.png is another picture\n {2}the caption of .*p2\.png was "a cat" and is "another caption"\n {2}.*p0\.png is gone\n/,
    );
    const events = await runUntil(run, undefined, { allowChanges: true });
    expect(events.at(-1)).toMatchObject({ type: "done" });
    expect(events.filter(({ type }) => type === "warning").length).toBeGreaterThanOrEqual(4);
  });

  it("says that a folder is none of a run", async () => {
    await expect(readRunConfig(nodeFiles, pictures)).rejects.toThrow(
      /run .*: expected the folder of a run, got one without config\.json/,
    );
  });
});
