/** @file `atelier inspect` on checkpoints, adapters, embeddings and pictures. */

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openTensorFile, tensorSource, writeSafetensors } from "@atelier/diffusion/files";
import { floatTensor } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { makeForeignFile } from "../testing/foreign-file.js";
import { fixture, runCli, temporaryFolder } from "../testing/run-cli.js";

const base = fixture("tiny-checkpoints", "tiny-sd1");

async function inspect(...argv: string[]): Promise<Readonly<Record<string, unknown>>> {
  const [inspection = {}, ...others] = (await runCli(["inspect", ...argv, "--json"])).json();
  expect(others).toEqual([]);
  return inspection;
}

/** A safetensors file with these tensors. */
async function fileOf(
  tensors: Readonly<Record<string, readonly [values: number[], shape: number[]]>>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<string> {
  const path = join(temporaryFolder(), "file.safetensors");
  const sources = Object.entries(tensors).map(([name, [values, shape]]) =>
    tensorSource(name, floatTensor(values, shape)),
  );
  await writeSafetensors(nodeFiles, path, sources, {
    metadata: new Map(Object.entries(metadata)),
  });
  return path;
}

const key = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k";

describe("atelier inspect", () => {
  it("describes a checkpoint folder and its parts", async () => {
    const { code, stdout } = await runCli(["inspect", base]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Kind +checkpoint, diffusers folder/);
    expect(stdout).toMatch(/text_encoder +\S+ k, F32/);
    expect(stdout).toContain("trained on it: it is built like Stable Diffusion 1.x");
    expect(stdout).toContain("Nothing is wrong with it.");
  });

  it("says what a model is and fits in the user's language, and to programs in English", async () => {
    const env = { ATELIER_LANG: "ko" };
    const { stdout } = await runCli(["inspect", base], { env });
    expect(stdout).toMatch(/종류 +체크포인트, diffusers 폴더/);
    expect(stdout).toContain("이 모델로 학습한 LoRA와 임베딩. 구조는 Stable Diffusion 1.x");
    const [inspection] = (await runCli(["inspect", base, "--json"], { env })).json();
    expect(inspection).toMatchObject({
      format: "diffusers folder",
      fits: expect.stringMatching(/^LoRAs and embeddings that were trained on it: /),
    });
    const tucker = await fileOf({
      "lora_unet_x.hada_w1_b": [new Array(16).fill(1), [2, 8]],
      "lora_unet_x.hada_t1": [new Array(4).fill(1), [2, 2, 1, 1]],
    });
    const other = await runCli(["inspect", tucker], { env });
    expect(other.stdout).toMatch(/튜닝 방식 +Tucker 코어가 있는 LoHa/);
    expect(other.stdout).toContain("쓸 수 없는 어댑터입니다: Tucker 코어가 있는 LoHa.");
    expect(await inspect(tucker)).toMatchObject({
      adapter: { tuning: ["LoHa with a Tucker core"] },
    });
  });

  it("describes a LoRA: rank, alpha, modules, what it fits", async () => {
    expect(await inspect(fixture("lora", "lora_kohya.safetensors"))).toMatchObject({
      kind: "adapter",
      format: "kohya",
      parameterCount: 5504,
      dtypes: ["F32"],
      adapter: { tuning: ["LoRA"], ranks: [4], alphas: [8], moduleCount: 32 },
      problems: [],
    });
  });

  it("finds trigger words in the metadata, the most frequent first", async () => {
    const path = await fileOf(
      {
        [`${key}.lora_down.weight`]: [new Array(768).fill(0.5), [1, 768]],
        [`${key}.lora_up.weight`]: [
          [1, 2],
          [2, 1],
        ],
        [`${key}.alpha`]: [[1], []],
      },
      {
        "modelspec.trigger_phrase": "sks dog",
        ss_tag_frequency: JSON.stringify({ "10_dog": { grass: 2, "sks dog": 5 }, b: { ball: 4 } }),
      },
    );
    expect(await inspect(path)).toMatchObject({
      family: "sd1",
      fits: "checkpoints of Stable Diffusion 1.x.",
      triggerWords: ["sks dog", "ball", "grass"],
    });
  });

  it("finds NaN, modules of zeros, a missing alpha and unknown keys", async () => {
    const path = await fileOf({
      [`${key}.lora_down.weight`]: [
        [Number.NaN, 1],
        [1, 2],
      ],
      [`${key}.lora_up.weight`]: [
        [0, 0],
        [2, 1],
      ],
      "lora_unet_mystery.weight": [[1], [1]],
    });
    const { code, stdout } = await runCli(["inspect", path]);
    expect(code).toBe(1);
    expect(stdout).toContain("1 tensor holds NaN or infinity");
    expect(stdout).toContain("Every module is zero");
    expect(stdout).toContain("gives no alpha");
    expect(stdout).toContain("belongs to no known adapter: lora_unet_mystery.weight");
  });

  it("shows an alpha as it was written", async () => {
    const path = await fileOf({
      [`${key}.lora_down.weight`]: [
        [1, 1],
        [1, 2],
      ],
      [`${key}.lora_up.weight`]: [
        [1, 1],
        [2, 1],
      ],
      [`${key}.alpha`]: [[0.1], []],
    });
    expect(await inspect(path)).toMatchObject({ adapter: { alphas: [0.1] } });
  });

  it("does not call a model wrong for what nothing reads", async () => {
    const root = temporaryFolder();
    const [path, strange] = [join(root, "model.safetensors"), join(root, "strange.safetensors")];
    await makeForeignFile(base, path);
    const file = await openTensorFile(nodeFiles, path);
    const tensors = await Promise.all(
      [...file.entries.keys()].map(async (name) => tensorSource(name, await file.read(name))),
    );
    await file.close();
    const nan = floatTensor([Number.NaN], [1]);
    const names = ["model_ema.decay", "lora_unet_mid_block_attentions_0_proj_in.alpha"];
    const all = [...tensors, ...names.map((name) => tensorSource(name, nan))];
    await writeSafetensors(nodeFiles, strange, all, { metadata: file.metadata });
    const { code, stdout } = await runCli(["inspect", strange]);
    expect(code, stdout).toBe(0);
    expect(stdout).toContain("checkpoint, single file");
    expect(stdout).toContain("2 tensors that nothing reads hold NaN");
  });

  it("says what draws of it, and what a tokenizer is needed for", async () => {
    const { stdout } = await runCli(["inspect", base]);
    expect(stdout).toContain("Until then name one with --tokenizer");
    expect(stdout).toMatch(/Predicts +epsilon\n/);
  });

  it("holds an adapter against a base", async () => {
    const fitting = await runCli([
      ...["inspect", fixture("pipeline", "attention.safetensors"), "--base", base],
    ]);
    expect(fitting.code, fitting.stdout).toBe(0);
    const other = await fileOf({
      "lora_te2_text_model_x.lora_down.weight": [[1], [1, 1]],
      "lora_te2_text_model_x.lora_up.weight": [[1], [1, 1]],
    });
    const { code, stdout } = await runCli(["inspect", other, "--base", base]);
    expect(code).toBe(1);
    expect(stdout).toContain("expected LoRA tensors for modules of this model");
  });

  it("describes embeddings of diffusers and of A1111", async () => {
    const diffusers = await fileOf({ "<cat-toy>": [new Array(1536).fill(1), [2, 768]] });
    expect(await inspect(diffusers)).toMatchObject({
      kind: "embedding",
      family: "sd1",
      triggerWords: ["<cat-toy>"],
      embedding: { vectors: 2, width: 768 },
    });
    const a1111 = await fileOf({ emb_params: [new Array(1024).fill(0), [1, 1024]] });
    expect(await inspect(a1111)).toMatchObject({
      family: "sd2",
      triggerWords: ["file"],
      problems: [
        {
          severity: "warning",
          code: "zero-vectors",
          params: { tensor: "emb_params" },
          message: 'The vectors of "emb_params" are all zero.',
        },
      ],
    });
  });

  it("finds missing and misshapen tensors of a checkpoint", async () => {
    const folder = join(temporaryFolder(), "model");
    for (const name of ["unet", "vae", "text_encoder", "scheduler"]) {
      mkdirSync(join(folder, name), { recursive: true });
    }
    for (const name of [
      "model_index.json",
      "unet/config.json",
      "vae/config.json",
      "vae/diffusion_pytorch_model.safetensors",
      "text_encoder/config.json",
      "text_encoder/model.safetensors",
      "scheduler/scheduler_config.json",
    ]) {
      copyFileSync(join(base, name), join(folder, name));
    }
    const weights = await fileOf({ "conv_in.weight": [[1, 2], [2]] });
    copyFileSync(weights, join(folder, "unet", "diffusion_pytorch_model.safetensors"));
    const { code, stdout } = await runCli(["inspect", folder]);
    expect(code).toBe(1);
    expect(stdout).toContain('"conv_in.weight" must be [');
    expect(stdout).toContain('missing "conv_in.bias"');
  });

  it("says what is wrong with files that are cut off, hostile, or something else", async () => {
    const folder = temporaryFolder();
    const whole = readFileSync(fixture("lora", "lora_kohya.safetensors"));
    const huge = Buffer.alloc(16, 0xff);
    const files: Readonly<Record<string, Uint8Array | string>> = {
      "cut.safetensors": whole.subarray(0, whole.length - 8),
      "huge.safetensors": huge,
      "empty.safetensors": "",
      "page.safetensors": "<!DOCTYPE html><html>404</html>",
      "model.ckpt": "\x80\x02",
    };
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(folder, name), content);
      const { code, stdout } = await runCli(["inspect", join(folder, name)]);
      expect(code, name).toBe(1);
      expect(stdout, name).toMatch(/^Wrong: .*expected .*, got /m);
    }
  });

  it("counts the pictures and captions of a folder", async () => {
    const folder = temporaryFolder();
    for (const name of ["a.png", "b.jpg", "b.txt", "notes.docx"]) {
      writeFileSync(join(folder, name), "x");
    }
    const inspection = await inspect(folder);
    expect(inspection).toMatchObject({ kind: "pictures", pictureCount: 2, captionedCount: 1 });
    expect(JSON.stringify(inspection["problems"])).toContain("notes.docx");
  });
});
