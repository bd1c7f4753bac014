/** @file Examples of standardisation. */

import type { NormAttributes } from "../../graph/op-attributes.js";
import { add, mul } from "../../graph/ops/elementwise.js";
import { inverseDeviation, standardize } from "../../graph/ops/norm.js";
import { floats, type OpCases } from "../op-case.js";

const flat = { shape: [2, 3], values: [2, 2, 2, -1, 0, 1] };

export const normCases: OpCases<keyof NormAttributes> = {
  standardize: [
    { name: "standardize rows", operands: floats([3, 5]), build: (x) => standardize(x, 1e-5) },
    {
      name: "standardize a stack",
      operands: floats([2, 2, 4]),
      build: (x) => standardize(x, 1e-3),
    },
    { name: "standardize a vector", operands: floats([6]), build: (x) => standardize(x, 1e-6) },
    { name: "standardize a row of one value", operands: [flat], build: (x) => standardize(x, 0.1) },
    {
      name: "standardize twice with different epsilons",
      operands: floats([2, 4]),
      build: (x) => add(standardize(x, 1e-5), standardize(x, 0.5)),
    },
  ],
  inverseDeviation: [
    {
      name: "inverse deviation of rows",
      operands: floats([3, 5]),
      build: (x) => inverseDeviation(x, 1e-5),
    },
    {
      name: "inverse deviation of a row of one value",
      operands: [flat],
      build: (x) => inverseDeviation(x, 0.1),
    },
    {
      name: "inverse deviation before and after standardize",
      operands: floats([2, 4]),
      build: (x) =>
        mul(mul(inverseDeviation(x, 0.01), standardize(x, 0.01)), inverseDeviation(x, 0.01)),
    },
  ],
};
