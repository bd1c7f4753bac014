/**
 * @file Writing safetensors files, byte for byte as the official library does: tensors by type
 * (see safetensors-dtype.ts) and name, the header padded with spaces to a multiple of 8.
 *
 * The official writer puts metadata keys in a random order; here they keep the order of the map,
 * so that reading and writing a file gives the same bytes, and the same content always does.
 */

import {
  AtelierError,
  byteView,
  type FileStore,
  formatShape,
  type HostTensor,
  type Shape,
  said,
} from "@atelier/engine";
import {
  rankOfDType,
  type SafetensorsDType,
  safetensorsDTypeOf,
} from "../../core/safetensors-dtype.js";
import { narrowFromFloat32, type StoredFloat } from "./float-codec.js";
import { byteLengthOf, MAX_HEADER_BYTES } from "./parse-header.js";

/** From here on a value rounds to infinity in F16. */
const F16_OVERFLOW = 65520;

/** A tensor to be written, whose bytes are made only when their turn comes. */
export interface TensorSource {
  readonly name: string;
  readonly dtype: SafetensorsDType;
  readonly shape: Shape;
  /** The row-major little-endian bytes, in pieces of any size. */
  chunks(): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** Options of {@link writeSafetensors}. */
export interface WriteSafetensorsOptions {
  /** Written in this order; left out when empty. Other tools expect `format: "pt"`. */
  readonly metadata?: ReadonlyMap<string, string>;
}

/**
 * Writes a safetensors file, one tensor in memory at a time, and returns its size in bytes.
 * @throws AtelierError `format` when two tensors share a name or a name is reserved, `shape` when
 *   a source gives more or fewer bytes than its shape needs, `file` when writing fails. The file
 *   that stood at the path is then untouched.
 */
export async function writeSafetensors(
  files: FileStore,
  path: string,
  tensors: Iterable<TensorSource>,
  { metadata = new Map() }: WriteSafetensorsOptions = {},
): Promise<number> {
  const ordered = [...tensors].sort(inFileOrder);
  const header = encodeHeader(path, ordered, metadata);
  return files.write(path, fileChunks(path, header, ordered));
}

/** The bytes of a small safetensors file, as {@link writeSafetensors} would write them. */
export async function encodeSafetensors(
  tensors: Iterable<TensorSource>,
  { metadata = new Map() }: WriteSafetensorsOptions = {},
): Promise<Uint8Array> {
  const where = "encodeSafetensors";
  const ordered = [...tensors].sort(inFileOrder);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of fileChunks(where, encodeHeader(where, ordered, metadata), ordered)) {
    chunks.push(chunk);
    size += chunk.length;
  }
  const bytes = new Uint8Array(size);
  let end = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, end);
    end += chunk.length;
  }
  return bytes;
}

/**
 * A tensor in memory as a source; float32 values can be stored in 16 bits.
 * @throws AtelierError `dtype` when `dtype` asks to convert anything but float32, or a finite value
 *   is too large for F16.
 */
export function tensorSource(
  name: string,
  tensor: HostTensor,
  { dtype }: { readonly dtype?: StoredFloat } = {},
): TensorSource {
  const stored = dtype ?? safetensorsDTypeOf[tensor.dtype];
  const { data, shape } = tensor;
  if (dtype === undefined || dtype === safetensorsDTypeOf[tensor.dtype]) {
    return { name, dtype: stored, shape, chunks: () => [byteView(data)] };
  }
  if (tensor.dtype !== "float32") {
    throw new AtelierError(
      "dtype",
      said`tensorSource: expected "${name}" as float32 to store it as ${dtype}, got ${tensor.dtype}. Store it as it is.`,
    );
  }
  const values = tensor.data;
  if (
    dtype === "F16" &&
    values.some((value) => Math.abs(value) >= F16_OVERFLOW && Number.isFinite(value))
  ) {
    throw new AtelierError(
      "dtype",
      said`tensorSource: expected "${name}" to fit F16 (below ${F16_OVERFLOW}), got larger values. Store it as BF16 or F32.`,
    );
  }
  return { name, dtype, shape, chunks: () => [narrowFromFloat32(values, dtype)] };
}

async function* fileChunks(
  path: string,
  header: Uint8Array,
  tensors: readonly TensorSource[],
): AsyncGenerator<Uint8Array> {
  yield header;
  for (const tensor of tensors) {
    let written = 0;
    for await (const chunk of tensor.chunks()) {
      written += chunk.length;
      yield chunk;
    }
    const expected = sizeOfTensor(path, tensor);
    if (written !== expected) {
      throw new AtelierError(
        "shape",
        said`${path}: expected ${expected} bytes for "${tensor.name}", got ${written}. Its source disagrees with its shape ${formatShape(tensor.shape)}.`,
      );
    }
  }
}

function encodeHeader(
  path: string,
  tensors: readonly TensorSource[],
  metadata: ReadonlyMap<string, string>,
): Uint8Array {
  const members: string[] = [];
  if (metadata.size > 0) {
    const pairs = [...metadata].map((pair) => pair.map((text) => JSON.stringify(text)).join(":"));
    members.push(`"__metadata__":{${pairs.join(",")}}`);
  }
  const names = new Set<string>(["__metadata__", "__proto__"]);
  let end = 0;
  for (const tensor of tensors) {
    if (names.has(tensor.name)) {
      throw new AtelierError(
        "format",
        said`${path}: expected names that are free and used once, got "${tensor.name}". Rename the tensor.`,
      );
    }
    names.add(tensor.name);
    const begin = end;
    end += sizeOfTensor(path, tensor);
    const facts = { dtype: tensor.dtype, shape: tensor.shape, data_offsets: [begin, end] };
    members.push(`${JSON.stringify(tensor.name)}:${JSON.stringify(facts)}`);
  }
  return frame(path, new TextEncoder().encode(`{${members.join(",")}}`));
}

/** Puts the length in front and pads with spaces, so that data begins at a multiple of 8. */
function frame(path: string, json: Uint8Array): Uint8Array {
  const length = Math.ceil(json.length / 8) * 8;
  if (length > MAX_HEADER_BYTES) {
    throw new AtelierError(
      "format",
      said`${path}: expected a header of at most ${MAX_HEADER_BYTES} bytes, got ${length}. Shorten the metadata or split the file.`,
    );
  }
  const header = new Uint8Array(8 + length).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(json, 8);
  return header;
}

function sizeOfTensor(path: string, { name, dtype, shape }: TensorSource): number {
  const size = byteLengthOf(dtype, shape);
  if (size !== undefined) return size;
  throw new AtelierError(
    "shape",
    said`${path}: expected "${name}" to take a whole number of bytes, got ${dtype} ${formatShape(shape)}.`,
  );
}

function inFileOrder(a: TensorSource, b: TensorSource): number {
  return rankOfDType(b.dtype) - rankOfDType(a.dtype) || compareUtf8(a.name, b.name);
}

/** Order of UTF-8 bytes, which is that of code points; JavaScript's own goes by UTF-16 units. */
function compareUtf8(a: string, b: string): number {
  const left = Array.from(a, (character) => character.codePointAt(0) ?? 0);
  const right = Array.from(b, (character) => character.codePointAt(0) ?? 0);
  const at = left.findIndex((point, i) => point !== right[i]);
  return at === -1 ? left.length - right.length : (left[at] ?? 0) - (right[at] ?? -1);
}
