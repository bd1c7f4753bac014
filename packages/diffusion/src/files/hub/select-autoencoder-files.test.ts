/** @file Which files of a repository are an autoencoder. */

import { describe, expect, it } from "vitest";
import { selectAutoencoderFiles } from "./select-autoencoder-files.js";

const weights = "diffusion_pytorch_model";
const select = (paths: readonly string[], variant?: string) =>
  selectAutoencoderFiles("org/vae", paths, { variant });

describe("selectAutoencoderFiles", () => {
  it("takes config and weights of one that stands alone, in the variant where it is there", () => {
    const paths = ["README.md", "config.json", `${weights}.safetensors`, `${weights}.bin`];
    const plain = ["config.json", `${weights}.safetensors`];
    expect(select([...paths, "sdxl.vae.safetensors"])).toEqual({
      paths: plain,
      hasWholeVariant: true,
    });
    expect(select(paths, "fp16")).toEqual({ paths: plain, hasWholeVariant: false });
    expect(select([...paths, `${weights}.fp16.safetensors`], "fp16").paths).toEqual([
      ...["config.json", `${weights}.fp16.safetensors`],
    ]);
  });

  it("takes that of a whole model", () => {
    const model = ["model_index.json", "unet/config.json", `unet/${weights}.safetensors`];
    const own = ["vae/config.json", `vae/${weights}.safetensors`];
    expect(select([...model, ...own]).paths).toEqual(own);
  });

  it("takes the only file at the top, which is then what is opened", () => {
    const file = "vae-ft-mse-840000-ema-pruned.safetensors";
    const one = { paths: [file], hasWholeVariant: true, entry: file };
    expect(select(["README.md", "vae-ft-mse.ckpt", file])).toEqual(one);
  });

  it.each([
    [
      ["README.md"],
      "org/vae: expected an autoencoder with its config.json, or one file, got none.",
    ],
    [
      ["a.safetensors", "b.safetensors"],
      "got several (a.safetensors, b.safetensors). Download one",
    ],
    [["config.json"], "got none. Use a repository of an autoencoder, or of a model that has one."],
  ])("refuses %j", (paths, message) => {
    expect(() => select(paths)).toThrow(message);
  });
});
