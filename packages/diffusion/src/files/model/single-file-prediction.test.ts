/** @file What a single file predicts: who says it, who counts more, and what is assumed where nobody does. */

import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { floatTensor } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { inEnglish } from "../../english/english-warnings.js";
import { componentOf } from "../../families/model-files.js";
import { tinyCheckpoint } from "../../testing/fixtures.js";
import { type ForeignMarks, writeForeignFile } from "../../testing/foreign-file.js";
import { tensorSource } from "../safetensors/write-safetensors.js";
import { openModelFiles } from "./open-model-files.js";
import type { OpenModelOptions } from "./open-options.js";
import type { AdapterClaim } from "./told-prediction.js";
import { writeSingleFile } from "./write-model-files.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-prediction-"));
});
afterEach(() => rm(folder, { recursive: true }));

type Tiny = "tiny-sd1" | "tiny-sd2";

/** Opens a file that someone else made of a tiny checkpoint, and a yaml beside it. */
async function open(
  marks: ForeignMarks & { readonly yaml?: string; readonly of?: Tiny } = {},
  options: OpenModelOptions = {},
) {
  const path = join(folder, "model.safetensors");
  await writeForeignFile(tinyCheckpoint(marks.of ?? "tiny-sd1"), path, marks);
  if (marks.yaml !== undefined) await writeFile(join(folder, "model.yaml"), marks.yaml);
  const checkpoint = await openModelFiles(nodeFiles, path, options);
  await checkpoint.close();
  const notes = checkpoint.notes.map(inEnglish);
  return { ...checkpoint, notes, type: checkpoint.scheduler["prediction_type"] };
}

const marker = (name: string) => tensorSource(name, floatTensor(new Float32Array(), [0]));
const claim = (endsInNoise: boolean): AdapterClaim => ({
  path: "dog.safetensors",
  prediction: "v_prediction",
  endsInNoise,
});
const ldm = (params: string) => `model:\n  target: ldm.LatentDiffusion\n  params:\n    ${params}\n`;

describe("a single file that does not say what it predicts", () => {
  it.each([
    ["tiny-sd1", "epsilon", "v_prediction"],
    ["tiny-sd2", "v_prediction", "epsilon"],
  ] as const)("of %s is taken for %s, which is told with the way out", async (of, type, other) => {
    const found = await open({ of });
    expect(found).toMatchObject({ type, isPredictionAssumed: true });
    expect(found.notes).toHaveLength(1);
    expect(found.notes[0]).toContain(`${type} is assumed`);
    expect(found.notes[0]).toContain(`\`predictionType: "${other}"\``);
  });

  it.each([
    ["tiny-sd1", "v_prediction"],
    ["tiny-sd2", "epsilon"],
  ] as const)("of %s is what the person says, as the folder is", async (of, predictionType) => {
    const found = await open({ of }, { predictionType });
    expect(found).toMatchObject({ notes: [], isPredictionAssumed: false });
    const whole = await openModelFiles(nodeFiles, tinyCheckpoint(of), { predictionType });
    await whole.close();
    const { _diffusers_version: _, trained_betas: _none, ...expected } = whole.scheduler;
    expect(found.scheduler).toEqual(
      Object.fromEntries(
        Object.keys(found.scheduler).map((field) => [field, expected[field]] as const),
      ),
    );
  });

  // The deviation that ComfyUI draws the line at: 0.09, of all values.
  it.each([
    [0.08, "epsilon", "512 pixels"],
    [0.1, "v_prediction", "768 pixels"],
  ] as const)("is judged by a norm of SD 2.x that spreads by %f", async (spread, type, why) => {
    const name = "model.diffusion_model.output_blocks.11.1.transformer_blocks.0.norm1.bias";
    const bias = floatTensor(Float32Array.of(spread, -spread, spread, -spread), [4]);
    const found = await open({ of: "tiny-sd2", tensors: [tensorSource(name, bias)] });
    expect(found.type).toBe(type);
    expect(found.notes[0]).toContain(why);
  });

  it("is taken for what an adapter was trained on that goes with it", async () => {
    const claims = [claim(false)];
    const found = await open({}, { claims });
    expect(found).toMatchObject({ type: "v_prediction", isPredictionAssumed: true });
    expect(found.notes).toEqual([expect.stringContaining("which dog.safetensors was trained on")]);
  });
});

