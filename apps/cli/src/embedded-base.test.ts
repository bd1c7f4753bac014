/** @file Commands without --base, on a tiny model in the embedded one's place: what they do and say. */

import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { trainingConfig, writeChecksums } from "@atelier/base";
import { trainingConfigName } from "@atelier/diffusion/core";
import { encodePng, readPngText } from "@atelier/diffusion/files";
import { nodeFiles } from "@atelier/engine/node";
import { beforeEach, describe, expect, it } from "vitest";
import { type CliResult, fixture, runCli, temporaryFolder } from "./testing/run-cli.js";

const worker = new URL(
  "../../../packages/diffusion/dist/adapters/train-worker.js",
  import.meta.url,
);
const isBuilt = existsSync(fileURLToPath(worker));
if (!isBuilt) console.warn("skip: packages/diffusion/dist is absent; `npm run build` makes it");

const weights = join("unet", "diffusion_pytorch_model.safetensors");
const fingerprint = expect.stringMatching(/^[0-9a-f]{64}$/);
let embedded = "";
let folder = "";
beforeEach(async () => {
  embedded = temporaryFolder();
  folder = temporaryFolder();
  cpSync(fixture("tiny-checkpoints", "tiny-sd1"), embedded, { recursive: true });
  cpSync(fixture("tokenizer-small"), join(embedded, "tokenizer"), { recursive: true });
  writeFileSync(join(embedded, trainingConfigName), JSON.stringify(trainingConfig));
  await writeChecksums(nodeFiles, embedded);
});

const atelier = (...argv: readonly string[]): Promise<CliResult> =>
  runCli(argv, { env: { ATELIER_EMBEDDED_BASE: embedded } });

/** A folder of plain pictures of these sizes. */
async function drawPictures(sizes: readonly (readonly [number, number])[]): Promise<string> {
  const pictures = join(folder, "pictures");
  mkdirSync(pictures);
  for (const [index, [width, height]] of sizes.entries()) {
    // Few different ones: each is encoded once.
    const data = new Uint8Array(3 * width * height).fill(index % 4);
    writeFileSync(join(pictures, `${index}.png`), await encodePng({ width, height, data }));
  }
  return pictures;
}

function train(pictures: string, ...more: string[]): Promise<CliResult> {
  return atelier(
    ...["lora", pictures, "--prompt", "a sks robot", "--steps", "1", "--rank", "2"],
    ...["--samples-every-steps", "0", "--run", join(folder, "run"), "--json"],
    ...["--cache-folder", join(folder, "cache"), ...more],
  );
}

