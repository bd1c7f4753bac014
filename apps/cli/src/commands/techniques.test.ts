/** @file The commands for single techniques, from flags to files, on a tiny base. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writePictures } from "../testing/pictures.js";
import { fixture, runCli, temporaryFolder } from "../testing/run-cli.js";

const base = fixture("tiny-checkpoints", "tiny-sd1");
const tokenizer = fixture("tokenizer-small");

async function train(argv: readonly string[]) {
  const folder = temporaryFolder();
  const pictures = await writePictures(join(folder, "pictures"), 2);
  const [command = "", ...flags] = argv;
  const run = join(folder, "run");
  const result = await runCli([
    ...[command, pictures, "--base", base, "--tokenizer", tokenizer, "--run", run],
    ...["--steps", "2", "--samples-every-steps", "0", "--cache-folder", join(folder, "cache")],
    ...flags,
  ]);
  return { ...result, run };
}

/** The config that a run recorded. */
const configOf = (run: string): unknown =>
  JSON.parse(readFileSync(join(run, "config.json"), "utf8"));

describe("atelier", () => {
  it("finetune writes a model and says how to draw with it", async () => {
    const { code, stdout, stderr, run } = await train([
      ...["finetune", "--prompt", "a cat", "--parts", "cross-attention", "--ema-decay", "0.9"],
    ]);
    expect(code, stderr).toBe(0);
    expect(configOf(run)).toMatchObject({ tuning: "full", full: { parts: ["cross-attention"] } });
    expect(readdirSync(join(run, "model"))).toContain("model_index.json");
    expect(stdout).toContain(`atelier generate --base ${join(run, "model")} --prompt`);
  });

  it("dreambooth makes the prompts of subject and class, and keeps the class", async () => {
    const same = ["--samples-steps", "1", "--samples-sampler", "ddim", "--prior-count", "2"];
    const { code, stderr, run } = await train([
      ...["dreambooth", "--token", "sks", "--class", "dog", ...same, "--rank", "2"],
    ]);
    expect(code, stderr).toBe(0);
    expect(configOf(run)).toMatchObject({
      tuning: "lora",
      data: { prompt: "a photo of a sks dog", captions: "prompt" },
      prior: { classPrompt: "a photo of a dog", source: "pictures", count: 2 },
    });
    const alone = await train([
      ...["dreambooth", "--token", "sks", "--class", "dog", "--no-prior", "--tuning", "full"],
      ...["--paper-prompts", "living", "--parts", "conv_out"],
    ]);
    expect(alone.code, alone.stderr).toBe(0);
    const config = configOf(alone.run);
    expect(config).not.toHaveProperty("prior");
    expect(config).toMatchObject({
      tuning: "full",
      samples: { prompts: expect.arrayContaining(["a sks dog in a chef outfit"]) },
    });
  });

  it("textual-inversion learns a word and saves it under its name", async () => {
    const { code, stderr, stdout, run } = await train([
      ...["textual-inversion", "--token", "<my-cat>", "--init", "photo", "--vectors", "2"],
      ...["--kind", "subject"],
    ]);
    expect(code, stderr).toBe(0);
    expect(readdirSync(run)).toEqual(expect.arrayContaining(["my-cat.safetensors"]));
    expect(stdout).toContain(`--embedding ${join(run, "my-cat.safetensors")}`);
    const drawn = await runCli([
      ...["generate", "--base", base, "--tokenizer", tokenizer, "--steps", "1"],
      ...["--embedding", `<my-cat>=${join(run, "my-cat.safetensors")}`],
      ...["--prompt", "a photo of <my-cat>", "--out", join(run, "cat.png")],
    ]);
    expect(drawn.code, drawn.stderr).toBe(0);
  });

  it("resume goes on with a run and says where there is none", async () => {
    const { run } = await train(["lora", "--prompt", "a cat", "--rank", "2"]);
    const again = await runCli(["resume", run, "--tokenizer", tokenizer]);
    expect(again.code, again.stderr).toBe(0);
    const none = await runCli(["resume", temporaryFolder()]);
    expect(none.code).not.toBe(0);
    expect(none.stderr).toMatch(/expected the folder of a run, got one without config\.json/);
  });

  it("pivotal tuning makes one file that draws as its adapter and its word do", async () => {
    const { code, stderr, run } = await train([
      ...["textual-inversion", "--token", "<my-cat>", "--init", "cat", "--prompt", "a <my-cat>"],
      ...["--tuning", "pivotal", "--rank", "2", "--learning-rate", "0.05"],
      ...["--embedding-learning-rate", "0.5"],
    ]);
    expect(code, stderr).toBe(0);
    const draw = async (...flags: string[]): Promise<string> => {
      const out = join(run, `${Math.random()}.png`);
      const drawn = await runCli([
        ...["generate", "--base", base, "--tokenizer", tokenizer, "--steps", "2", "--out", out],
        ...["--prompt", "a <my-cat>", ...flags],
      ]);
      expect(drawn.code, drawn.stderr).toBe(0);
      const bytes = readFileSync(out);
      return bytes.subarray(bytes.indexOf("IDAT"), bytes.indexOf("IEND")).toString("base64");
    };
    const one = ["--adapter", join(run, "lora.safetensors")];
    const word = ["--embedding", `<my-cat>=${join(run, "my-cat.safetensors")}`];
    const both = await draw(...one, ...word);
    expect(await draw(...one)).toBe(both);
    expect(await draw(...word)).not.toBe(both);
    const inspected = await runCli(["inspect", one[1] ?? ""]);
    expect(inspected.stdout).toContain("<my-cat>");
    const out = join(run, "diffusers.safetensors");
    const converted = await runCli([
      "convert",
      one[1] ?? "",
      out,
      "--to",
      "diffusers",
      "--base",
      base,
    ]);
    expect(converted.stderr).toContain("The word <my-cat> is left out");
    const merged = join(run, "merged.safetensors");
    const twice = await runCli(["merge", one[1] ?? "", one[1] ?? "", "--out", merged]);
    expect(twice.stderr).toContain("got <my-cat> in two adapters");
    const alone = await runCli(["merge", one[1] ?? "", "--out", merged]);
    expect(alone.code, alone.stderr).toBe(0);
    expect(await draw("--adapter", merged)).toBe(both);
  });

  it.each([
    [["dreambooth", "pictures", "--token", "sks"], /required option '--class <noun>'/],
    [
      ["dreambooth", "pictures", "--token", "", "--class", ""],
      /expected an identifier and a class/,
    ],
    [["textual-inversion", "pictures"], /embedding\.token: expected a text, got nothing/],
    [["finetune", "pictures", "--rank", "4"], /unknown option '--rank'/],
    [["finetune", "pictures", "--tuning", "lora"], /unknown option '--tuning'/],
    [["lora", "pictures", "--parts", "all"], /unknown option '--parts'/],
    [["dreambooth", "p", "--token", "a", "--class", "b", "--paper-prompts", "c"], /object, living/],
  ])("refuses %j", async (argv, message) => {
    const { code, stderr } = await runCli(argv);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});
