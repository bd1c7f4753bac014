/** @file Going on from an exported folder: the same bytes come out again, and training continues. */

import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { componentParameters } from "@atelier/diffusion/families";
import type { FloatTensor } from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createInstanceIcons } from "../adapters/instance-icons.js";
import { createSceneRenderer } from "../adapters/render-scenes.js";
import { checksumsName, writeChecksums } from "../embedded/checksums.js";
import { tinyConfigs, tinyScenes, tinyVocabulary } from "../testing/tiny-models.js";
import { loadFoundations } from "./foundations.js";
import { importTrained } from "./import-trained.js";
import { initialValues } from "./initial-values.js";
import { openLatentCache } from "./latent-cache.js";
import { type ModelName, modelNames } from "./models.js";
import { exportTrained, folderOf, openRecipe, type RecipeSource } from "./open-recipe.js";
import type { Recipe } from "./recipe.js";
import { loadTraining, saveAverages } from "./recipe-folder.js";
import { readTrainingRecord, trainingRecordName } from "./training-record.js";
import { openTrainingRun } from "./training-run.js";
import { appendEvent } from "./training-seconds.js";
import { unetRecipe } from "./unet-recipe.js";

const files = nodeFiles;
const runtime = createOrtRuntime();
const renderer = createSceneRenderer();
const steps = { vae: 40, clip: 30, unet: 20, instance: 10 };
const quick = { learningRate: 1e-2, warmupSteps: 0 };

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "atelier-import-"));
  const source = sourceAt("first");
  for (const model of ["vae", "clip", "instance"] as const) {
    await save(source, model, (await recipeOf(source, model)).initial, "");
  }
  const { fingerprint } = await foundationsOf(source);
  const unet = initialValues(componentParameters({ unet: tinyConfigs.unet }, "unet"), 3);
  await save(source, "unet", unet, fingerprint);
  for (const step of [10, 20]) {
    const event = { type: "steps", step, steps: 20, secondsPerStep: 0.5, secondsLeft: 0 } as const;
    const numbers = { loss: 1, gradNorm: 1, learningRate: 1, metrics: {} };
    await appendEvent(files, folderOf(source, "unet"), { ...event, ...numbers });
  }
  await exportTrained(source, join(root, "exported"));
  await importTrained(files, { from: join(root, "exported"), folderOf: foldersOf("second") });
});
afterAll(() => rm(root, { recursive: true }));

function sourceAt(name: string): RecipeSource {
  const draw = renderer.render.bind(renderer);
  const icons = createInstanceIcons();
  return { files, folder: join(root, name), runtime, draw, icons, configs: tinyConfigs };
}

const foldersOf = (name: string) => (model: ModelName) => folderOf(sourceAt(name), model);

const foundationsOf = (source: RecipeSource) =>
  loadFoundations(files, { vae: folderOf(source, "vae"), clip: folderOf(source, "clip") });

/** Where a UNet depends on them, autoencoder and text encoder have no recipe: that of "empty" serves. */
async function recipeOf(source: RecipeSource, model: ModelName): Promise<Recipe> {
  const opening = openRecipe(model, source);
  let next = await opening.next();
  while (next.done !== true) next = await opening.next();
  return next.value;
}

function save(
  source: RecipeSource,
  model: ModelName,
  weights: ReadonlyMap<string, FloatTensor>,
  fingerprint: string,
): Promise<void> {
  const about = { model, step: steps[model], fingerprint, weights };
  return saveAverages(files, folderOf(source, model), about);
}

async function tinyUNet(source: RecipeSource): Promise<Recipe> {
  const { vae, clip, fingerprint } = await foundationsOf(source);
  const opening = openLatentCache({
    ...{ files, folder: join(root, "latents"), runtime, draw: source.draw },
    ...{ config: tinyConfigs.vae, weights: vae.weights, scenes: tinyScenes },
  });
  let next = await opening.next();
  while (next.done !== true) next = await opening.next();
  return unetRecipe({
    configs: tinyConfigs,
    vocabulary: tinyVocabulary,
    latents: next.value,
    textWeights: clip.weights,
    fingerprint,
    drawSamples: async () => ({ metrics: {} }),
    batch: 4,
  });
}

