/**
 * @file A folder as a .zip archive that is made while it is read: stored entries, as large as they are, with the 64-bit
 * form of ZIP where a model needs it. Its length is known before.
 */

import { createReadStream } from "node:fs";
import { crc32 } from "node:zlib";
import { createByteBuilder } from "@atelier/diffusion/files";
import { AtelierError, said } from "@atelier/engine";

/** A file to be packed. */
export interface ZipFile {
  /** `/` between folders. */
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
}

/** From here on a number needs 64 bits. */
const most32 = 0xffffffff;

const none = new Uint8Array();

/** Sizes follow the data; names are UTF-8. */
const flags = 0x0808;

/** 1 January 1980, ZIP's first day: no time is told. */
const date = 0x0021;

interface Placed {
  readonly name: Uint8Array;
  readonly bytes: number;
  readonly offset: number;
  readonly isLarge: boolean;
}

/** An archive of files: how long it is going to be, and its bytes. */
export function zipOf(files: readonly ZipFile[]): {
  readonly bytes: number;
  readonly content: AsyncIterable<Uint8Array>;
} {
  let offset = 0;
  const placed = files.map(({ name, bytes }): Placed => {
    const own = { name: Buffer.from(name), bytes, offset, isLarge: bytes >= most32 };
    offset += localHeader(own).length + bytes + descriptor(own, 0).length;
    return own;
  });
  const directoryBytes = placed.reduce((sum, each) => sum + centralHeader(each, 0).length, 0);
  const end = endRecords({ offset, bytes: directoryBytes, count: files.length });
  return { bytes: offset + directoryBytes + end.length, content: contentOf(files, placed, end) };
}

async function* contentOf(
  files: readonly ZipFile[],
  placed: readonly Placed[],
  end: Uint8Array,
): AsyncGenerator<Uint8Array> {
  const sums: number[] = [];
  for (const [index, entry] of placed.entries()) {
    yield localHeader(entry);
    let [sum, bytes] = [0, 0];
    const { path, name } = files[index] ?? { path: "", name: "" };
    if (entry.bytes > 0) {
      // Sound: a stream of a file without an encoding is one of bytes.
      for await (const chunk of createReadStream(path, {
        end: entry.bytes - 1,
      }) as AsyncIterable<Uint8Array>) {
        sum = crc32(chunk, sum);
        bytes += chunk.length;
        yield chunk;
      }
    }
    if (bytes !== entry.bytes) {
      throw new AtelierError(
        "file",
        said`${name}: expected ${entry.bytes} bytes, got ${bytes}: the file has changed while it was read. Try again.`,
      );
    }
    sums.push(sum);
    yield descriptor(entry, sum);
  }
  for (const [index, entry] of placed.entries()) yield centralHeader(entry, sums[index] ?? 0);
  yield end;
}

function localHeader({ name, isLarge }: Placed): Uint8Array {
  // That sizes behind the data have 64 bits is told by a field with two of them.
  const extra = isLarge ? createByteBuilder().u16(1, 16).u64(0, 0).finish() : none;
  return createByteBuilder()
    .u32(0x04034b50)
    .u16(isLarge ? 45 : 20, flags, 0, 0, date)
    .u32(0, isLarge ? most32 : 0, isLarge ? most32 : 0)
    .u16(name.length, extra.length)
    .bytes(name)
    .bytes(extra)
    .finish();
}

function descriptor({ bytes, isLarge }: Placed, sum: number): Uint8Array {
  const begun = createByteBuilder().u32(0x08074b50, sum);
  return (isLarge ? begun.u64(bytes, bytes) : begun.u32(bytes, bytes)).finish();
}

function centralHeader({ name, bytes, offset, isLarge }: Placed, sum: number): Uint8Array {
  const isFar = offset >= most32;
  const wide = [...(isLarge ? [bytes, bytes] : []), ...(isFar ? [offset] : [])];
  const extra =
    wide.length === 0
      ? none
      : createByteBuilder()
          .u16(1, 8 * wide.length)
          .u64(...wide)
          .finish();
  const size = isLarge ? most32 : bytes;
  const version = wide.length === 0 ? 20 : 45;
  return createByteBuilder()
    .u32(0x02014b50)
    .u16(version, version, flags, 0, 0, date)
    .u32(sum, size, size)
    .u16(name.length, extra.length, 0, 0, 0)
    .u32(0, isFar ? most32 : offset)
    .bytes(name)
    .bytes(extra)
    .finish();
}

function endRecords({
  offset,
  bytes,
  count,
}: {
  readonly offset: number;
  readonly bytes: number;
  readonly count: number;
}): Uint8Array {
  const isLarge = offset >= most32 || bytes >= most32 || count >= 0xffff;
  const wide = createByteBuilder()
    .u32(0x06064b50)
    .u64(44)
    .u16(45, 45)
    .u32(0, 0)
    .u64(count, count, bytes, offset)
    .u32(0x07064b50, 0)
    .u64(offset + bytes)
    .u32(1)
    .finish();
  const short = isLarge ? 0xffff : count;
  return createByteBuilder()
    .bytes(isLarge ? wide : none)
    .u32(0x06054b50)
    .u16(0, 0, short, short)
    .u32(isLarge ? most32 : bytes, isLarge ? most32 : offset)
    .u16(0)
    .finish();
}
