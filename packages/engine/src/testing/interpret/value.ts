/** @file What the reference interpreter computes with: row-major float64 arrays and plain loops. */

import type { NodeOf } from "../../graph/node.js";
import type { OpKind } from "../../graph/op-attributes.js";
import { type Shape, sizeOf, stridesOf } from "../../shape.js";

/** A value of any element type as float64 numbers; bool as 0 and 1. */
export interface Value {
  readonly shape: Shape;
  readonly data: Float64Array;
}

/** Computes the elements of a node from those of its inputs. */
export type Evaluate<K extends OpKind> = (
  node: NodeOf<K>,
  inputs: readonly Value[],
  sources: SourceValues,
) => Float64Array;

/** Evaluators of some operations. */
export type Evaluators<K extends OpKind> = { readonly [P in K]: Evaluate<P> };

/** Elements of inputs and parameters by name. */
export type SourceValues = Readonly<Record<string, Float64Array>>;

/** The element at a position; NaN outside, so that a wrong index shows in the result. */
export const at = (data: Float64Array, index: number): number => data[index] ?? Number.NaN;

/** The operand at a position. */
export function operand(inputs: readonly Value[], index: number): Value {
  return inputs[index] ?? { shape: [], data: Float64Array.of(Number.NaN) };
}

/** Calls `visit` with every index of a shape in row-major order; the array is reused. */
export function forEachIndex(
  shape: Shape,
  visit: (index: readonly number[], position: number) => void,
): void {
  const index = shape.map(() => 0);
  const size = sizeOf(shape);
  for (let position = 0; position < size; position++) {
    visit(index, position);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (index[axis] ?? 0) + 1;
      index[axis] = next === shape[axis] ? 0 : next;
      if (index[axis] !== 0) break;
    }
  }
}

/** Where an index of a larger shape finds its element in a shape that broadcasts to it. */
export function broadcastPosition(shape: Shape): (index: readonly number[]) => number {
  const strides = stridesOf(shape).map((stride, axis) => (shape[axis] === 1 ? 0 : stride));
  return (index) => {
    const skipped = index.length - strides.length;
    let position = 0;
    for (let axis = 0; axis < strides.length; axis++) {
      position += (strides[axis] ?? 0) * (index[axis + skipped] ?? 0);
    }
    return position;
  };
}

/** A new array with one element per index of a shape. */
export function generate(
  shape: Shape,
  element: (index: readonly number[], position: number) => number,
): Float64Array {
  const data = new Float64Array(sizeOf(shape));
  forEachIndex(shape, (index, position) => {
    data[position] = element(index, position);
  });
  return data;
}
