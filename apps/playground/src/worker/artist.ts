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
import type { Runtime } from "@atelier/engine";
import type { MemoryFiles } from "@atelier/engine/web";
import { beginLesson, resumeLesson } from "./learn.js";
import { places } from "./places.js";
import type { Answer, Drawing, Lesson } from "./protocol.js";
import { turn } from "./turn.js";

/** What an artist works with. */
export interface ArtistDeps {
  readonly runtime: Runtime;
  readonly files: MemoryFiles;
  readonly tell: (answer: Answer) => void;
}

/** Draws and learns with the base. */
export interface Artist {
  draw(drawing: Drawing, signal: AbortSignal): Promise<void>;
  teach(lesson: Lesson, signal: AbortSignal): Promise<void>;
  /** Goes on with the lesson that the browser keeps. */
  goOn(signal: AbortSignal): Promise<void>;
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
  const deps = { runtime, files, tell, openBase };

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
          const png = new Uint8Array(await encodePng(event.picture, { text }));
          tell({ type: "drawn", picture: { png, seed: Number(event.seed) } });
        }
        await turn();
      }
    },

    async teach(lesson, signal) {
      await letGo();
      learned = await beginLesson(lesson, deps, signal);
    },

    async goOn(signal) {
      await letGo();
      learned = await resumeLesson(deps, signal);
    },
  };
}
