/** @file The embedded base before it is used: whole, damaged, absent, and the one that is shipped. */

import { appendFile, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { trainingConfigName } from "@atelier/diffusion/core";
import { componentParameters } from "@atelier/diffusion/families";
import { openModelFiles } from "@atelier/diffusion/files";
import { listParameters, pictureEncoder } from "@atelier/diffusion/models";
import { loadClipTokenizer } from "@atelier/diffusion/tokenizer";
import { trainingAdviceOf } from "@atelier/diffusion/train";
import { input, messageOf } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checksumsName, writeChecksums } from "../embedded/checksums.js";
import { embeddedBaseTitle } from "../embedded/names.js";
import { trainingAdvice, trainingConfig } from "../embedded/training-config.js";
import { initialValues } from "../recipe/initial-values.js";
import { generationConfig, schedulerConfig } from "../recipe/models.js";
import { writeModel } from "../recipe/write-model.js";
import { tinyConfigs, tinyVocabulary } from "../testing/tiny-models.js";
import { captionWords } from "../world/caption.js";
import { embeddedBaseFolder, openEmbeddedBase } from "./embedded-base.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-embedded-"));
  const judge = listParameters((weights) =>
    pictureEncoder(tinyConfigs.image, weights, input("pictures", [1, 3, 64, 64])),
  );
  await writeModel(nodeFiles, folder, {
    configs: tinyConfigs,
    vocabulary: tinyVocabulary,
    vae: initialValues(componentParameters({ vae: tinyConfigs.vae }, "vae"), 1),
    clip: initialValues(
      [...componentParameters({ text_encoder: tinyConfigs.text }, "text_encoder"), ...judge],
      2,
    ),
    unet: initialValues(componentParameters({ unet: tinyConfigs.unet }, "unet"), 3),
    training: { steps: { vae: 3, clip: 2, unet: 1 }, seconds: {} },
  });
});
afterEach(() => rm(folder, { recursive: true }));

const unetFile = "unet/diffusion_pytorch_model.safetensors";
const refusal = (): Promise<string> =>
  openEmbeddedBase({ folder }).then(() => "accepted", messageOf);

async function flipLastByte(path: string): Promise<void> {
  const file = await open(path, "r+");
  const { size } = await file.stat();
  const byte = new Uint8Array(1);
  await file.read(byte, 0, 1, size - 1);
  await file.write(Uint8Array.of((byte[0] ?? 0) ^ 1), 0, 1, size - 1);
  await file.close();
}

describe("openEmbeddedBase", () => {
  it("takes what was exported, and calls the same model by the same fingerprint", async () => {
    const base = await openEmbeddedBase({ folder });
    const fingerprint = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(base).toEqual({ path: folder, name: embeddedBaseTitle, fingerprint });
    expect(await openEmbeddedBase({ folder })).toEqual(base);
    const checkpoint = await openModelFiles(nodeFiles, base.path);
    await checkpoint.close();
    expect(checkpoint.scheduler).toEqual(schedulerConfig);
    expect(checkpoint.generation).toEqual(generationConfig);
    expect(trainingAdviceOf(checkpoint)).toEqual(trainingAdvice);
  });

  it("is the same model with other advice for trainings, and another one with other weights", async () => {
    const { fingerprint } = await openEmbeddedBase({ folder });
    await writeFile(join(folder, trainingConfigName), '{"steps": 1}');
    expect(await refusal()).toMatch(/training_config\.json: expected \d+ bytes, got 12/);
    await writeChecksums(nodeFiles, folder);
    expect((await openEmbeddedBase({ folder })).fingerprint).toBe(fingerprint);
    await rm(join(folder, trainingConfigName));
    await writeChecksums(nodeFiles, folder);
    expect((await openEmbeddedBase({ folder })).fingerprint).toBe(fingerprint);
    await flipLastByte(join(folder, unetFile));
    await writeChecksums(nodeFiles, folder);
    expect((await openEmbeddedBase({ folder })).fingerprint).not.toBe(fingerprint);
  });

  it("names a file with one changed bit", async () => {
    await flipLastByte(join(folder, unetFile));
    expect(await refusal()).toMatch(
      /unet\/diffusion_pytorch_model\.safetensors: expected SHA-256 [0-9a-f]{12}…, got [0-9a-f]{12}…\nInstall Atelier again; in a clone, run git checkout/,
    );
  });

  it("names all that is missing, cut off or too much at once", async () => {
    await rm(join(folder, "vae", "config.json"));
    await appendFile(join(folder, unetFile), "more");
    await writeFile(join(folder, "unet", "extra.bin"), "");
    const message = await refusal();
    expect(message).toContain("vae/config.json: expected a file, got none");
    expect(message).toMatch(/unet\/diffusion_\S+: expected \d+ bytes, got \d+/);
    expect(message).toContain("unet/extra.bin: expected no such file");
    expect(message.match(/: expected /g)).toHaveLength(4);
  });

  it("leaves files alone that file managers make", async () => {
    for (const name of [".DS_Store", "Thumbs.db", "desktop.ini"]) {
      await writeFile(join(folder, name), "");
    }
    expect(await refusal()).toBe("accepted");
  });

  it.each([
    ["without a list of checksums", undefined, "checksums.json: expected the list of files"],
    ["with a broken list", "{", "expected sizes and SHA-256 of files"],
    ["with an empty list", "{}", "expected sizes and SHA-256 of files"],
    ["with a list of other things", '{"files":{"a":1}}', "expected sizes and SHA-256 of files"],
  ])("refuses a folder %s", async (_, content, expected) => {
    const list = join(folder, checksumsName);
    if (content === undefined) await rm(list);
    else await writeFile(list, content);
    expect(await refusal()).toContain(expected);
  });

  it("says what to do where there is no model at all", async () => {
    await expect(openEmbeddedBase({ folder: join(folder, "absent") })).rejects.toThrow(
      /comes without it\. Name another base with --base/,
    );
  });
});

describe("the shipped base", async () => {
  const isThere = (await nodeFiles.stat(embeddedBaseFolder)) !== undefined;
  if (!isThere) console.warn(`skipped: no shipped base in ${embeddedBaseFolder}`);

  it.skipIf(!isThere)("is whole, and small enough to be cloned", async () => {
    await openEmbeddedBase();
    const list: unknown = JSON.parse(
      await readFile(join(embeddedBaseFolder, checksumsName), "utf8"),
    );
    const sizes = JSON.stringify(list).match(/(?<="sizeBytes":)\d+/g) ?? [];
    const megabytes = sizes.reduce((sum, size) => sum + Number(size), 0) / 1e6;
    expect(megabytes).toBeLessThan(40);
    const advice = await readFile(join(embeddedBaseFolder, trainingConfigName), "utf8");
    expect(JSON.parse(advice)).toEqual(trainingConfig);
  });

  it.skipIf(!isThere)("has one token for each word of the world", async () => {
    const tokenizer = await loadClipTokenizer(nodeFiles, join(embeddedBaseFolder, "tokenizer"));
    const spelled = captionWords().filter((word) => tokenizer.encode(word).tokenCount !== 1);
    expect(spelled).toEqual([]);
  });
});
