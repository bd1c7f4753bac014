/** @file Libraries in temporary folders, and files to put into them, for tests. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import sharp from "sharp";
import { onTestFinished } from "vitest";
import type { FormFile } from "../api/route.js";
import type { Change } from "../api/session.js";
import { type Library, type LibraryOptions, openLibrary } from "../library/open-library.js";

/** A library with what was told of its changes. */
export interface TestLibrary extends Library {
  readonly root: string;
  readonly changes: readonly Change[];
  /** Beside the library, for what must stay untouched. */
  readonly outside: string;
}

/** A new library, gone after the test. */
export async function testLibrary(options: LibraryOptions = {}): Promise<TestLibrary> {
  const folder = await mkdtemp(join(tmpdir(), "atelier-library-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const changes: Change[] = [];
  const onChange = (change: Change) => changes.push(change);
  const library = await openLibrary(join(folder, "library"), { onChange, ...options });
  return { ...library, root: library.folder.root, changes, outside: folder };
}

/** A picture of one colour. */
export function picture(
  width: number,
  height: number,
  format: "png" | "jpeg" | "webp" | "avif" = "png",
  red = 200,
): Promise<Buffer> {
  const background = { r: red, g: 120, b: 40 };
  return sharp({ create: { width, height, channels: 3, background } })
    .toFormat(format)
    .toBuffer();
}

/** Files of a form; a content may also be what makes chunks. */
export async function* form(
  files: Readonly<Record<string, Uint8Array | string | AsyncIterable<Uint8Array>>>,
): AsyncGenerator<FormFile> {
  for (const [name, content] of Object.entries(files)) {
    yield { field: "file", name, type: "application/octet-stream", bytes: chunksOf(content) };
  }
}

async function* chunksOf(
  content: Uint8Array | string | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  if (typeof content === "string") yield new TextEncoder().encode(content);
  else if (content instanceof Uint8Array) {
    // As they come from a network.
    for (let at = 0; at < content.length; at += 50_000) yield content.subarray(at, at + 50_000);
  } else yield* content;
}

/** An entry of an archive that a test makes as it likes. */
export interface ZipEntry {
  readonly name: string | Uint8Array;
  readonly content: Uint8Array | string;
  /** Of Unix, such as that of a link. */
  readonly mode?: number;
  /** What the archive says of its size, where that is not so. */
  readonly claimedBytes?: number;
  readonly isStored?: boolean;
  readonly isUtf8?: boolean;
  readonly isEncrypted?: boolean;
}

/** A .zip archive, also one that no program would make. */
export function zip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const content = Buffer.from(entry.content);
    const data = entry.isStored === true ? content : deflateRawSync(content);
    const name = Buffer.from(entry.name);
    const flags = (entry.isUtf8 === false ? 0 : 0x800) | (entry.isEncrypted === true ? 1 : 0);
    const size = entry.claimedBytes ?? content.length;
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0);
    head.writeUInt16LE(flags, 2);
    head.writeUInt16LE(entry.isStored === true ? 0 : 8, 4);
    head.writeUInt32LE(crc32(content), 10);
    head.writeUInt32LE(data.length, 14);
    head.writeUInt32LE(size, 18);
    head.writeUInt16LE(name.length, 22);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(0x031e, 4);
    head.copy(central, 6);
    central.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 38);
    central.writeUInt32LE(offset, 42);
    parts.push(Buffer.from("PK\u0003\u0004"), head, name, data);
    directory.push(central, name);
    offset += 30 + name.length + data.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}
