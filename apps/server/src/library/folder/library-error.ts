/** @file Why something cannot be done in the library, for people as a sentence and for servers as a reason. */

import { AtelierError, messageOf, type Sentence, said } from "@atelier/engine";

/**
 * Why, in `context.reason`: `absent` (nothing of that name), `taken` (something else has the name), `too-large`,
 * `refused` (a name, path or file that is never taken), `busy` (somebody works with it).
 */
export type LibraryReason = "absent" | "taken" | "too-large" | "refused" | "busy";

/** An error with its reason. */
export function libraryError(
  reason: LibraryReason,
  sentence: Sentence,
  cause?: unknown,
): AtelierError {
  return new AtelierError("file", sentence, {
    context: { reason },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The reason of an error of the library; none of others. */
export function reasonOf(error: unknown): LibraryReason | undefined {
  const reason = error instanceof AtelierError ? error.context["reason"] : undefined;
  return reasons.find((known) => known === reason);
}

const reasons: readonly LibraryReason[] = ["absent", "taken", "too-large", "refused", "busy"];

/** The system's name of an error, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

/** What of the system's errors people can do something about. */
const advice: Readonly<Record<string, Sentence>> = {
  ENOSPC: said`The disk is full; free some space.`,
  EDQUOT: said`The disk quota is used up; free some space.`,
  EACCES: said`The server may not do that there; change the permissions of the library's folder.`,
  EPERM: said`The server may not do that there; change the permissions of the library's folder.`,
  EROFS: said`The file system is read-only; choose another place for the library.`,
  EMFILE: said`Too many files are open; try again.`,
  EBUSY: said`Another program uses the file; close it and try again.`,
};

/** Does something with a file; what the system refuses becomes an error that says what to do. */
export async function attempt<Value>(name: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AtelierError) throw error;
    const code = codeOf(error);
    if (code === undefined) throw error;
    const what = advice[code] ?? said`Check the library's folder and the disk.`;
    throw new AtelierError("file", said`${name}: failed with ${code}. ${what}`, {
      cause: error,
      context: { systemCode: code, message: messageOf(error) },
    });
  }
}

/** Gives nothing where there is nothing. */
export async function orAbsent<Value>(work: Promise<Value>): Promise<Value | undefined> {
  try {
    return await work;
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}
