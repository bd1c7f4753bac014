/** @file Element types of tensors: what a graph computes with and how the host stores them. */

/** Element types that graphs and the runtime know. */
export type DType =
  | "float32"
  | "float64"
  | "float16"
  | "bfloat16"
  | "int64"
  | "int32"
  | "uint8"
  | "bool";

/** Element types that gradients flow through. */
export type FloatDType = "float32" | "float64" | "float16" | "bfloat16";

interface DTypeFacts {
  readonly bytes: number;
  /** TensorProto.DataType in onnx.proto. */
  readonly onnx: number;
  readonly isFloat: boolean;
}

/** Facts of every element type. */
export const dtypes: { readonly [K in DType]: DTypeFacts } = {
  float32: { bytes: 4, onnx: 1, isFloat: true },
  float64: { bytes: 8, onnx: 11, isFloat: true },
  float16: { bytes: 2, onnx: 10, isFloat: true },
  bfloat16: { bytes: 2, onnx: 16, isFloat: true },
  int64: { bytes: 8, onnx: 7, isFloat: false },
  int32: { bytes: 4, onnx: 6, isFloat: false },
  uint8: { bytes: 1, onnx: 2, isFloat: false },
  bool: { bytes: 1, onnx: 9, isFloat: false },
};

/** Whether gradients can flow through values of this type. */
export function isFloat(dtype: DType): dtype is FloatDType {
  return dtypes[dtype].isFloat;
}
