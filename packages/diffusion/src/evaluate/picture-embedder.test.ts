/** @file The picture encoder against PyTorch, and pictures of other sizes. */

import { createWeights, floatTensor, input } from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { expect, it } from "vitest";
import { pixelsFromRgb, type RgbPicture, rgbFromPixels } from "../core/rgb-picture.js";
import { resampleRgb } from "../data/resample.js";
import { openSafetensors } from "../files/safetensors/open-safetensors.js";
import type { PictureEncoderConfig } from "../models/picture-encoder/config.js";
import { fixture } from "../testing/fixtures.js";
import { largestError } from "../testing/largest-error.js";
import { pixelBatch } from "./picture-embedder.js";
import { embedPictures } from "./unit-embeddings.js";

it("computes what PyTorch computes", async () => {
  const config: PictureEncoderConfig = {
    pictureSize: 20,
    stemChannels: 4,
    stageChannels: [4, 8],
    normNumGroups: 2,
    projectionDim: 6,
  };
  const file = await openSafetensors(nodeFiles, fixture("metrics/picture-encoder.safetensors"));
  const names = [...file.entries.keys()].filter((name) => name.startsWith("vision_model."));
  const parameters = new Map(
    await Promise.all(names.map(async (name) => [name, await file.readFloat32(name)] as const)),
  );
  const pictures = await file.readFloat32("in.pictures");
  const expected = await file.readFloat32("out.embeddings");
  await file.close();
  const node = input("pictures", pictures.shape);
  const outputs = { out: embedPictures(config, createWeights(), node) };
  await using graph = await createOrtRuntime().compile({ outputs }, { parameters });
  const { out } = await graph.run({ pictures });
  if (out?.dtype !== "float32") throw new Error("the output is no float32");
  expect(largestError(out, expected)).toBeLessThan(1e-6);
});

const wide: RgbPicture = {
  width: 30,
  height: 12,
  data: Uint8Array.from({ length: 3 * 30 * 12 }, (_, i) => (i * 37) % 256),
};

it("takes the centre of a picture that was resized to cover the square", () => {
  const { data } = pixelBatch([wide], 8);
  const whole = pixelsFromRgb(resampleRgb(wide, { width: 20, height: 8 }));
  const centre = Array.from({ length: 3 * 8 * 8 }, (_, i) => {
    const [line, x] = [Math.floor(i / 8), i % 8];
    return whole.data[line * 20 + 6 + x];
  });
  expect([...data]).toEqual(centre);
});

it("leaves pictures of its own size as they are", () => {
  const square = rgbFromPixels(
    floatTensor(
      Float32Array.from({ length: 192 }, (_, i) => Math.sin(i)),
      [3, 8, 8],
    ),
  );
  expect([...pixelBatch([square, square], 8).data.subarray(192)]).toEqual([
    ...pixelsFromRgb(square).data,
  ]);
});
