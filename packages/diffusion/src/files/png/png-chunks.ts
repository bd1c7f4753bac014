/** @file The chunks that a PNG file is a sequence of (PNG specification, third edition, section 5). */

import { AtelierError, said } from "@atelier/engine";
import { crc32 } from "../crc32.js";

/** The eight bytes that every PNG file begins with. */
export const pngSignature: Uint8Array = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);

/** One chunk of a PNG file. */
export interface PngChunk {
  /** Four letters, such as `IDAT`. */
  readonly type: string;
  readonly data: Uint8Array;
}

/** Length, type, data and checksum of a chunk, as they stand in the file. */
export function encodeChunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let index = 0; index < 4; index++) bytes[4 + index] = type.charCodeAt(index);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

/**
 * The chunks of a PNG file, up to and with `IEND`.
 * @throws AtelierError `format` when the file is no PNG, ends early or has a wrong checksum.
 */
export function* readChunks(bytes: Uint8Array): Generator<PngChunk> {
  if (!pngSignature.every((byte, index) => bytes[index] === byte)) {
    throw new AtelierError("format", "png: expected a PNG file, got other bytes. Name a PNG.");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = pngSignature.length;
  while (offset + 12 <= bytes.length) {
    const end = offset + 8 + view.getUint32(offset);
    if (end + 4 > bytes.length) break;
    const type = String.fromCharCode(...bytes.subarray(offset + 4, offset + 8));
    if (view.getUint32(end) !== crc32(bytes.subarray(offset + 4, end))) {
      throw new AtelierError(
        "format",
        said`png: expected the checksum of chunk ${JSON.stringify(type)} at byte ${offset} to fit, got another. The file is damaged; make it again.`,
      );
    }
    yield { type, data: bytes.subarray(offset + 8, end) };
    if (type === "IEND") return;
    offset = end + 4;
  }
  throw new AtelierError(
    "format",
    said`png: expected an end chunk, got the end of the file after ${bytes.length} bytes. The file is cut off; make it again.`,
  );
}
