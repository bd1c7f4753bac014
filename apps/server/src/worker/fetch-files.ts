/**
 * @file What a job needs comes to the machine that does it: what its request names from the Studio, its run from whoever
 * had it last.
 */

import { type Claim, writeProgress } from "../jobs/claim.js";
import type { JobContext } from "../jobs/context.js";
import { askForInputs, filesOf, tellSaved } from "../jobs/stored-files.js";
import type { BlobHash } from "../storage/artifact-store.js";
import { getManifest, type Manifest } from "../storage/manifest.js";
import { storageReasonOf } from "../storage/storage-error.js";
import type { Beginning } from "./attempt-files.js";
import { type Exchange, fetchThing, runTop } from "./exchange.js";

/** How often it is looked for what the Studio sends. */
const lookMs = 500;
const progressMs = 1_000;

/** Fetches what the request names, once the Studio has sent it, and the run as far as it has come. */
export async function fetchAll(
  context: JobContext,
  exchange: Exchange,
  { claim, interrupted: signal }: Beginning,
): Promise<void> {
  const { store } = exchange;
  await askForInputs(context, claim);
  const manifest = await getManifest(store, await inputsOf(context, claim, signal));
  const onBytes = createTeller(context, claim, manifest);
  for (const top of manifest.tops) {
    // What others have saved of the run is newer than what the library had.
    const isOlder =
      claim.run !== undefined && top === runTop(claim.run) && (await hasSaved(context, claim));
    if (isOlder) continue;
    await exchange.copies.inTurn(top, () =>
      fetchThing(exchange, { manifest, top, signal, onBytes }),
    );
  }
  await fetchSaved(context, exchange, { claim, signal });
}

/** Fetches the run as it was sent last, unless the folder here goes on from there. */
export async function fetchSaved(
  context: JobContext,
  { store, copies, ...exchange }: Exchange,
  { claim, signal }: { readonly claim: Claim; readonly signal: AbortSignal },
): Promise<void> {
  const { run } = claim;
  if (run === undefined) return;
  const top = runTop(run);
  await copies.inTurn(top, async () => {
    copies.worked.add(run);
    const saved = (await filesOf(context, claim))?.saved ?? undefined;
    if (saved === undefined || saved === (await copies.of(run))) return;
    try {
      const manifest = await getManifest(store, saved);
      const onBytes = createTeller(context, claim, manifest);
      await fetchThing({ ...exchange, store, copies }, { manifest, top, signal, onBytes });
      await copies.tell(run, saved);
    } catch (error) {
      // Another try begins with what the library has of it.
      if (storageReasonOf(error) === "lost") await tellSaved(context, claim, null);
      throw error;
    }
  });
}

const hasSaved = async (context: JobContext, claim: Claim): Promise<boolean> =>
  (await filesOf(context, claim))?.saved != null;

async function inputsOf(context: JobContext, claim: Claim, signal: AbortSignal): Promise<BlobHash> {
  await writeProgress(context, claim, { stage: "fetch", done: 0, total: 1 });
  for (;;) {
    signal.throwIfAborted();
    // A database that is away for a moment is asked again.
    const row = await filesOf(context, claim).catch(() => undefined);
    if (row?.inputs != null) return row.inputs;
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

const mebibyte = 2 ** 20;

/** Says now and then how much is there. */
function createTeller(
  context: JobContext,
  claim: Claim,
  { files }: Manifest,
): (bytes: number) => void {
  const total = Math.ceil(files.reduce((sum, { bytes }) => sum + bytes, 0) / mebibyte);
  let done = 0;
  let toldAt = Date.now();
  return (bytes) => {
    done += bytes;
    if (Date.now() - toldAt < progressMs) return;
    toldAt = Date.now();
    const progress = { stage: "fetch", done: Math.floor(done / mebibyte), total };
    // What is not told now is told later.
    writeProgress(context, claim, progress).catch(() => undefined);
  };
}
