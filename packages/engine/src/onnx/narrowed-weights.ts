/**
 * @file Float32 weights that are stored in fewer bits: a copy of one is made just before every operation that
 * reads it, and again for the next, so that it lives for one operation.
 */

import { dtypes } from "../dtype.js";
import type { GraphNode } from "../graph/node.js";
import type { Shape } from "../shape.js";
import { sizeOf } from "../shape.js";
import { blockSize, isBlocks, type StoredDType, storedFacts } from "../stored-dtype.js";
import type { LoweringContext } from "./lowering.js";
import type { OnnxTensor, OnnxValueInfo } from "./model-proto.js";

/** A weight's data in another type than its own. */
export interface Narrowed {
  readonly dtype: StoredDType;
  readonly data: OnnxTensor["data"];
  /** Of integers: one for each block in a row. */
  readonly scales?: NarrowedScales | undefined;
}

/** The scales of integers. */
export interface NarrowedScales {
  readonly dtype: "float16" | "float32";
  readonly data: OnnxTensor["data"];
}

const scalesOf = (name: string): string => `scales:${name}`;

/** What a model holds of such a weight. Integers are a matrix, since blocks lie in its rows. */
export function narrowedTensors(
  { name, shape }: OnnxValueInfo & { readonly shape: Shape },
  { dtype, data, scales }: Narrowed,
): OnnxTensor[] {
  const elementType = storedFacts(dtype).onnx;
  if (!isBlocks(dtype) || scales === undefined) return [{ name, elementType, shape, data }];
  const [rows = 1] = shape;
  const columns = sizeOf(shape) / rows;
  return [
    { name, elementType, shape: [rows, columns], data },
    {
      ...{ name: scalesOf(name), elementType: dtypes[scales.dtype].onnx },
      ...{ shape: [rows, columns / blockSize], data: scales.data },
    },
  ];
}

/** Writes the operators that make a weight's type of what is stored, and returns the name of the result. */
export function emitWidened(
  context: LoweringContext,
  { dtype, shape }: Pick<GraphNode, "dtype" | "shape">,
  { name, stored }: { readonly name: string; readonly stored: Narrowed },
): string {
  const cast = (value: string, from: StoredDType): string =>
    from === dtype
      ? value
      : context.emit("Cast", [value], { attributes: { to: { int: dtypes[dtype].onnx } } });
  const widened = isBlocks(stored.dtype)
    ? // The result has the type of the scales.
      context.emit(
        "DequantizeLinear",
        [name, cast(scalesOf(name), stored.scales?.dtype ?? "float16")],
        {
          attributes: { axis: { int: 1 }, block_size: { int: blockSize } },
        },
      )
    : cast(name, stored.dtype);
  // Its shape is hidden (lower-graph.ts); reshaping copies nothing.
  return context.emit("Reshape", [widened, context.integers(shape)]);
}
