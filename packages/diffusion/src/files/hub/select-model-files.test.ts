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
});
