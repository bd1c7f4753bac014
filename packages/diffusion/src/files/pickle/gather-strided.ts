/** @file Tensors whose elements do not stand row by row: which bytes they need, and their order. */

import type { Shape } from "@atelier/engine";

/** A view of stored elements: neighbours along each axis are `strides` elements apart. */
export interface StridedView {
  readonly shape: Shape;
  readonly strides: readonly number[];
}

/** Whether the elements stand row by row without gaps. Axes of one element may have any stride. */
export function isRowMajor({ shape, strides }: StridedView): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const extent = shape[axis] ?? 0;
    if (extent === 0) return true;
    if (extent > 1 && strides[axis] !== expected) return false;
    expected *= extent;
  }
  return true;
}

/** How many stored elements a view reaches over, from its first to its last. */
export function spanOf({ shape, strides }: StridedView): number {
  if (shape.includes(0)) return 0;
  return shape.reduce((last, extent, axis) => last + (extent - 1) * (strides[axis] ?? 0), 0) + 1;
}

/** The elements of a view row by row, `elementBytes` each. @param stored the bytes of its span */
export function gatherStrided(
  stored: Uint8Array,
  { shape, strides }: StridedView,
  elementBytes: number,
): Uint8Array {
  const size = shape.reduce((product, extent) => product * extent, elementBytes);
  const result = new Uint8Array(size);
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < size; to += elementBytes) {
    for (let byte = 0; byte < elementBytes; byte++) {
      result[to + byte] = stored[from * elementBytes + byte] ?? 0;
    }
    // The next index in row-major order, the last axis first.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const stride = strides[axis] ?? 0;
      const next = (index[axis] ?? 0) + 1;
      if (next < (shape[axis] ?? 0)) {
        index[axis] = next;
        from += stride;
        break;
      }
      from -= stride * (next - 1);
      index[axis] = 0;
    }
  }
  return result;
}
