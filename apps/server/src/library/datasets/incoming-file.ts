/** @file Files of a request as they arrive: what they may be, how large, and why some are not taken. */

import { randomUUID } from "node:crypto";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { isSystemFile, pictureFormatOfName } from "@atelier/diffusion/data";
import { type Sentence, said, sentenceIn } from "@atelier/engine";
import type { Added } from "../../api/datasets.js";
import { attempt, libraryError } from "../folder/library-error.js";

/** What a request may hold at most. */
export interface AddLimits {
  /** Files, those in archives among them. */
  readonly maxFiles: number;
  /** Bytes of all, archives and what is in them. */
  readonly maxBytes: number;
  /** Of one picture or caption. */
  readonly maxFileBytes: number;
  /** How many times as large as packed a file of an archive may be, from a megabyte on. */
  readonly maxRatio: number;
}

/** As docs/studio.md names them. */
export const usualLimits: AddLimits = {
  maxFiles: 10_000,
  maxBytes: 4e9,
  maxFileBytes: 2 ** 28,
  maxRatio: 200,
};

/** A file that has arrived whole. */
export interface ReceivedFile {
  /** As it was called, with folders, `/` between them. */
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
}

/** A file that was not taken. */
export type Skipped = Added["skipped"][number];

/** What arrived. */
export interface Receipt {
  readonly files: readonly ReceivedFile[];
  readonly skipped: readonly Skipped[];
}

/** What is left of a request's limits. @throws AtelierError `file`, too-large, where nothing is. */
export interface Budget extends AddLimits {
  readonly takeFile: () => void;
  readonly takeBytes: (bytes: number) => void;
}

/** Why a file was not taken. */
export function skip(name: string, sentence: Sentence): Skipped {
  return {
    name: name.slice(0, 500),
    reason: sentenceIn(sentence, {}),
    sentence,
  };
}

/** Writes a stream to a new file of a folder; nothing where it is too long. */
export async function writeStream(
  content: AsyncIterable<Uint8Array>,
  {
    folder,
    name,
    most,
    budget,
  }: {
    readonly folder: string;
    readonly name: string;
    readonly most: number;
    readonly budget: Budget;
  },
): Promise<ReceivedFile | undefined> {
  const path = join(folder, randomUUID());
  const handle = await attempt(name, () => open(path, "wx"));
  let bytes = 0;
  try {
    for await (const chunk of content) {
      bytes += chunk.length;
      budget.takeBytes(chunk.length);
      if (bytes > most) return undefined;
      await attempt(name, () => handle.writeFile(chunk));
    }
  } finally {
    await handle.close();
  }
  return { name, path, bytes };
}

/** What can be told of a file by its name alone: formats that are known and not read, and archives that are not. */
export function refusedByName(name: string): Sentence | undefined {
  const format = pictureFormatOfName(name);
  if (typeof format === "object") {
    return said`${name}: expected JPEG, PNG, WebP or AVIF, got ${format.name.toUpperCase()}. Export it as PNG or JPEG.`;
  }
  if (/\.(rar|7z|tar|tgz|gz|bz2|xz|zst|egg|alz)$/i.test(name)) {
    return said`${name}: expected pictures or a .zip of them, got another archive. Unpack it first, or pack it as .zip.`;
  }
  return undefined;
}

/** What a file of a size is told. */
export function tooLargeFile(name: string, most: number): Sentence {
  return said`${name}: expected at most ${most} bytes, got more. Shrink the picture.`;
}

/** Whether an operating system left it: in its folders as well. */
export function isOfSystem(name: string): boolean {
  return name.split("/").some((part) => part !== "" && isSystemFile(part));
}

/** What is left at the start of a request. */
export function createBudget(limits: AddLimits): Budget {
  let [files, bytes] = [0, 0];
  return {
    ...limits,
    takeFile() {
      files += 1;
      if (files > limits.maxFiles) {
        throw libraryError(
          "too-large",
          said`upload: expected at most ${limits.maxFiles} files at once, got more. Add them in several goes.`,
        );
      }
    },
    takeBytes(more) {
      bytes += more;
      if (bytes > limits.maxBytes) {
        throw libraryError(
          "too-large",
          said`upload: expected at most ${limits.maxBytes} bytes at once, got more. Add them in several goes.`,
        );
      }
    },
  };
}
