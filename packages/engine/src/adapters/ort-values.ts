/** @file Values on their way into ONNX Runtime and out of it. */

import { Tensor } from "onnxruntime-node";
import { AtelierError, said } from "../errors.js";
import { formatType, type ValueType } from "../graph/node.js";
import { sameShape } from "../shape.js";
import type { HostTensor } from "../tensor.js";

/** @throws AtelierError `runtime` unless a value has the type that the graph knows. */
export function requireType(name: string, value: HostTensor, type: ValueType): void {
  if (value.dtype === type.dtype && sameShape(value.shape, type.shape)) return;
  throw new AtelierError(
    "runtime",
    said`runtime: expected ${formatType(type)} for "${name}", got ${formatType(value)}. A compiled graph has one shape; compile another for other sizes.`,
  );
}

/** A tensor over the same memory. @throws AtelierError `dtype` for bfloat16. */
export function toOrt({ dtype, shape, data }: HostTensor): Tensor {
  if (dtype === "bfloat16") {
    throw new AtelierError(
      "dtype",
      "runtime: expected a type that ONNX Runtime takes, got bfloat16. Widen it to float32.",
    );
  }
  // The array type of each element type is the one that ONNX Runtime expects.
  return new Tensor(dtype, data as Float32Array, shape);
}

/** A result of the type that was asked for. */
export function fromOrt(tensor: Tensor, { dtype, shape }: ValueType): HostTensor {
  // ONNX Runtime returns the array type that belongs to the element type it was asked for.
  return { dtype, shape, data: tensor.data } as HostTensor;
}
