/** @file Rearrangements: for every element of the result, where it comes from. */

import type { MovementAttributes } from "../../graph/op-attributes.js";
import { sizeOf, stridesOf } from "../../shape.js";
import { at, broadcastPosition, type Evaluators, generate, operand, type Value } from "./value.js";

/** The element at an index; 0 outside the extents. */
function elementAt({ shape, data }: Value, index: readonly number[]): number {
  const isInside = shape.every((extent, axis) => {
    const position = index[axis] ?? -1;
    return position >= 0 && position < extent;
  });
  if (!isInside) return 0;
  const strides = stridesOf(shape);
  return at(
    data,
    strides.reduce((sum, stride, axis) => sum + stride * (index[axis] ?? 0), 0),
  );
}

export const movementEvaluators: Evaluators<keyof MovementAttributes> = {
  reshape: (_, inputs) => operand(inputs, 0).data,
  transpose({ shape, attributes: { permutation } }, inputs) {
    const x = operand(inputs, 0);
    return generate(shape, (index) =>
      elementAt(
        x,
        x.shape.map((_, axis) => index[permutation.indexOf(axis)] ?? 0),
      ),
    );
  },
  broadcast({ shape }, inputs) {
    const x = operand(inputs, 0);
    const position = broadcastPosition(x.shape);
    return generate(shape, (index) => at(x.data, position(index)));
  },
  slice: ({ shape, attributes: { starts } }, inputs) =>
    generate(shape, (index) =>
      elementAt(
        operand(inputs, 0),
        index.map((i, axis) => i + (starts[axis] ?? 0)),
      ),
    ),
  concat({ shape, attributes: { axis } }, inputs) {
    return generate(shape, (index) => {
      let position = index[axis] ?? 0;
      for (const part of inputs) {
        const extent = part.shape[axis] ?? 0;
        if (position < extent) return elementAt(part, index.with(axis, position));
        position -= extent;
      }
      return Number.NaN;
    });
  },
  pad: ({ shape, attributes: { before } }, inputs) =>
    generate(shape, (index) =>
      elementAt(
        operand(inputs, 0),
        index.map((i, axis) => i - (before[axis] ?? 0)),
      ),
    ),
  gatherRows({ shape }, inputs) {
    const [table, indices] = [operand(inputs, 0), operand(inputs, 1)];
    const width = sizeOf(table.shape.slice(1));
    return generate(shape, (_, position) => {
      const row = at(indices.data, Math.floor(position / width));
      return at(table.data, row * width + (position % width));
    });
  },
  scatterAddRows({ shape }, inputs) {
    const [indices, updates] = [operand(inputs, 0), operand(inputs, 1)];
    const width = sizeOf(shape.slice(1));
    const result = new Float64Array(sizeOf(shape));
    for (const [position, update] of updates.data.entries()) {
      const to = at(indices.data, Math.floor(position / width)) * width + (position % width);
      result[to] = at(result, to) + update;
    }
    return result;
  },
  upsampleNearest: ({ shape, attributes: { scale } }, inputs) =>
    generate(shape, ([n = 0, c = 0, y = 0, x = 0]) =>
      elementAt(operand(inputs, 0), [n, c, Math.floor(y / scale), Math.floor(x / scale)]),
    ),
};
