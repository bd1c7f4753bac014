/**
 * @file Downloads one file of a repository into the cache: continues what an earlier attempt left,
 * tries again when the connection breaks, and keeps nothing whose hash is wrong.
 */

import { AtelierError, messageOf, said } from "@atelier/engine";
import type { HubCache, PartialBlob } from "./hub-cache.js";

/** A file as the hub lists it. */
export interface HubFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** SHA-256 of an LFS file (64 digits) or git's SHA-1 of a small one (40 digits). */
  readonly hash: string;
}

/** Where a file comes from and goes to. */
export interface DownloadTask {
  readonly repo: string;
  readonly file: HubFile;
  readonly url: string;
  readonly cache: HubCache;
  /** Sends a request with the user's credentials and abort signal. */
  readonly send: (url: string, headers: Readonly<Record<string, string>>) => Promise<Response>;
  readonly signal?: AbortSignal | undefined;
  /** Called as bytes arrive with how many of the file are there. */
  readonly onProgress: (receivedBytes: number) => void;
}

/** Broken connections in a row, without a byte in between, after which a download gives up. */
const maxFruitlessAttempts = 3;
/** Pause after the first of them; the next one waits longer. */
const retryDelayMs = 500;

/**
 * Downloads a file unless the cache has it.
 * @throws AtelierError `network` when the connection keeps breaking, the hub refuses, or the bytes
 *   are not the ones that the hub promised; `file` when the cache cannot be written.
 */
export async function downloadBlob(task: DownloadTask): Promise<void> {
  const { cache, repo, file } = task;
  if (await cache.hasBlob(repo, file.hash)) return;
  const partial = await cache.openPartial(repo, file.hash);
  try {
    if (partial.sizeBytes > file.sizeBytes) await partial.restart();
    await receiveAll(task, partial);
    await verify(task, partial);
    await partial.finish();
  } finally {
    await partial.close();
  }
}

async function receiveAll(task: DownloadTask, partial: PartialBlob): Promise<void> {
  const { file } = task;
  let fruitless = 0;
  while (partial.sizeBytes < file.sizeBytes) {
    const before = partial.sizeBytes;
    try {
      await receive(task, partial);
    } catch (error) {
      if (task.signal?.aborted) {
        throw new AtelierError(
          "aborted",
          said`${task.repo}/${file.path}: stopped after ${partial.sizeBytes} of ${file.sizeBytes} bytes. Run the command again to go on from there.`,
          { cause: error },
        );
      }
      // What the hub or the disk refuses is not tried again.
      if (error instanceof AtelierError) throw error;
      fruitless = partial.sizeBytes > before ? 0 : fruitless + 1;
      if (fruitless < maxFruitlessAttempts) {
        await new Promise((resolve) => setTimeout(resolve, fruitless * retryDelayMs));
        continue;
      }
      throw new AtelierError(
        "network",
        said`${task.repo}/${file.path}: expected ${file.sizeBytes} bytes, got ${partial.sizeBytes} before the connection broke (${messageOf(error)}). Run the command again; it goes on from there.`,
        { cause: error },
      );
    }
  }
}

async function receive(task: DownloadTask, partial: PartialBlob): Promise<void> {
  const { file, url, send, onProgress } = task;
  const range: Record<string, string> =
    partial.sizeBytes > 0 ? { range: `bytes=${partial.sizeBytes}-` } : {};
  // A compressed answer could not be continued at a byte.
  const response = await send(url, { ...range, "accept-encoding": "identity" });
  if (response.body === null) throw new TypeError("empty answer");
  if (partial.sizeBytes > 0 && !continues(response, partial.sizeBytes)) await partial.restart();
  for await (const chunk of chunksOf(response.body)) {
    if (partial.sizeBytes + chunk.length > file.sizeBytes) {
      await partial.restart();
      throw new AtelierError(
        "network",
        said`${task.repo}/${file.path}: expected ${file.sizeBytes} bytes, got more. Check HF_ENDPOINT and any proxy, then run again.`,
      );
    }
    await partial.append(chunk);
    onProgress(partial.sizeBytes);
  }
  if (partial.sizeBytes < file.sizeBytes) throw new TypeError("the answer ended early");
}

/** Whether an answer starts where the partial file ends; servers may ignore ranges. */
function continues(response: Response, offset: number): boolean {
  const range = response.headers.get("content-range") ?? "";
  return response.status === 206 && range.startsWith(`bytes ${offset}-`);
}

async function verify({ repo, file }: DownloadTask, partial: PartialBlob): Promise<void> {
  const actual = await partial.hash(file.hash.length === 64 ? "sha256" : "git-sha1");
  if (actual === file.hash) return;
  await partial.restart();
  throw new AtelierError(
    "network",
    said`${repo}/${file.path}: expected a file with hash ${file.hash}, got ${actual}. The download was damaged or changed on the way and has been deleted; run the command again.`,
    { context: { path: file.path, expected: file.hash, actual } },
  );
}

async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
