/** @file The embedded base from the page's own server into memory, kept by the browser for the next visit. */

import { sha256Hex } from "@atelier/diffusion/core";
import { AtelierError, type FileStore, said } from "@atelier/engine";

/** A file of the base as its list has it. */
export interface BaseFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

const cacheName = "atelier-base";

/** Of this module. Written in one with `new URL`, the bundler would look for the files itself. */
const here: string = import.meta.url;

/** Where the base lies beside the page. */
const place = (path: string): string => new URL(`../base/${path}`, here).href;

/** Judges are not drawn with. */
const isNeeded = ({ path }: BaseFile): boolean => !/^(instance_)?judge\//.test(path);

/** What the base consists of. @throws AtelierError `network`. */
export async function listBase(): Promise<readonly BaseFile[]> {
  const bytes = await download(place("checksums.json"));
  const { files } = JSON.parse(new TextDecoder().decode(bytes)) as {
    readonly files: Readonly<Record<string, Omit<BaseFile, "path">>>;
  };
  return Object.entries(files)
    .map(([path, facts]) => ({ path, ...facts }))
    .filter(isNeeded);
}

/** How it goes on. */
export interface DownloadOptions {
  readonly folder: string;
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
}

/** Fetches all files that the browser does not have yet. @throws AtelierError `network`, `file`, `aborted`. */
export async function downloadBase(
  store: FileStore,
  { folder, onProgress, signal }: DownloadOptions,
): Promise<void> {
  const files = await listBase();
  const total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const cache = await openCache();
  let done = 0;
  onProgress(done, total);
  for (const file of files) {
    const url = place(file.path);
    const kept = await keptBytes(cache, url, file);
    const bytes =
      kept ??
      (await download(url, {
        signal,
        onBytes: (received) => onProgress(done + received, total),
      }));
    if (kept === undefined) {
      if (!(await isWhole(bytes, file))) throw damaged(file);
      // Where the browser has no room for it, it is fetched again the next time.
      await cache?.put(url, new Response(bytes)).catch(() => {});
    }
    await store.write(store.join(folder, file.path), [bytes]);
    done += file.sizeBytes;
    onProgress(done, total);
  }
}

/** Browsers give none to pages that are not secure, or in some private windows. */
async function openCache(): Promise<Cache | undefined> {
  try {
    return await caches.open(cacheName);
  } catch {
    return undefined;
  }
}

async function keptBytes(
  cache: Cache | undefined,
  url: string,
  file: BaseFile,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const response = await cache?.match(url);
  if (response === undefined) return undefined;
  const bytes = new Uint8Array(await response.arrayBuffer());
  // Another version of the page may have left it.
  return (await isWhole(bytes, file)) ? bytes : undefined;
}

async function isWhole(bytes: Uint8Array<ArrayBuffer>, file: BaseFile): Promise<boolean> {
  return bytes.length === file.sizeBytes && (await sha256Hex(bytes)) === file.sha256;
}

async function download(
  url: string,
  {
    signal,
    onBytes = () => {},
  }: { readonly signal?: AbortSignal; readonly onBytes?: (received: number) => void } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url, signal === undefined ? {} : { signal }).catch(
    (cause: unknown) => {
      throw signal?.aborted === true ? cause : unreachable(url, cause);
    },
  );
  if (!response.ok || response.body === null) throw unreachable(url, `HTTP ${response.status}`);
  const parts: Uint8Array[] = [];
  let received = 0;
  for (const reader = response.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    received += value.length;
    onBytes(received);
  }
  return new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}

function unreachable(url: string, cause: unknown): AtelierError {
  return new AtelierError(
    "network",
    said`${url}: expected a file of the embedded base, got none. Check the connection and load the page again; whoever serves it, serve the whole folder.`,
    { cause },
  );
}

function damaged({ path }: BaseFile): AtelierError {
  return new AtelierError(
    "file",
    said`base/${path}: expected the file that the page was built with, got another. Load the page again; whoever serves it, copy the whole folder again.`,
  );
}
