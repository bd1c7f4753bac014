/** @file What a model predicts, in every command that opens one: guessed and told, or said by the person. */

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseA1111Parameters, readPngText } from "@atelier/diffusion/files";
import { describe, expect, it } from "vitest";
import { copyCheckpoint, makeForeignFile } from "../testing/foreign-file.js";
import { writePictures } from "../testing/pictures.js";
import { fixture, runCli, temporaryFolder } from "../testing/run-cli.js";

const tokenizer = ["--tokenizer", fixture("tokenizer-small")];
const adapter = fixture("pipeline", "attention.safetensors");

/** The pixels that a base draws, and what was said. */
async function draw(base: string, ...more: string[]) {
  const out = join(temporaryFolder(), "picture.png");
  const prompt = ["--prompt", "a photo of a dog", "--steps", "2", "--out", out];
  const { code, stderr } = await runCli([
    ...["generate", "--base", base, ...tokenizer, ...prompt, ...more],
  ]);
  expect(code, stderr).toBe(0);
  const bytes = readFileSync(out);
  const text = await readPngText(bytes);
  const pixels = bytes.subarray(bytes.indexOf("IDAT")).toString("base64");
  return { pixels, stderr, text: text.get("parameters") ?? "", record: text.get("atelier") ?? "" };
}

const schedulerOf = (folder: string): unknown =>
  JSON.parse(readFileSync(join(folder, "scheduler", "scheduler_config.json"), "utf8"));

describe.each([
  ["tiny-sd1", "v_prediction", "epsilon"],
  ["tiny-sd2", "epsilon", "v_prediction"],
] as const)("a single file of %s that predicts %s", (name, type, guess) => {
  it("draws what its folder draws once the person says so, and tells what it took else", async () => {
    const root = temporaryFolder();
    const [folder, file] = [join(root, "model"), join(root, "model.safetensors")];
    copyCheckpoint(name, folder, { prediction_type: type });
    await makeForeignFile(folder, file);
    const whole = await draw(folder);
    expect(whole.stderr).not.toContain("assumed");
    const guessed = await draw(file);
    expect(guessed.pixels).not.toBe(whole.pixels);
    expect(guessed.stderr.split(`${guess} is assumed`)).toHaveLength(2);
    expect(guessed.stderr).toContain(`--prediction-type ${type}`);
    const said = await draw(file, "--prediction-type", type);
    expect(said.pixels).toBe(whole.pixels);
    expect(said.stderr).not.toContain("assumed");
    writeFileSync(
      join(root, "model.yaml"),
      `model:\n  target: ldm.models.diffusion.ddpm.LatentDiffusion\n  params:\n    parameterization: "${type === "epsilon" ? "eps" : "v"}"\n`,
    );
    const beside = await draw(file);
    expect(beside.pixels).toBe(whole.pixels);
    expect(beside.stderr).not.toContain("assumed");
  });

  it("is converted, merged and inspected as the person says", async () => {
    const root = temporaryFolder();
    const [folder, file] = [join(root, "model"), join(root, "model.safetensors")];
    copyCheckpoint(name, folder, { prediction_type: type });
    await makeForeignFile(folder, file);
    const say = ["--prediction-type", type];

    const convert = ["convert", file, join(root, "out"), "--to", "diffusers", ...tokenizer];
    expect((await runCli([...convert, ...say])).stderr).not.toContain("assumed");
    expect(schedulerOf(join(root, "out"))).toMatchObject({ prediction_type: type });
    expect((await runCli([...convert, "--force"])).stderr).toContain(`${guess} is assumed`);
    expect(schedulerOf(join(root, "out"))).toMatchObject({ prediction_type: guess });

    if (name === "tiny-sd1") {
      const merge = ["merge", adapter, "--base", file, "--out", join(root, "merged"), ...tokenizer];
      expect((await runCli([...merge, ...say])).stderr).not.toContain("assumed");
      expect(schedulerOf(join(root, "merged"))).toMatchObject({ prediction_type: type });
      expect((await runCli([...merge, "--force"])).stderr).toContain(`${guess} is assumed`);
    }

    const inspected = await runCli(["inspect", file]);
    expect(inspected.stdout).toMatch(new RegExp(`Predicts +${guess} \\(assumed\\)`));
    expect(inspected.stdout).toContain(`--prediction-type ${type}`);
    expect((await runCli(["inspect", file, ...say])).stdout).toMatch(
      new RegExp(`Predicts +${type}\n`),
    );
  });
});

describe("an adapter that was trained on v prediction", () => {
  it("says what a file does not, and what contradicts another", async () => {
    const root = temporaryFolder();
    const [folder, file] = [join(root, "model"), join(root, "model.safetensors")];
    copyCheckpoint("tiny-sd1", folder, { prediction_type: "v_prediction" });
    await makeForeignFile(folder, file);
    const lora = join(root, "lora.safetensors");
    const convert = ["convert", adapter, lora, "--to", "kohya", "--base", folder];
    expect((await runCli(convert)).code).toBe(0);
    const inspected = await runCli(["inspect", lora]);
    expect(inspected.stdout).toMatch(/Predicts +v_prediction, as the model/);

    const whole = await draw(folder, "--adapter", lora);
    expect(whole.stderr).not.toContain("trained on");
    const helped = await draw(file, "--adapter", lora);
    expect(helped.pixels).toBe(whole.pixels);
    expect(helped.stderr).toContain(`v_prediction is assumed, which ${lora} was trained on`);
    const other = await draw(fixture("tiny-checkpoints", "tiny-sd1"), "--adapter", lora);
    expect(other.stderr).toContain("was trained on a model that predicts v_prediction");

    const again = join(root, "again.safetensors");
    expect((await runCli(["convert", lora, again, "--to", "kohya", "--base", file])).code).toBe(0);
    expect((await runCli(["inspect", again])).stdout).toMatch(/Predicts +v_prediction/);
  });
});

