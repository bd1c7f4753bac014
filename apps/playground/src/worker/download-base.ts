/** @file All that has to be fetched before anything is drawn: the embedded base, and the runtime for a device. */

import type { FileStore } from "@atelier/engine";
import { fetchBytes, fetchKept, forgetOthers } from "./fetch-kept.js";
import { places } from "./places.js";
import type { Device } from "./protocol.js";
import { findBuild, type PageFile } from "./runtime-builds.js";

/** A file of the base as its list has it. */
export interface BaseFile extends PageFile {
  readonly path: string;
}

/** The page's folder, as this module sees it. Written in one with `new URL`, the bundler would look for the files itself. */
const here: string = import.meta.url;
const pageFolder = new URL("../", here).href;

/** Judges are not drawn with. */
const isNeeded = ({ path }: BaseFile): boolean => !/^(instance_)?judge\//.test(path);

/** What the base consists of. @throws AtelierError `network`. */
export async function listBase(): Promise<readonly BaseFile[]> {
  const bytes = await fetchBytes(`${pageFolder}base/checksums.json`);
  // The page and its list were built together.
  const { files } = JSON.parse(new TextDecoder().decode(bytes)) as {
    readonly files: Readonly<
      Record<string, { readonly sizeBytes: number; readonly sha256: string }>
    >;
  };
  return Object.entries(files)
    .map(([path, facts]) => ({ path, url: `${pageFolder}base/${path}`, ...facts }))
    .filter(isNeeded);
}

/** How it goes on. */
export interface DownloadOptions {
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Fetches what the browser does not have yet, and puts the base into memory. @returns the runtime's WebAssembly
 * @throws AtelierError `network`, `file`.
 */
export async function download(
  store: FileStore,
  device: Device,
  { onProgress, signal }: DownloadOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const [base, { wasm }] = await Promise.all([listBase(), findBuild(device)]);
  const total = base.reduce((sum, { sizeBytes }) => sum + sizeBytes, wasm.sizeBytes);
  let done = 0;
  onProgress(done, total);
  const next = async (file: PageFile): Promise<Uint8Array<ArrayBuffer>> => {
    const onBytes = (received: number): void => onProgress(done + received, total);
    const bytes = await fetchKept(file, { signal, onBytes });
    done += file.sizeBytes;
    onProgress(done, total);
    return bytes;
  };
  for (const file of base)
    await store.write(store.join(places.base, file.path), [await next(file)]);
  const runtime = await next(wasm);
  const builds = await Promise.all([findBuild("processor"), findBuild("graphics-card")]);
  await forgetOthers(pageFolder, [...base, ...builds.map((build) => build.wasm)]);
  return runtime;
}
