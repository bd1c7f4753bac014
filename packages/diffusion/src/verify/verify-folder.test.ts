/** @file The fixtures below pipelines/: a whole SDXL of our own, the reference in place, and other families. */

import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixture, sharedFile } from "../testing/fixtures.js";
import type { FixtureCheck } from "./fixture-check.js";
import { verifyFolder } from "./verify-folder.js";

const runtime = createOrtRuntime({ threads: 2 });

async function verify(folder: string): Promise<FixtureCheck[]> {
  const checks: FixtureCheck[] = [];
  for await (const check of verifyFolder(folder, { files: nodeFiles, runtime })) checks.push(check);
  return checks;
}

const failures = (checks: readonly FixtureCheck[]) =>
  checks.filter(({ status }) => status !== "ok").map(({ status, name }) => `${status} ${name}`);

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-fixtures-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("a fixture of SDXL", () => {
  it("is found as diffusers, peft and PyTorch have it, each of its tensors", async () => {
    const all = await verify(fixture("verify"));
    expect(failures(all.filter(({ name }) => name.startsWith("pipelines/")))).toEqual([]);
    const checks = all.filter(({ name }) => name.startsWith("pipelines/sdxl"));
    expect(new Set(checks.map(({ name }) => /^pipelines\/sdxl [^. ]+/.exec(name)?.[0]))).toEqual(
      new Set(
        [
          ...["tokens", "tokens_2", "prompt_embeds", "pooled_prompt_embeds", "encode_prompt"],
          ...["vae", "denoiser", "sample", "train", "training", "ti"],
          ...["lora_text_kohya", "learned_embeds_clip_l_clip_g"],
        ].map((part) => `pipelines/sdxl ${part}`),
      ),
    );
    expect(checks.length).toBe(57);
  });

  it("is found otherwise where a part of it is another", async () => {
    const other = join(folder, "pipelines", "other");
    await cp(fixture("verify", "pipelines", "sdxl"), other, { recursive: true });
    const edit = async (name: string, from: string, to: string) => {
      const text = await readFile(join(other, name), "utf8");
      expect(text).toContain(from);
      await writeFile(join(other, name), text.replace(from, to));
    };
    await edit("pipeline/tokenizer_2/tokenizer_config.json", '"!"', '"<|endoftext|>"');
    await edit("pipeline/model_index.json", '_prompt": true', '_prompt": false');
    await edit("pipeline/text_encoder_2/config.json", '"eos_token_id": 2', '"eos_token_id": 713');
    await edit("expected.json", '"alpha": 3', '"alpha": 4');
    const failed = failures(await verify(folder));
    expect(failed).toEqual(
      expect.arrayContaining(
        [
          ...["tokens_2", "train.tokens_2", "train.ti_tokens_2", "prompt_embeds"],
          ...["encode_prompt.absent.negative_prompt_embeds", "ti.pooled_position"],
          ...["sample.with_embedding.latent", "lora_text_kohya.safetensors"],
          ...["training lora_text losses", "training textual_inversion losses"],
        ].map((part) => `FAIL pipelines/other ${part}`),
      ),
    );
    // What does not depend on these.
    for (const part of ["tokens", "vae.decoded", "denoiser.out", "train.noisy"]) {
      expect(failed).not.toContain(`FAIL pipelines/other ${part}`);
    }
  });

  it.each([
    ["sdxl", 118],
    ["sd3", 90],
    ["sd35", 83],
    ["flux1", 93],
    ["flux1-schnell", 51],
  ])("finds %s as diffusers has it in the reference", { tags: ["shared"] }, async (name, count) => {
    const place = join(folder, `reference-${name}`);
    await cp(sharedFile("fixtures", "pipelines", name), join(place, "pipelines", "any-name"), {
      recursive: true,
    });
    const checks = await verify(place);
    expect(failures(checks)).toEqual([]);
    expect(checks.length).toBe(count);
  });
});

it("skips families that Atelier does not have, and fails for what is no model", async () => {
  const root = join(folder, "others");
  for (const [name, index] of [
    ["other", '{"_class_name": "QwenImagePipeline"}'],
    ["broken", "{"],
  ] as const) {
    await mkdir(join(root, "pipelines", name, "pipeline"), { recursive: true });
    await writeFile(join(root, "pipelines", name, "pipeline", "model_index.json"), index);
  }
  await writeFile(join(root, "pipelines", "notes.txt"), "");
  const checks = await verify(root);
  expect(checks.map(({ status, name }) => `${status} ${name}`)).toEqual([
    "FAIL pipelines/broken",
    "skip pipelines/other",
  ]);
  expect(checks[1]?.detail).toBe("QwenImagePipeline is no family of Atelier yet");
});
