/** @file `atelier generate` with a tiny checkpoint: pictures, their parameters, refusals. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseA1111Parameters, readPngText } from "@atelier/diffusion/files";
import { sharpPictures } from "@atelier/diffusion/node";
import { describe, expect, it } from "vitest";
import { fixture, runCli, temporaryFolder } from "../testing/run-cli.js";

const base = fixture("tiny-checkpoints", "tiny-sd1");
const tokenizer = fixture("tokenizer-small");
const adapter = fixture("pipeline", "attention.safetensors");

const model = ["--base", base, "--tokenizer", tokenizer, "--prompt", "a photo of a dog"];
const decoding = { background: [0, 0, 0], maxPixels: 1024 } as const;
const quick = [...model, "--sampler", "ddim", "--steps", "2", "--seed", "5"];

describe("atelier generate", () => {
  it("writes a PNG with its parameters for A1111's readers and as JSON", async () => {
    const out = join(temporaryFolder(), "dog.png");
    const numbers = ["--guidance", "3", "--width", "16", "--height", "24", "--negative", "blurry"];
    const result = await runCli(["generate", ...quick, ...numbers, "--out", out]);
    expect(result.code, result.stderr).toBe(0);
    expect(result.stdout).toContain(out);
    const texts = await readPngText(readFileSync(out));
    const parsed = parseA1111Parameters(texts.get("parameters") ?? "");
    expect(parsed).toMatchObject({ prompt: "a photo of a dog", negativePrompt: "blurry" });
    const fields = Object.fromEntries(parsed.fields);
    expect(fields).toMatchObject({ Steps: "2", Sampler: "DDIM", "CFG scale": "3", Seed: "5" });
    expect(fields).toMatchObject({ Size: "16x24", Model: "tiny-sd1" });
    expect(JSON.parse(texts.get("atelier") ?? "")).toMatchObject({ base, seed: "5", adapters: [] });
  });

  it("draws the same bytes from the same seed, and others with an adapter", async () => {
    const folder = temporaryFolder();
    const draw = async (name: string, ...more: string[]) => {
      const path = join(folder, name);
      const { code, stderr } = await runCli(["generate", ...quick, "--out", path, ...more]);
      expect(code, stderr).toBe(0);
      return readFileSync(path);
    };
    const first = await draw("a.png");
    expect((await draw("b.png")).equals(first)).toBe(true);
    const adapted = await draw("c.png", "--adapter", `${adapter}:0.8`);
    const pixels = (bytes: Buffer) => bytes.subarray(bytes.indexOf("IDAT"));
    expect(pixels(adapted).equals(pixels(first))).toBe(false);
    const record: unknown = JSON.parse((await readPngText(adapted)).get("atelier") ?? "");
    expect(record).toMatchObject({ adapters: [{ path: adapter, weight: 0.8 }] });
  });

  it("draws with embeddings of any program, called by their own name or another", async () => {
    const out = join(temporaryFolder(), "words.png");
    const file = (name: string) => fixture("embeddings", name);
    const words = [
      "--embedding",
      file("one.safetensors"),
      "--embedding",
      `mine=${file("a1111.pt")}`,
    ];
    const prompt = ["--prompt", "a mine cat", "--out", out];
    const result = await runCli(["generate", ...quick, ...words, ...prompt]);
    expect(result.code, result.stderr).toBe(0);
    expect(result.stderr).toContain("embedding <my-style>: has no effect");
    expect(result.stderr).not.toContain("embedding mine");
    const record: unknown = JSON.parse((await readPngText(readFileSync(out))).get("atelier") ?? "");
    expect(record).toMatchObject({ embeddings: [words[1], words[3]] });
    const parameters = (await readPngText(readFileSync(out))).get("parameters") ?? "";
    expect(parameters).toMatch(/TI hashes: "mine: [0-9a-f]{12}"/);
  });

  it("reads prompts as A1111 does, and says and records what it does not take from them", async () => {
    const out = join(temporaryFolder(), "a.png");
    const draw = async (prompt: string, ...more: string[]) => {
      const argv = ["generate", ...quick, "--prompt", prompt, "--out", out, "--force", "--json"];
      const result = await runCli([...argv, ...more]);
      expect(result.code, result.stdout).toBe(0);
      const bytes = readFileSync(out);
      const text = (await readPngText(bytes)).get("parameters") ?? "";
      const codes = result.json().flatMap(({ type, code }) => (type === "warning" ? [code] : []));
      return { codes, text, pixels: bytes.subarray(bytes.indexOf("IDAT")) };
    };
    const plain = await draw("a red apple");
    const weighted = await draw("a (red:1.3) apple");
    expect(weighted.codes).toEqual([]);
    expect(weighted.text).toMatch(/^a \(red:1\.3\) apple\n/);
    expect(weighted.pixels.equals(plain.pixels)).toBe(false);
    const tagged = await draw("<lora:apple_v2:0.8> a red apple");
    expect(tagged.codes).toEqual(["unused-tag"]);
    expect(tagged.text).toMatch(/^a red apple\n/);
    expect(tagged.pixels.equals(plain.pixels)).toBe(true);
    const literal = await draw("a (red:1.3) apple", "--prompt-syntax", "plain");
    expect(literal.text).toMatch(/^a \\\(red:1\.3\\\) apple\n/);
    expect((await draw("a \\(red:1.3\\) apple")).pixels.equals(literal.pixels)).toBe(true);
    for (const prompt of ["smile_(object), :d", "a note (in brackets)", "rate 4:3 [sic]"]) {
      expect((await draw(prompt)).codes).toEqual([]);
    }
  });

  it("leaves out layers for both prompts, so that equal ones cancel out", async () => {
    const folder = temporaryFolder();
    const draw = async (name: string, ...more: string[]) => {
      const out = join(folder, name);
      const result = await runCli([
        "generate",
        ...quick,
        "--clip-skip",
        "1",
        ...more,
        "--out",
        out,
      ]);
      expect(result.code, result.stderr).toBe(0);
      return (await sharpPictures.decode(readFileSync(out), name, decoding)).data;
    };
    const both = ["--negative", "a photo of a dog", "--guidance", "5"];
    const guided = await draw("a.png", ...both);
    const alone = await draw("b.png", "--guidance", "1");
    const differences = [...guided].map((value, i) => Math.abs(value - (alone[i] ?? 0)));
    expect(Math.max(...differences)).toBeLessThanOrEqual(1);
  });

  it.each([
    ["absent.pt", "--embedding absent.pt: expected a textual-inversion file, got nothing"],
    ["a=absent.pt", "--embedding absent.pt: expected"],
    [fixture("lora", "lora_kohya.safetensors"), "Use an adapter as an adapter"],
    [fixture("embeddings", "second.safetensors"), "expected vectors of width 16"],
  ])("refuses the embedding %s", async (file, expected) => {
    const result = await runCli(["generate", ...quick, "--embedding", file]);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(expected);
  });

  it("names several pictures by their seeds and never replaces one", async () => {
    const folder = join(temporaryFolder(), "dogs");
    const argv = ["generate", ...quick, "--count", "2", "--out", folder];
    expect((await runCli(argv)).code).toBe(0);
    expect((await runCli(argv)).code).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(["5-2.png", "5.png", "6-2.png", "6.png"]);
  });

  it("numbers several pictures of one name, before it draws any over another", async () => {
    const folder = temporaryFolder();
    const argv = ["generate", ...quick, "--count", "2", "--out", join(folder, "cat.png")];
    const drawn = await runCli(argv);
    expect(drawn.code, drawn.stderr).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(["cat-1.png", "cat-2.png"]);
    const again = await runCli(argv);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain("cat-1.png: expected a new file");
    expect((await runCli([...argv, "--force"])).code).toBe(0);
  });

  it("makes a folder of a name without an ending", async () => {
    const out = join(temporaryFolder(), "pictures");
    const result = await runCli(["generate", ...quick, "--out", out]);
    expect(result.code, result.stderr).toBe(0);
    expect(existsSync(join(out, "5.png"))).toBe(true);
  });

  it("refuses to replace a file unless it is told to", async () => {
    const out = join(temporaryFolder(), "dog.png");
    writeFileSync(out, "precious");
    const argv = ["generate", ...quick, "--out", out];
    const refused = await runCli(argv);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("--force");
    expect(readFileSync(out, "utf8")).toBe("precious");
    expect((await runCli([...argv, "--force"])).code).toBe(0);
    expect(readFileSync(out).subarray(1, 4).toString()).toBe("PNG");
  });

  it("prints JSON lines and nothing else with --json", async () => {
    const out = join(temporaryFolder(), "dog.png");
    const result = await runCli(["generate", ...quick, "--out", out, "--json"]);
    expect(result.stderr).toBe("");
    const events = result.json();
    expect(events.map(({ type }) => type)).toEqual(["step", "step", "image"]);
    // Latents would be most of what is printed.
    expect(events.filter((event) => "latents" in event)).toEqual([]);
    expect(events.at(-1)).toMatchObject({ path: out, seed: 5 });
  });

  it.each([
    [["--steps", "0"], "Expected a whole number of at least 1"],
    [["--steps", "2.5"], "Expected a whole number of at least 1"],
    [["--guidance", "high"], "Expected a number of at least 0"],
    [["--seed", ""], "Expected a whole number of at least 0"],
    [["--sampler", "magic"], "Allowed choices are ddim"],
    [["--backend", "tpu"], "Allowed choices are cpu, webgpu, cuda"],
    [["--width", "17"], "--width: expected a multiple of"],
    [["--adapter", "absent.safetensors"], "expected a LoRA file or folder, got nothing"],
    [["--out", "picture.jpg"], "expected a .png file or a folder"],
  ])("refuses %j", async (more, expected) => {
    const { code, stderr, stdout } = await runCli(["generate", ...quick, ...more]);
    expect(code).not.toBe(0);
    expect(stdout).toBe("");
    expect(stderr).toContain(expected);
  });

  it("names the options that are missing", async () => {
    const { code, stderr } = await runCli(["generate", "--base", base]);
    expect(code).toBe(2);
    expect(stderr).toContain("--prompt not given");
  });

  it("refuses an adapter of another model, saying what does not fit", async () => {
    const other = fixture("lora", "lora_kohya.safetensors");
    const { code, stderr } = await runCli(["generate", ...quick, "--adapter", other]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/expected (factors|tensors) for the layers of this sd1 model/);
  });

  it("stops when it is asked to", async () => {
    const signal = AbortSignal.abort();
    const out = join(temporaryFolder(), "dog.png");
    expect((await runCli(["generate", ...quick, "--out", out], { signal })).code).toBe(130);
  });
});
