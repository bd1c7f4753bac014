/** @file Stable Diffusion 3 and FLUX.1 in every command. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readPngText } from "@atelier/diffusion/files";
import { sharpPictures } from "@atelier/diffusion/node";
import { nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writePictures } from "../testing/pictures.js";
import { fixture, runCli, temporaryFolder } from "../testing/run-cli.js";

const short = ["--max-sequence-length", "32", "--width", "32", "--height", "32"];

/** What a command prints when it works. */
async function works(...argv: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runCli(argv);
  expect(code, stderr).toBe(0);
  return stdout;
}

async function bytesOf(path: string): Promise<Uint8Array> {
  const file = await nodeFiles.open(path);
  try {
    return await file.read(0, file.sizeBytes);
  } finally {
    await file.close();
  }
}

/** A picture drawn in two steps, as its bytes and what is written beside them. */
async function draw(...flags: readonly string[]) {
  const out = join(temporaryFolder(), "picture.png");
  await works("generate", "--prompt", "a cat", "--steps", "2", "--out", out, ...short, ...flags);
  const bytes = await bytesOf(out);
  const limits = { background: [255, 255, 255], maxPixels: 1e6 } as const;
  const { data } = await sharpPictures.decode(bytes, out, limits);
  return {
    picture: Buffer.from(data).toString("base64"),
    parameters: (await readPngText(bytes)).get("parameters") ?? "",
  };
}

describe.each(["sd3", "flux1"])("%s", (name) => {
  const base = fixture("verify", "pipelines", name, "pipeline");
  let pictures = "";
  let run = "";
  const adapter = () => join(run, "pytorch_lora_weights.safetensors");
  const own = ["--base", base];
  const drawn = (...flags: readonly string[]) => draw(...own, ...flags);

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), "atelier-transformers-"));
    pictures = await writePictures(join(folder, "pictures"), 3);
    run = join(folder, "run");
    await works(
      ...["lora", pictures, ...own, ...short, "--prompt", "a cat", "--run", run, "--steps", "3"],
      ...["--learning-rate", "0.1", "--samples-every-steps", "2", "--formats", "both"],
      ...["--cache-folder", join(folder, "cache")],
    );
  });

  afterAll(() => rm(join(run, ".."), { recursive: true }));

  it("draws the same by an adapter in any form, and otherwise without", async () => {
    const { picture } = await drawn("--adapter", adapter());
    expect(picture).not.toBe((await drawn()).picture);
    expect((await drawn("--adapter", join(run, "lora.safetensors"))).picture).toBe(picture);
    const comfy = join(run, "comfy.safetensors");
    await works("convert", adapter(), comfy, "--to", "comfyui", ...own);
    expect((await drawn("--adapter", comfy)).picture).toBe(picture);
    const told = await works("inspect", comfy);
    expect(told).toContain("comfyui");
    expect(told).not.toContain("epsilon");
  });

  it("draws the same from one file, and from the folder that becomes of it", async () => {
    const { picture } = await drawn();
    const [file, folder] = [join(run, "one.safetensors"), join(run, "folder")];
    await works("convert", base, file, "--to", "single-file");
    const tokenizer = ["--tokenizer", base];
    expect((await draw("--base", file, ...tokenizer)).picture).toBe(picture);
    await works("convert", file, folder, "--to", "diffusers", ...tokenizer);
    expect((await draw("--base", folder)).picture).toBe(picture);
  });

  it("merges an adapter and finds it again", async () => {
    const [merged, extracted] = [join(run, "merged"), join(run, "extracted.safetensors")];
    await works("merge", adapter(), ...own, "--out", merged);
    await works("extract", merged, ...own, "--out", extracted, "--rank", "16");
    expect((await drawn("--adapter", extracted)).picture).not.toBe((await drawn()).picture);
    expect(await works("inspect", merged)).toContain("Nothing is wrong with it.");
  });

  it("advises, and looks at the pictures with its tokenizers", async () => {
    expect(await works("advise", pictures, ...own)).toContain("Take ");
    expect(await works("check", pictures, ...own, "--prompt", "a cat")).toContain("3 pictures");
  });

  it("draws in fewer bits, nearly the same", async () => {
    const { picture } = await drawn("--base-dtype", "int8");
    const exact = Buffer.from((await drawn()).picture, "base64");
    const errors = Buffer.from(picture, "base64").map((value, i) =>
      Math.abs(value - (exact[i] ?? 0)),
    );
    expect(errors.some((error) => error > 0)).toBe(true);
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(8);
  });

  it("says what was drawn with", async () => {
    const { parameters } = await drawn("--guidance", "2", "--prompt-2", "a dog");
    expect(parameters).toContain("Prompt 2: a dog");
    expect(parameters).toContain(
      name === "flux1" ? "CFG scale: 1, Distilled CFG Scale: 2," : "CFG scale: 2,",
    );
  });
});

it("weighs a negative prompt beside FLUX.1's own guidance where it is asked to", async () => {
  const base = ["--base", fixture("verify", "pipelines", "flux1", "pipeline")];
  const plain = await draw(...base);
  expect((await draw(...base, "--negative", "a dog")).picture).toBe(plain.picture);
  const guided = await draw(...base, "--negative", "a dog", "--true-cfg", "2");
  expect(guided.picture).not.toBe(plain.picture);
  expect(guided.parameters).toContain("CFG scale: 2, Distilled CFG Scale: 3.5,");
});

it("refuses what only other models have", async () => {
  const refusal = async (...argv: readonly string[]) => (await runCli(argv)).stderr;
  const flux = ["--base", fixture("verify", "pipelines", "flux1", "pipeline")];
  const sd3 = ["--base", fixture("verify", "pipelines", "sd3", "pipeline")];
  const generate = ["generate", "--prompt", "a cat", "--steps", "1"];
  expect(await refusal(...generate, ...flux, "--skip-blocks", "1")).toContain(
    "--skip-blocks: expected none, since only Stable Diffusion 3 is guided so",
  );
  expect(await refusal(...generate, ...sd3, "--skip-blocks", "3")).toContain(
    "--skip-blocks: expected some of the blocks 0 to 2, got 3",
  );
  expect(await refusal(...generate, ...sd3, "--zero-terminal-snr")).toContain(
    "--zero-terminal-snr: expected a model of DDPM's noise",
  );
  expect(await refusal(...generate, ...sd3, "--width", "30")).toContain("a multiple of 4 pixels");
  expect(await refusal(...generate, ...sd3, "--sampler", "ddim")).toContain("flow matching");
});
