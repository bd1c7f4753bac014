/** @file Runs of tiny trainings for tests of what watches them: begun, broken off, resumed, compared. */

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { byteView } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { nodeTrainDeps } from "../adapters/train-deps.js";
import { openSafetensors } from "../files/safetensors/open-safetensors.js";
import type { TrainConfig } from "../train/config/train-config.js";
import type { TrainEvent } from "../train/events/train-event.js";
import { readRunConfig } from "../train/folder/run-folder.js";
import { listSnapshots } from "../train/folder/snapshots.js";
import type { ResumeOptions } from "../train/run.js";
import { train } from "../train/train.js";
import type { Watcher, WatchState } from "../train/watch/watcher.js";
import { drawPictures, tinyConfig, tinyTokenizer } from "./tiny-training.js";

/** Fields of a config that replace those of a tiny run. */
export type Fields = Readonly<Record<string, unknown>>;

/** How a run is watched, and how far it is followed. */
export interface Watch {
  readonly watchers?: () => readonly Watcher[];
  /** Breaks off without a word after it, as a kill does. */
  readonly until?: (event: TrainEvent) => boolean;
  readonly signal?: AbortSignal;
  readonly resume?: ResumeOptions;
}

/** Configs of six steps on some pictures of their own, each run in a folder of its name. */
export async function tinyConfigs(
  count: number,
): Promise<(run: string, fields?: Fields) => TrainConfig> {
  const pictures = await drawPictures(count);
  return (run, { data = {}, ...fields } = {}) =>
    tinyConfig(pictures, {
      ...{ steps: 6, saveEverySteps: 2, learningRate: 1e-3 },
      data: { folder: pictures, prompt: "a cat", flip: true, ...Object(data) },
      output: { run: join(pictures, "..", run) },
      samples: { everySteps: 0, steps: 1, sampler: "ddim" },
      ...fields,
    });
}

/** All that a run tells, up to its end or until it is broken off. */
export async function runTiny(
  config: TrainConfig,
  { watchers, until, signal, resume }: Watch = {},
): Promise<TrainEvent[]> {
  const deps = { ...nodeTrainDeps(config, { tokenizerFolder: tinyTokenizer }), watchers };
  const events: TrainEvent[] = [];
  for await (const event of train(config, deps, signal, resume)) {
    events.push(event);
    if (until?.(event) === true) break;
  }
  return events;
}

/** The same of a run that goes on, by the config that its folder has recorded. */
export async function resumeTiny(config: TrainConfig, watch: Watch = {}): Promise<TrainEvent[]> {
  const again = await readRunConfig(nodeFiles, config.output.run ?? "");
  return runTiny(again, { resume: {}, ...watch });
}

/** Bytes of all tensors that a run has left. */
export async function tensorsOf({ output }: TrainConfig): Promise<Map<string, string>> {
  const folder = output.run ?? "";
  const tensors = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".safetensors")) continue;
    const path = join(entry.parentPath, entry.name);
    tensors.set(path.slice(folder.length), (await readFile(path)).toString("base64"));
  }
  return tensors;
}

/** Bytes of all tensors of a file, without what it says of itself. */
export async function numbersOf(path: string): Promise<Map<string, string>> {
  const opened = await openSafetensors(nodeFiles, path);
  const numbers = new Map<string, string>();
  for (const name of opened.entries.keys()) {
    numbers.set(name, Buffer.from(byteView((await opened.read(name)).data)).toString("base64"));
  }
  await opened.close();
  return numbers;
}

/** Losses of all steps. */
export const lossesOf = (events: readonly TrainEvent[]): number[] =>
  events.flatMap((event) => (event.type === "step" ? [event.loss] : []));

/** What the newest snapshot says of a watcher. */
export async function watcherState(
  config: TrainConfig,
  name: string,
): Promise<WatchState | undefined> {
  const [newest] = (await listSnapshots(nodeFiles, config.output.run ?? "")).reverse();
  return newest?.watch?.watchers[name];
}

const token = "<my-cat>";
const word = { embedding: { token, initializer: "photo" }, data: { prompt: `a ${token}` } };
/** Trainings of all kinds, by what is particular about them. */
export const tinyTrainings: readonly (readonly [string, Fields])[] = [
  [
    "adamw, accumulated, with dropout and a bound on norms",
    { lora: { rank: 2, dropout: 0.1, maxWeightNorm: 0.01 }, gradientAccumulation: 2 },
  ],
  ["averages of all weights", { tuning: "full", lora: undefined, ema: { decay: 0.9 } }],
  [
    "lion, accumulated and averaged",
    { optimizer: { name: "lion" }, gradientAccumulation: 2, ema: { decay: 0.5 } },
  ],
  ["adamw in 8 bits", { optimizer: { name: "adamw", stateDtype: "uint8" } }],
  [
    "prodigy on a word and an adapter",
    { tuning: "pivotal", lora: { rank: 2 }, optimizer: { name: "prodigy" }, ...word },
  ],
];
