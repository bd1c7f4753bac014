/** @file Static shapes and their arithmetic. */

import { AtelierError, said } from "./errors.js";

/** Extents of a tensor, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

/** The number of elements of a shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** `[2, 3]`, as messages print it. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** Whether two shapes are the same. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/**
 * The common shape of two operands under NumPy broadcasting.
 * @throws AtelierError `shape` naming both shapes when they do not fit.
 */
export function broadcastShapes(where: string, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new AtelierError(
        "shape",
        said`${where}: expected shapes that broadcast, got ${formatShape(a)} and ${formatShape(b)}. Extents must be equal or 1.`,
      );
    }
    return left === 1 ? right : left;
  });
}

/**
 * Turns a negative axis into its position.
 * @throws AtelierError `shape` when the axis is outside the rank.
 */
export function normalizeAxis(where: string, axis: number, rank: number): number {
  const position = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(position) || position < 0 || position >= rank) {
    throw new AtelierError(
      "shape",
      said`${where}: expected an axis from ${-rank} to ${rank - 1}, got ${axis}.`,
    );
  }
  return position;
}

/** Row-major strides of a shape, in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = (strides[axis + 1] ?? 1) * (shape[axis + 1] ?? 1);
  }
  return strides;
}
