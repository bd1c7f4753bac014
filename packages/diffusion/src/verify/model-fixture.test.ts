/** @file Models against fixtures by PyTorch, and fixtures that are wrong on purpose. */

import { readdirSync } from "node:fs";
import { floatTensor } from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { openSafetensors } from "../files/safetensors/open-safetensors.js";
import { fixture as fixturePath, sharedFile } from "../testing/fixtures.js";
import { checkModelFixture, verifyModelFixture } from "./model-fixture.js";
import { isModelFixture, type ModelFixture, readModelFixture } from "./read-model-fixture.js";

const folder = fixturePath("models/");
const reference = sharedFile("fixtures", "models/");
const names = readdirSync(folder).filter((name) => name.endsWith(".safetensors"));
const runtime = createOrtRuntime();

async function read(path: string): Promise<ModelFixture> {
  const file = await openSafetensors(nodeFiles, path);
  try {
    return await readModelFixture(file);
  } finally {
    await file.close();
  }
}

describe("verifyModelFixture", () => {
  it.each(names)("finds outputs, loss and gradients of %s equal to PyTorch's", async (name) => {
    const file = await openSafetensors(nodeFiles, folder + name);
    expect(isModelFixture(file)).toBe(true);
    const checks = await verifyModelFixture(name, file, runtime);
    await file.close();
    expect(checks.filter(({ status }) => status !== "ok")).toEqual([]);
    // T5 has one output, and no gradients: it is not trained.
    expect(checks.length).toBeGreaterThanOrEqual(name === "t5_tiny.safetensors" ? 1 : 3);
  });

  it("compares every stored gradient", async () => {
    const fixture = await read(`${folder}unet_sd1_tiny.safetensors`);
    const checks = await checkModelFixture("unet", fixture, runtime);
    expect(checks.map(({ name }) => name)).toEqual(["unet out.out", "unet loss", "unet gradients"]);
    expect(checks.at(-1)?.detail).toMatch(/^worst of 208: /);
  });

  it("fails where one number of the reference differs", async () => {
    const fixture = await read(`${folder}unet_sd1_tiny.safetensors`);
    const key = "mid_block.resnets.0.conv1.weight";
    const gradient = fixture.gradients.get(key) ?? floatTensor([], [0]);
    const altered = floatTensor(gradient.data.slice(), gradient.shape);
    altered.data[7] = (altered.data[7] ?? 0) + 0.5;
    const gradients = new Map([...fixture.gradients, [key, altered]]);
    const checks = await checkModelFixture("unet", { ...fixture, gradients }, runtime);
    expect(checks.map(({ status }) => status)).toEqual(["ok", "ok", "FAIL"]);
    expect(checks.at(-1)?.detail).toBe(
      `1 of 208 failed, worst of 208: ${key}, largest error at element 7`,
    );
  });

  it("fails for a gradient of a parameter that the model does not have", async () => {
    const fixture = await read(`${folder}unet_sd1_tiny.safetensors`);
    const gradients = new Map([...fixture.gradients, ["conv_in.scale", floatTensor([1], [1])]]);
    const checks = await checkModelFixture("unet", { ...fixture, gradients }, runtime);
    expect(checks.at(-1)).toMatchObject({ status: "FAIL" });
    expect(checks.at(-1)?.detail).toContain("conv_in.scale, expected [1], got [0]");
  });

  it("refuses weights that the config does not ask for", async () => {
    const fixture = await read(`${folder}vae_plain_tiny.safetensors`);
    const weights = new Map([...fixture.weights, ["encoder.extra.weight", floatTensor([1], [1])]]);
    await expect(checkModelFixture("vae", { ...fixture, weights }, runtime)).rejects.toThrow(
      /expected no encoder\.extra\.weight from its config, got encoder\.extra\.weight \[1\]/,
    );
  });

  it("fails for a fixture that cannot be read", async () => {
    const path = fixturePath("safetensors/all-dtypes.safetensors");
    const file = await openSafetensors(nodeFiles, path);
    expect(isModelFixture(file)).toBe(false);
    const [check, ...others] = await verifyModelFixture("dtypes", file, runtime);
    await file.close();
    expect(check).toMatchObject({ status: "FAIL", name: "dtypes" });
    expect(check?.detail).toContain("expected the model's config as JSON");
    expect(others).toEqual([]);
  });

  it("knows a text encoder by its weights, with and without their prefix", async () => {
    const fixture = await read(`${folder}clip_l_tiny.safetensors`);
    expect(fixture.className).toBe("clip_text_model");
    expect([...fixture.weights.keys()].every((key) => key.startsWith("text_model."))).toBe(true);
    const anonymous = { ...fixture, className: undefined };
    const checks = await checkModelFixture("clip", anonymous, runtime);
    expect(checks.map(({ status }) => status)).toEqual(["ok", "ok", "ok"]);
  });
});

describe("fixtures beside the repository", { tags: ["shared"] }, () => {
  const check = async (name: string) => {
    const file = await openSafetensors(nodeFiles, `${reference}${name}.safetensors`);
    const checks = await verifyModelFixture(name, file, runtime);
    await file.close();
    return checks;
  };

  it.each([
    ["sd3_tiny", 122],
    ["sd35_tiny", 148],
    ["flux_dev_tiny", 66],
    ["flux_schnell_tiny", 62],
  ])("agree in outputs, loss and every gradient: %s", async (name, gradients) => {
    const checks = await check(name);
    expect(checks.map(({ status }) => status)).toEqual(["ok", "ok", "ok"]);
    expect(checks.at(-1)?.detail).toMatch(new RegExp(`^worst of ${gradients}: `));
  });

  it("are skipped with a reason where the class is unknown", async () => {
    const fixture = { ...(await read(`${folder}t5_tiny.safetensors`)), className: "BertModel" };
    expect(await checkModelFixture("bert", fixture, runtime)).toEqual([
      { status: "skip", name: "bert", detail: "BertModel is not supported" },
    ]);
  });
});
