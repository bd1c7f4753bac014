/** @file Replaced weights in use and in files, on a tiny checkpoint. */

import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { floatTensor } from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { expect, it } from "vitest";
import { componentOf } from "../../families/model-files.js";
import { loadPipeline } from "../../pipeline/load-pipeline.js";
import { tinyCheckpoint, tinyTokenizer } from "../../testing/fixtures.js";
import { openModelFiles } from "./open-model-files.js";
import { replaceWeights } from "./replace-weights.js";
import { writeFolder } from "./write-model-files.js";

const open = () => openModelFiles(nodeFiles, tinyCheckpoint("tiny-sd1"));
const options = {
  runtime: createOrtRuntime(),
  files: nodeFiles,
  tokenizerFolder: tinyTokenizer,
};
const bias = "conv_out.bias";

it("a derived pipeline predicts with the new values, and a written folder holds them", async () => {
  await using base = await loadPipeline(await open(), options);
  const before = await componentOf(base.model, "unet").weights.readFloat32(bias);
  const changed = floatTensor(
    before.data.map((value) => value + 0.5),
    before.shape,
  );
  const weights = { unet: new Map([[bias, changed]]) };
  await using derived = await base.derive({ weights });
  const sample = floatTensor(new Float32Array(256).fill(0.1), [1, 4, 8, 8]);
  const { conditioning } = await base.encodePrompts(["a cat"]);
  const predict = async (pipeline: typeof base) =>
    (await pipeline.denoiser({ batch: 1, height: 8, width: 8 }))(sample, 10, conditioning);
  const [plain, moved] = [await predict(base), await predict(derived)];
  for (const [i, value] of moved.data.entries()) {
    expect(value).toBeCloseTo((plain.data[i] ?? Number.NaN) + 0.5, 5);
  }

  const folder = await mkdtemp(join(tmpdir(), "atelier-replace-"));
  const replaced = replaceWeights(base.model, weights);
  await writeFolder(nodeFiles, replaced, { folder, tokenizerFolder: tinyTokenizer });
  const written = await openModelFiles(nodeFiles, folder);
  for (const [name] of componentOf(base.model, "unet").weights.entries) {
    const stored = await componentOf(written, "unet").weights.readFloat32(name);
    const expected =
      name === bias ? changed : await componentOf(base.model, "unet").weights.readFloat32(name);
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
