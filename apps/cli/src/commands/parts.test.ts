/** @file A model whose components are files of their own, in the commands that read one. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSafetensors, tensorSource, writeSafetensors } from "@atelier/diffusion/files";
import { nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writePictures } from "../testing/pictures.js";
import { fixture, runCli, temporaryFolder } from "../testing/run-cli.js";

const base = fixture("tiny-checkpoints", "tiny-sdxl");
const folder = mkdtempSync(join(tmpdir(), "atelier-cli-parts-"));
const unet = join(folder, "unet.safetensors");
const files = [
  join(base, "text_encoder", "model.safetensors"),
  join(base, "text_encoder_2", "model.safetensors"),
  join(base, "vae", "diffusion_pytorch_model.safetensors"),
];
const parts = files.flatMap((path) => ["--part", path]);

async function works(...argv: readonly string[]): Promise<string> {
  const result = await runCli(argv);
  expect(result.code, result.stderr).toBe(0);
  return result.stdout + result.stderr;
}

async function refusal(...argv: readonly string[]): Promise<string> {
  const { code, stderr } = await runCli(argv);
  expect(code, stderr).not.toBe(0);
  return stderr;
}

/** What a picture records of itself, and its bytes of pixels. */
async function draw(...flags: readonly string[]): Promise<{ pixels: string; text: string }> {
  const out = join(temporaryFolder(), "picture.png");
  const prompt = ["--prompt", "a cat", "--steps", "1", "--seed", "5"];
  await works("generate", ...prompt, "--out", out, ...flags);
  const bytes = readFileSync(out);
  const at = bytes.indexOf("IDAT");
  return { pixels: bytes.subarray(at).toString("base64"), text: bytes.toString("latin1") };
}

describe("--part", () => {
  beforeAll(async () => {
    const whole = join(folder, "whole.safetensors");
    await works("convert", base, whole, "--to", "single-file");
    const file = await openSafetensors(nodeFiles, whole);
    const tensors = [];
    for (const name of file.entries.keys()) {
      if (!name.startsWith("model.diffusion_model.")) continue;
      tensors.push(tensorSource(name, await file.read(name)));
    }
    await writeSafetensors(nodeFiles, unet, tensors, { metadata: file.metadata });
    await file.close();
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("joins what a UNet alone lacks: drawn, written and described as the whole", async () => {
    const drawn = await draw("--base", base);
    const joined = await draw("--base", unet, ...parts, "--tokenizer", base);
    expect(joined.pixels).toBe(drawn.pixels);
    expect(joined.text).toContain(`"parts":["${files[0]}"`);
    const written = join(folder, "written");
    await works("convert", unet, written, "--to", "diffusers", ...parts, "--tokenizer", base);
    expect((await draw("--base", written)).pixels).toBe(drawn.pixels);
    const said = await works("inspect", unet, ...parts);
    expect(said).toContain("Stable Diffusion XL");
    expect(said).toContain("text_encoder_2");
  });

  it("is named where a part is missing", async () => {
    const bare = ["generate", "--base", unet, "--prompt", "a", "--tokenizer", base];
    expect(await refusal(...bare)).toContain(
      "got a Stable Diffusion XL checkpoint without its vae (first_stage_model.…), text_encoder (cond",
    );
    expect(await refusal(...bare, ...parts.slice(0, 2), ...parts.slice(4))).toContain(
      "without its text_encoder_2 (conditioner.embedders.1.model.…). Name the files that hold them with --part",
    );
    expect(await refusal(...bare, ...parts, "--part", "nowhere")).toContain(
      "nowhere: expected a file that holds a text encoder or an autoencoder, got nothing",
    );
  });

  it("trains on the joined model, and is in the command that draws", async () => {
    const at = temporaryFolder();
    const pictures = await writePictures(join(at, "pictures"), 2);
    const said = await works(
      ...["lora", pictures, "--base", unet, ...parts, "--tokenizer", base, "--steps", "1"],
      ...["--run", join(at, "run"), "--samples-every-steps", "0", "--prompt", "a cat"],
      ...["--cache-folder", join(at, "cache")],
    );
    expect(said).toContain(parts.slice(0, 4).join(" "));
  });
});
