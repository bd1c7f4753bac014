/** @file First values: PyTorch's defaults by kind of layer. */

import { describe, expect, it } from "vitest";
import { initialValues } from "./initial-values.js";

describe("initialValues", () => {
  const values = initialValues(
    [
      { name: "a.fc.weight", shape: [2, 3] },
      { name: "a.fc.bias", shape: [2] },
      { name: "a.norm.weight", shape: [4] },
      { name: "a.norm.bias", shape: [4] },
      { name: "token_embedding.weight", shape: [500, 8] },
      { name: "conv.weight", shape: [64, 16, 3, 3] },
      { name: "logit_scale", shape: [] },
    ],
    0,
  );
  const data = (name: string): number[] => Array.from(values.get(name)?.data ?? []);

  it("are those of torch.nn.Linear after torch.manual_seed", () => {
    // torch.manual_seed(0); fc = torch.nn.Linear(3, 2); torch 2.13
    const weight = [-0.0043225, 0.3097158, -0.4751853, -0.4248946, -0.222369, 0.1548207];
    const bias = [-0.0114391, 0.4577749];
    for (const [i, value] of weight.entries()) expect(data("a.fc.weight")[i]).toBeCloseTo(value, 6);
    for (const [i, value] of bias.entries()) expect(data("a.fc.bias")[i]).toBeCloseTo(value, 6);
  });

  it("leave norms as they are", () => {
    expect(data("a.norm.weight")).toEqual([1, 1, 1, 1]);
    expect(data("a.norm.bias")).toEqual([0, 0, 0, 0]);
  });

  it("spread convolutions by the inputs of each output, and tables by 0.02", () => {
    const conv = data("conv.weight");
    const bound = 1 / Math.sqrt(16 * 9);
    expect(Math.max(...conv.map(Math.abs))).toBeLessThanOrEqual(bound);
    expect(deviation(conv)).toBeCloseTo(bound / Math.sqrt(3), 3);
    expect(deviation(data("token_embedding.weight"))).toBeCloseTo(0.02, 3);
  });

  it("begin with CLIP's temperature", () => {
    expect(Math.exp(data("logit_scale")[0] ?? 0)).toBeCloseTo(1 / 0.07, 4);
  });
});

function deviation(values: readonly number[]): number {
  const squares = values.reduce((sum, value) => sum + value * value, 0);
  return Math.sqrt(squares / values.length);
}
