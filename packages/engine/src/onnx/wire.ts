/**
 * @file Protocol Buffers wire format, writing only: varints and length-delimited fields are all
 * that an ONNX model needs. Checked against generated code in `test/proto`.
 */

const textEncoder = new TextEncoder();

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
  /** Everything written so far. */
  finish(): Uint8Array;
}

/** Wire types of the protobuf encoding. */
const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** Creates an empty writer. */
export function createWireWriter(): WireWriter {
  let buffer = new Uint8Array(256);
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
  const delimited = (field: number, value: Uint8Array): void => {
    tag(field, LENGTH_DELIMITED);
    base128(value.length);
    raw(value);
  };

  const writer: WireWriter = {
    varint(field, value) {
      tag(field, VARINT);
      base128(value);
    },
    string: (field, value) => delimited(field, textEncoder.encode(value)),
    bytes: delimited,
    float(field, value) {
      tag(field, FIXED32);
      raw(new Uint8Array(Float32Array.of(value).buffer));
    },
    message(field, body) {
      const inner = createWireWriter();
      body(inner);
      delimited(field, inner.finish());
    },
    packedVarints(field, values) {
      const inner = createPackedVarints(values);
      delimited(field, inner);
    },
    packedFloats: (field, values) =>
      delimited(field, new Uint8Array(Float32Array.from(values).buffer)),
    finish: () => buffer.slice(0, length),
  };
  return writer;

  function createPackedVarints(values: Iterable<number | bigint>): Uint8Array {
    const start = length;
    for (const value of values) base128(value);
    const packed = buffer.slice(start, length);
    length = start;
    return packed;
  }
}
