/**
 * @file Node's file system as a {@link FileStore}: atomic writes, and errors that say what to do.
 */

import { createHash, randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, rename, rm, rmdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { AtelierError, said } from "../errors.js";
import type { FileEntry, FileStore, ReadableFile } from "../files.js";
import {
  codeOf,
  endOfFile,
  type FileAction,
  fileError,
  type ReadSpan,
  requireInside,
} from "./file-errors.js";

/** Node refuses single reads of 2 GiB and more; smaller ones also let other work in between. */
const READ_CHUNK_BYTES = 512 * 2 ** 20;
/** So much is hashed at once, while as much is read; it stays in the processor's cache. */
const HASH_CHUNK_BYTES = 2 ** 20;

/** The local file system. `remove` deletes a file or an empty folder; an absent path is no error. */
export const nodeFiles: FileStore = {
  open: openForReading,
  stat: (path) => entryAt(path, basename(path)),
  list,
  write,
  append,
  remove,
  join,
};

async function openForReading(path: string): Promise<ReadableFile> {
  const handle = await attempt("read", path, () => open(path, "r"));
  try {
    const info = await attempt("read", path, () => handle.stat());
    if (!info.isFile()) {
      const what = info.isDirectory() ? "a folder" : "a special file";
      throw new AtelierError(
        "file",
        said`read ${path}: expected a file, got ${what}. Name a file.`,
        {
          context: { path },
        },
      );
    }
    return {
      path,
      sizeBytes: info.size,
      read: (offset, length) => readExactly(handle, { path, offset, length, end: info.size }),
      sha256: (offset, length) => hashExactly(handle, { path, offset, length, end: info.size }),
      close: () => attempt("close", path, () => handle.close()),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function readExactly(handle: FileHandle, span: ReadSpan): Promise<Uint8Array> {
  const { path, offset, length } = span;
  requireInside(span);
  // Allocated before reading, so that a range no memory holds fails with its own message.
  const bytes = await attempt("read", path, async () => new Uint8Array(length));
  let done = 0;
  while (done < length) {
    const size = Math.min(length - done, READ_CHUNK_BYTES);
    const { bytesRead } = await attempt("read", path, () =>
      handle.read(bytes, done, size, offset + done),
    );
    if (bytesRead === 0) throw endOfFile(span);
    done += bytesRead;
  }
  return bytes;
}

async function hashExactly(handle: FileHandle, span: ReadSpan): Promise<string> {
  const { path, offset, length } = span;
  requireInside(span);
  const size = Math.min(length, HASH_CHUNK_BYTES);
  const hash = createHash("sha256");
  const read = (into: Uint8Array, done: number) =>
    attempt("read", path, () => handle.read(into, 0, Math.min(size, length - done), offset + done));
  let [now, later] = [new Uint8Array(size), new Uint8Array(size)];
  let reading = read(now, 0);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await reading;
    if (bytesRead === 0) throw endOfFile(span);
    done += bytesRead;
    if (done < length) reading = read(later, done);
    hash.update(now.subarray(0, bytesRead));
    [now, later] = [later, now];
  }
  return hash.digest("hex");
}

async function entryAt(path: string, name: string): Promise<FileEntry | undefined> {
  try {
    const info = await stat(path);
    const kind = info.isDirectory() ? "folder" : "file";
    return { name, kind, sizeBytes: info.size, modifiedMs: info.mtimeMs };
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return undefined;
    throw fileError("read", path, error);
  }
}

async function list(path: string): Promise<FileEntry[]> {
  const names = await attempt("list", path, () => readdir(path));
  names.sort();
  // A link to nothing is still listed; opening it then says that its file is missing.
  return Promise.all(
    names.map(
      async (name) =>
        (await entryAt(join(path, name), name)) ?? { name, kind: "file", sizeBytes: 0 },
    ),
  );
}

async function write(
  path: string,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<number> {
  const folder = dirname(path);
  await attempt("make folder", folder, () => makeFolder(folder));
  // File systems count bytes, of which a letter may have three.
  const start = Buffer.from(basename(path)).subarray(0, 100).toString();
  const temporary = join(folder, `.${start}.${randomUUID()}.tmp`);
  try {
    const handle = await attempt("write", path, () => open(temporary, "wx"));
    const sizeBytes = await fill(handle, path, chunks);
    await attempt("write", path, () => rename(temporary, path));
    await syncFolder(folder);
    return sizeBytes;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Writes all chunks and waits until they are on the disk; closes the file in any case. */
async function fill(
  handle: FileHandle,
  path: string,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<number> {
  let sizeBytes = 0;
  try {
    for await (const chunk of chunks) {
      let done = 0;
      while (done < chunk.length) {
        const size = Math.min(chunk.length - done, READ_CHUNK_BYTES);
        const { bytesWritten } = await attempt("write", path, () =>
          handle.write(chunk, done, size),
        );
        done += bytesWritten;
      }
      sizeBytes += chunk.length;
    }
    await attempt("write", path, () => handle.sync());
  } finally {
    await handle.close();
  }
  return sizeBytes;
}

/** Makes the rename itself durable. Where folders cannot be synced (Windows) it already is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  try {
    await handle?.sync().catch(() => undefined);
  } finally {
    await handle?.close();
  }
}

/**
 * Makes a folder and those above it; one that stands already is no error. Node's own `recursive` tells a read-only
 * disk as ENOENT, and never ends where the system tells one that stands as missing (/proc).
 * @throws the system's error
 */
export async function makeFolder(path: string): Promise<void> {
  const make = () =>
    mkdir(path).catch(async (error: unknown) => {
      if (!(await isFolder(path))) throw error;
    });
  try {
    await make();
  } catch (error) {
    const parent = dirname(path);
    if (codeOf(error) !== "ENOENT" || parent === path) throw error;
    await makeFolder(parent);
    await make();
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
}

async function append(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  await attempt("make folder", folder, () => makeFolder(folder));
  const handle = await attempt("append to", path, () => open(path, "a"));
  try {
    await attempt("append to", path, () => handle.appendFile(text, "utf8"));
  } finally {
    await handle.close();
  }
}

async function remove(path: string): Promise<void> {
  const entry = await entryAt(path, basename(path));
  if (entry?.kind === "folder") {
    return attempt("remove", path, () => rmdir(path));
  }
  return attempt("remove", path, () => rm(path, { force: true }));
}

async function attempt<T>(action: FileAction, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fileError(action, path, error);
  }
}