describe("a training that was told what its base predicts", () => {
  it("prints a command that draws with it as it is, and says it in the LoRA", async () => {
    const root = temporaryFolder();
    const [folder, file] = [join(root, "model"), join(root, "the model.safetensors")];
    copyCheckpoint("tiny-sd1", folder, { prediction_type: "v_prediction" });
    await makeForeignFile(folder, file);
    const pictures = await writePictures(join(root, "pictures"), 1);
    const run = join(root, "run");
    const trained = await runCli([
      ...["lora", pictures, "--base", file, ...tokenizer, "--prompt", "a dog!", "--run", run],
      ...["--prediction-type", "v_prediction", "--zero-terminal-snr", "--steps", "1"],
      ...["--samples-every-steps", "0", "--cache-folder", join(root, "cache")],
    ]);
    expect(trained.code, trained.stderr).toBe(0);
    expect(trained.stderr).not.toContain("assumed");
    const printed = trained.stdout.split("\n").find((line) => line.includes("atelier generate"));
    // As a shell takes it.
    const words = [...(printed ?? "").matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
      ([, double, single, plain]) => double ?? single ?? plain ?? "",
    );
    const out = ["--out", join(root, "out.png"), "--steps", "1"];
    const drawn = await runCli([...words.slice(1, words.indexOf("--out")), ...out]);
    expect(drawn.code, `${printed}\n${drawn.stderr}`).toBe(0);
    expect(drawn.stderr).not.toMatch(/assumed|trained on/);
    const told = await readPngText(readFileSync(join(root, "out.png")));
    expect(told.get("parameters")).toContain("Noise Schedule: Zero Terminal SNR");
    const lora = words[words.indexOf("--adapter") + 1] ?? "";
    expect((await runCli(["inspect", lora])).stdout).toMatch(/Predicts +v_prediction, as/);
    const forgotten = await draw(file, "--adapter", lora);
    expect(forgotten.stderr).toContain("v_prediction is assumed, which");
    expect(forgotten.stderr).toContain("--zero-terminal-snr");
  });
});

describe("a model whose schedule ends without a signal although it predicts the noise", () => {
  it("is refused by every sampler and by inspect, for one reason", async () => {
    const folder = join(temporaryFolder(), "model");
    copyCheckpoint("tiny-sd1", folder, {
      _class_name: "DDIMScheduler",
      rescale_betas_zero_snr: true,
      timestep_spacing: "trailing",
    });
    const reason = "got epsilon, which says nothing of the picture where there is no signal";
    for (const sampler of ["ddim", "euler", "pndm", "dpmpp_2m", "heun"]) {
      const prompt = ["--prompt", "a dog", "--sampler", sampler];
      const { code, stderr } = await runCli([
        "generate",
        "--base",
        folder,
        ...tokenizer,
        ...prompt,
      ]);
      expect(code).toBe(2);
      expect(stderr).toContain(reason);
      expect(stderr).toContain("--prediction-type v_prediction");
    }
    const inspected = await runCli(["inspect", folder]);
    expect(inspected.code).toBe(1);
    expect(inspected.stdout).toContain(reason);
    const pictures = await writePictures(join(temporaryFolder(), "pictures"), 1);
    const run = ["--prompt", "a dog", "--run", join(temporaryFolder(), "run")];
    const trained = await runCli(["lora", pictures, "--base", folder, ...tokenizer, ...run]);
    expect(trained.code).toBe(2);
    expect(trained.stderr).toContain(reason);
  });
});

describe("what is recorded of a picture", () => {
  it("has A1111's names, and the hashes of a model and a LoRA in one file", async () => {
    const root = temporaryFolder();
    const file = join(root, "model.safetensors");
    await makeForeignFile(fixture("tiny-checkpoints", "tiny-sd1"), file);
    const lora = join(root, "my, lora.safetensors");
    writeFileSync(lora, readFileSync(adapter));
    const { text, record, stderr } = await draw(
      file,
      ...["--adapter", `${lora}:0.80`, "--sampler", "dpmpp_2m_karras", "--clip-skip", "1"],
      ...["--eta", "0.5"],
    );
    const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
    const bytes = readFileSync(lora);
    const tensors = bytes.subarray(8 + Number(bytes.readBigUInt64LE(0)));
    const { fields, loras } = parseA1111Parameters(text);
    expect(Object.fromEntries(fields)).toMatchObject({
      Sampler: "DPM++ 2M",
      "Schedule type": "Karras",
      "Model hash": sha256(readFileSync(file)).slice(0, 10),
      Model: "model",
      "Clip skip": "2",
      RNG: "CPU",
    });
    expect(fields.has("Eta DDIM")).toBe(false);
    expect(stderr).toContain("An eta of 0.5 has no effect with the sampler dpmpp_2m_karras");
    expect(loras).toEqual([{ name: "my lora", weight: 0.8, hash: sha256(tensors).slice(0, 12) }]);
    expect(JSON.parse(record)).toMatchObject({ sampler: "dpmpp_2m_karras", clipSkip: 1 });
  });

  it("names the base's own sampler, and a folder has no hash", async () => {
    const { text, stderr } = await draw(fixture("tiny-checkpoints", "tiny-sd1"));
    const { fields } = parseA1111Parameters(text);
    expect(fields.get("Sampler")).toBe("PLMS");
    expect(fields.has("Model hash")).toBe(false);
    expect(stderr).not.toContain("eta");
  });
});
