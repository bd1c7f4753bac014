/** @file zlib compression by the Compression Streams API, which browsers and Node share. */

import { AtelierError, said } from "@atelier/engine";

/** Compresses bytes to a zlib stream. */
export async function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  return collect(bytes, new CompressionStream("deflate"), Number.POSITIVE_INFINITY);
}

/**
 * Expands a zlib stream.
 * @throws AtelierError `format` when it is damaged or expands to more than `maxBytes`.
 */
export async function inflate(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  try {
    return await collect(bytes, new DecompressionStream("deflate"), maxBytes);
  } catch (cause) {
    if (cause instanceof AtelierError) throw cause;
    throw new AtelierError("format", "zlib: expected a whole stream, got a damaged one.", {
      cause,
    });
  }
}

async function collect(
  bytes: Uint8Array,
  transform: CompressionStream | DecompressionStream,
  maxBytes: number,
): Promise<Uint8Array> {
  // Sound: streams only ask that the memory is not shared between threads, and ours never is.
  const input = new Blob([bytes as Uint8Array<ArrayBuffer>]);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of chunksOf(input.stream().pipeThrough(transform))) {
    size += part.length;
    if (size > maxBytes) {
      throw new AtelierError("format", said`zlib: expected at most ${maxBytes} bytes, got more.`);
    }
    parts.push(part);
  }
  return concatBytes(parts);
}

/** Reads a stream to its end; not every browser lets `for await` do so. */
async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel();
  }
}

/** Joins byte arrays. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
