/**
 * @file What weights are stored as: an element type, 8-bit floats, or small integers of which so many in a row
 * share a scale. Graphs never see the latter: they are widened to float32 where they are read.
 */

import { type DType, dtypes } from "./dtype.js";
import { isHalf } from "./half.js";

/** Integers with scales. */
export type BlockDType = "int8" | "int4";

/** What a file may hold of a weight. */
export type StoredDType = DType | "float8_e4m3" | BlockDType;

/** All of them. */
export const blockTypes: readonly BlockDType[] = ["int8", "int4"];

/** Integers of a row that share a scale, as in GGUF's Q8_0 and Q4_0. */
export const blockSize = 32;

/** Whether scales belong to values of this type. */
export function isBlocks(dtype: StoredDType): dtype is BlockDType {
  return dtype === "int8" || dtype === "int4";
}

/** Whether values of this type stand for those of a float32 weight. */
export function isNarrow(dtype: StoredDType): boolean {
  return isHalf(dtype) || dtype === "float8_e4m3" || isBlocks(dtype);
}

interface StoredFacts {
  readonly bits: number;
  /** TensorProto.DataType in onnx.proto. */
  readonly onnx: number;
}

const packed: { readonly [K in Exclude<StoredDType, DType>]: StoredFacts } = {
  float8_e4m3: { bits: 8, onnx: 17 },
  int8: { bits: 8, onnx: 3 },
  int4: { bits: 4, onnx: 22 },
};

/** Facts of what is stored. */
export function storedFacts(dtype: StoredDType): StoredFacts {
  if (dtype === "float8_e4m3" || isBlocks(dtype)) return packed[dtype];
  const { bytes, onnx } = dtypes[dtype];
  return { bits: 8 * bytes, onnx };
}
