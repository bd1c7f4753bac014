/** @file Files that a page holds in its memory, as a {@link FileStore}: paths begin with `/`, folders are there as long as something is in them. */

import type { FileEntry, FileStore, ReadableFile } from "../files.js";
import { fileError, requireInside } from "./file-errors.js";

/** Files in memory, and what they take. */
export interface MemoryFiles extends FileStore {
  readonly sizeBytes: () => number;
}

interface MemoryFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly modifiedMs: number;
}

/** No files at first. Parts that are read are views: whoever reads them leaves them as they are. */
export function createMemoryFiles(): MemoryFiles {
  const files = new Map<string, MemoryFile>();
  const put = (path: string, bytes: Uint8Array<ArrayBuffer>): void => {
    files.set(path, { bytes, modifiedMs: Date.now() });
  };
  const below = (folder: string): string => (folder.endsWith("/") ? folder : `${folder}/`);
  const isFolder = (path: string): boolean => {
    const start = below(path);
    return path === "/" || [...files.keys()].some((name) => name.startsWith(start));
  };
  const entryOf = (name: string, path: string): FileEntry | undefined => {
    const file = files.get(path);
    if (file !== undefined) {
      const { bytes, modifiedMs } = file;
      return { name, kind: "file", sizeBytes: bytes.length, modifiedMs };
    }
    return isFolder(path) ? { name, kind: "folder", sizeBytes: 0 } : undefined;
  };
  return {
    async open(given) {
      const path = join(given);
      const file = files.get(path);
      if (file === undefined) throw fileError("read", path, systemError("ENOENT"));
      return readable(path, file.bytes);
    },
    async stat(path) {
      const clean = join(path);
      return entryOf(clean.slice(clean.lastIndexOf("/") + 1), clean);
    },
    async list(given) {
      const path = join(given);
      if (!isFolder(path)) throw fileError("list", path, systemError("ENOENT"));
      const start = below(path);
      const names = new Set(
        [...files.keys()]
          .filter((name) => name.startsWith(start))
          .map((name) => name.slice(start.length).split("/", 1)[0] ?? ""),
      );
      return [...names].sort().flatMap((name) => entryOf(name, start + name) ?? []);
    },
    async write(given, chunks) {
      const path = join(given);
      if (isFolder(path)) throw fileError("write", path, systemError("EISDIR"));
      const parts: Uint8Array[] = [];
      for await (const chunk of chunks) parts.push(chunk.slice());
      const bytes = joined(parts);
      put(path, bytes);
      return bytes.length;
    },
    async append(given, text) {
      const path = join(given);
      const before = files.get(path)?.bytes ?? new Uint8Array();
      put(path, joined([before, new TextEncoder().encode(text)]));
    },
    async remove(path) {
      files.delete(join(path));
    },
    join,
    sizeBytes: () => [...files.values()].reduce((sum, { bytes }) => sum + bytes.length, 0),
  };
}

function readable(path: string, bytes: Uint8Array<ArrayBuffer>): ReadableFile {
  const part = (offset: number, length: number): Uint8Array<ArrayBuffer> => {
    requireInside({ path, offset, length, end: bytes.length });
    return bytes.subarray(offset, offset + length);
  };
  return {
    path,
    sizeBytes: bytes.length,
    read: async (offset, length) => part(offset, length),
    async sha256(offset, length) {
      const digest = await crypto.subtle.digest("SHA-256", part(offset, length));
      return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join(
        "",
      );
    },
    close: async () => {},
  };
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

function join(...segments: string[]): string {
  const names: string[] = [];
  for (const name of segments.join("/").split("/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  return `/${names.join("/")}`;
}

/** As a disk would have it. */
const systemError = (code: string): Error => Object.assign(new Error(code), { code });
