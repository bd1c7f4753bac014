/** @file Why files cannot be exchanged, and whether waiting helps. */

import { AtelierError, messageOf, type Sentence, said } from "@atelier/engine";

/** `lost`: something is not there that should be, or is another. `away`: it may be reached later. */
export type StorageReason = "lost" | "away";

/** The reason of an error of a storage; none of others. */
export function storageReasonOf(error: unknown): StorageReason | undefined {
  const reason = error instanceof AtelierError ? error.context["storage"] : undefined;
  return reason === "lost" || reason === "away" ? reason : undefined;
}

/** A file of a job that is not in the storage any more, or is damaged there. */
export const lostFile = (storage: string, file: string): AtelierError =>
  new AtelierError(
    "file",
    said`storage ${storage}: expected all files that this job needs, got ${file} without its content or with another one. Somebody has deleted or changed it there; try the job again, and its files are sent anew.`,
    { context: { storage: "lost", file } },
  );

/** Something that is no manifest of ours. */
export const strangeManifest = (storage: string, cause: unknown): AtelierError =>
  new AtelierError(
    "format",
    said`storage ${storage}: expected a list of the files of this job, got another (${messageOf(cause).slice(0, 200)}). Have the same version of Atelier on all machines, and try the job again.`,
    { context: { storage: "lost" }, cause },
  );

/** One that cannot be reached or written now. */
export const storageAway = (sentence: Sentence, cause: unknown): AtelierError =>
  new AtelierError("network", sentence, { context: { storage: "away" }, cause });
