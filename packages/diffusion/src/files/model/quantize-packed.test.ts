/** @file Weights that lie packed in a file, as they are stored in fewer bits than they would take in memory. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { byteView } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { componentOf } from "../../families/model-files.js";
import { rewriteFile } from "../../testing/rewrite-file.js";
import { tinyBase } from "../../testing/tiny-training.js";
import type { TensorSource } from "../safetensors/write-safetensors.js";
import { openModelFiles } from "./open-model-files.js";
import { quantizeModel } from "./quantize-model.js";
import { writeSingleFile } from "./write-model-files.js";

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "atelier-packed-"));
  const model = await openModelFiles(nodeFiles, tinyBase);
  await writeSingleFile(nodeFiles, model, { path: join(scratch, "whole.safetensors") });
  await model.close();
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const name = "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q.weight";

/** The base with a weight in eight bits, all of them 1, and a scale. */
async function withScale(scale: number): Promise<string> {
  const path = join(scratch, `scaled-${scale}.safetensors`);
  const made = (tensor: TensorSource, bytes: Uint8Array): TensorSource => ({
    ...tensor,
    async *chunks() {
      yield bytes;
    },
  });
  return rewriteFile(join(scratch, "whole.safetensors"), path, {
    keepsMetadata: true,
    change(tensor) {
      const layer = "input_blocks.1.1.transformer_blocks.0.attn1.to_q";
      if (tensor.name !== `model.diffusion_model.${layer}.weight`) return tensor;
      const [rows = 0, columns = 0] = tensor.shape;
      const ones = new Uint8Array(rows * columns).fill(56);
      const beside = { name: `model.diffusion_model.${layer}.scale_weight`, shape: [] };
      return [
        made({ ...tensor, dtype: "F8_E4M3" }, ones),
        made({ ...tensor, ...beside, dtype: "F32" }, byteView(Float32Array.of(scale))),
      ];
    },
  });
}

describe("weights that memory holds as float32", () => {
  it("are stored in fewer bits, by their scales too", async () => {
    const cacheFolder = join(scratch, "cache");
    for (const scale of [0.5, 0.25]) {
      const model = await openModelFiles(nodeFiles, await withScale(scale));
      const stored = await quantizeModel(nodeFiles, model, { dtype: "float16", cacheFolder });
      const { weights } = componentOf(stored, "unet");
      const entry = weights.entries.get(name);
      expect(entry).toMatchObject({ dtype: "F16" });
      expect(entry?.file.startsWith(cacheFolder)).toBe(true);
      expect(new Set((await weights.readFloat32(name)).data)).toEqual(new Set([scale]));
      await stored.close();
    }
  });
});
