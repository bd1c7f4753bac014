/** @file What workers elsewhere have made comes into the library: runs and pictures while they work, results at the end. */

import { join } from "node:path";
import type { JobContext } from "../jobs/context.js";
import { finishHandedOver } from "../jobs/end-claim.js";
import type { JobRow } from "../jobs/job-row.js";
import { getManifest, type Manifest } from "../storage/manifest.js";
import { pullTop } from "../storage/pull-files.js";
import { strangeManifest } from "../storage/storage-error.js";
import { type Exchange, fetchThing, outputsTop, runTop } from "./exchange.js";
import { hang, type PublishDeps, type Published, publish } from "./publish.js";
import { trainedRun } from "./run-job.js";
import { madeNote, pathHere, type SavedNote, savedNote, withPaths } from "./sent-note.js";

/** The library as results come into it. */
export interface TakeInDeps extends PublishDeps {
  readonly exchange: Exchange;
  /** The manifests of jobs that the library shows. */
  readonly shown: Map<string, string>;
  /** How many pictures of jobs are in the library: one that was deleted there does not come back. */
  readonly hung: Map<string, number>;
}

/** A row, and when it is not to be looked after any more. */
export interface TakenIn {
  readonly row: JobRow;
  readonly signal: AbortSignal;
}

/** Brings a run, and the pictures so far, to where their worker has them. */
export async function takeInSaved(deps: TakeInDeps, { row, signal }: TakenIn): Promise<void> {
  const { store, copies } = deps.exchange;
  const { id, run, saved } = row;
  if (saved === null || deps.shown.get(id) === saved) return;
  const manifest = await getManifest(store, saved);
  if (run !== null) {
    await copies.inTurn(runTop(run), async () => {
      // What is worked on here is newer than what was sent of it.
      if (copies.worked.has(run) || (await copies.of(run)) === saved) return;
      await takeInRun(deps, { row, run, manifest, signal });
      await copies.tell(run, saved);
    });
  }
  const { pictures } = noteOf(deps, manifest, savedNote);
  await takeInPictures(deps, { row, pictures, manifest, signal });
  deps.shown.set(id, saved);
}

async function takeInPictures(
  deps: TakeInDeps,
  {
    row,
    pictures,
    manifest,
    signal,
  }: TakenIn & { readonly pictures: SavedNote["pictures"]; readonly manifest: Manifest },
): Promise<void> {
  const hung = deps.hung.get(row.id) ?? 0;
  if (pictures.length <= hung) return;
  await using folder = await deps.library.incoming();
  const known = pictures.slice(0, hung).map(({ path }) => path);
  const places = await takeInOutputs(deps, { manifest, known, folder: folder.path, signal });
  for (const [index, picture] of pictures.slice(hung).entries()) {
    const number = hung + index + 1;
    const path = pathHere(places, picture.path);
    await hang(deps, { ...picture, path }, { claim: publishedOf(row), number });
    deps.hung.set(row.id, number);
  }
}

/** Publishes the results of a job that a worker has handed over, and ends it. */
export async function takeInMade(
  context: JobContext,
  deps: TakeInDeps,
  { row, signal }: TakenIn,
): Promise<void> {
  const { store, copies } = deps.exchange;
  const { id: job, attempt, run, made } = row;
  if (made === null) return;
  const manifest = await getManifest(store, made);
  const findings = noteOf(deps, manifest, madeNote);
  await using folder = await deps.library.incoming();
  const hung = findings.pictures.slice(0, deps.hung.get(job) ?? 0);
  const known = hung.map(({ path }) => path);
  const places = await takeInOutputs(deps, { manifest, known, folder: folder.path, signal });
  const finish = async (): Promise<void> => {
    const here = withPaths(findings, (path) => pathHere(places, path));
    const publication = {
      ...{ claim: publishedOf(row), findings: here, outputs: folder.path },
      isAgain: true,
    };
    await finishHandedOver(context, { job, attempt, made }, () => publish(deps, publication));
  };
  if (run === null) return await finish();
  await copies.inTurn(runTop(run), async () => {
    places.set(runTop(run), join(deps.library.folderOf("runs"), run));
    await takeInRun(deps, { row, run, manifest, signal });
    await copies.tell(run, made);
    await finish();
  });
}

async function takeInRun(
  { exchange, origins }: TakeInDeps,
  { row, run, manifest, signal }: TakenIn & { readonly run: string; readonly manifest: Manifest },
): Promise<void> {
  await fetchThing(exchange, { manifest, top: runTop(run), signal });
  if (trainedRun({ request: row.request, run }) !== undefined) {
    await origins.tell("runs", run, { job: row.id });
  }
}

interface Outputs {
  readonly manifest: Manifest;
  /** What the library has already. */
  readonly known: readonly string[];
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** @returns where the manifest's outputs lie here */
async function takeInOutputs(
  { exchange }: TakeInDeps,
  { manifest, known, folder, signal }: Outputs,
): Promise<Map<string, string>> {
  const path = join(folder, outputsTop);
  const left = new Set(known);
  const files = manifest.files.filter((file) => !left.has(file.path));
  const deps = { ...exchange, root: exchange.library.root };
  await pullTop(deps, { manifest: { ...manifest, files }, top: outputsTop, path, signal });
  return new Map([[outputsTop, path]]);
}

function noteOf<Note>(
  { exchange }: TakeInDeps,
  { note }: Manifest,
  schema: { readonly parse: (value: unknown) => Note },
): Note {
  try {
    return schema.parse(note);
  } catch (error) {
    throw strangeManifest(exchange.store.name, error);
  }
}

const publishedOf = ({ id: job, run, created }: JobRow): Published => ({
  ...{ job, created, run: run ?? undefined },
});
