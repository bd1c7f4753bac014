/** @file Examples of checkpointed blocks and of values without gradients. */

import type { MarkAttributes } from "../../graph/op-attributes.js";
import { add, exp, mul, sin, tanh } from "../../graph/ops/elementwise.js";
import { matmul } from "../../graph/ops/linalg.js";
import { checkpoint, detach } from "../../graph/ops/mark.js";
import { standardize } from "../../graph/ops/norm.js";
import { floats, type OpCases } from "../op-case.js";

export const markCases: OpCases<keyof MarkAttributes> = {
  checkpoint: [
    {
      name: "checkpointed block",
      operands: floats([2, 3], [3, 3]),
      build: (x, w) => checkpoint((y) => tanh(matmul(sin(y), w)), [x]),
    },
    {
      name: "checkpointed blocks in a row that share an input",
      operands: floats([2, 3], [2, 3]),
      build: (x, time) => {
        const block = (y: typeof x): typeof x =>
          checkpoint((a, b) => add(a, tanh(mul(standardize(a, 1e-3), b))), [y, time]);
        return block(block(block(x)));
      },
    },
    {
      name: "checkpoint inside a checkpoint",
      operands: floats([2, 2], [2, 2]),
      build: (x, w) =>
        checkpoint(
          (y) =>
            mul(
              checkpoint((z) => tanh(matmul(z, w)), [exp(mul(y, 0.5))]),
              sin(y),
            ),
          [x],
        ),
    },
    {
      name: "checkpointed block that uses an outer value",
      operands: floats([2, 2]),
      build: (x) => {
        const outer = sin(x);
        return add(
          checkpoint((y) => mul(tanh(y), outer), [mul(x, 2)]),
          outer,
        );
      },
    },
    {
      name: "checkpointed block without content",
      operands: floats([2]),
      build: (x) => checkpoint((y) => y, [x]),
    },
  ],
  detach: [
    {
      name: "detach",
      operands: floats([2, 3]),
      build: (x) => mul(detach(exp(x)), x),
      kink: "a derivative that is left out on purpose",
    },
  ],
};
