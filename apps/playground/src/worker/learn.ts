/**
 * @file Lessons: trainings in memory, of which the browser keeps the newest snapshot. A page that was closed, or that has
 * lost its graphics card, goes on from there.
 */

import type { LoadPipelineOptions, OwnedPipeline } from "@atelier/diffusion/pipeline";
import {
  listSnapshots,
  parseTrainConfig,
  readEvents,
  readRunConfig,
  resultOfKind,
  type TrainDeps,
  type TrainEvent,
  train,
} from "@atelier/diffusion/train";
import { AtelierError, messageOf, type Runtime } from "@atelier/engine";
import type { MemoryFiles } from "@atelier/engine/web";
import { canvasPictures } from "./canvas-pictures.js";
import { keepLesson, loadKeptLesson } from "./lesson-store.js";
import { memoryTaken } from "./memory-taken.js";
import { places } from "./places.js";
import type { Answer, Lesson } from "./protocol.js";
import { turn } from "./turn.js";

/** What a lesson needs. */
export interface LearnDeps {
  readonly runtime: Runtime;
  readonly files: MemoryFiles;
  readonly tell: (answer: Answer) => void;
  readonly openBase: (options: Pick<LoadPipelineOptions, "maxGraphs">) => Promise<OwnedPipeline>;
}

/** So many steps are lost where a page is closed. */
const everySteps = 10;
const folders = [places.pictures, places.run];

/** Teaches. @returns where the adapter lies, once there is one */
export async function beginLesson(
  { name, prompt, samplePrompt, steps, pictures }: Lesson,
  deps: LearnDeps,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { files } = deps;
  for (const folder of folders) await empty(files, folder);
  for (const [index, { name: file, bytes }] of pictures.entries()) {
    // Names from elsewhere are no paths.
    const extension = /\.[A-Za-z0-9]{1,5}$/.exec(file)?.[0] ?? "";
    await files.write(files.join(places.pictures, `${index + 1}${extension}`), [bytes]);
  }
  const config = parseTrainConfig({
    name,
    base: { path: places.base },
    data: { folder: places.pictures, prompt },
    steps,
    samples: { everySteps: Math.max(10, Math.ceil(steps / 6)), prompts: [samplePrompt] },
    ...{ saveEverySteps: everySteps, keep: { last: 1 } },
    output: { run: places.run, formats: "kohya" },
  });
  return alone(() => follow(train(config, trainDeps(deps), signal), deps));
}

/** Goes on with the lesson that the browser keeps, and tells first what happened before. @returns as {@link beginLesson} */
export async function resumeLesson(
  deps: LearnDeps,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { files } = deps;
  return alone(async () => {
    for (const folder of folders) await empty(files, folder);
    await loadKeptLesson(files);
    let learned: string | undefined;
    const { events } = await readEvents(files, places.run);
    for (const { time: _, ...event } of events) {
      if (event.type !== "error") learned = (await show(event, deps)) ?? learned;
    }
    if (events.at(-1)?.type === "done") return learned;
    const config = await readRunConfig(files, places.run);
    return (await follow(train(config, trainDeps(deps), signal, {}), deps)) ?? learned;
  });
}

/** Tabs of a browser keep their lessons in one place, so that one of them learns at a time. @throws AtelierError `training`. */
export async function alone<T>(work: () => Promise<T>): Promise<T> {
  // Plain http has no locks.
  if (!("locks" in navigator)) return work();
  return navigator.locks.request("atelier-lesson", { ifAvailable: true }, (lock) => {
    if (lock !== null) return work();
    throw new AtelierError(
      "training",
      "lesson: expected no other tab that learns, got one. Wait until it is done, stop it there, or close it.",
    );
  });
}

function trainDeps({ runtime, files, openBase }: LearnDeps): TrainDeps {
  return {
    ...{ files, runtime, decoder: canvasPictures },
    cacheFolder: places.cache,
    // Text, prediction and pictures take turns, and memory is the lesson's.
    openBase: () => openBase({ maxGraphs: 1 }),
    lockFolder: async () => ({ [Symbol.asyncDispose]: async () => {} }),
    freeBytes: async () => Number.POSITIVE_INFINITY,
    now: Date.now,
    memoryBytes: memoryTaken,
  };
}

/** Tells what happens, and has the browser keep what can be gone on from. */
async function follow(
  events: AsyncIterable<TrainEvent>,
  deps: LearnDeps,
): Promise<string | undefined> {
  let learned: string | undefined;
  try {
    for await (const event of events) {
      learned = (await show(event, deps)) ?? learned;
      if (event.type === "snapshot" || event.type === "stopped") await keep(deps);
      else if (event.type === "done") await keep(deps, event.step);
      await turn();
    }
  } catch (error) {
    // The training has saved the last good step.
    await keep(deps);
    throw error;
  }
  return learned;
}

/** Tells an event with what belongs to it. @returns where the adapter lies, at the end */
async function show(
  event: TrainEvent,
  { files, tell }: Pick<LearnDeps, "files" | "tell">,
): Promise<string | undefined> {
  tell({ type: "training", event });
  if (event.type === "sample") {
    const png = await contentOf(files, event.path);
    tell({ type: "sample", step: event.step, png });
  }
  if (event.type !== "done" && event.type !== "stopped") return undefined;
  const result = resultOfKind(event.results, "adapter");
  if (result === undefined) return undefined;
  const { name } = await readRunConfig(files, places.run);
  tell({ type: "learned", name, adapter: await contentOf(files, result.path) });
  return result.path;
}

/** Has the browser keep the newest snapshot, where there is one, or what a lesson has ended with. */
async function keep(
  { files, tell }: Pick<LearnDeps, "files" | "tell">,
  doneAt?: number,
): Promise<void> {
  const step = doneAt ?? (await listSnapshots(files, places.run)).at(-1)?.step;
  if (step === undefined) return;
  try {
    const { name, data, steps } = await readRunConfig(files, places.run);
    const facts = { name, prompt: data.prompt ?? "", step, steps, isOver: doneAt !== undefined };
    tell({ type: "kept", lesson: await keepLesson(facts, files, folders) });
  } catch (error) {
    // It goes on in memory: no room, or a window that keeps nothing.
    tell({ type: "unkept", reason: messageOf(error) });
  }
}

async function empty(files: MemoryFiles, folder: string): Promise<void> {
  if ((await files.stat(folder)) === undefined) return;
  for (const { name, kind } of await files.list(folder)) {
    const path = files.join(folder, name);
    if (kind === "folder") await empty(files, path);
    else await files.remove(path);
  }
}

/** A copy that can be given away. */
async function contentOf(files: MemoryFiles, path: string): Promise<Uint8Array<ArrayBuffer>> {
  const file = await files.open(path);
  return new Uint8Array(await file.read(0, file.sizeBytes));
}
