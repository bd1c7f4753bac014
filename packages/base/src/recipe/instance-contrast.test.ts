/** @file The loss of the instance judge against PyTorch. */

import { type FloatTensor, floatTensor, input } from "@atelier/engine";
import { createOrtRuntime } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { type InstanceContrastOptions, instanceContrast } from "./instance-contrast.js";

const runtime = createOrtRuntime();

async function lossOf(embeddings: FloatTensor, options: InstanceContrastOptions): Promise<number> {
  const outputs = { loss: instanceContrast(input("embeddings", embeddings.shape), options) };
  await using compiled = await runtime.compile({ outputs });
  const { loss } = await compiled.run({ embeddings });
  return Number(loss?.data[0]);
}

describe("instanceContrast", () => {
  const circle = floatTensor([1, 0, 0.6, 0.8, 0, 1, -0.8, 0.6, -0.6, -0.8, 0.8, -0.6], [6, 2]);

  it("is the mean cross-entropy of positives, as PyTorch computes it", async () => {
    // F.log_softmax of cosines / 0.5 with −∞ on the diagonal, meaned over positives; torch 2.13.
    expect(await lossOf(circle, { views: 2, temperature: 0.5 })).toBeCloseTo(1.1342896, 5);
    expect(await lossOf(circle, { views: 3, temperature: 0.5 })).toBeCloseTo(1.8009563, 5);
  });

  it("vanishes when things are told apart, and stays finite when all is wrong", async () => {
    const apart = floatTensor([1, 0, 1, 0, -1, 0, -1, 0], [4, 2]);
    expect(await lossOf(apart, { views: 2, temperature: 0.01 })).toBeCloseTo(0, 9);
    const wrong = floatTensor([1, 0, -1, 0, 1, 0, -1, 0], [4, 2]);
    expect(await lossOf(wrong, { views: 2, temperature: 0.01 })).toBeCloseTo(200, 3);
  });
});
