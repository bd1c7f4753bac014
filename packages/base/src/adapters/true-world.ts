/** @file What experiments measure trainings with on the embedded base: its world, the truth of a subject, drawings and their judge. */

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RgbPicture } from "@atelier/diffusion/core";
import type { Judge } from "@atelier/diffusion/evaluate";
import { encodePng, openModelFiles } from "@atelier/diffusion/files";
import { sharpPictures } from "@atelier/diffusion/node";
import { generate, loadPipeline, type Pipeline, readAdapter } from "@atelier/diffusion/pipeline";
import { internalError, type Runtime } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { createDrawingJudge, type DrawingJudge } from "../experiments/verdicts/drawings.js";
import {
  lessonsOf,
  type Subject,
  type SubjectPicture,
  subjectMark,
} from "../experiments/verdicts/subjects.js";
import { createTruth, type Lesson, type TruthSize } from "../experiments/verdicts/truth-rows.js";
import type { DrawingRequest } from "../experiments/verdicts/truth-watcher.js";
import type { Scene } from "../world/scene.js";
import { createMascotWorldRenderer } from "./render-mascot.js";
import { createSceneRenderer } from "./render-scenes.js";

/** The world of subjects, and a base that knows none of them. */
export interface TrueWorld extends AsyncDisposable {
  readonly runtime: Runtime;
  /** Of a scene with a subject, or of one of known things alone. */
  readonly draw: DrawScene;
  readonly truthOf: ReturnType<typeof createTruth>;
  readonly judgeDrawings: DrawingJudge;
  /** Draws with the base itself; what was drawn once is kept. */
  readonly drawWithBase: (requests: readonly DrawingRequest[]) => Promise<RgbPicture[]>;
  /** Draws with the adapter of a file, at 1 as it is. @throws AtelierError as `readAdapter`. */
  readonly drawWithAdapter: (
    path: string,
    requests: readonly DrawingRequest[],
    strength?: number,
  ) => Promise<RgbPicture[]>;
}

type DrawScene = (subject: Subject | undefined, scene: Scene) => Promise<RgbPicture>;

/** What a world is made of. */
export interface TrueWorldOptions {
  /** Folder of the base. */
  readonly base: string;
  readonly runtime: Runtime;
  readonly judge: Judge;
  readonly truth: TruthSize;
}

/** Opens the base for all runs. @throws AtelierError as `openModelFiles`. */
export async function openTrueWorld(options: TrueWorldOptions): Promise<TrueWorld> {
  const { runtime } = options;
  const base = await loadPipeline(await openModelFiles(nodeFiles, options.base), {
    runtime,
    files: nodeFiles,
  });
  const renderers = { world: createSceneRenderer(), mascot: createMascotWorldRenderer() };
  const draw: DrawScene = (subject, scene) =>
    renderers[subject?.id === "mascot" ? "mascot" : "world"].render(scene);
  const kept = new Map<string, RgbPicture>();
  return {
    ...{ runtime, draw },
    truthOf: createTruth({ draw, decoder: sharpPictures, runtime, base }, options.truth),
    judgeDrawings: createDrawingJudge(options.judge, draw),
    async drawWithBase(requests) {
      const drawn: RgbPicture[] = [];
      for (const request of requests) {
        const key = `${request.seed} ${request.prompt}`;
        const picture = kept.get(key) ?? (await drawOne(base, request));
        kept.set(key, picture);
        drawn.push(picture);
      }
      return drawn;
    },
    async drawWithAdapter(path, requests, strength = 1) {
      const { adapter } = await readAdapter(nodeFiles, path, { base, strength });
      const drawn: RgbPicture[] = [];
      for (const request of requests) {
        drawn.push(await drawOne(base, { ...request, adapters: [adapter] }));
      }
      return drawn;
    },
    [Symbol.asyncDispose]: () => base[Symbol.asyncDispose](),
  };
}

async function drawOne(
  pipeline: Pipeline,
  request: Parameters<typeof generate>[1],
): Promise<RgbPicture> {
  for await (const event of generate(pipeline, request)) {
    if (event.type === "image") return event.picture;
  }
  throw internalError("experiment: nothing was drawn");
}

/** The pictures that a run learns from. @param shift by how many places captions belong to other pictures */
export function namedLessons(subject: Subject, count: number, shift = 0): Lesson[] {
  const lessons = lessonsOf(subject, count);
  return lessons.map(({ scene }, index) => {
    const { caption = "" } = lessons[(index + shift) % lessons.length] ?? {};
    return { name: `${String(index + 1).padStart(2, "0")}.png`, scene, caption };
  });
}

/** Writes a run's pictures with their captions. @param calls what these call the subject */
export async function writeLessons(
  draw: DrawScene,
  { subject, calls, lessons }: LessonsOfRun,
  folder: string,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { name, scene, caption } of lessons) {
    const path = join(folder, name);
    await writeFile(path, await encodePng(await draw(subject, scene)));
    await writeFile(path.replace(/png$/u, "txt"), `${captionFor({ caption }, calls)}\n`);
  }
}

/** Pictures of a subject, and what their captions call it. */
export interface LessonsOfRun {
  readonly subject: Subject;
  readonly calls: string;
  readonly lessons: readonly Lesson[];
}

const captionFor = ({ caption }: Pick<SubjectPicture, "caption">, calls: string): string =>
  caption.replace(subjectMark, calls);
