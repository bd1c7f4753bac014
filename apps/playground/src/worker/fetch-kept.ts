/** @file Files of the page's own server, kept by the browser for the next visit. */

import { sha256Hex } from "@atelier/diffusion/core";
import { AtelierError, said } from "@atelier/engine";
import type { PageFile } from "./runtime-builds.js";

const cacheName = "atelier-base";

type Bytes = Uint8Array<ArrayBuffer>;

/** How fetching goes on. */
export interface FetchOptions {
  readonly signal?: AbortSignal;
  /** Told of all bytes so far. */
  readonly onBytes?: (received: number) => void;
}

/** A file as the browser has it, else as the server has it. @throws AtelierError `network`, `file`. */
export async function fetchKept(file: PageFile, options: FetchOptions): Promise<Bytes> {
  const { url } = file;
  const cache = await openCache();
  const response = await cache?.match(url);
  const kept = response && new Uint8Array(await response.arrayBuffer());
  // Another version of the page may have left it.
  if (kept !== undefined && (await isWhole(kept, file))) return kept;
  const bytes = await fetchBytes(url, options);
  if (!(await isWhole(bytes, file))) throw damaged(url);
  // Where the browser has no room for it, it is fetched again the next time.
  await cache?.put(url, new Response(bytes)).catch(() => {});
  return bytes;
}

/** Removes what other versions of the page have left below a folder. */
export async function forgetOthers(folder: string, files: readonly PageFile[]): Promise<void> {
  const cache = await openCache();
  const wanted = new Set(files.map(({ url }) => url));
  for (const { url } of (await cache?.keys()) ?? []) {
    if (url.startsWith(folder) && !wanted.has(url)) await cache?.delete(url);
  }
}

/** What a server has. @throws AtelierError `network`. */
export async function fetchBytes(
  url: string,
  { signal, onBytes = () => {} }: FetchOptions = {},
): Promise<Bytes> {
  const unreachable = (cause: unknown): unknown =>
    signal?.aborted === true ? cause : missing(url, cause);
  const response = await fetch(url, signal === undefined ? {} : { signal }).catch(
    (cause: unknown) => {
      throw unreachable(cause);
    },
  );
  if (!response.ok || response.body === null) throw unreachable(`HTTP ${response.status}`);
  const parts: Bytes[] = [];
  let received = 0;
  for (const reader = response.body.getReader(); ; ) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw unreachable(cause);
    });
    if (done) break;
    parts.push(value);
    received += value.length;
    onBytes(received);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** Browsers give none to pages that are not secure, or in some private windows. */
async function openCache(): Promise<Cache | undefined> {
  try {
    return await caches.open(cacheName);
  } catch {
    return undefined;
  }
}

async function isWhole(bytes: Bytes, { sizeBytes, sha256 }: PageFile): Promise<boolean> {
  if (bytes.length !== sizeBytes) return false;
  return sha256 === undefined || (await sha256Hex(bytes)) === sha256;
}

function missing(url: string, cause: unknown): AtelierError {
  return new AtelierError(
    "network",
    said`${url}: expected a file of this page, got none. Check the connection and load the page again; whoever serves it, serve the whole folder.`,
    { cause },
  );
}

function damaged(url: string): AtelierError {
  return new AtelierError(
    "file",
    said`${url}: expected the file that the page was built with, got another. Load the page again; whoever serves it, copy the whole folder again.`,
  );
}