function damage(): void {
  const path = join(embedded, weights);
  const bytes = readFileSync(path);
  bytes[bytes.length - 9] = (bytes[bytes.length - 9] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

describe.skipIf(!isBuilt)("atelier lora without --base", () => {
  it.each([
    ["one picture", [[24, 24]]],
    [
      "pictures of other sizes",
      [
        [200, 40],
        [16, 16],
        [64, 300],
      ],
    ],
    ["200 pictures", Array.from({ length: 200 }, () => [16, 16])],
  ] as const)("learns from %s, at the size of the base", async (_, sizes) => {
    // Each size is a pair; the table's type only knows them as lists.
    const pictures = await drawPictures(sizes as readonly (readonly [number, number])[]);
    const result = await train(pictures);
    expect(result.code, result.stdout).toBe(0);
    const [note, plan, ...events] = result.json();
    expect(note).toMatchObject({ type: "note", code: "small-base" });
    expect(plan).toMatchObject({
      type: "plan",
      base: "atelier-embedded",
      baseFingerprint: fingerprint,
      pictures: sizes.length,
      width: 16,
      height: 16,
    });
    expect(events.at(-1)).toMatchObject({ type: "done", step: 1 });
  });

  it("says that the base is small and where to find Stable Diffusion, and which words it lacks", async () => {
    const pictures = await drawPictures([[16, 16]]);
    const result = await atelier(
      ...["lora", pictures, "--prompt", "a photo of sks dog", "--steps", "1", "--rank", "2"],
      ...["--samples-every-steps", "0", "--run", join(folder, "run")],
      ...["--cache-folder", join(folder, "cache")],
    );
    expect(result.code, result.stderr).toBe(0);
    expect(result.stderr).toContain("a small model for trying things, which draws 64×64 pictures");
    expect(result.stderr).toContain("name it: --base <folder, .safetensors file or Hugging Face");
    expect(result.stderr).toContain("never read these words: photo, sks. One new word");
    expect(result.stdout).toContain("atelier generate --base embedded --adapter");
  });

  it("says before training which captions mean little to it, or hold the syntax of prompts", async () => {
    const pictures = await drawPictures(Array.from({ length: 4 }, () => [16, 16] as const));
    const captions = [
      "공원에서 뛰어노는 강아지 사진",
      "A golden retriever sprints through autumn leaves at sunset",
      "a (sks:1.3) dog on a red background",
      "a sks dog on a red background",
    ];
    captions.forEach((caption, index) => {
      writeFileSync(join(pictures, `${index}.txt`), caption);
    });
    const result = await train(pictures);
    expect(result.code, result.stdout).toBe(0);
    const events = result.json();
    expect(events.find(({ code }) => code === "unknown-captions")).toMatchObject({
      message: expect.stringMatching(
        /^2 of 4 captions consist mostly of words .*such as 공원에서, /,
      ),
    });
    const warnings = events.flatMap(({ type, message }) => (type === "warning" ? [message] : []));
    expect(warnings).toContainEqual(
      expect.stringMatching(
        /^The caption of 2\.png holds syntax of prompts, such as \(sks:1\.3\)\./,
      ),
    );
  });

  it("draws and converts with what it trained, whose trigger is no unknown word", async () => {
    const trained = await train(await drawPictures([[16, 16]]));
    expect(trained.code, trained.stdout).toBe(0);
    const adapter = join(folder, "run", "lora.safetensors");
    const prompt = ["--prompt", "a sks robot", "--steps", "1", "--json"];
    const out = ["--out", join(folder, "a.png")];
    const drawn = await atelier("generate", ...prompt, ...out, "--adapter", adapter);
    expect(drawn.json().map(({ type }) => type)).toEqual(["step", "image"]);
    const [inspection] = (await atelier("inspect", adapter, "--base", "embedded", "--json")).json();
    expect(inspection).toMatchObject({ fits: "checkpoints of atelier-embedded, as it says." });
    const diffusers = join(folder, "diffusers.safetensors");
    const back = join(folder, "back.safetensors");
    expect(await atelier("convert", adapter, diffusers, "--to", "diffusers")).toMatchObject({
      code: 0,
    });
    expect(await atelier("convert", diffusers, back, "--to", "kohya")).toMatchObject({ code: 0 });
    const [again] = (await atelier("inspect", back, "--json")).json();
    expect(again).toMatchObject({
      format: "kohya",
      fits: "checkpoints of atelier-embedded, as it says.",
    });
  });

  it("trains nothing on damaged weights, and names the file", async () => {
    damage();
    const result = await train(await drawPictures([[16, 16]]));
    expect(result.code).toBe(1);
    const [error, ...others] = result.json();
    expect(others).toEqual([]);
    expect(error).toMatchObject({
      code: "file",
      message: expect.stringMatching(/unet\/diffusion_\S+: expected SHA-256/),
    });
    expect(readdirSync(folder)).toEqual(["pictures"]);
  });

  it("says what to do when the base is not there", async () => {
    const pictures = await drawPictures([[16, 16]]);
    rmSync(embedded, { recursive: true });
    const { code, stdout } = await train(pictures);
    expect(code).toBe(1);
    expect(stdout).toContain("comes without it. Name another base with --base");
    expect(readdirSync(folder)).toEqual(["pictures"]);
  });
});

describe("atelier generate without --base", () => {
  const generate = (prompt: string, ...more: string[]) =>
    atelier("generate", "--prompt", prompt, "--out", join(folder, "a.png"), "--json", ...more);

  it("draws with the advice of the base, and writes down which base that was", async () => {
    const advice = { num_inference_steps: 2, guidance_scale: 3, guidance_rescale: 0.5 };
    writeFileSync(join(embedded, "generation_config.json"), JSON.stringify(advice));
    await writeChecksums(nodeFiles, embedded);
    const result = await generate("a dog on a red background", "--sampler", "ddim");
    expect(result.code, result.stdout).toBe(0);
    expect(result.json().map(({ type }) => type)).toEqual(["step", "step", "image"]);
    const texts = await readPngText(readFileSync(join(folder, "a.png")));
    expect(texts.get("parameters")).toMatch(/Steps: 2, .*CFG scale: 3, .*Model: atelier-embedded/);
    expect(JSON.parse(texts.get("atelier") ?? "")).toMatchObject({
      base: "embedded",
      baseFingerprint: fingerprint,
      guidanceRescale: 0.5,
    });
  });

  it("names the words of both prompts that say nothing to the base", async () => {
    const result = await generate("a dog on Mars", "--negative", "blurry", "--steps", "1");
    expect(result.code, result.stdout).toBe(0);
    expect(result.json()[0]).toMatchObject({
      code: "unknown-words",
      params: { words: ["mars", "blurry"] },
    });
  });

  it("names no words that an embedding supplies, nor syntax", async () => {
    const words = ["--embedding", `my-cat=${fixture("embeddings", "one.safetensors")}`];
    const prompt = "<lora:x:0.8> a (my-cat:1.3) BREAK a dog on Mars";
    const result = await generate(prompt, "--steps", "1", ...words);
    expect(result.code, result.stdout).toBe(0);
    const notes = result.json().filter(({ type }) => type === "note");
    expect(notes).toEqual([
      expect.objectContaining({ code: "unknown-words", params: { words: ["mars"] } }),
    ]);
  });

  it("says nothing of words on another base", async () => {
    const result = await generate("a dog on Mars", "--steps", "1", "--base", embedded);
    expect(result.json().map(({ type }) => type)).toEqual(["step", "image"]);
  });

  it("draws nothing with damaged weights", async () => {
    damage();
    expect(await generate("a dog")).toMatchObject({ code: 1 });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("the name embedded", () => {
  it("is inspected, and converted to a file", async () => {
    const [inspection] = (await atelier("inspect", "embedded", "--json")).json();
    expect(inspection).toMatchObject({ path: embedded, kind: "checkpoint", fingerprint });
    const out = join(folder, "model.safetensors");
    const converted = await atelier("convert", "embedded", out, "--to", "single-file");
    expect(converted).toMatchObject({ code: 0 });
    expect((await atelier("inspect", out, "--json")).json()[0]).toMatchObject({ problems: [] });
  });

  it("is looked at by doctor", async () => {
    const finding = async () => {
      const findings = (await atelier("doctor", "--json")).json();
      return findings.find(({ id }) => id === "base.embedded");
    };
    expect(await finding()).toMatchObject({
      status: "ok",
      message: expect.stringContaining("whole"),
    });
    damage();
    expect(await finding()).toMatchObject({
      status: "problem",
      message: expect.stringContaining("diffusion_pytorch_model.safetensors"),
    });
  });

  it("means the base also where a folder has that name, which is said", async () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      mkdirSync("embedded");
      const draw = (base: string) =>
        atelier("generate", "--base", base, "--prompt", "a dog", "--steps", "1");
      const shadowed = await draw("embedded");
      expect(shadowed.code, shadowed.stderr).toBe(0);
      expect(shadowed.stderr).toContain("name it as ./embedded");
      expect((await draw("./embedded")).stderr).toContain("expected a model folder");
    } finally {
      process.chdir(before);
    }
  });
});
