/** @file Which files of a repository are chosen, by the family that it has most of. */

import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { tinyCheckpoint } from "../../testing/fixtures.js";
import { selectModelFiles } from "./select-model-files.js";

const xl = readdirSync(tinyCheckpoint("tiny-sdxl"), { recursive: true, encoding: "utf8" }).map(
  (path) => path.replaceAll("\\", "/"),
);
const without = (folder: string) => xl.filter((path) => !path.startsWith(`${folder}/`));

describe("selectModelFiles", () => {
  it("takes both text encoders and tokenizers of SDXL", () => {
    const { paths } = selectModelFiles("org/xl", [...xl, "sd_xl_base_1.0.safetensors"]);
    for (const folder of ["unet", "vae", "text_encoder", "text_encoder_2"]) {
      expect(paths).toContain(`${folder}/config.json`);
    }
    expect(paths).toContain("tokenizer/merges.txt");
    expect(paths).toContain("tokenizer_2/merges.txt");
    expect(paths).not.toContain("sd_xl_base_1.0.safetensors");
  });

  it("takes what its makers advise, where they do", () => {
    const advice = ["generation_config.json", "training_config.json"];
    const { paths } = selectModelFiles("org/xl", [...xl, ...advice, "unet/training_config.json"]);
    expect(paths.filter((path) => path.includes("_config.json"))).toEqual(
      expect.arrayContaining(advice),
    );
    expect(paths).not.toContain("unet/training_config.json");
  });

  it.each([
    ["text_encoder_2", "text_encoder_2/config.json"],
    ["text_encoder", "text_encoder/config.json"],
    ["tokenizer_2", "tokenizer_2/merges.txt"],
  ])("says before anything is loaded that an SDXL lacks its %s", (folder, path) => {
    expect(() => selectModelFiles("org/xl", without(folder))).toThrow(
      `org/xl: expected ${path}, got none`,
    );
  });

  it("takes what Stable Diffusion has where nothing more is there", () => {
    const { paths } = selectModelFiles(
      "org/sd",
      xl.filter((path) => !path.includes("_2")),
    );
    expect(paths).toContain("text_encoder/config.json");
    expect(paths.some((path) => path.includes("_2"))).toBe(false);
  });

  /** As stabilityai/stable-diffusion-3-medium-diffusers has them. */
  const sd3 = [
    ...["model_index.json", "scheduler/scheduler_config.json", "sd3_medium.safetensors"],
    ...["transformer", "vae"].flatMap((folder) => [
      `${folder}/config.json`,
      `${folder}/diffusion_pytorch_model.safetensors`,
    ]),
    ...["text_encoder", "text_encoder_2"].flatMap((folder) =>
      ["config.json", "model.safetensors", "model.fp16.safetensors"].map(
        (name) => `${folder}/${name}`,
      ),
    ),
    ...["tokenizer", "tokenizer_2"].flatMap((folder) =>
      ["merges.txt", "vocab.json", "tokenizer_config.json", "special_tokens_map.json"].map(
        (name) => `${folder}/${name}`,
      ),
    ),
    ...["config.json", "model.safetensors.index.json", "model.safetensors.index.fp16.json"].map(
      (name) => `text_encoder_3/${name}`,
    ),
    ...[1, 2].flatMap((part) =>
      ["model", "model.fp16"].map(
        (name) => `text_encoder_3/${name}-0000${part}-of-00002.safetensors`,
      ),
    ),
    ...["spiece.model", "tokenizer.json", "tokenizer_config.json"].map(
      (name) => `tokenizer_3/${name}`,
    ),
  ];

  it("takes T5's shards of a variant, and its tokenizer", () => {
    const { paths, hasWholeVariant } = selectModelFiles("org/sd3", sd3, { variant: "fp16" });
    expect(paths.filter((path) => path.startsWith("text_encoder_3/"))).toEqual([
      "text_encoder_3/config.json",
      "text_encoder_3/model.safetensors.index.fp16.json",
      "text_encoder_3/model.fp16-00001-of-00002.safetensors",
      "text_encoder_3/model.fp16-00002-of-00002.safetensors",
    ]);
    expect(paths).toContain("tokenizer_3/spiece.model");
    expect(paths).toContain("tokenizer_3/tokenizer.json");
    expect(paths).toContain("text_encoder/model.fp16.safetensors");
    expect(paths).not.toContain("text_encoder/model.safetensors");
    expect(paths).not.toContain("sd3_medium.safetensors");
    // The transformer has no such variant here.
    expect(hasWholeVariant).toBe(false);
    const plain = selectModelFiles("org/sd3", sd3).paths;
    expect(plain.filter((path) => path.includes("fp16"))).toEqual([]);
    expect(plain).toContain("text_encoder_3/model-00001-of-00002.safetensors");
  });

  it("takes an SD 3 that leaves T5 out, and asks for its tokenizer where it does not", () => {
    const small = sd3.filter((path) => !path.includes("_3/"));
    const { paths } = selectModelFiles("org/sd3", small);
    expect(paths).toContain("tokenizer_2/merges.txt");
    expect(paths).toContain("text_encoder_2/model.safetensors");
    const half = sd3.filter((path) => !path.startsWith("tokenizer_3/"));
    expect(() => selectModelFiles("org/sd3", half)).toThrow(
      "org/sd3: expected tokenizer_3/spiece.model, got none. It holds single files (sd3_medium.",
    );
  });

  it("takes what FLUX.1 has, and of its second encoder the tokenizer of T5", () => {
    const flux = [
      ...["ae.safetensors", "flux1-dev.safetensors"],
      ...sd3.filter((path) => !/_2\/|^sd3/.test(path)).map((path) => path.replace("_3/", "_2/")),
    ];
    const { paths } = selectModelFiles("org/flux", flux);
    expect(paths).toContain("text_encoder_2/model-00002-of-00002.safetensors");
    expect(paths).toContain("tokenizer_2/spiece.model");
    expect(paths.filter((path) => !path.includes("/"))).toEqual(["model_index.json"]);
    const encoders = flux.filter((path) => !path.startsWith("text_encoder_2/"));
    expect(() => selectModelFiles("org/flux", encoders)).toThrow("expected text_encoder_2/config");
  });
});
