/** @file What a user names to be evaluated (a run, an adapter, a word, a whole model), and the run that it is from. */

import {
  detectEmbeddingFile,
  detectLoraFile,
  hasDenoiser,
  isLoraFolder,
  locateLora,
  openTensorFile,
} from "@atelier/diffusion/files";
import { displayName } from "@atelier/diffusion/pipeline";
import { openRun, type RunRecord, resultOfKind } from "@atelier/diffusion/train";
import { AtelierError, type FileStore, said } from "@atelier/engine";
import { type AdapterRefusals, parseAdapterUse } from "../adapter-use.js";
import type { CliContext } from "../cli-context.js";
import { findAdapter } from "../open-base.js";
import type { Progress } from "../progress.js";

/** A model to be evaluated, by the files that make it of the base. */
export interface EvaluatedModel {
  /** Heads its column. */
  readonly name: string;
  /** The whole model; the base where it is absent. */
  readonly model?: string | undefined;
  /** Files or folders. */
  readonly adapters: readonly string[];
  /** Of the adapters. */
  readonly strength: number;
  /** Files of new words. */
  readonly embeddings: readonly string[];
}

/** A model, and what is recorded of its training. */
export interface FoundModel extends EvaluatedModel {
  readonly run: RunRecord | undefined;
}

type Parts = Pick<EvaluatedModel, "model" | "adapters" | "embeddings">;

const nothing: Parts = { adapters: [], embeddings: [] };

const refusals: AdapterRefusals = {
  nothingThere: (path) =>
    said`evaluate ${path}: expected a run's folder, an adapter, a word or a model, got nothing at this path. Check the path; a repository is called organisation/name.`,
  badWeight: (value) =>
    said`evaluate ${value}: expected file or file:strength with a number, got another strength. Write for example dog.safetensors:0.8.`,
};

/**
 * Finds what is named, `runs/dog` or `dog.safetensors:0.8`. A file in a run's folder, such as one of its
 * snapshots, is of that run.
 * @throws AtelierError `file` where nothing stands or nothing that draws, `config` for a strength of what has none,
 *   and what reading a run's record throws.
 */
export async function findEvaluated(
  context: CliContext,
  named: string,
  progress: Progress,
): Promise<FoundModel> {
  const { files } = context;
  const use = await parseAdapterUse(named, files, refusals);
  const { path } = await findAdapter(context, use.path, progress);
  const isRun = await isRunFolder(files, path);
  const run = isRun ? await openRun(files, path) : await runAround(files, path);
  const parts = isRun && run !== undefined ? await partsOfRun(context, run) : undefined;
  const { model, adapters, embeddings } = parts ?? (await partsAt(context, path));
  if (use.weight !== 1 && adapters.length === 0) {
    throw new AtelierError(
      "config",
      said`evaluate ${use.path}: expected no strength for what is no adapter, got one. Leave it out.`,
    );
  }
  const strength = use.weight === 1 ? "" : ` × ${use.weight}`;
  const name = `${columnName(use.path, isRun ? undefined : run)}${strength}`;
  return { name, model, adapters, embeddings, strength: use.weight, run };
}

/** A snapshot's files have the names of the run's own: of them the run and the step are said. */
function columnName(path: string, around: RunRecord | undefined): string {
  const step = /[\\/](step-\d+)[\\/]/.exec(path)?.[1];
  if (around === undefined || step === undefined) return displayName(path);
  return `${displayName(around.folder)} ${step}`;
}

/** Whether a folder is a run's, which may hold an adapter as other folders do. */
async function isRunFolder(files: FileStore, folder: string): Promise<boolean> {
  const has = async (name: string) => (await files.stat(files.join(folder, name))) !== undefined;
  return (await has("config.json")) && ((await has("events.jsonl")) || (await has("inputs.json")));
}

/** The run in whose folder a path lies: at its top, or in `checkpoints/step-000100/`. */
async function runAround(files: FileStore, path: string): Promise<RunRecord | undefined> {
  for (const up of [[".."], ["..", ".."], ["..", "..", ".."]]) {
    const folder = files.join(path, ...up);
    if (await isRunFolder(files, folder)) return openRun(files, folder);
  }
  return undefined;
}