describe("what a single file predicts is said by", () => {
  it.each([
    ["modelspec.prediction_type", "v", "v_prediction"],
    ["modelspec.prediction_type", "epsilon", "epsilon"],
    ["modelspec.predict_key", "v", "v_prediction"],
    ["ss_v_parameterization", "True", "v_prediction"],
    ["ss_v_parameterization", "false", "epsilon"],
    ["ss_base_model_version", "sd_v2_v", "v_prediction"],
    ["ss_base_model_version", "sd_v2", "epsilon"],
    ["modelspec.architecture", "stable-diffusion-v2-512", "epsilon"],
    ["modelspec.architecture", "stable-diffusion-v2-768-v/lora", "v_prediction"],
  ])("its metadata: %s %s", async (key, value, type) => {
    const found = await open({ metadata: { [key]: value } });
    expect(found).toMatchObject({ type, notes: [], isPredictionAssumed: false });
  });

  it.each([
    ["modelspec.prediction_type", "flow"],
    ["ss_base_model_version", "sd_v1"],
  ])("nobody where its metadata are %s %s", async (key, value) => {
    expect((await open({ metadata: { [key]: value } })).isPredictionAssumed).toBe(true);
  });

  it("its markers, and the schedule that goes with them", async () => {
    expect(await open({ tensors: [marker("v_pred")] })).toMatchObject({
      type: "v_prediction",
      notes: [],
      ignoredKeys: [],
      unknownKeys: [],
    });
    expect(await open({ tensors: [marker("v_pred"), marker("ztsnr")] })).toMatchObject({
      scheduler: {
        _class_name: "DDIMScheduler",
        prediction_type: "v_prediction",
        rescale_betas_zero_snr: true,
        timestep_spacing: "trailing",
      },
    });
    const epsilon = { metadata: { "modelspec.prediction_type": "epsilon" } };
    const contrary = await open({ ...epsilon, tensors: [marker("ztsnr")] });
    expect(contrary.scheduler["rescale_betas_zero_snr"]).toBeUndefined();
    expect(contrary.notes[0]).toContain("its usual schedule is taken");
  });

  it.each([
    ['parameterization: "v"', "v_prediction"],
    ["parameterization: eps", "epsilon"],
    ["timesteps: 1000", "epsilon"],
    ["parameterization: x0", "sample"],
    [
      "denoiser_config: { params: { scaling_config: { target: sgm.denoiser_scaling.VScaling } } }",
      "v_prediction",
    ],
  ])("a yaml beside it: %s", async (params, type) => {
    const found = await open({ yaml: ldm(params) });
    expect(found).toMatchObject({ type, notes: [], isPredictionAssumed: false });
  });

  it("a yaml beside it as OneTrainer has written it, beside its parameters", async () => {
    const found = await open({
      yaml: "model:\n  parameterization: v\n  params: { channels: 4 }\n",
    });
    expect(found).toMatchObject({ type: "v_prediction", notes: [] });
  });

  it("a yaml beside it, with its schedule and the scale of its latents", async () => {
    const yaml = "{ linear_start: 0.001, linear_end: 0.02, timesteps: 500, scale_factor: 0.5 }";
    const schedule = { beta_start: 0.001, beta_end: 0.02, num_train_timesteps: 500 };
    expect((await open({ yaml: ldm(yaml) })).scheduler).toMatchObject(schedule);
    await cp(tinyCheckpoint("tiny-sd2.safetensors"), join(folder, "plain.safetensors"));
    await writeFile(join(folder, "plain.yaml"), ldm(yaml));
    const configs = {
      unet: { attentionHeads: [2, 4], normNumGroups: 4, sampleSize: 8 },
      vae: { normNumGroups: 2, sampleSize: 16 },
    };
    const plain = await openModelFiles(nodeFiles, join(folder, "plain.safetensors"), { configs });
    await plain.close();
    expect(componentOf(plain, "vae").config.scalingFactor).toBe(0.5);
  });

  it.each([
    ["rank: 8\ndata: { folder: photos }\n", "describes no model"],
    ["model: [", "is not read"],
    // What is left where a page was saved instead of the file.
    ["<!DOCTYPE html><html></html>", "a web page"],
    [ldm("parameterization: w"), "expected eps, v or x0 as parameterization, got w"],
    [`a: &a [1,1,1]\n${"b: &b [*a,*a]\n".repeat(2)}`, "is not read"],
    [
      `x: &0 [1]\n${Array.from({ length: 30 }, (_, i) => `x${i}: &${i + 1} [${`*${i},`.repeat(9)}*${i}]`).join("\n")}\n`,
      "is not read",
    ],
  ])("no yaml that is another: %j", async (yaml, expected) => {
    const found = await open({ yaml });
    expect(found.isPredictionAssumed).toBe(true);
    expect(found.notes[0]).toContain(expected);
    expect(found.notes[0]).toContain("model.yaml");
  });

  it("the yaml more than the metadata, and the person most; contradictions are told", async () => {
    const contrary = {
      yaml: ldm("parameterization: v"),
      metadata: { "modelspec.prediction_type": "epsilon" },
    };
    const found = await open(contrary);
    expect(found.type).toBe("v_prediction");
    expect(found.notes).toEqual([
      expect.stringMatching(
        /model\.yaml says .* v_prediction, modelspec\.prediction_type says epsilon/,
      ),
    ]);
    expect(await open(contrary, { predictionType: "epsilon" })).toMatchObject({
      type: "epsilon",
      notes: [],
    });
  });
});

