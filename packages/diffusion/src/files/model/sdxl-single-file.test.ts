/** @file An SDXL file, opened and written as a folder and as a file again. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, expect, it } from "vitest";
import { componentOf } from "../../families/model-files.js";
import {
  tinySdxlConfigs as configs,
  tinySdxlProjection as projection,
  writeTinySdxl,
  writeTinyTokenizers,
} from "../../testing/tiny-sdxl.js";
import { openSafetensors } from "../safetensors/open-safetensors.js";
import { openModelFiles } from "./open-model-files.js";
import { writeFolder, writeSingleFile } from "./write-model-files.js";

let scratch: string;
let path: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "atelier-sdxl-"));
  path = join(scratch, "tiny-sdxl.safetensors");
  await writeTinySdxl(path);
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

it("an SDXL file opens with both encoders, the projection transposed and marked", async () => {
  const checkpoint = await openModelFiles(nodeFiles, path, { configs });
  expect(checkpoint).toMatchObject({
    family: { id: "sdxl" },
    unknownKeys: [],
    notes: [{ code: "assumed-prediction", params: { type: "epsilon", reason: "sdxl" } }],
    isPredictionAssumed: true,
    components: {
      unet: {
        config: {
          additionEmbedType: "text_time",
          projectionClassEmbeddingsInputDim: 40,
          sampleSize: 128,
        },
      },
      vae: { config: { scalingFactor: 0.13025 } },
      text_encoder: {
        config: { numHiddenLayers: 2, hasProjection: false, hiddenAct: "quick_gelu" },
      },
      text_encoder_2: { config: { numHiddenLayers: 4, hasProjection: true, hiddenAct: "gelu" } },
    },
    scheduler: { _class_name: "EulerDiscreteScheduler", prediction_type: "epsilon" },
  });
  const { weights } = componentOf(checkpoint, "text_encoder_2");
  expect(weights.entries.get("text_projection.weight")).toMatchObject({ transform: "transpose" });
  const tensor = await weights.readFloat32("text_projection.weight");
  expect(tensor.data[1]).toBe(projection.data[16]);
  expect(tensor.data[16]).toBe(projection.data[1]);
  expect([...componentOf(checkpoint, "text_encoder").weights.entries.keys()]).toContain(
    "text_model.final_layer_norm.bias",
  );
  await checkpoint.close();
});

it("an SDXL file that predicts v is marked as other programs know it", async () => {
  const asked = { configs, predictionType: "v_prediction", zeroTerminalSnr: true } as const;
  const file = await openModelFiles(nodeFiles, path, asked);
  const marked = join(scratch, "v.safetensors");
  await writeSingleFile(nodeFiles, file, { path: marked });
  const stored = await openSafetensors(nodeFiles, marked);
  const { entries } = stored;
  expect(entries.get("v_pred")?.shape).toEqual([0]);
  expect(entries.get("ztsnr")?.shape).toEqual([0]);
  const again = await openModelFiles(nodeFiles, marked);
  expect(again).toMatchObject({ scheduler: file.scheduler, unknownKeys: [], notes: [] });
  for (const open of [file, stored, again]) await open.close();
});

it("an SDXL file becomes a folder and the same file again", async () => {
  const file = await openModelFiles(nodeFiles, path, { configs });
  const folder = join(scratch, "tiny-sdxl");
  const tokenizerFolder = join(scratch, "tokenizers");
  await writeTinyTokenizers(tokenizerFolder);
  await writeFolder(nodeFiles, file, { folder, tokenizerFolder });
  const opened = await openModelFiles(nodeFiles, folder);
  expect(opened.family.id).toBe("sdxl");
  expect(componentOf(opened, "text_encoder_2").config).toEqual(
    componentOf(file, "text_encoder_2").config,
  );
  expect(opened.tokenizerFolders).toEqual({
    tokenizer: join(folder, "tokenizer"),
    tokenizer_2: join(folder, "tokenizer_2"),
  });

  const again = join(scratch, "again.safetensors");
  await writeSingleFile(nodeFiles, opened, { path: again });
  const before = await openSafetensors(nodeFiles, path);
  const after = await openSafetensors(nodeFiles, again);
  const names = [...before.entries.keys()].filter((name) => !name.endsWith("logit_scale"));
  expect(after.entries.size).toBe(names.length);
  for (const name of names) {
    // The written form has CLIP's prefix, which this file leaves out.
    const written = name.replace("embedders.0.transformer.", "embedders.0.transformer.text_model.");
    expect(await after.read(written), name).toEqual(await before.read(name));
  }
  for (const open of [file, opened, before, after]) await open.close();
});
