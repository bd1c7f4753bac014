/** @file Byte strings put together from numbers of any width, for writers of pickles and archives. */

/** Grows as values are added; all numbers are little-endian. */
export interface ByteBuilder {
  u8(...values: number[]): ByteBuilder;
  u16(...values: number[]): ByteBuilder;
  u32(...values: number[]): ByteBuilder;
  u64(...values: number[]): ByteBuilder;
  /** Text as UTF-8. */
  text(value: string): ByteBuilder;
  bytes(value: Uint8Array): ByteBuilder;
  readonly length: number;
  finish(): Uint8Array;
}

/** An empty builder. */
export function createByteBuilder(): ByteBuilder {
  const parts: Uint8Array[] = [];
  let length = 0;
  const bytes = (value: Uint8Array): ByteBuilder => {
    parts.push(value);
    length += value.length;
    return builder;
  };
  const builder: ByteBuilder = {
    u8: (...values) => bytes(Uint8Array.from(values)),
    u16: (...values) => bytes(new Uint8Array(Uint16Array.from(values).buffer)),
    u32: (...values) => bytes(new Uint8Array(Uint32Array.from(values).buffer)),
    u64: (...values) => bytes(new Uint8Array(BigUint64Array.from(values.map(BigInt)).buffer)),
    text: (value) => bytes(new TextEncoder().encode(value)),
    bytes,
    get length() {
      return length;
    },
    finish() {
      const all = new Uint8Array(length);
      let at = 0;
      for (const part of parts) {
        all.set(part, at);
        at += part.length;
      }
      return all;
    },
  };
  return builder;
}
