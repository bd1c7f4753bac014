/** @file Examples of inputs, parameters and constants. */

import type { SourceAttributes } from "../../graph/op-attributes.js";
import { add, mul } from "../../graph/ops/elementwise.js";
import { constant } from "../../graph/ops/source.js";
import { tensorOfNumbers } from "../../tensor.js";
import { floats, type OpCases } from "../op-case.js";

export const sourceCases: OpCases<keyof SourceAttributes> = {
  input: [
    { name: "input as result", operands: floats([2, 3]), build: (x) => x },
    { name: "scalar input", operands: floats([]), build: (x) => x },
    {
      name: "inputs of extent 1",
      operands: floats([1, 1], [1]),
      build: (a, b) => add(a, b),
    },
  ],
  parameter: [
    {
      name: "parameter times input",
      operands: [{ shape: [3], isParameter: true }, { shape: [2, 3] }],
      build: (w, x) => mul(w, x),
    },
    { name: "parameter as result", operands: [{ shape: [2], isParameter: true }], build: (w) => w },
  ],
  constant: [
    {
      name: "constant vector",
      operands: floats([2, 2]),
      build: (x) => mul(x, constant(tensorOfNumbers([-1.5, 4], [2], x.dtype))),
    },
    {
      name: "equal constants of different shapes",
      operands: floats([2, 2]),
      build: (x) =>
        add(
          mul(x, constant(tensorOfNumbers([2, 3], [2, 1], x.dtype))),
          constant(tensorOfNumbers([2, 3], [1, 2], x.dtype)),
        ),
    },
  ],
};
