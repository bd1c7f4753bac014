/**
 * @file How GGUF packs weights: blocks of 32 or 256 numbers in few bits with scales, and some with a least value.
 * After the layouts of ggml (`ggml-common.h`), which its `dequantize_row_*` define.
 */

import { widenHalf } from "@atelier/engine";

/** How a type packs numbers. */
export interface BlockFormat {
  readonly name: string;
  /** Numbers of a block. */
  readonly values: number;
  readonly bytes: number;
  /** Unpacks the block that begins at `from` into as many numbers of `into`, from `to` on. */
  readonly unpack: (bytes: DataView, from: number, into: Float32Array, to: number) => void;
}

/** By code, made on first use. */
let float16Values: Float32Array | undefined;

function float16At(bytes: DataView, at: number): number {
  float16Values ??= widenHalf(
    Uint16Array.from({ length: 2 ** 16 }, (_, code) => code),
    "float16",
  );
  return float16Values[bytes.getUint16(at, true)] ?? 0;
}

/** What is read, by the number of the type in ggml. */
export const blockFormats: ReadonlyMap<number, BlockFormat> = new Map<number, BlockFormat>([
  [2, { name: "Q4_0", values: 32, bytes: 18, unpack: fourBits({ at: 2, shift: -8 }) }],
  [3, { name: "Q4_1", values: 32, bytes: 20, unpack: fourBits({ at: 4, shift: 0 }) }],
  [6, { name: "Q5_0", values: 32, bytes: 22, unpack: fourBits({ at: 6, shift: -16, highAt: 2 }) }],
  [7, { name: "Q5_1", values: 32, bytes: 24, unpack: fourBits({ at: 8, shift: 0, highAt: 4 }) }],
  [8, { name: "Q8_0", values: 32, bytes: 34, unpack: eightBits }],
  [12, { name: "Q4_K", values: 256, bytes: 144, unpack: manyScales({ at: 16 }) }],
  [13, { name: "Q5_K", values: 256, bytes: 176, unpack: manyScales({ at: 48, highAt: 16 }) }],
  [14, { name: "Q6_K", values: 256, bytes: 210, unpack: sixBits }],
]);

/** Names of types that are not read. */
export const otherFormats: ReadonlyMap<number, string> = new Map([
  [9, "Q8_1"],
  [10, "Q2_K"],
  [11, "Q3_K"],
  [15, "Q8_K"],
  [16, "IQ2_XXS"],
  [17, "IQ2_XS"],
  [18, "IQ3_XXS"],
  [19, "IQ1_S"],
  [20, "IQ4_NL"],
  [21, "IQ3_S"],
  [22, "IQ2_S"],
  [23, "IQ4_XS"],
  [29, "IQ1_M"],
]);

/**
 * 32 numbers of four bits, the first half in the lower ones: scale · (code + shift), plus a least value where
 * codes are not shifted. With `highAt`, a fifth bit of each lies there.
 */
function fourBits({
  at,
  shift,
  highAt,
}: {
  readonly at: number;
  readonly shift: number;
  readonly highAt?: number;
}): BlockFormat["unpack"] {
  return (bytes, from, into, to) => {
    const scale = float16At(bytes, from);
    const least = shift === 0 ? float16At(bytes, from + 2) : -0;
    const high = highAt === undefined ? 0 : bytes.getUint32(from + highAt, true);
    for (let i = 0; i < 32; i++) {
      const pair = bytes.getUint8(from + at + (i % 16));
      const code = (i < 16 ? pair & 15 : pair >> 4) | (((high >>> i) & 1) << 4);
      // Nothing is added to what −0 is added to.
      into[to + i] = Math.fround((code + shift) * scale) + least;
    }
  };
}

function eightBits(bytes: DataView, from: number, into: Float32Array, to: number): void {
  const scale = float16At(bytes, from);
  for (let i = 0; i < 32; i++) into[to + i] = bytes.getInt8(from + 2 + i) * scale;
}

/** Eight groups of 32 numbers of four bits (five with `highAt`), each group with a scale and a least value of six. */
function manyScales({
  at,
  highAt,
}: {
  readonly at: number;
  readonly highAt?: number;
}): BlockFormat["unpack"] {
  return (bytes, from, into, to) => {
    const [scale, least] = [float16At(bytes, from), float16At(bytes, from + 2)];
    for (let group = 0; group < 8; group++) {
      const factor = Math.fround(scale * sixBitsOf(bytes, from, { group, which: 0 }));
      const offset = Math.fround(least * sixBitsOf(bytes, from, { group, which: 4 }));
      for (let i = 0; i < 32; i++) {
        const pair = bytes.getUint8(from + at + 32 * (group >> 1) + i);
        const high = highAt === undefined ? 0 : (bytes.getUint8(from + highAt + i) >> group) & 1;
        const code = (group % 2 === 0 ? pair & 15 : pair >> 4) | (high << 4);
        into[to + 32 * group + i] = Math.fround(factor * code) - offset;
      }
    }
  };
}

/**
 * Of twelve bytes from 4 on, in which eight scales (`which` 0) and eight least values (4) of six bits lie: those of
 * the first four groups in bytes of their own, the others' lower bits together in the last four bytes, and their
 * upper ones above the first.
 */
function sixBitsOf(
  bytes: DataView,
  from: number,
  { group, which }: { readonly group: number; readonly which: 0 | 4 },
): number {
  const byteAt = (i: number): number => bytes.getUint8(from + 4 + i);
  if (group < 4) return byteAt(group + which) & 63;
  const lower = byteAt(group + 4) >> which;
  return (lower & 15) | ((byteAt(group - 4 + which) >> 6) << 4);
}

/** Sixteen groups of 16 numbers: four lower and two upper bits each, less 32; a scale of eight bits a group. */
function sixBits(bytes: DataView, from: number, into: Float32Array, to: number): void {
  const scale = float16At(bytes, from + 208);
  for (let i = 0; i < 256; i++) {
    const [half, quarter, place] = [i >> 7, (i >> 5) & 3, i & 31];
    const pair = bytes.getUint8(from + 64 * half + 32 * (quarter & 1) + place);
    const lower = quarter < 2 ? pair & 15 : pair >> 4;
    const upper = (bytes.getUint8(from + 128 + 32 * half + place) >> (2 * quarter)) & 3;
    const factor = Math.fround(scale * bytes.getInt8(from + 192 + (i >> 4)));
    into[to + i] = factor * ((lower | (upper << 4)) - 32);
  }
}
