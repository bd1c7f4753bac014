/** @file The variants of PyTorch that the benchmark tries. */

import { describe, expect, it } from "vitest";
import {
  extraBytes,
  neighbours,
  partsOf,
  trainingAxes,
  variantOf,
} from "../../bench/src/peer/variants.js";

describe("variants of the peer", () => {
  it("have one name, in whatever order their parts are given", () => {
    expect(variantOf(partsOf("compile+bf16+fused"))).toBe("fused+bf16+compile");
    expect(variantOf(partsOf("fp32+fused"))).toBe("fused");
    expect(variantOf(partsOf("fp32"))).toBe("fp32");
  });

  it("refuse unknown parts and two that exclude each other", () => {
    for (const variant of ["bf17", "fused+foreach", "bf16+medium", ""]) {
      expect(() => partsOf(variant)).toThrow(`got "${variant}"`);
    }
  });

  it("grow by one part from the best one, compilers also in other precisions", () => {
    const axes = trainingAxes.map((axis) => [...axis]);
    expect(axes.map((axis) => neighbours("keep-memory+bf16", axis, axes))).toEqual([
      [],
      ["keep-memory+fused+bf16", "keep-memory+foreach+bf16"],
      ["keep-memory+medium", "keep-memory+bf16-base"],
      ["keep-memory+bf16+channels-last"],
      [
        "keep-memory+bf16+compile-blocks",
        "keep-memory+compile-blocks",
        "keep-memory+bf16-base+compile-blocks",
        "keep-memory+bf16+compile",
        "keep-memory+compile",
        "keep-memory+bf16-base+compile",
      ],
    ]);
  });

  it("count what they hold once more", () => {
    const elements = { weights: 1e9, trained: 1e6 };
    expect(extraBytes("fp32", elements)).toBe(0);
    expect(extraBytes("foreach+bf16", elements)).toBe(2e9 + 4e6);
  });
});
