/** @file Sinusoidal embeddings in both orders and with both frequency shifts. */

import { floatTensor, input } from "@atelier/engine";
import { createOrtRuntime } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { type SinusoidalOptions, sinusoidalEmbedding } from "./sinusoidal-embedding.js";

/** Rows 23 to 25, columns 47 to 49 for the timesteps 0 to 127, as diffusers' own test takes them. */
async function corner(options: Omit<SinusoidalOptions, "width">): Promise<number[]> {
  const out = sinusoidalEmbedding(input("t", [128]), { width: 64, ...options });
  await using compiled = await createOrtRuntime().compile({ outputs: { out } });
  const t = floatTensor(
    Float32Array.from({ length: 128 }, (_, i) => i),
    [128],
  );
  const { data = [] } = (await compiled.run({ t }))["out"] ?? {};
  return [23, 24, 25].flatMap((row) =>
    [47, 48, 49].map((column) => Number(data[row * 64 + column])),
  );
}

function expectNear(actual: readonly number[], expected: readonly number[]): void {
  for (const [i, value] of expected.entries()) expect(actual[i]).toBeCloseTo(value, 4);
  expect(actual).toHaveLength(expected.length);
}

// Expected values: tests/models/test_layers_utils.py of diffusers.
describe("sinusoidalEmbedding", () => {
  it("puts sines first and reaches the lowest frequency with a shift of 1", async () => {
    const actual = await corner({ flipSinToCos: false, freqShift: 1 });
    expectNear(actual, [0.9646, 0.9804, 0.9892, 0.9615, 0.9787, 0.9882, 0.9582, 0.9769, 0.9872]);
  });

  it("puts cosines first when they are flipped, without a shift", async () => {
    const actual = await corner({ flipSinToCos: true, freqShift: 0 });
    expectNear(actual, [0.3019, 0.228, 0.1716, 0.3146, 0.2377, 0.179, 0.3272, 0.2474, 0.1864]);
  });
});
