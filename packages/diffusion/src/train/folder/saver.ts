/** @file What a run leaves on the disk: its result, and the checkpoints that it can go on from. */

import { AtelierError } from "@atelier/engine";
import type { Pipeline } from "../../pipeline/pipeline.js";
import { saveResult } from "../result/save-result.js";
import { thumbnailOf } from "../result/thumbnail.js";
import type { Run } from "../run.js";
import type { TrainingStart } from "../step/start-parts.js";
import type { TrainingLoop } from "../step/training-loop.js";
import { checkpointFolder, pruneCheckpoints, writeCheckpoint } from "./checkpoints.js";

/** Writes what a run has made so far. */
export interface Saver {
  /** Tells of a step's loss. */
  add(loss: number): void;
  /** Saves the state with the result so far, and returns the result's paths. */
  checkpoint(): Promise<string[]>;
  /** Saves the result alone, into the run's folder. */
  result(): Promise<string[]>;
}

/** What there is to save. */
export interface Saved {
  readonly base: Pipeline;
  readonly resultOf: TrainingStart["resultOf"];
  readonly loop: TrainingLoop;
}

/** A saver into the folder of a run. */
export function createSaver({ plan, folder, deps }: Run, { base, resultOf, loop }: Saved): Saver {
  const { files, tokenizerFolder } = deps;
  const { config, pictures, process } = plan;
  const captions = pictures.map(({ caption }) => caption);
  const { predictionType } = process;
  const context = { files, config, pipeline: base, predictionType, captions, tokenizerFolder };
  const save = (to: string, thumbnail?: string) =>
    saveResult(
      { ...context, thumbnail },
      { folder: to, step: loop.step, result: resultOf(loop.values()) },
    );
  let losses: number[] = [];
  return {
    add: (loss) => losses.push(loss),
    async result() {
      const { path } = folder;
      // A sample that was changed since costs the result its picture, never the result.
      const thumbnail = await thumbnailOf(deps, { folder: path, step: loop.step }).catch(
        () => undefined,
      );
      return save(path, thumbnail);
    },
    async checkpoint() {
      const { step } = loop;
      const to = checkpointFolder(files, folder.path, step);
      const paths = await save(to);
      const loss = losses.reduce((sum, value) => sum + value, 0) / losses.length;
      await writeCheckpoint(files, to, { step, state: loop.state(), loss });
      await pruneCheckpoints(files, folder.path, config.keep);
      losses = [];
      return paths;
    },
  };
}

/** The error of a run, which says where the result of the last good step is. */
export async function withSaved(error: unknown, saver: Saver, step: number): Promise<unknown> {
  if (step === 0 || !(error instanceof AtelierError)) return error;
  // Where saving fails as well (a full disk), the first error says why; checkpoints are still there.
  await saver.checkpoint().catch(() => {});
  const saved = await saver.result().catch(() => undefined);
  if (saved === undefined) return error;
  return new AtelierError(
    error.code,
    `${error.message} The result of step ${step}, the last good one, is saved: ${saved.join(", ")}.`,
    { cause: error, context: { ...error.context, lastGoodStep: step, saved } },
  );
}
