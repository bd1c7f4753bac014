/** @file Written checkpoints, compared with the reference files and read back. */

import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { componentOf, type ModelFiles } from "../../families/model-files.js";
import { tinyCheckpoint, tinyTokenizer } from "../../testing/fixtures.js";
import { openSafetensors } from "../safetensors/open-safetensors.js";
import { openModelFiles } from "./open-model-files.js";
import { writeFolder, writeSingleFile } from "./write-model-files.js";

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "atelier-convert-"));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

async function expectSameModels(actual: ModelFiles, expected: ModelFiles): Promise<void> {
  expect(actual.family).toBe(expected.family);
  for (const part of ["unet", "vae", "text_encoder"] as const) {
    expect(componentOf(actual, part).config).toEqual(componentOf(expected, part).config);
    const names = [...componentOf(expected, part).weights.entries.keys()];
    expect([...componentOf(actual, part).weights.entries.keys()].sort()).toEqual(names.sort());
    for (const name of names) {
      const tensor = await componentOf(expected, part).weights.read(name);
      expect(await componentOf(actual, part).weights.read(name), name).toEqual(tensor);
    }
  }
}

describe("writing checkpoints", () => {
  it.each(["tiny-sd1", "tiny-sd2"])(
    "turns the folder %s into one file and back without a change",
    async (name) => {
      const folder = await openModelFiles(nodeFiles, tinyCheckpoint(name));
      const path = join(scratch, `${name}.safetensors`);
      await writeSingleFile(nodeFiles, folder, { path });
      const file = await openModelFiles(nodeFiles, path);
      await expectSameModels(file, folder);
      expect(file.scheduler).toEqual(folder.scheduler);
      expect([...file.ignoredKeys, ...file.unknownKeys, ...file.notes]).toEqual([]);

      const back = join(scratch, name);
      await writeFolder(nodeFiles, file, { folder: back, tokenizerFolder: tinyTokenizer });
      const again = await openModelFiles(nodeFiles, back);
      await expectSameModels(again, folder);
      expect(again.scheduler).toEqual(folder.scheduler);
      expect((await readdir(join(back, "tokenizer"))).sort()).toEqual([
        "merges.txt",
        "tokenizer.json",
        "vocab.json",
      ]);
      for (const checkpoint of [folder, file, again]) await checkpoint.close();
    },
  );

  it("writes the same tensors as the reference file of SD 2.x", async () => {
    const folder = await openModelFiles(nodeFiles, tinyCheckpoint("tiny-sd2"));
    const path = join(scratch, "compare.safetensors");
    await writeSingleFile(nodeFiles, folder, { path });
    await folder.close();
    const actual = await openSafetensors(nodeFiles, path);
    const reference = await openSafetensors(nodeFiles, tinyCheckpoint("tiny-sd2.safetensors"));
    const unused = /resblocks\.3\.|text_projection|logit_scale|betas|model_ema/;
    const names = [...reference.entries.keys()].filter((name) => !unused.test(name));
    expect([...actual.entries.keys()].sort()).toEqual(names.sort());
    for (const name of names) {
      expect(await actual.read(name), name).toEqual(await reference.read(name));
    }
    expect(actual.metadata.get("modelspec.prediction_type")).toBe("v");
    await actual.close();
    await reference.close();
  });

  it.each(["F16", "BF16"] as const)("stores floats as %s when asked", async (dtype) => {
    const folder = await openModelFiles(nodeFiles, tinyCheckpoint("tiny-sd1"));
    const path = join(scratch, `${dtype}.safetensors`);
    await writeSingleFile(nodeFiles, folder, { path, dtype });
    const file = await openModelFiles(nodeFiles, path);
    const name = "encoder.mid_block.attentions.0.to_q.weight";
    expect(componentOf(file, "vae").weights.entries.get(name)?.dtype).toBe(dtype);
    const expected = await componentOf(folder, "vae").weights.readFloat32(name);
    const actual = await componentOf(file, "vae").weights.readFloat32(name);
    expect(actual.shape).toEqual(expected.shape);
    // Half a unit in the last place: 11 and 8 significant bits.
    const bound = dtype === "F16" ? 2 ** -11 : 2 ** -8;
    const error = Math.max(
      ...actual.data.map((value, i) => Math.abs(value / (expected.data[i] ?? 0) - 1)),
    );
    expect(error).toBeLessThanOrEqual(bound);
    expect(error).toBeGreaterThan(0);
    await folder.close();
    await file.close();
  });

  it("asks for a tokenizer where a single file has none", async () => {
    const source = await openModelFiles(nodeFiles, tinyCheckpoint("tiny-sd1"));
    const path = join(scratch, "lonely.safetensors");
    await writeSingleFile(nodeFiles, source, { path });
    await source.close();
    const file = await openModelFiles(nodeFiles, path);
    const folder = join(scratch, "lonely");
    await expect(writeFolder(nodeFiles, file, { folder })).rejects.toThrow(
      "a single file has none",
    );
    expect(await nodeFiles.stat(join(folder, "model_index.json"))).toBeUndefined();
    await file.close();
  });
});
