/** @file An SDXL file, opened and written as a folder and as a file again. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { floatTensor, sizeOf } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, expect, it } from "vitest";
import { tinyCheckpoint, tinyTokenizer } from "../../testing/fixtures.js";
import { openSafetensors } from "../safetensors/open-safetensors.js";
import {
  type TensorSource,
  tensorSource,
  writeSafetensors,
} from "../safetensors/write-safetensors.js";
import { openCheckpoint } from "./open-checkpoint.js";
import { writeFolder, writeSingleFile } from "./write-checkpoint.js";

const clip = { numAttentionHeads: 2, bosTokenId: 598, eosTokenId: 599 };
const configs = {
  unet: { attentionHeads: [2, 4], normNumGroups: 4, additionTimeEmbedDim: 4 },
  vae: { normNumGroups: 2 },
  textEncoder: clip,
  textEncoder2: clip,
};
/** `[in, out]` as OpenCLIP stores it. */
const projection = floatTensor(
  Array.from({ length: 16 * 16 }, (_, i) => i / 256),
  [16, 16],
);

let scratch: string;
let path: string;

/** The tensors of a file, renamed; names without a new name are left out. */
async function collect(
  source: string,
  rename: (name: string) => string | undefined,
): Promise<TensorSource[]> {
  const file = await openSafetensors(nodeFiles, source);
  const tensors: TensorSource[] = [];
  for (const name of file.entries.keys()) {
    const target = rename(name);
    if (target !== undefined) tensors.push(tensorSource(target, await file.read(name)));
  }
  await file.close();
  return tensors;
}

/** A file with SDXL's parts: SD 2's UNet with size conditioning, CLIP without its prefix, OpenCLIP. */
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "atelier-sdxl-"));
  path = join(scratch, "tiny-sdxl.safetensors");
  const body = await collect(tinyCheckpoint("tiny-sd2.safetensors"), (name) =>
    /text_projection|betas|model_ema/.test(name)
      ? undefined
      : name.replace("cond_stage_model.model.", "conditioner.embedders.1.model."),
  );
  const first = await collect(
    join(tinyCheckpoint("tiny-sd1"), "text_encoder", "model.safetensors"),
    (name) => `conditioner.embedders.0.transformer.${name}`,
  );
  const label = "model.diffusion_model.label_emb.0";
  const sizes = [
    [`${label}.0.weight`, [32, 40]],
    [`${label}.0.bias`, [32]],
    [`${label}.2.weight`, [32, 32]],
    [`${label}.2.bias`, [32]],
  ] as const;
  await writeSafetensors(nodeFiles, path, [
    ...body,
    ...first,
    tensorSource("conditioner.embedders.1.model.text_projection", projection),
    ...sizes.map(([name, shape]) =>
      tensorSource(name, floatTensor(new Float32Array(sizeOf(shape)).fill(0.5), shape)),
    ),
  ]);
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

it("an SDXL file opens with both encoders, the projection transposed and marked", async () => {
  const checkpoint = await openCheckpoint(nodeFiles, path, { configs });
  expect(checkpoint).toMatchObject({
    family: "sdxl",
    unknownKeys: [],
    notes: [expect.stringContaining("epsilon is assumed")],
    isPredictionAssumed: true,
    unet: {
      config: {
        additionEmbedType: "text_time",
        projectionClassEmbeddingsInputDim: 40,
        sampleSize: 128,
      },
    },
    vae: { config: { scalingFactor: 0.13025 } },
    textEncoder: { config: { numHiddenLayers: 2, hasProjection: false, hiddenAct: "quick_gelu" } },
    textEncoder2: { config: { numHiddenLayers: 4, hasProjection: true, hiddenAct: "gelu" } },
    scheduler: { _class_name: "EulerDiscreteScheduler", prediction_type: "epsilon" },
  });
  const weights = checkpoint.textEncoder2?.weights;
  expect(weights?.entries.get("text_projection.weight")).toMatchObject({ transform: "transpose" });
  const tensor = await weights?.readFloat32("text_projection.weight");
  expect(tensor?.data[1]).toBe(projection.data[16]);
  expect(tensor?.data[16]).toBe(projection.data[1]);
  expect([...checkpoint.textEncoder.weights.entries.keys()]).toContain(
    "text_model.final_layer_norm.bias",
  );
  await checkpoint.close();
});

it("an SDXL file that predicts v is marked as other programs know it", async () => {
  const asked = { configs, predictionType: "v_prediction", zeroTerminalSnr: true } as const;
  const file = await openCheckpoint(nodeFiles, path, asked);
  const marked = join(scratch, "v.safetensors");
  await writeSingleFile(nodeFiles, file, { path: marked });
  const stored = await openSafetensors(nodeFiles, marked);
  const { entries } = stored;
  expect(entries.get("v_pred")?.shape).toEqual([0]);
  expect(entries.get("ztsnr")?.shape).toEqual([0]);
  const again = await openCheckpoint(nodeFiles, marked);
  expect(again).toMatchObject({ scheduler: file.scheduler, unknownKeys: [], notes: [] });
  for (const open of [file, stored, again]) await open.close();
});

it("an SDXL file becomes a folder and the same file again", async () => {
  const file = await openCheckpoint(nodeFiles, path, { configs });
  const folder = join(scratch, "tiny-sdxl");
  const tokenizers = { tokenizerFolder: tinyTokenizer, tokenizer2Folder: tinyTokenizer };
  await writeFolder(nodeFiles, file, { folder, ...tokenizers });
  const opened = await openCheckpoint(nodeFiles, folder);
  expect(opened.family).toBe("sdxl");
  expect(opened.textEncoder2?.config).toEqual(file.textEncoder2?.config);
  expect(opened.tokenizer2Folder).toBe(join(folder, "tokenizer_2"));

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
