/** @file Reads bytes from front to back; never beyond their end. */

const utf8 = new TextDecoder("utf-8", { fatal: true });
const latin1 = new TextDecoder("latin1");

/** A place in bytes. Every method takes what it returns and moves on. @throws SyntaxError at the end. */
export interface ByteCursor {
  /** Bytes taken so far. */
  readonly position: number;
  take(length: number): Uint8Array;
  /** A little-endian unsigned integer of 1, 2, 4 or 8 bytes. @throws SyntaxError above 2^53. */
  unsigned(size: 1 | 2 | 4 | 8): number;
  int32(): number;
  /** A big-endian float64, as pickles have it. */
  float64(): number;
  /** @throws SyntaxError for bytes that are no UTF-8. */
  text(length: number, encoding?: "utf8" | "latin1"): string;
  /** The text up to the next line feed, which is taken but not returned. */
  line(maxLength: number): string;
}

/** A cursor at the first byte. */
export function createByteCursor(bytes: Uint8Array, start = 0): ByteCursor {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let position = start;
  const advance = (length: number): number => {
    if (length > bytes.length - position) {
      throw new SyntaxError(`expected ${length} more bytes at ${position}, got the end`);
    }
    position += length;
    return position - length;
  };
  const take = (length: number): Uint8Array => {
    const begin = advance(length);
    return bytes.subarray(begin, begin + length);
  };
  const decode = (taken: Uint8Array, encoding: "utf8" | "latin1"): string => {
    try {
      return (encoding === "utf8" ? utf8 : latin1).decode(taken);
    } catch {
      throw new SyntaxError(`expected UTF-8 text before byte ${position}, got other bytes`);
    }
  };
  return {
    get position() {
      return position;
    },
    take,
    unsigned(size) {
      const at = advance(size);
      if (size === 1) return view.getUint8(at);
      if (size === 2) return view.getUint16(at, true);
      if (size === 4) return view.getUint32(at, true);
      const value = Number(view.getBigUint64(at, true));
      if (Number.isSafeInteger(value)) return value;
      throw new SyntaxError(`expected a length below 2^53 at ${at}, got ${value}`);
    },
    int32: () => view.getInt32(advance(4), true),
    float64: () => view.getFloat64(advance(8)),
    text: (length, encoding = "utf8") => decode(take(length), encoding),
    line(maxLength) {
      const rest = bytes.subarray(position, position + maxLength + 1);
      const length = rest.indexOf(0x0a);
      if (length < 0) {
        throw new SyntaxError(`expected a line of at most ${maxLength} bytes at ${position}`);
      }
      const text = decode(take(length), "utf8");
      advance(1);
      return text;
    },
  };
}
