/**
 * @file The directory of a ZIP archive whose entries are stored, not compressed, as PyTorch writes
 * them (PKWARE's APPNOTE 6.3.10, sections 4.3 to 4.5). Every claim of the archive is checked against
 * the file, so that entries neither overlap nor reach beyond it.
 */

import type { ReadableFile } from "@atelier/engine";

/** An entry's bytes in the archive. */
export interface ZipEntry {
  readonly name: string;
  readonly byteOffset: number;
  readonly byteLength: number;
}

/** Bounds: a checkpoint with its optimizer's state has about 6,000 entries. */
const maxEntries = 100_000;
const maxDirectoryBytes = 32 * 1024 * 1024;

const endSize = 22;
const end64Size = 56;
const locatorSize = 20;
const maxComment = 0xffff;
const signatures = { local: 0x04034b50, entry: 0x02014b50, end: 0x06054b50 } as const;
const end64Signature = 0x06064b50;
const locatorSignature = 0x07064b50;

/**
 * The entries of an archive by name.
 * @throws SyntaxError for what is no such archive, cut off, compressed, encrypted or contradicts itself.
 */
export async function readZipDirectory(file: ReadableFile): Promise<ReadonlyMap<string, ZipEntry>> {
  const { count, size, offset } = await findDirectory(file);
  if (count > maxEntries || size > maxDirectoryBytes) {
    throw new SyntaxError(`expected at most ${maxEntries} entries, got ${count} in ${size} bytes`);
  }
  if (offset + size > file.sizeBytes) {
    throw new SyntaxError(`expected a directory inside the file, got one at byte ${offset}`);
  }
  const listed = parseDirectory(viewOf(await file.read(offset, size)), count);
  listed.sort((a, b) => a.headerOffset - b.headerOffset);
  const entries = new Map<string, ZipEntry>();
  let free = 0;
  for (const entry of listed) {
    const place = await locate(file, entry);
    const end = place.byteOffset + place.byteLength;
    if (entry.headerOffset < free || end > offset) {
      throw new SyntaxError(`expected "${entry.name}" between its neighbours, got an overlap`);
    }
    if (entries.has(entry.name)) throw new SyntaxError(`expected one "${entry.name}", got two`);
    free = end;
    entries.set(entry.name, place);
  }
  return entries;
}

interface Directory {
  readonly count: number;
  readonly size: number;
  readonly offset: number;
}

async function findDirectory(file: ReadableFile): Promise<Directory> {
  const tailSize = Math.min(file.sizeBytes, endSize + maxComment);
  const tailOffset = file.sizeBytes - tailSize;
  const tail = viewOf(await file.read(tailOffset, tailSize));
  let at = tailSize - endSize;
  const isEnd = () =>
    tail.getUint32(at, true) === signatures.end &&
    tail.getUint16(at + 20, true) === tailSize - at - endSize;
  while (at >= 0 && !isEnd()) at--;
  if (at < 0) throw new SyntaxError("expected the end of a ZIP archive, got other bytes");
  const end = {
    count: tail.getUint16(at + 10, true),
    size: tail.getUint32(at + 12, true),
    offset: tail.getUint32(at + 16, true),
  };
  const isLarge = end.count === 0xffff || end.size === 0xffffffff || end.offset === 0xffffffff;
  return isLarge ? findDirectory64(file, tailOffset + at - locatorSize) : end;
}

async function findDirectory64(file: ReadableFile, locatorOffset: number): Promise<Directory> {
  const missing = () => new SyntaxError("expected the end of a ZIP64 archive, got other bytes");
  if (locatorOffset < 0) throw missing();
  const locator = viewOf(await file.read(locatorOffset, locatorSize));
  const offset = integer64(locator, 8);
  if (locator.getUint32(0, true) !== locatorSignature || offset + end64Size > locatorOffset) {
    throw missing();
  }
  const end = viewOf(await file.read(offset, end64Size));
  if (end.getUint32(0, true) !== end64Signature) throw missing();
  return { count: integer64(end, 32), size: integer64(end, 40), offset: integer64(end, 48) };
}

