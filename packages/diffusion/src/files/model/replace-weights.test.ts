/** @file Replaced weights in use and in files, on a tiny checkpoint. */

import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { floatTensor } from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { expect, it } from "vitest";
import { loadPipeline } from "../../pipeline/load-pipeline.js";
import { tinyCheckpoint, tinyTokenizer } from "../../testing/fixtures.js";
import { openCheckpoint } from "./open-checkpoint.js";
import { replaceWeights } from "./replace-weights.js";
import { writeFolder } from "./write-checkpoint.js";

const open = () => openCheckpoint(nodeFiles, tinyCheckpoint("tiny-sd1"));
const options = {
  runtime: createOrtRuntime(),
  files: nodeFiles,
  tokenizerFolder: tinyTokenizer,
};
const bias = "conv_out.bias";

it("a derived pipeline predicts with the new values, and a written folder holds them", async () => {
  await using base = await loadPipeline(await open(), options);
  const before = await base.checkpoint.unet.weights.readFloat32(bias);
  const changed = floatTensor(
    before.data.map((value) => value + 0.5),
    before.shape,
  );
  const weights = { unet: new Map([[bias, changed]]) };
  await using derived = await base.derive({ weights });
  const sample = floatTensor(new Float32Array(256).fill(0.1), [1, 4, 8, 8]);
  const { embeddings } = await base.encodePrompts(["a cat"]);
  const predict = async (pipeline: typeof base) =>
    (await pipeline.denoiser({ batch: 1, height: 8, width: 8 }))(sample, 10, embeddings);
  const [plain, moved] = [await predict(base), await predict(derived)];
  for (const [i, value] of moved.data.entries()) {
    expect(value).toBeCloseTo((plain.data[i] ?? Number.NaN) + 0.5, 5);
  }

  const folder = await mkdtemp(join(tmpdir(), "atelier-replace-"));
  const replaced = replaceWeights(base.checkpoint, weights);
  await writeFolder(nodeFiles, replaced, { folder, tokenizerFolder: tinyTokenizer });
  const written = await openCheckpoint(nodeFiles, folder);
  for (const [name] of base.checkpoint.unet.weights.entries) {
    const stored = await written.unet.weights.readFloat32(name);
    const expected = name === bias ? changed : await base.checkpoint.unet.weights.readFloat32(name);
    expect(stored.data, name).toEqual(expected.data);
  }
  await written.close();
});

it("names a tensor that the checkpoint does not have, or has in another shape", async () => {
  const checkpoint = await open();
  const replace = (name: string, shape: readonly number[]) =>
    replaceWeights(checkpoint, {
      unet: new Map([[name, floatTensor(new Float32Array(3), shape)]]),
    });
  expect(() => replace("no.such", [3])).toThrow(/"no\.such" \[3\], which it has not/);
  expect(() => replace(bias, [3])).toThrow(/"conv_out\.bias" \[3\], which it has as \[4\]/);
  await checkpoint.close();
});