describe("importTrained", () => {
  it("makes states that are exported to the same bytes", async () => {
    await exportTrained(sourceAt("second"), join(root, "again"));
    const list = (name: string) => readFile(join(root, name, checksumsName), "utf8");
    expect(await list("again")).toBe(await list("exported"));
    expect(await readTrainingRecord(files, join(root, "again"))).toEqual({
      steps,
      seconds: { vae: 0, clip: 0, unet: 10, instance: 0 },
    });
  });

  it.each(modelNames)("lets %s go on, and learn", async (model) => {
    const source = sourceAt("second");
    const recipe = await (model === "unet" ? tinyUNet(source) : recipeOf(sourceAt("empty"), model));
    const folder = folderOf(source, model);
    const batch = await recipe.batchAt(1);
    const same = { ...recipe, ...quick, batchAt: async () => batch };
    await using run = await openTrainingRun(same, { runtime, files, folder, steps: 1000 });
    expect(run.step).toBe(steps[model]);
    const losses: number[] = [];
    for (let step = 0; step < 8; step++) losses.push((await run.advance()).loss);
    expect(losses.at(-1)).toBeLessThan(0.9 * (losses[0] ?? 0));
  });

  it("begins at the exported values with the first step of an optimizer", async () => {
    const source = sourceAt("third");
    await importTrained(files, { from: join(root, "exported"), folderOf: foldersOf("third") });
    const folder = folderOf(source, "vae");
    const before = (await loadTraining(files, folder, "vae"))?.weights.get("encoder.conv_in.bias");
    const recipe = { ...(await recipeOf(sourceAt("empty"), "vae")), ...quick, learningRate: 1e-3 };
    await using run = await openTrainingRun(recipe, { runtime, files, folder, steps: 1000 });
    await run.advance();
    await run.save();
    const saved = await loadTraining(files, folder, "vae");
    expect([saved?.step, saved?.momentsSince]).toEqual([steps.vae + 1, steps.vae]);
    // Adam's first step is the learning rate, whatever the gradient (Kingma & Ba 2015, section 2.1).
    const after = saved?.state.get("encoder.conv_in.bias")?.data ?? [];
    const moved = Array.from(before?.data ?? [], (x, i) => Math.abs(Number(after[i]) - x));
    expect(moved).toHaveLength(8);
    for (const distance of moved) expect(distance).toBeCloseTo(1e-3, 5);
  });

  it("refuses to replace a training, and writes nothing", async () => {
    const source = sourceAt("taken");
    await save(source, "instance", (await recipeOf(source, "instance")).initial, "");
    const options = { from: join(root, "exported"), folderOf: foldersOf("taken") };
    await expect(importTrained(files, options)).rejects.toThrow(
      /expected no earlier training, got one in .*instance\. Move it away/,
    );
    expect(await files.stat(folderOf(source, "vae"))).toBeUndefined();
  });

  it.each([
    ["damaged weights", async () => appendFile(damaged("unet", unetFile), "x"), /unet\/diffusion/],
    ["no record", async () => rewrite(() => rm(damaged(trainingRecordName))), /training\.json/],
    [
      "a strange record",
      async () => record('{"steps":{"vae":1.5}}'),
      /whole numbers for vae, clip/,
    ],
    ["an unknown model", async () => record('{"steps":{"gan":1}}'), /whole numbers for vae, clip/],
  ])("refuses a folder with %s", async (_, damage, message) => {
    await cp(join(root, "exported"), join(root, "damaged"), { recursive: true });
    await damage();
    const options = { from: join(root, "damaged"), folderOf: foldersOf("fourth") };
    await expect(importTrained(files, options)).rejects.toThrow(message);
    await rm(join(root, "damaged"), { recursive: true });
  });
});

const unetFile = "diffusion_pytorch_model.safetensors";
const damaged = (...names: string[]): string => join(root, "damaged", ...names);

/** A change that the checksums know of. */
async function rewrite(change: () => Promise<void>): Promise<void> {
  await change();
  await writeChecksums(files, damaged());
}

const record = (text: string): Promise<void> =>
  rewrite(() => writeFile(damaged(trainingRecordName), text));
