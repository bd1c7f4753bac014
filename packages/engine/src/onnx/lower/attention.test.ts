/** @file Attention composed of products and softmax: the operators, and how much they hold at once. */

import { describe, expect, it } from "vitest";
import { attention } from "../../graph/ops/attention.js";
import { input } from "../../graph/ops/source.js";
import { lowerGraph } from "../lower-graph.js";
import { allAbilities } from "../lowering.js";

function operatorsOf(
  [batch, tokens, keys, width]: readonly [number, number, number, number],
  heads: number,
): ReadonlyMap<string, number> {
  const key = [batch, keys, width];
  const y = attention(input("q", [batch, tokens, width]), input("k", key), input("v", key), {
    heads,
  });
  const { nodes } = lowerGraph(
    { outputs: { y } },
    { abilities: { ...allAbilities, fusesAttention: false }, keepsOrder: false },
  );
  const counts = new Map<string, number>();
  for (const { opType } of nodes) counts.set(opType, (counts.get(opType) ?? 0) + 1);
  return counts;
}

describe("composed attention", () => {
  it("is one block where all score maps together are small", () => {
    const operators = operatorsOf([2, 64, 77, 32], 4);
    expect(operators.get("MultiHeadAttention")).toBe(undefined);
    expect([operators.get("Softmax"), operators.get("MatMul")]).toEqual([1, 2]);
    expect([operators.get("Slice"), operators.get("Concat")]).toEqual([undefined, undefined]);
  });

  it.each([
    // Stable Diffusion's 4096 tokens at 512x512: a map is 64 MiB, 1,024 of its rows 16 MiB.
    [[1, 4096, 4096, 320], 8, 8 * 4],
    // 1024 tokens: four maps of 4 MiB.
    [[1, 1024, 1024, 640], 8, 2],
    [[1, 4096, 77, 320], 8, 1],
    [[3, 1024, 1024, 40], 1, 1],
    [[5, 1024, 1024, 40], 1, 2],
  ] as const)(
    "holds at most 16 MiB of scores: %j with %i heads in %i blocks",
    (shape, heads, blocks) => {
      expect(operatorsOf(shape, heads).get("Softmax")).toBe(blocks);
    },
  );
});
