/** @file Extracted adapters against the changes that were made. */

import { type FloatTensor, floatTensor } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { expect, it } from "vitest";
import { componentOf, type ModelFiles } from "../families/model-files.js";
import { openModelFiles } from "../files/model/open-model-files.js";
import { replaceWeights } from "../files/model/replace-weights.js";
import { tinyCheckpoint } from "../testing/fixtures.js";
import { type ExtractedAdapter, extractAdapter } from "./extract-adapter.js";

const linear = "mid_block.attentions.0.transformer_blocks.0.attn1.to_q";
const conv = "mid_block.resnets.0.conv1";

async function extract(
  change: (base: ModelFiles) => Promise<ReadonlyMap<string, FloatTensor>>,
  rank: number,
): Promise<ExtractedAdapter> {
  const base = await openModelFiles(nodeFiles, tinyCheckpoint("tiny-sd1"));
  const tuned = replaceWeights(base, { unet: await change(base) });
  const extraction = extractAdapter({ base, tuned, rank });
  let next = await extraction.next();
  while (next.done !== true) next = await extraction.next();
  return next.value;
}

/** The weight with diag(values) added to its first rows, kernels flattened. */
async function withDiagonal(
  base: ModelFiles,
  layer: string,
  values: readonly number[],
): Promise<readonly [string, FloatTensor]> {
  const name = `${layer}.weight`;
  const { data, shape } = await componentOf(base, "unet").weights.readFloat32(name);
  const columns = data.length / (shape[0] ?? 1);
  const changed = data.slice();
  for (const [i, value] of values.entries())
    changed[i * columns + i] = value + (data[i * columns + i] ?? 0);
  return [name, floatTensor(changed, shape)];
}

it("finds a change of low rank, and keeps the largest directions of a wider one", async () => {
  const { weights, kept, leftOut } = await extract(async (base) => {
    const bias = await componentOf(base, "unet").weights.readFloat32("conv_in.bias");
    return new Map([
      await withDiagonal(base, linear, [3, -2, 0.5]),
      await withDiagonal(base, conv, [4, 1]),
      [
        "conv_in.bias",
        floatTensor(
          bias.data.map((value) => value + 1),
          bias.shape,
        ),
      ],
    ]);
  }, 2);
  expect([...weights.modules.keys()].sort()).toEqual([`unet.${conv}`, `unet.${linear}`].sort());
  expect(leftOut).toEqual(["unet.conv_in.bias"]);
  // Of 3² + 2² + 0.5² + 4² + 1² only the 0.5 is lost.
  expect(kept).toBeCloseTo(Math.sqrt(1 - 0.25 / 30.25), 6);
  for (const [layer, diagonal] of [
    [linear, [3, -2, 0]],
    [conv, [4, 1, 0]],
  ] as const) {
    const module = weights.modules.get(`unet.${layer}`);
    const { down, up } = module?.parts ?? {};
    expect(module).toMatchObject({ method: "lora", rank: 2, alpha: 2 });
    const columns = (down?.data.length ?? 0) / 2;
    const entry = (row: number, column: number) =>
      [0, 1].reduce(
        (sum, r) => sum + (up?.data[row * 2 + r] ?? 0) * (down?.data[r * columns + column] ?? 0),
        0,
      );
    for (const [i, value] of diagonal.entries()) {
      expect(entry(i, i)).toBeCloseTo(value, 4);
      expect(entry(i, (i + 1) % columns)).toBeCloseTo(0, 4);
    }
  }
});

it("refuses models that do not differ, or in no layer", async () => {
  await expect(extract(async () => new Map(), 2)).rejects.toThrow(/got the same weights/);
  const bias = async (base: ModelFiles) => {
    const { data, shape } = await componentOf(base, "unet").weights.readFloat32("conv_in.bias");
    return new Map([
      [
        "conv_in.bias",
        floatTensor(
          data.map((value) => value + 1),
          shape,
        ),
      ],
    ]);
  };
  await expect(extract(bias, 2)).rejects.toThrow(/got changes in unet.conv_in.bias and such only/);
});
