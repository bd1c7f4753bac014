/**
 * @file The library's key: a line of random letters in `<library>/token` that only its owner can read. Whoever has it
 * may do everything; wrong ones are counted, so that a password cannot be guessed.
 */

import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { constants, open } from "node:fs/promises";
import { join } from "node:path";
import { AtelierError, said } from "@atelier/engine";

/** The key of a library; made where it has none. @throws AtelierError `file` where what is there is none */
export async function openKey(library: string): Promise<string> {
  const path = join(library, "token");
  try {
    const file = await open(path, "wx", 0o600);
    const key = randomBytes(32).toString("base64url");
    await closing(file, () => file.writeFile(`${key}\n`));
    return key;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  // A link could name a file that others know.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(
    (cause: unknown) => {
      throw new AtelierError(
        "file",
        said`${path}: expected the library's key, got something that cannot be read. Delete it, and a new one is made.`,
        { cause },
      );
    },
  );
  return closing(file, async () => {
    // Copies and archives forget modes.
    if (((await file.stat()).mode & 0o077) !== 0) await file.chmod(0o600).catch(() => undefined);
    const key = (await file.readFile("utf8")).trim();
    if (/^[\w-]{43}$/.test(key)) return key;
    throw new AtelierError(
      "file",
      said`${path}: expected the library's key, got another text. Delete it, and a new one is made.`,
    );
  });
}

/** Whether two texts are the same, in a time that tells nothing of where they differ. */
export function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** Wrong keys by where they came from. */
export interface Attempts {
  /** Seconds until another key is looked at; 0 where one is now. */
  secondsToWait(address: string): number;
  /** Counts a wrong key. */
  failed(address: string): void;
}

const mostFailures = 10;
const windowMs = 60_000;
const mostAddresses = 10_000;

/** Ten wrong keys a minute are looked at for each address, and then none, right ones neither. */
export function countAttempts(now: () => number = Date.now): Attempts {
  const failures = new Map<string, number[]>();
  const recent = (address: string): number[] =>
    (failures.get(address) ?? []).filter((time) => time > now() - windowMs);
  return {
    secondsToWait: (address) => {
      const times = recent(address);
      const [first = 0] = times;
      return times.length < mostFailures ? 0 : Math.ceil((first + windowMs - now()) / 1_000);
    },
    failed: (address) => {
      const times = [...recent(address), now()].slice(-mostFailures);
      failures.delete(address);
      failures.set(address, times);
      const [oldest] = failures.keys();
      if (failures.size > mostAddresses && oldest !== undefined) failures.delete(oldest);
    },
  };
}

/** Closes a file whatever comes of what is done with it. */
async function closing<T>(file: { close(): Promise<void> }, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await file.close();
  }
}
