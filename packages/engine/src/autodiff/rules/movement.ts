/** @file Gradients of rearrangements: the inverse rearrangement. */

import { inputAt } from "../../graph/node.js";
import type { MovementAttributes } from "../../graph/op-attributes.js";
import {
  gatherRows,
  narrow,
  pad,
  reshape,
  scatterAddRows,
  slice,
  transpose,
} from "../../graph/ops/movement.js";
import { sum } from "../../graph/ops/reduce.js";
import { type GradientRules, unbroadcast } from "../rule.js";

export const movementRules: GradientRules<keyof MovementAttributes> = {
  reshape({ inputs }, g) {
    const x = inputAt(inputs, 0, "reshape");
    return [() => reshape(g, x.shape)];
  },
  transpose({ attributes: { permutation } }, g) {
    return [
      () =>
        transpose(
          g,
          permutation.map((_, axis) => permutation.indexOf(axis)),
        ),
    ];
  },
  broadcast({ inputs }, g) {
    const x = inputAt(inputs, 0, "broadcast");
    return [() => unbroadcast(g, x.shape)];
  },
  slice({ inputs, attributes: { starts, sizes } }, g) {
    const x = inputAt(inputs, 0, "slice");
    const after = x.shape.map((extent, i) => extent - (starts[i] ?? 0) - (sizes[i] ?? 0));
    return [() => pad(g, starts, after)];
  },
  concat({ inputs, attributes: { axis } }, g) {
    let end = 0;
    return inputs.map((part) => {
      const size = part.shape[axis] ?? 0;
      const start = end;
      end += size;
      return () => narrow(g, axis, start, size);
    });
  },
  pad({ inputs, attributes: { before } }, g) {
    const x = inputAt(inputs, 0, "pad");
    return [() => slice(g, before, x.shape)];
  },
  gatherRows({ inputs }, g) {
    const [table, indices] = [inputAt(inputs, 0, "gatherRows"), inputAt(inputs, 1, "gatherRows")];
    return [() => scatterAddRows(indices, g, table.shape[0] ?? 0), undefined];
  },
  scatterAddRows({ inputs }, g) {
    const indices = inputAt(inputs, 0, "scatterAddRows");
    return [undefined, () => gatherRows(g, indices)];
  },
  upsampleNearest({ inputs, attributes: { scale } }, g) {
    const x = inputAt(inputs, 0, "upsampleNearest");
    const [batch = 0, channels = 0, height = 0, width = 0] = x.shape;
    const cells = [batch, channels, height, scale, width, scale];
    return [() => sum(reshape(g, cells), { axes: [3, 5] })];
  },
};
