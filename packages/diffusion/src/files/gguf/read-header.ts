/**
 * @file The header of a GGUF file (ggml's `docs/gguf.md`, versions 2 and 3), read as if its author meant harm.
 */

import { type Shape, sizeOf } from "@atelier/engine";
import { type ByteCursor, createByteCursor } from "../byte-cursor.js";

/** The most that is read of a header; a language model's vocabulary takes a few megabytes. */
export const maxHeaderBytes: number = 64 * 2 ** 20;

const maxTensors = 100_000;
const maxFields = 10_000;
const maxNameBytes = 4096;
const maxAxes = 4;

/** What a header says of one tensor. */
export interface GgufTensor {
  /** Row-major, the other way round than in the file. */
  readonly shape: Shape;
  /** Of ggml's types. */
  readonly type: number;
  /** From the file's start. */
  readonly byteOffset: number;
}

/** A header. */
export interface GgufHeader {
  /** Fields that are text or a number; lists of numbers as text with commas, other lists left out. */
  readonly fields: ReadonlyMap<string, string>;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
}

/** Whether a file begins as one of this kind. */
export function isGguf(start: Uint8Array): boolean {
  return start.length >= 4 && String.fromCharCode(...start.subarray(0, 4)) === "GGUF";
}

/** @throws SyntaxError for anything that is no header, cut off or beyond the limits. */
export function readGgufHeader(bytes: Uint8Array): GgufHeader {
  if (!isGguf(bytes)) throw new SyntaxError('expected a file that begins with "GGUF", got another');
  const cursor = createByteCursor(bytes, 4);
  const version = cursor.unsigned(4);
  if (version !== 2 && version !== 3) {
    throw new SyntaxError(`expected version 2 or 3, got ${version}`);
  }
  const tensorCount = countOf(cursor, "tensors", maxTensors);
  const fieldCount = countOf(cursor, "fields", maxFields);
  const fields = new Map<string, string>();
  for (let i = 0; i < fieldCount; i++) {
    const name = nameAt(cursor);
    const value = fieldValue(cursor, cursor.unsigned(4));
    if (value !== undefined) fields.set(name, value);
  }
  const listed: (readonly [string, Omit<GgufTensor, "byteOffset">, number])[] = [];
  for (let i = 0; i < tensorCount; i++) {
    const name = nameAt(cursor);
    const axes = cursor.unsigned(4);
    if (axes > maxAxes)
      throw new SyntaxError(`expected at most ${maxAxes} axes of "${name}", got ${axes}`);
    const extents = Array.from({ length: axes }, () => cursor.unsigned(8));
    listed.push([name, { shape: extents.reverse(), type: cursor.unsigned(4) }, cursor.unsigned(8)]);
  }
  const alignment = alignmentOf(fields);
  const dataStart = Math.ceil(cursor.position / alignment) * alignment;
  const tensors = new Map<string, GgufTensor>();
  for (const [name, { shape, type }, offset] of listed) {
    if (tensors.has(name)) throw new SyntaxError(`expected one tensor "${name}", got two`);
    tensors.set(name, {
      shape: originalShape(fields, { name, shape }),
      type,
      byteOffset: dataStart + offset,
    });
  }
  return { fields, tensors };
}

function alignmentOf(fields: ReadonlyMap<string, string>): number {
  const alignment = Number(fields.get("general.alignment") ?? 32);
  if (Number.isInteger(Math.log2(alignment)) && alignment <= 2 ** 20) return alignment;
  throw new SyntaxError(`expected an alignment that is a power of two, got ${alignment}`);
}

/** ComfyUI's converter flattens kernels whose rows are no whole blocks, and notes what they were. */
function originalShape(
  fields: ReadonlyMap<string, string>,
  { name, shape }: { readonly name: string; readonly shape: Shape },
): Shape {
  const noted = fields.get(`comfy.gguf.orig_shape.${name}`)?.split(",").map(Number);
  if (noted === undefined) return shape;
  if (
    noted.every((extent) => Number.isSafeInteger(extent) && extent > 0) &&
    sizeOf(noted) === sizeOf(shape)
  )
    return noted;
  throw new SyntaxError(
    `expected the shape of "${name}" to hold ${sizeOf(shape)} values, got ${noted.join(" × ")}`,
  );
}

function countOf(cursor: ByteCursor, what: string, limit: number): number {
  const count = cursor.unsigned(8);
  if (count <= limit) return count;
  throw new SyntaxError(`expected at most ${limit} ${what}, got ${count}`);
}

function nameAt(cursor: ByteCursor): string {
  const length = cursor.unsigned(8);
  if (length > maxNameBytes) {
    throw new SyntaxError(`expected a name of at most ${maxNameBytes} bytes, got one of ${length}`);
  }
  return cursor.text(length);
}

const stringType = 8;
const listType = 9;

/** Bytes of the types of numbers, and how each is read. */
const numbers: ReadonlyMap<
  number,
  readonly [bytes: number, read: (view: DataView) => number | bigint]
> = new Map([
  [0, [1, (view: DataView) => view.getUint8(0)]],
  [1, [1, (view: DataView) => view.getInt8(0)]],
  [2, [2, (view: DataView) => view.getUint16(0, true)]],
  [3, [2, (view: DataView) => view.getInt16(0, true)]],
  [4, [4, (view: DataView) => view.getUint32(0, true)]],
  [5, [4, (view: DataView) => view.getInt32(0, true)]],
  [6, [4, (view: DataView) => view.getFloat32(0, true)]],
  [7, [1, (view: DataView) => view.getUint8(0)]],
  [10, [8, (view: DataView) => view.getBigUint64(0, true)]],
  [11, [8, (view: DataView) => view.getBigInt64(0, true)]],
  [12, [8, (view: DataView) => view.getFloat64(0, true)]],
]);

/** Lists that are kept: shapes. */
const maxListed = 8;

function fieldValue(cursor: ByteCursor, type: number): string | undefined {
  if (type === stringType) return cursor.text(cursor.unsigned(8));
  if (type !== listType) return numberAt(cursor, type);
  const itemType = cursor.unsigned(4);
  const count = cursor.unsigned(8);
  if (itemType === listType) throw new SyntaxError("expected lists of values, got a list of lists");
  if (itemType === stringType) {
    for (let i = 0; i < count; i++) cursor.take(cursor.unsigned(8));
    return undefined;
  }
  if (count > maxListed) {
    cursor.take(count * bytesOfNumber(itemType));
    return undefined;
  }
  return Array.from({ length: count }, () => numberAt(cursor, itemType)).join(",");
}

function bytesOfNumber(type: number): number {
  const known = numbers.get(type);
  if (known !== undefined) return known[0];
  throw new SyntaxError(`expected a type of value from 0 to 12, got ${type}`);
}

function numberAt(cursor: ByteCursor, type: number): string {
  const bytes = cursor.take(bytesOfNumber(type));
  const [, read] = numbers.get(type) ?? [];
  return String(read?.(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)));
}
