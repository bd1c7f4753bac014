/** @file Tensors in host memory: plain data, row-major, shared by files, graphs and runtimes. */

import { type DType, dtypes } from "./dtype.js";
import { AtelierError, said } from "./errors.js";
import { narrowHalf } from "./half.js";
import { type Shape, sizeOf } from "./shape.js";

/** The array that holds the elements of each type (16-bit floats as raw bits, bool as 0 or 1). */
export interface TensorDataMap {
  readonly float32: Float32Array;
  readonly float64: Float64Array;
  readonly float16: Uint16Array;
  readonly bfloat16: Uint16Array;
  readonly int64: BigInt64Array;
  readonly int32: Int32Array;
  readonly uint8: Uint8Array;
  readonly bool: Uint8Array;
}

/** A row-major tensor of one element type in host memory. */
export type TensorOf<D extends DType> = {
  readonly dtype: D;
  readonly shape: Shape;
  readonly data: TensorDataMap[D];
};

/** A tensor of any element type; `dtype` discriminates `data`. */
export type HostTensor = { [D in DType]: TensorOf<D> }[DType];

/** A tensor of 32-bit floats, what most of the code outside graphs works on. */
export type FloatTensor = TensorOf<"float32">;

/**
 * Wraps 32-bit floats as a tensor.
 * @throws AtelierError `shape` when the shape does not hold exactly `data.length` elements.
 */
export function floatTensor(data: Float32Array | readonly number[], shape: Shape): FloatTensor {
  const array = data instanceof Float32Array ? data : Float32Array.from(data);
  checkSize("floatTensor", array.length, shape);
  return { dtype: "float32", shape, data: array };
}

/**
 * Wraps 64-bit integers (token ids, timesteps) as a tensor.
 * @throws AtelierError `shape` when the shape does not hold exactly `data.length` elements.
 */
export function intTensor(
  data: BigInt64Array | readonly number[],
  shape: Shape,
): TensorOf<"int64"> {
  const array = data instanceof BigInt64Array ? data : BigInt64Array.from(data, BigInt);
  checkSize("intTensor", array.length, shape);
  return { dtype: "int64", shape, data: array };
}

/** Numbers as a tensor of any element type. */
export function tensorOfNumbers(values: readonly number[], shape: Shape, dtype: DType): HostTensor {
  checkSize("tensorOfNumbers", values.length, shape);
  switch (dtype) {
    case "float32":
      return { dtype, shape, data: Float32Array.from(values) };
    case "float64":
      return { dtype, shape, data: Float64Array.from(values) };
    case "int64":
      return { dtype, shape, data: BigInt64Array.from(values, BigInt) };
    case "int32":
      return { dtype, shape, data: Int32Array.from(values) };
    case "uint8":
    case "bool":
      return { dtype, shape, data: Uint8Array.from(values) };
    case "float16":
    case "bfloat16":
      return { dtype, shape, data: narrowHalf(Float32Array.from(values), dtype) };
  }
}

/** A tensor over the bytes of a buffer from an offset on. @throws RangeError beyond its end. */
export function tensorOfBytes(
  { shape, dtype }: Pick<HostTensor, "shape" | "dtype">,
  buffer: ArrayBufferLike,
  byteOffset = 0,
): HostTensor {
  const place = [buffer, byteOffset, sizeOf(shape)] as const;
  switch (dtype) {
    case "float32":
      return { dtype, shape, data: new Float32Array(...place) };
    case "float64":
      return { dtype, shape, data: new Float64Array(...place) };
    case "float16":
    case "bfloat16":
      return { dtype, shape, data: new Uint16Array(...place) };
    case "int64":
      return { dtype, shape, data: new BigInt64Array(...place) };
    case "int32":
      return { dtype, shape, data: new Int32Array(...place) };
    case "uint8":
    case "bool":
      return { dtype, shape, data: new Uint8Array(...place) };
    default:
      return dtype satisfies never;
  }
}

/** A tensor of zeros in new memory. @throws RangeError where there is none. */
export function emptyTensor(type: Pick<HostTensor, "shape" | "dtype">): HostTensor {
  return tensorOfBytes(type, new ArrayBuffer(sizeOf(type.shape) * dtypes[type.dtype].bytes));
}

/** A tensor that must hold 32-bit floats. @throws AtelierError `dtype`. */
export function requireFloats(tensor: HostTensor): FloatTensor {
  if (tensor.dtype === "float32") return tensor;
  throw new AtelierError("dtype", said`tensor: expected float32 values, got ${tensor.dtype}.`);
}

/** The bytes of an array, in place. */
export function byteView({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function checkSize(where: string, length: number, shape: Shape): void {
  if (length === sizeOf(shape)) return;
  throw new AtelierError(
    "shape",
    said`${where}: expected ${sizeOf(shape)} elements for shape [${shape.join(", ")}], got ${length}.`,
  );
}
