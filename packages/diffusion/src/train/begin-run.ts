/** @file A run before its work: its base opened, its plan made, its folder locked. */

import { AtelierError, said } from "@atelier/engine";
import { option } from "../core/option-words.js";
import { warning } from "../core/warnings/warning.js";
import { captionsOfWord } from "../data/caption-templates.js";
import type { OwnedPipeline, Pipeline } from "../pipeline/pipeline.js";
import type { GivenConfig } from "./config/train-config.js";
import { reporting } from "./events/progress.js";
import type { ProgressEvent } from "./events/train-event.js";
import { openRunFolder } from "./folder/run-folder.js";
import { cardWarnings } from "./plan/fit-card.js";
import { listPictures, listValidation } from "./plan/list-pictures.js";
import { keptBytes, neededBytes } from "./plan/needed-space.js";
import { planRun, type RunPlan } from "./plan/plan-run.js";
import { fitPrecision } from "./plan/run-precision.js";
import { requireOpen } from "./require-open.js";
import type { Run, TrainDeps } from "./run.js";

/**
 * Opens the base, plans, and locks the folder.
 * @throws AtelierError `config`, `data`, `file`, `weights`; `training` for a folder in use, for a run that
 *   has ended before its last step, and for one that is to be finished and cannot be; `runtime` for one whose
 *   precision the device lacks.
 */
export async function* beginRun(
  given: GivenConfig,
  deps: TrainDeps,
  { signal, resume }: Pick<Run, "signal" | "resume">,
): AsyncGenerator<ProgressEvent, Run, undefined> {
  const { run } = given.output;
  if (resume !== undefined && run !== undefined) await requireOpen(run, deps, resume);
  const { config, warnings } = await fitPrecision(given, deps.runtime, resume !== undefined);
  const pipeline = yield* openBase(config, deps, signal);
  try {
    const data = captionedData(config);
    const listed = await listPictures(deps, data);
    const validation = await listValidation(deps, data, config.watch.validation);
    const pictures = { ...listed, warnings: [...warnings, ...listed.warnings] };
    const planned = await planRun(config, pipeline, pictures, validation);
    requireTokenizer(planned, pipeline, deps);
    const folder = await openRunFolder(deps, config, resume !== undefined);
    // A disk that does not say what is free is refused with the reason before anything is computed.
    const free = await deps.freeBytes(folder.path).catch(() => Number.POSITIVE_INFINITY);
    const watched = config.watch.share === undefined ? watchedWithin(free, planned) : planned;
    const card = config.device.backend === "cpu" ? undefined : await deps.cardMemory?.();
    const planWithin = (maxMemory: number) =>
      planRun({ ...config, maxMemory }, pipeline, listed, validation);
    const tight = card === undefined ? [] : await cardWarnings(watched, card, planWithin);
    const plan = { ...watched, warnings: [...watched.warnings, ...tight] };
    return { folder, plan, pipeline, deps, signal, resume };
  } catch (error) {
    await pipeline[Symbol.asyncDispose]();
    throw error;
  }
}

/** Unwatched where the disk holds the run alone: nobody has asked for what is kept of a watched one. */
function watchedWithin(freeBytes: number, plan: RunPlan): RunPlan {
  const { config, warnings, watch } = plan;
  if (watch === undefined || freeBytes >= neededBytes(plan) + keptBytes(plan)) return plan;
  return {
    ...plan,
    ...{ watch: undefined, keeping: [] },
    config: { ...config, watch: { ...config.watch, share: 0 } },
    warnings: [...warnings, warning("unwatched", { lacks: "space" })],
  };
}

/** The base of a run, opened anew. */
export const openBase = (
  { base }: Pick<GivenConfig, "base">,
  deps: TrainDeps,
  signal: AbortSignal | undefined,
): AsyncGenerator<ProgressEvent, OwnedPipeline, undefined> =>
  reporting((onProgress) => deps.openBase(base, { signal, onProgress }));

/** Where captions come from templates, the pictures need none. */
function captionedData({ data, embedding }: GivenConfig): GivenConfig["data"] {
  if (embedding?.kind === undefined) return data;
  const [prompt = ""] = captionsOfWord(embedding.token, embedding.kind);
  return { ...data, captions: "prompt", prompt };
}

/** @throws AtelierError `config` where the fine-tuned model could not be written after all the work. */
function requireTokenizer({ config }: RunPlan, { name, model }: Pipeline, deps: TrainDeps) {
  const isFolder = config.tuning === "full" && config.output.checkpoint === "folder";
  const isThere =
    deps.tokenizerFolder !== undefined || Object.keys(model.tokenizerFolders).length > 0;
  if (!isFolder || isThere) return;
  throw new AtelierError(
    "config",
    said`output.checkpoint: expected a tokenizer for the folder of the fine-tuned model, got none in ${name}. Name one with ${option("tokenizerFolder")}, or write a single file: output.checkpoint: single-file.`,
  );
}
