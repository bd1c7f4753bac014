/**
 * @file Protocol Buffers wire format, writing only: varints and length-delimited fields are all
 * that an ONNX model needs. Checked against generated code in `test/proto`.
 */

const textEncoder = new TextEncoder();

/** One float32 and its bytes. */
const single = new Float32Array(1);
const singleBytes = new Uint8Array(single.buffer);

/** Appends protobuf fields to a growing buffer. */
export interface WireWriter {
  /** An int32, int64, enum or bool field. */
  varint(field: number, value: number | bigint): void;
  /** A string field. */
  string(field: number, value: string): void;
  /** A bytes field. */
  bytes(field: number, value: Uint8Array): void;
  /** A float field. */
  float(field: number, value: number): void;
  /** An embedded message, written by `body`. */
  message(field: number, body: (writer: WireWriter) => void): void;
  /** A packed repeated int64 field. */
  packedVarints(field: number, values: Iterable<number | bigint>): void;
  /** A packed repeated float field. */
  packedFloats(field: number, values: Iterable<number>): void;
  /** Everything written so far: a view of the writer's buffer, which is not written to after that. */
  finish(): Uint8Array;
}

/** Wire types of the protobuf encoding. */
const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/**
 * Creates an empty writer.
 * @param sizeHint bytes that will be written, about: more make the buffer grow, which copies it
 */
export function createWireWriter(sizeHint = 256): WireWriter {
  let buffer = new Uint8Array(sizeHint);
  let length = 0;

  const reserve = (bytes: number): void => {
    if (length + bytes <= buffer.length) return;
    const grown = new Uint8Array(Math.max(buffer.length * 2, length + bytes));
    grown.set(buffer.subarray(0, length));
    buffer = grown;
  };
  const raw = (value: Uint8Array): void => {
    reserve(value.length);
    buffer.set(value, length);
    length += value.length;
  };
  const base128 = (value: number | bigint): void => {
    reserve(10);
    if (typeof value === "number" && value >= 0 && value < 0x80000000) {
      let rest = value;
      while (rest > 0x7f) {
        buffer[length++] = (rest & 0x7f) | 0x80;
        rest >>>= 7;
      }
      buffer[length++] = rest;
      return;
    }
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest > 0x7fn) {
      buffer[length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    buffer[length++] = Number(rest);
  };
  const tag = (field: number, wireType: number): void => base128(field * 8 + wireType);
  const bytes = (field: number, value: Uint8Array): void => {
    tag(field, LENGTH_DELIMITED);
    base128(value.length);
    raw(value);
  };
  /** A field whose length is known once it is written: of most it takes one byte, for others they move. */
  const delimited = (field: number, write: () => void): void => {
    tag(field, LENGTH_DELIMITED);
    const place = length;
    base128(0);
    const start = length;
    write();
    const end = length;
    length = place;
    const extra = lengthBytes(end - start) - 1;
    if (extra > 0) {
      length = end;
      reserve(extra);
      buffer.copyWithin(start + extra, start, end);
      length = place;
    }
    base128(end - start);
    length = end + extra;
  };

  const writer: WireWriter = {
    varint(field, value) {
      tag(field, VARINT);
      base128(value);
    },
    string(field, value) {
      if (!isAscii(value)) {
        bytes(field, textEncoder.encode(value));
        return;
      }
      tag(field, LENGTH_DELIMITED);
      base128(value.length);
      reserve(value.length);
      for (let i = 0; i < value.length; i++) buffer[length++] = value.charCodeAt(i);
    },
    bytes,
    float(field, value) {
      tag(field, FIXED32);
      single[0] = value;
      raw(singleBytes);
    },
    message: (field, body) => delimited(field, () => body(writer)),
    packedVarints(field, values) {
      delimited(field, () => {
        for (const value of values) base128(value);
      });
    },
    packedFloats: (field, values) => bytes(field, new Uint8Array(Float32Array.from(values).buffer)),
    finish: () => buffer.subarray(0, length),
  };
  return writer;
}

/** Bytes of a length below 2³¹ as a varint. */
function lengthBytes(value: number): number {
  let bytes = 1;
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes += 1;
  return bytes;
}

/** The names of values, which are almost all strings of a model, are: a loop is faster there than an encoder. */
function isAscii(value: string): boolean {
  for (let i = 0; i < value.length; i++) if (value.charCodeAt(i) > 0x7f) return false;
  return true;
}
