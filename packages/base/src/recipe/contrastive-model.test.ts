/** @file The contrastive loss against PyTorch, and embeddings as unit vectors. */

import { embedCaptions, embedPictures } from "@atelier/diffusion/evaluate";
import { componentParameters } from "@atelier/diffusion/families";
import { listParameters } from "@atelier/diffusion/models";
import { createWeights, floatTensor, input, intTensor } from "@atelier/engine";
import { createOrtRuntime } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { tinyConfigs } from "../testing/tiny-models.js";
import { contrast } from "./contrastive-model.js";
import { initialValues } from "./initial-values.js";

const runtime = createOrtRuntime();

describe("contrast", () => {
  it("is the mean of both cross-entropies, as PyTorch computes them", async () => {
    const outputs = { loss: contrast(input("logits", [3, 3])) };
    await using compiled = await runtime.compile({ outputs });
    const logits = floatTensor([2, -1, 0.5, 0, 3, -2, 1, 1.5, 0.25], [3, 3]);
    const { loss } = await compiled.run({ logits });
    // F.cross_entropy(L, arange(3)) and of L.T, halved; torch 2.13.
    expect(Number(loss?.data[0])).toBeCloseTo(0.6132356, 6);
  });

  it("asks rows alone about choices beyond the batch", async () => {
    const outputs = { loss: contrast(input("logits", [2, 5])) };
    await using compiled = await runtime.compile({ outputs });
    const logits = floatTensor([2, -1, 0.5, 1, -0.5, 0, 3, -2, 2.5, 0.25], [2, 5]);
    const { loss } = await compiled.run({ logits });
    // F.cross_entropy(L, arange(2)) and of L[:, :2].T, halved; torch 2.13.
    expect(Number(loss?.data[0])).toBeCloseTo(0.3089, 4);
  });

  it("stays finite for logits that no exponential holds", async () => {
    const outputs = { loss: contrast(input("logits", [2, 2])) };
    await using compiled = await runtime.compile({ outputs });
    const { loss } = await compiled.run({ logits: floatTensor([0, 500, 500, 0], [2, 2]) });
    expect(Number(loss?.data[0])).toBe(500);
  });
});

describe("embeddings", () => {
  it("of pictures and captions have length one", async () => {
    const { image, text } = tinyConfigs;
    const pictures = input("pictures", [2, 3, 64, 64]);
    const ids = input("ids", [2, 5], "int64");
    const parameters = listParameters((weights) => [
      embedPictures(image, weights, pictures),
      embedCaptions(text, weights, ids),
    ]);
    expect(parameters.map(({ name }) => name)).toEqual(
      expect.arrayContaining(
        componentParameters({ text_encoder: text }, "text_encoder").map(({ name }) => name),
      ),
    );
    const weights = createWeights();
    const outputs = {
      seen: embedPictures(image, weights, pictures),
      read: embedCaptions(text, weights, ids),
    };
    await using compiled = await runtime.compile(
      { outputs },
      { parameters: initialValues(parameters, 4) },
    );
    const results = await compiled.run({
      pictures: floatTensor(
        Float32Array.from({ length: 2 * 3 * 64 * 64 }, (_, i) => Math.sin(i)),
        [2, 3, 64, 64],
      ),
      ids: intTensor([1, 2, 3, text.eosTokenId, 0, 4, text.eosTokenId, 0, 0, 0], [2, 5]),
    });
    for (const name of ["seen", "read"]) {
      const values = Array.from(results[name]?.data ?? [], Number);
      expect(values).toHaveLength(32);
      for (const row of [values.slice(0, 16), values.slice(16)]) {
        expect(row.reduce((sum, x) => sum + x * x, 0)).toBeCloseTo(1, 5);
      }
    }
  });
});
