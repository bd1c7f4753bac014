/**
 * @file Writes ZIP archives with stored entries as PyTorch reads them. Sizes and checksums stand
 * behind each entry's data, so that data can be made while it is written.
 */

import { AtelierError, said } from "@atelier/engine";
import { crc32 } from "../crc32.js";
import { createByteBuilder } from "./byte-builder.js";

/** An entry to be written. */
export interface ZipSource {
  readonly name: string;
  chunks(): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** Above this ZIP needs its 64-bit form, which is not written. */
const maxBytes = 2 ** 32 - 1;

/** Version 1.0; sizes follow the data, names are UTF-8; stored; 1 January 1980, ZIP's first day. */
const format = [10, 0x0808, 0, 0, 0x0021];

/**
 * The bytes of an archive, piece by piece; the same content gives the same bytes.
 * @throws AtelierError `format` above 4 GiB.
 */
export async function* storedZip(
  path: string,
  sources: readonly ZipSource[],
): AsyncGenerator<Uint8Array> {
  const directory = createByteBuilder();
  let position = 0;
  const place = (chunk: Uint8Array): Uint8Array => {
    position += chunk.length;
    if (position <= maxBytes) return chunk;
    throw new AtelierError(
      "format",
      said`${path}: expected less than 4 GiB in a PyTorch file, got more. Write safetensors instead.`,
    );
  };
  for (const source of sources) {
    const offset = position;
    const name = new TextEncoder().encode(source.name);
    const header = createByteBuilder()
      .u32(0x04034b50)
      .u16(...format);
    yield place(header.u32(0, 0, 0).u16(name.length, 0).bytes(name).finish());
    let crc = 0;
    let size = 0;
    for await (const chunk of source.chunks()) {
      crc = crc32(chunk, crc);
      size += chunk.length;
      yield place(chunk);
    }
    yield place(createByteBuilder().u32(0x08074b50, crc, size, size).finish());
    directory
      .u32(0x02014b50)
      .u16(10, ...format)
      .u32(crc, size, size);
    directory.u16(name.length, 0, 0, 0, 0).u32(0, offset).bytes(name);
  }
  const offset = position;
  yield place(directory.finish());
  const count = sources.length;
  const end = createByteBuilder().u32(0x06054b50).u16(0, 0, count, count);
  yield place(end.u32(directory.length, offset).u16(0).finish());
}
