/** @file Trainings of Stable Diffusion 3 and FLUX.1: CLIPs that learn beside T5, which is read once and kept. */

import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nodeFiles } from "@atelier/engine/node";
import { beforeAll, describe, expect, it } from "vitest";
import { nodeTrainDeps } from "../adapters/train-deps.js";
import { adaptableLayers } from "../families/layers.js";
import { configsOf } from "../families/model-files.js";
import { readLora } from "../files/adapter/read-lora.js";
import { openModelFiles } from "../files/model/open-model-files.js";
import { readEmbedding } from "../files/word/read-embedding.js";
import { fixture } from "../testing/fixtures.js";
import { drawPictures, tinyConfig } from "../testing/tiny-training.js";
import type { TrainConfig } from "./config/train-config.js";
import type { TrainEvent } from "./events/train-event.js";
import { readRunConfig } from "./folder/run-folder.js";
import { pathsOf } from "./result/result-file.js";
import type { ResumeOptions } from "./run.js";
import { train } from "./train.js";

const families = [
  { name: "sd3", clips: ["text_encoder", "text_encoder_2"], widths: [16, 24] },
  { name: "flux1", clips: ["text_encoder"], widths: [16] },
] as const;
type Name = (typeof families)[number]["name"];

const baseOf = (name: Name) => fixture("verify", "pipelines", name, "pipeline");
let pictures = "";
beforeAll(async () => {
  pictures = await drawPictures(3);
});

function configOf(name: Name, run: string, fields: Readonly<Record<string, unknown>> = {}) {
  return tinyConfig(pictures, {
    base: { path: baseOf(name), maxSequenceLength: 32 },
    output: { run: join(pictures, "..", `${name}-${run}`) },
    ...fields,
  });
}

async function events(
  config: TrainConfig,
  isLast: (event: TrainEvent) => boolean = () => false,
  resume?: ResumeOptions,
): Promise<TrainEvent[]> {
  const all: TrainEvent[] = [];
  for await (const event of train(config, nodeTrainDeps(config), undefined, resume)) {
    all.push(event);
    if (isLast(event)) break;
  }
  return all;
}

function resultOf(all: readonly TrainEvent[]): string {
  const end = all.at(-1);
  if (end?.type !== "done") throw new Error(`ended with ${end?.type}`);
  const [path = ""] = pathsOf(end.results);
  return path;
}

/** The trained modules' components, those that have learned something. */
async function learned(name: Name, path: string): Promise<Set<string | undefined>> {
  const model = await openModelFiles(nodeFiles, baseOf(name));
  const layers = adaptableLayers(model.family, configsOf(model));
  await model.close();
  const { weights } = await readLora(nodeFiles, path, { layers });
  const moved = [...weights.modules].filter(
    ([, { parts }]) => parts.up?.data.some((value) => value !== 0) === true,
  );
  return new Set(moved.map(([module]) => module.split(".")[0]));
}

/** Results of a run by their names. */
async function resultFiles(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith("safetensors")) continue;
    const path = join(entry.parentPath, entry.name);
    found.set(path.slice(folder.length), (await readFile(path)).toString("base64"));
  }
  return found;
}

describe.each(families)("$name", ({ name, clips, widths }) => {
  it("trains transformer and CLIPs, and leaves T5 as it is", async () => {
    const fields = { lora: { rank: 2 }, textEncoder: { train: true, learningRate: 1e-2 } };
    const path = resultOf(await events(configOf(name, "text", fields)));
    expect(await learned(name, path)).toEqual(new Set(["transformer", ...clips]));
  });

  it("keeps what the class meant by the base's prediction, with CLIPs that learn", async () => {
    const prior = { classPrompt: "a dog", source: "prediction" };
    const fields = { lora: { rank: 2 }, textEncoder: { train: true }, prior };
    const path = resultOf(await events(configOf(name, "prior", fields)));
    expect(await learned(name, path)).toContain("transformer");
  });

  it("teaches the CLIPs a word, which T5 reads as it is spelt", async () => {
    const fields = {
      ...{ tuning: "textual_inversion", lora: undefined },
      embedding: { token: "<my-cat>", initializer: "a" },
      data: { folder: pictures, prompt: "a <my-cat>" },
    };
    const path = resultOf(await events(configOf(name, "word", fields)));
    const { embedding } = await readEmbedding(nodeFiles, path);
    const shapes = [...embedding.vectors].map(([encoder, { shape }]) => [encoder, shape[1]]);
    expect(shapes).toEqual(clips.map((clip, index) => [clip, widths[index]]));
  });

  it("runs every encoder in the step where captions are shuffled", async () => {
    const data = { folder: pictures, prompt: "a cat, red, blue", shuffleTags: true };
    const path = resultOf(await events(configOf(name, "shuffled", { lora: { rank: 2 }, data })));
    expect(await learned(name, path)).toEqual(new Set(["transformer"]));
  });

  it.each([
    ["a LoRA with CLIPs", { lora: { rank: 2 }, textEncoder: { train: true } }],
    ["all weights", { tuning: "full", lora: undefined, ema: { decay: 0.9 } }],
  ])("goes on after a break with the bits of a whole run: %s", async (kind, own) => {
    const fields = { ...own, steps: 4, saveEverySteps: 2 };
    const whole = configOf(name, `whole-${kind.length}`, fields);
    resultOf(await events(whole));
    const broken = configOf(name, `broken-${kind.length}`, fields);
    const folder = broken.output.run ?? "";
    await events(broken, (event) => event.type === "step" && event.step === 3);
    const again = await readRunConfig(nodeFiles, folder);
    resultOf(await events(again, undefined, {}));
    expect(await resultFiles(folder)).toEqual(await resultFiles(whole.output.run ?? ""));
  });
});

it("trains Stable Diffusion 3 without T5, whose states are zeros then", async () => {
  const folder = join(pictures, "..", "without-t5");
  await cp(baseOf("sd3"), folder, {
    recursive: true,
    filter: (path) => !/text_encoder_3|tokenizer_3/.test(path),
  });
  const index = join(folder, "model_index.json");
  const fields = JSON.parse(await readFile(index, "utf8")) as object; // As the fixture has it.
  const none = { text_encoder_3: [null, null], tokenizer_3: [null, null] };
  await writeFile(index, JSON.stringify({ ...fields, ...none }));
  const config = configOf("sd3", "without", { base: { path: folder }, lora: { rank: 2 } });
  expect(await learned("sd3", resultOf(await events(config)))).toEqual(new Set(["transformer"]));
});
