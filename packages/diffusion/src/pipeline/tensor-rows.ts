/** @file Batches as their rows: models run one picture or text at a time to bound memory. */

import {
  AtelierError,
  type FloatTensor,
  floatTensor,
  formatShape,
  internalError,
  said,
  sizeOf,
} from "@atelier/engine";

/** The rows of `[rows, …]`, each `[1, …]`, sharing its memory. */
export function rowsOf({ data, shape }: FloatTensor): FloatTensor[] {
  const [rows = 0, ...rest] = shape;
  const size = sizeOf(rest);
  return Array.from({ length: rows }, (_, row) => ({
    dtype: "float32",
    shape: [1, ...rest],
    data: data.subarray(row * size, (row + 1) * size),
  }));
}

/** Tensors `[…, n, …]` joined along the first axis. */
export function joinRows(parts: readonly FloatTensor[]): FloatTensor {
  const [first] = parts;
  if (first === undefined) throw internalError("joinRows: expected tensors, got none.");
  const rows = parts.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
  const data = new Float32Array(parts.reduce((sum, part) => sum + part.data.length, 0));
  let end = 0;
  for (const part of parts) {
    data.set(part.data, end);
    end += part.data.length;
  }
  return { dtype: "float32", shape: [rows, ...first.shape.slice(1)], data };
}

/** Tensors that differ along one axis at most, joined along it. */
export function joinAlong(parts: readonly FloatTensor[], axis: number): FloatTensor {
  const [first] = parts;
  if (first === undefined) throw internalError("joinAlong: expected tensors, got none.");
  if (axis === 0) return joinRows(parts);
  const runs = sizeOf(first.shape.slice(0, axis));
  const extent = parts.reduce((sum, { shape }) => sum + (shape[axis] ?? 0), 0);
  const data = new Float32Array(parts.reduce((sum, part) => sum + part.data.length, 0));
  let end = 0;
  for (let run = 0; run < runs; run++) {
    for (const part of parts) {
      const length = part.data.length / runs;
      data.set(part.data.subarray(run * length, (run + 1) * length), end);
      end += length;
    }
  }
  const shape = first.shape.map((own, at) => (at === axis ? extent : own));
  return { dtype: "float32", shape, data };
}

/** A tensor with zeros behind, up to an extent of an axis. */
export function padAlong(x: FloatTensor, axis: number, extent: number): FloatTensor {
  const missing = extent - (x.shape[axis] ?? 0);
  if (missing <= 0) return x;
  const shape = x.shape.map((own, at) => (at === axis ? missing : own));
  return joinAlong([x, floatTensor(new Float32Array(sizeOf(shape)), shape)], axis);
}

/** @throws AtelierError `shape` unless the tensor has these extents; names stand for any from 1. */
export function requireExtents(
  where: string,
  { shape }: { readonly shape: readonly number[] },
  expected: readonly (number | string)[],
): void {
  const fits =
    shape.length === expected.length &&
    shape.every((extent, axis) => {
      const wanted = expected[axis];
      return typeof wanted === "number" ? extent === wanted : extent >= 1;
    });
  if (fits) return;
  throw new AtelierError(
    "shape",
    said`${where}: expected [${expected.join(", ")}], got ${formatShape(shape)}.`,
  );
}
