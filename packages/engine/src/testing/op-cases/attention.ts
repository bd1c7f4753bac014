/** @file Examples of attention. */

import type { AttentionAttributes } from "../../graph/op-attributes.js";
import { attention } from "../../graph/ops/attention.js";
import { floats, type OpCases } from "../op-case.js";

export const attentionCases: OpCases<keyof AttentionAttributes> = {
  attention: [
    {
      // Kernels change with the number of queries: WebGPU's from 32 on. The first, so that brief suites have it.
      name: "self attention of 64 tokens",
      operands: floats([1, 64, 8], [1, 64, 8], [1, 64, 8]),
      build: (q, k, v) => attention(q, k, v, { heads: 2 }),
    },
    {
      name: "self attention with two heads",
      operands: floats([2, 3, 4], [2, 3, 4], [2, 3, 4]),
      build: (q, k, v) => attention(q, k, v, { heads: 2 }),
    },
    {
      name: "cross attention with fewer keys",
      operands: floats([2, 4, 6], [2, 2, 6], [2, 2, 6]),
      build: (q, k, v) => attention(q, k, v, { heads: 3 }),
    },
    {
      name: "cross attention with more keys",
      operands: floats([1, 2, 2], [1, 5, 2], [1, 5, 2]),
      build: (q, k, v) => attention(q, k, v, { heads: 1, scale: 0.3 }),
    },
    {
      name: "attention to one key",
      operands: floats([1, 3, 2], [1, 1, 2], [1, 1, 2]),
      build: (q, k, v) => attention(q, k, v, { heads: 2 }),
    },
    {
      name: "cross attention of 70 queries to 33 keys",
      operands: floats([2, 70, 4], [2, 33, 4], [2, 33, 4]),
      build: (q, k, v) => attention(q, k, v, { heads: 1 }),
    },
    {
      name: "attention of one value to itself",
      operands: floats([1, 3, 4]),
      build: (x) => attention(x, x, x, { heads: 2 }),
    },
  ],
};
