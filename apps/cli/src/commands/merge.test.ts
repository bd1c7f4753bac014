/** @file `atelier merge`: what is merged draws what the parts draw. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sharpPictures } from "@atelier/diffusion/node";
import { describe, expect, it } from "vitest";
import { writePictures } from "../testing/pictures.js";
import { fixture, runCli, temporaryFolder } from "../testing/run-cli.js";

const base = fixture("tiny-checkpoints", "tiny-sd1");
const tokenizer = ["--tokenizer", fixture("tokenizer-small")];

/** Trains an adapter and returns its file. */
async function adapter(folder: string, name: string, ...flags: string[]): Promise<string> {
  const pictures = await writePictures(join(folder, "pictures"), 2);
  const run = join(folder, name);
  const { code, stderr } = await runCli([
    ...["lora", pictures, "--base", base, ...tokenizer, "--run", run, "--prompt", "a cat"],
    ...["--steps", "4", "--learning-rate", "0.05", "--rank", "2", "--samples-every-steps", "0"],
    ...["--cache-folder", join(folder, "cache"), "--name", name, ...flags],
  ]);
  expect(code, stderr).toBe(0);
  return join(run, `${name}.safetensors`);
}

/** The file that `generate` draws. */
async function drawFile(folder: string, ...flags: string[]): Promise<string> {
  const out = join(folder, `${Math.random()}.png`);
  const { code, stderr } = await runCli([
    ...["generate", "--prompt", "a cat", "--steps", "2", "--out", out, ...tokenizer, ...flags],
  ]);
  expect(code, stderr).toBe(0);
  return out;
}

/** Its compressed pixels. */
async function draw(folder: string, ...flags: string[]): Promise<Buffer> {
  const bytes = readFileSync(await drawFile(folder, ...flags));
  return bytes.subarray(bytes.indexOf("IDAT"), bytes.indexOf("IEND"));
}

/** Its pixels. */
async function pixels(folder: string, ...flags: string[]): Promise<Uint8Array> {
  const path = await drawFile(folder, ...flags);
  const options = { background: [0, 0, 0], maxPixels: 1e6 } as const;
  return (await sharpPictures.decode(readFileSync(path), path, options)).data;
}

const distance = (a: Uint8Array, b: Uint8Array): number =>
  Math.hypot(...Array.from(a, (value, i) => value - (b[i] ?? 0)));

describe("atelier merge", () => {
  it("makes one adapter of two that draws what both draw, and a model that needs none", async () => {
    const folder = temporaryFolder();
    const first = await adapter(folder, "first", "--seed", "1");
    const second = await adapter(folder, "second", "--seed", "2", "--text-encoder-train");
    const uses = [`${first}:0.7`, `${second}:0.4`];
    const together = ["--base", base, "--adapter", uses[0] ?? "", "--adapter", uses[1] ?? ""];
    const expected = await draw(folder, ...together);
    expect(expected.equals(await draw(folder, "--base", base))).toBe(false);

    const one = join(folder, "both.safetensors");
    const merged = await runCli(["merge", ...uses, "--out", one]);
    expect(merged.code, merged.stderr).toBe(0);
    expect(merged.stdout).toContain("rank 4, nothing left out");
    expect((await draw(folder, "--base", base, "--adapter", one)).equals(expected)).toBe(true);

    const model = join(folder, "model");
    const into = await runCli(["merge", ...uses, "--base", base, ...tokenizer, "--out", model]);
    expect(into.code, into.stderr).toBe(0);
    expect((await draw(folder, "--base", model)).equals(expected)).toBe(true);
    const single = join(folder, "model.safetensors");
    const file = await runCli(["merge", ...uses, "--base", base, ...tokenizer, "--out", single]);
    expect(file.code, file.stderr).toBe(0);
    expect((await draw(folder, "--base", single)).equals(expected)).toBe(true);

    const small = await runCli([
      "merge",
      ...uses,
      "--rank",
      "1",
      "--out",
      join(folder, "s.safetensors"),
    ]);
    expect(small.stdout).toMatch(/rank 1, \d+\.\d % of the change kept/);
    const again = await runCli(["merge", ...uses, "--out", one]);
    expect(again.code).not.toBe(0);
    expect(again.stderr).toContain(one);
  });

  it("takes an adapter that was merged into a base out again", async () => {
    const folder = temporaryFolder();
    const trained = await adapter(folder, "trained", "--text-encoder-train");
    const model = join(folder, "model");
    const into = await runCli(["merge", trained, "--base", base, ...tokenizer, "--out", model]);
    expect(into.code, into.stderr).toBe(0);
    const out = join(folder, "extracted.safetensors");
    const flags = ["--base", base, "--rank", "2", "--dtype", "fp32", "--out", out];
    const { code, stdout, stderr } = await runCli(["extract", model, ...flags]);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/Written: .*extracted.safetensors .*, 100\.0 % of their change/);
    // Both changes were rounded to float32 on different ways: nearly the same pixels.
    const [expected, drawn] = [
      await pixels(folder, "--base", base, "--adapter", trained),
      await pixels(folder, "--base", base, "--adapter", out),
    ];
    const plain = await pixels(folder, "--base", base);
    expect(distance(drawn, expected)).toBeLessThan(0.01 * distance(plain, expected));

    expect((await runCli(["extract", model, ...flags])).stderr).toContain("--force");
    const same = await runCli(["extract", base, ...flags, "--force"]);
    expect(same.stderr).toMatch(/got the same weights/);
    const other = fixture("tiny-checkpoints", "tiny-sd2");
    const misfit = await runCli(["extract", other, ...flags, "--force"]);
    expect(misfit.code).not.toBe(0);
    expect(misfit.stderr).toMatch(/expected two models of one architecture/);
    expect((await runCli(["extract", model, ...flags, "--rank", "0"])).code).toBe(2);
  });

  it("merges LoHa into a base only, and refuses what does not go together", async () => {
    const folder = temporaryFolder();
    const loha = await adapter(folder, "loha", "--method", "loha");
    const out = join(folder, "out.safetensors");
    const among = await runCli(["merge", loha, loha, "--out", out]);
    expect(among.code).not.toBe(0);
    expect(among.stderr).toMatch(/expected LoRAs, got a LoHa in .*Merge it into the base/);
    expect(existsSync(out)).toBe(false);
    const into = await runCli([
      "merge",
      loha,
      "--base",
      base,
      ...tokenizer,
      "--out",
      join(folder, "m"),
    ]);
    expect(into.code, into.stderr).toBe(0);
    const both = await runCli(["merge", loha, "--base", base, "--rank", "2", "--out", out]);
    expect(both.stderr).toMatch(/merge --rank: expected none with --base/);
    expect((await runCli(["merge", loha, "--rank", "many", "--out", out])).code).toBe(2);
    expect((await runCli(["merge", loha])).stderr).toMatch(/required option '--out <path>'/);
  });
});
