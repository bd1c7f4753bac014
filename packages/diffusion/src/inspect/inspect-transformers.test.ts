/** @file What is said of models with a transformer: whole, in parts, and of the parts alone. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { said, sentenceIn } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inEnglish } from "../english/english-warnings.js";
import { openModelFiles } from "../files/model/open-model-files.js";
import { writeFolder, writeSingleFile } from "../files/model/write-model-files.js";
import { sharedFile } from "../testing/fixtures.js";
import { below, rewriteFile } from "../testing/rewrite-file.js";
import { inspectPath } from "./inspect-path.js";

const folderOf = (name: string) => sharedFile("fixtures", "pipelines", name, "pipeline");

describe("models with a transformer", { tags: ["shared"] }, () => {
  let scratch: string;
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), "atelier-inspect-"));
  });
  afterAll(() => rm(scratch, { recursive: true, force: true }));
  const fileOf = (name: string) => join(scratch, `${name}.safetensors`);

  it.each([
    // T5's width, 48 and 32, is of no account to adapters and words.
    ["sd3", "built like Stable Diffusion 3, but its text states are 40 wide.", 5],
    ["flux1", "built like FLUX.1, but its text states are 16 wide.", 4],
  ] as const)(
    "fit what reads the encoders that learn words: %s",
    async (name, fits, components) => {
      const found = await inspectPath(nodeFiles, folderOf(name));
      expect(found).toMatchObject({ kind: "checkpoint", family: name, problems: [] });
      expect(found.fits && sentenceIn(found.fits, {})).toContain(fits);
      expect(found.components).toHaveLength(components);
      expect(found.predicts?.type).toBe("flow_prediction");
    },
  );

  it("are whole without T5 where they may be", async () => {
    const model = await openModelFiles(nodeFiles, folderOf("sd3"));
    const { text_encoder_3: _, ...components } = model.components;
    const folder = join(scratch, "no-t5");
    await writeFolder(nodeFiles, { ...model, components }, { folder });
    await model.close();
    const found = await inspectPath(nodeFiles, folder);
    expect(found).toMatchObject({ kind: "checkpoint", family: "sd3", problems: [], notes: [] });
    expect(found.components?.map(({ name }) => name)).not.toContain("text_encoder_3");
  });

  it("are named by what a file alone holds, and whole with their parts", async () => {
    const model = await openModelFiles(nodeFiles, folderOf("flux1"));
    await writeSingleFile(nodeFiles, model, { path: fileOf("whole") });
    const take = (part: string, prefix: string) =>
      rewriteFile(fileOf("whole"), fileOf(part), { change: below(prefix), keepsMetadata: true });
    await take("transformer", "model.diffusion_model.");
    await take("t5xxl", "text_encoders.t5xxl.transformer.");
    await take("clip_l", "text_encoders.clip_l.transformer.");
    await take("ae", "vae.");
    await model.close();
    const alone = async (part: string) => inspectPath(nodeFiles, fileOf(part));
    expect(await alone("transformer")).toMatchObject({
      ...{ kind: "transformer", format: said`original`, family: "flux1", problems: [] },
      fits: said`a checkpoint, as one of its parts; alone it draws nothing.`,
    });
    expect(await alone("t5xxl")).toMatchObject({ kind: "text-encoder", format: "transformers" });
    expect(await alone("ae")).toMatchObject({ kind: "vae", format: said`original` });
    const own = join(folderOf("flux1"), "transformer", "diffusion_pytorch_model.safetensors");
    expect(await inspectPath(nodeFiles, own)).toMatchObject({
      ...{ kind: "transformer", format: "diffusers", family: "flux1" },
    });
    const parts = ["t5xxl", "clip_l", "ae"].map(fileOf);
    const joined = await inspectPath(nodeFiles, fileOf("transformer"), { parts });
    expect(joined).toMatchObject({ kind: "checkpoint", family: "flux1", problems: [] });
    expect(joined.components).toHaveLength(4);
    const [half] = (await inspectPath(nodeFiles, fileOf("transformer"), { parts: [] })).problems;
    expect(half && inEnglish(half)).toContain(
      "without its vae (ae.safetensors), text_encoder (clip",
    );
  });
});