interface ListedEntry {
  readonly name: string;
  readonly size: number;
  readonly headerOffset: number;
}

function parseDirectory(view: DataView, count: number): ListedEntry[] {
  const entries: ListedEntry[] = [];
  let at = 0;
  const require = (length: number): void => {
    if (at + length > view.byteLength) {
      throw new SyntaxError(`expected ${count} entries in the directory, got ${entries.length}`);
    }
  };
  while (entries.length < count) {
    require(46);
    const [nameLength = 0, extraLength = 0, commentLength = 0] = [28, 30, 32].map((field) =>
      view.getUint16(at + field, true),
    );
    const length = 46 + nameLength + extraLength + commentLength;
    require(length);
    entries.push(parseEntry(new DataView(view.buffer, view.byteOffset + at, length)));
    at += length;
  }
  return entries;
}

function parseEntry(view: DataView): ListedEntry {
  const nameLength = view.getUint16(28, true);
  const name = textOf(view, 46, nameLength);
  const flags = view.getUint16(8, true);
  const method = view.getUint16(10, true);
  if (view.getUint32(0, true) !== signatures.entry) {
    throw new SyntaxError("expected an entry of the directory, got other bytes");
  }
  if (method !== 0 || (flags & 1) !== 0) {
    const how = method === 0 ? "encrypted" : `compressed by method ${method}`;
    throw new SyntaxError(`expected "${name}" as plain bytes, got it ${how}`);
  }
  // Numbers too large for 32 bits stand in the ZIP64 field, in this order, where they are needed.
  const large = zip64Field(view, 46 + nameLength, view.getUint16(30, true));
  let used = 0;
  const number = (at: number): number => {
    const value = view.getUint32(at, true);
    if (value !== 0xffffffff) return value;
    if (large === undefined || large.byteLength < used + 8) {
      throw new SyntaxError(`expected the size of "${name}" in its ZIP64 field, got none`);
    }
    used += 8;
    return integer64(large, used - 8);
  };
  const size = number(24);
  const storedSize = number(20);
  if (storedSize !== size) {
    throw new SyntaxError(`expected ${size} bytes of "${name}", got ${storedSize}`);
  }
  return { name, size, headerOffset: number(42) };
}

function zip64Field(view: DataView, start: number, length: number): DataView | undefined {
  for (let at = start; at + 4 <= start + length; ) {
    const size = view.getUint16(at + 2, true);
    if (at + 4 + size > start + length) break;
    if (view.getUint16(at, true) === 1) {
      return new DataView(view.buffer, view.byteOffset + at + 4, size);
    }
    at += 4 + size;
  }
  return undefined;
}

/** Where the data begins, which only the entry's own header tells. */
async function locate(
  file: ReadableFile,
  { name, size, headerOffset }: ListedEntry,
): Promise<ZipEntry> {
  const fits = headerOffset + 30 + size <= file.sizeBytes;
  const header = fits ? viewOf(await file.read(headerOffset, 30)) : undefined;
  if (header?.getUint32(0, true) !== signatures.local) {
    throw new SyntaxError(`expected "${name}" at byte ${headerOffset}, got other bytes`);
  }
  const lengths = header.getUint16(26, true) + header.getUint16(28, true);
  return { name, byteOffset: headerOffset + 30 + lengths, byteLength: size };
}

function integer64(view: DataView, at: number): number {
  const value = Number(view.getBigUint64(at, true));
  if (Number.isSafeInteger(value)) return value;
  throw new SyntaxError(`expected a size or offset below 2^53, got ${value}`);
}

function textOf(view: DataView, at: number, length: number): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(
      new Uint8Array(view.buffer, view.byteOffset + at, length),
    );
  } catch {
    throw new SyntaxError("expected names of entries in UTF-8, got other bytes");
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