describe("an adapter that was trained on something else", () => {
  const claims = [claim(true)];

  it("is told beside a folder, not where the person says what it predicts", async () => {
    const openWith = async (options: OpenModelOptions) => {
      const checkpoint = await openModelFiles(nodeFiles, tinyCheckpoint("tiny-sd1"), options);
      await checkpoint.close();
      return { ...checkpoint, notes: checkpoint.notes.map(inEnglish) };
    };
    const { notes } = await openWith({ claims });
    expect(notes[0]).toContain("trained on a model that predicts v_prediction");
    expect(notes[1]).toContain("`zeroTerminalSnr: true`");
    const told = await openWith({
      claims,
      predictionType: "v_prediction",
      zeroTerminalSnr: true,
    });
    expect(told.notes).toEqual([]);
    expect(told.scheduler).toMatchObject({
      prediction_type: "v_prediction",
      rescale_betas_zero_snr: true,
    });
  });
});

describe("a single file that Atelier writes", () => {
  it("keeps what others said of the model, and says what it predicts", async () => {
    const said = { "modelspec.title": "Ink", "modelspec.license": "MIT", ss_v_prediction: "False" };
    const path = join(folder, "model.safetensors");
    await writeForeignFile(tinyCheckpoint("tiny-sd1"), path, { metadata: said });
    const found = await openModelFiles(nodeFiles, path, {
      predictionType: "v_prediction",
      zeroTerminalSnr: true,
    });
    const copy = join(folder, "copy.safetensors");
    await writeSingleFile(nodeFiles, found, { path: copy });
    await found.close();
    const again = await openModelFiles(nodeFiles, copy);
    await again.close();
    expect(again.notes).toEqual([]);
    expect(again.scheduler).toEqual(found.scheduler);
    expect(Object.fromEntries(again.metadata)).toEqual({
      "modelspec.title": "Ink",
      "modelspec.license": "MIT",
      "modelspec.prediction_type": "v",
    });
  });
});
