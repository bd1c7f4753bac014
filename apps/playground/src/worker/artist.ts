/** @file The embedded base at work in a page: what is drawn, and what is learned. */

import { embeddedBaseTitle } from "@atelier/base/embedded";
import {
  encodePng,
  formatA1111Parameters,
  openModelFiles,
  parametersKeyword,
} from "@atelier/diffusion/files";
import {
  type Adapter,
  generate,
  type LoadPipelineOptions,
  loadPipeline,
  type OwnedPipeline,
  readAdapter,
} from "@atelier/diffusion/pipeline";
import { parseTrainConfig, resultOfKind, type TrainDeps, train } from "@atelier/diffusion/train";
import type { Runtime } from "@atelier/engine";
import type { MemoryFiles } from "@atelier/engine/web";
import { canvasPictures } from "./canvas-pictures.js";
import { memoryTaken } from "./memory-taken.js";
import type { Answer, Drawing, Lesson } from "./protocol.js";
import { turn } from "./turn.js";

/** Where files lie in memory. */
const places = { base: "/base", pictures: "/pictures", run: "/run", cache: "/cache" } as const;

/** Where the base has to be put. */
export const baseFolder: string = places.base;

/** What an artist works with. */
export interface ArtistDeps {
  readonly runtime: Runtime;
  readonly files: MemoryFiles;
  readonly tell: (answer: Answer) => void;
}

/** Draws and learns with the base in {@link baseFolder}. */
export interface Artist {
  draw(drawing: Drawing, signal: AbortSignal): Promise<void>;
  teach(lesson: Lesson, signal: AbortSignal): Promise<void>;
}

/** An artist; the base is opened when it is needed, and given up while it learns. */
export function openArtist({ runtime, files, tell }: ArtistDeps): Artist {
  let drawer: Promise<OwnedPipeline> | undefined;
  let learned: string | undefined;

  const openBase = async (options: Pick<LoadPipelineOptions, "maxGraphs"> = {}) =>
    loadPipeline(await openModelFiles(files, places.base), {
      ...{ runtime, files, name: embeddedBaseTitle },
      ...options,
    });
  const letGo = async (): Promise<void> => {
    const open = drawer;
    drawer = undefined;
    await (await open)?.[Symbol.asyncDispose]();
  };

  return {
    async draw({ prompt, seed, count, strength }, signal) {
      drawer ??= openBase();
      const pipeline = await drawer;
      const adapters: Adapter[] = [];
      if (learned !== undefined && strength > 0) {
        adapters.push((await readAdapter(files, learned, { base: pipeline, strength })).adapter);
      }
      const options = { prompt, seed, count, adapters };
      for await (const event of generate(pipeline, options, signal)) {
        if (event.type === "step") {
          const { index, step, steps } = event;
          tell({ type: "drawing", done: index * steps + step, total: count * steps });
        } else if (event.type === "image") {
          const text = { [parametersKeyword]: formatA1111Parameters(event.parameters) };
          const png = ownBytes(await encodePng(event.picture, { text }));
          tell({ type: "drawn", picture: { png, seed: Number(event.seed) } });
        }
        await turn();
      }
    },

    async teach({ name, prompt, samplePrompt, steps, pictures }, signal) {
      await letGo();
      for (const folder of [places.run, places.pictures]) await empty(files, folder);
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
        saveEverySteps: 0,
        output: { run: places.run, formats: "kohya" },
      });
      const deps: TrainDeps = {
        ...{ files, runtime, decoder: canvasPictures },
        cacheFolder: places.cache,
        // Text, prediction and pictures take turns, and memory is the lesson's.
        openBase: () => openBase({ maxGraphs: 1 }),
        lockFolder: async () => ({ [Symbol.asyncDispose]: async () => {} }),
        freeBytes: async () => Number.POSITIVE_INFINITY,
        now: Date.now,
        memoryBytes: memoryTaken,
      };
      for await (const event of train(config, deps, signal)) {
        tell({ type: "training", event });
        if (event.type === "sample") {
          const png = await contentOf(files, event.path);
          tell({ type: "sample", step: event.step, png });
        } else if (event.type === "done" || event.type === "stopped") {
          const result = resultOfKind(event.results, "adapter");
          if (result !== undefined) {
            learned = result.path;
            tell({ type: "learned", name, adapter: await contentOf(files, result.path) });
          }
        }
        await turn();
      }
    },
  };
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
  return ownBytes(await file.read(0, file.sizeBytes));
}

const ownBytes = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);