/** The result of a run, of its adapter the first form. */
async function partsOfRun({ files }: CliContext, run: RunRecord): Promise<Parts> {
  const { folder, results } = run;
  if (results.length === 0) {
    throw new AtelierError(
      "training",
      said`evaluate ${folder}: expected a run that has made something, got one without a result. Go on with it: atelier resume.`,
    );
  }
  const place = (path: string) => placeOfResult(files, folder, path);
  const model = resultOfKind(results, "model");
  const word = resultOfKind(results, "embedding");
  const form = resultOfKind(results, "adapter")?.form;
  const adapters = results.filter((file) => file.kind === "adapter" && file.form === form);
  return {
    ...(model === undefined ? {} : { model: await place(model.path) }),
    adapters: await Promise.all(adapters.map(({ path }) => place(path))),
    embeddings: word === undefined ? [] : [await place(word.path)],
  };
}

/** Where a result is now: as it was written, or below the run's folder where that was moved. */
async function placeOfResult(files: FileStore, folder: string, path: string): Promise<string> {
  const segments = path.split(/[\\/]/);
  for (const kept of [1, 3]) {
    const moved = files.join(folder, ...segments.slice(-kept));
    if ((await files.stat(moved)) !== undefined) return moved;
  }
  return path;
}

/** @throws AtelierError `file` for what draws nothing. */
async function partsAt({ files }: CliContext, path: string): Promise<Parts> {
  if ((await files.stat(path))?.kind === "folder") {
    if ((await files.stat(files.join(path, "model_index.json"))) !== undefined) {
      return { ...nothing, model: path };
    }
    if (await isLoraFolder(files, path)) return { ...nothing, adapters: [path] };
    throw notEvaluated(path);
  }
  const file = await openTensorFile(files, path);
  try {
    if (hasDenoiser(file.entries)) return { ...nothing, model: path };
    if (detectLoraFile(file.entries, file.metadata) !== undefined) {
      return { ...nothing, adapters: [path] };
    }
    if (detectEmbeddingFile(file.entries, file.metadata) !== undefined) {
      return { ...nothing, embeddings: [path] };
    }
  } finally {
    await file.close();
  }
  throw notEvaluated(path);
}

function notEvaluated(path: string): AtelierError {
  return new AtelierError(
    "file",
    said`evaluate ${path}: expected a run's folder, an adapter, a word or a model, got something else. \`atelier inspect\` says what it is.`,
  );
}

/**
 * What tells a model's files from all others: hashes of adapters and words, and of a whole model, which is large,
 * the sizes and times of its files.
 */
export async function identityOf(
  files: FileStore,
  { model, adapters, strength, embeddings }: EvaluatedModel,
): Promise<Readonly<Record<string, string | number | readonly string[]>>> {
  const hashes: string[] = [];
  for (const path of adapters) {
    for (const { weightsPath } of await locateLora(files, path)) {
      hashes.push(await hashOf(files, weightsPath));
    }
  }
  for (const path of embeddings) hashes.push(await hashOf(files, path));
  return {
    ...(model === undefined ? {} : { model, files: await stampsOf(files, model) }),
    tuned: hashes,
    strength,
  };
}

async function hashOf(files: FileStore, path: string): Promise<string> {
  const file = await files.open(path);
  try {
    return await file.sha256(0, file.sizeBytes);
  } finally {
    await file.close();
  }
}

/** The size and time of each file, folders within included. */
export async function stampsOf(files: FileStore, path: string): Promise<string[]> {
  const entry = await files.stat(path);
  if (entry?.kind !== "folder") return [`${entry?.sizeBytes} ${entry?.modifiedMs}`];
  const stamps: string[] = [];
  for (const { name } of await files.list(path)) {
    const inside = await stampsOf(files, files.join(path, name));
    stamps.push(...inside.map((stamp) => `${name} ${stamp}`));
  }
  return stamps;
}
