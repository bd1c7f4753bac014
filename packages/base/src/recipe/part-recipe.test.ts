/** @file Training a part on: it learns, the rest of its model keeps its bits, and so does what depends on it. */

import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createInstanceIcons } from "../adapters/instance-icons.js";
import { createSceneRenderer } from "../adapters/render-scenes.js";
import { tinyConfigs } from "../testing/tiny-models.js";
import { loadFoundations } from "./foundations.js";
import type { ModelName } from "./models.js";
import { folderOf, openRecipe, type RecipeSource } from "./open-recipe.js";
import type { PartName } from "./part-recipe.js";
import type { Recipe } from "./recipe.js";
import { loadTraining, type SavedTraining, saveAverages } from "./recipe-folder.js";
import { openTrainingRun } from "./training-run.js";

const files = nodeFiles;
const renderer = createSceneRenderer();

let source: RecipeSource;
beforeEach(async () => {
  source = {
    files,
    folder: await mkdtemp(join(tmpdir(), "atelier-part-")),
    runtime: createOrtRuntime(),
    draw: renderer.render.bind(renderer),
    icons: createInstanceIcons(),
    configs: tinyConfigs,
  };
  for (const model of ["vae", "clip"] as const) await train(model, 2);
});
afterEach(() => rm(source.folder, { recursive: true }));

async function recipeOf(name: ModelName | PartName): Promise<Recipe> {
  const opening = openRecipe(name, source);
  let next = await opening.next();
  while (next.done !== true) next = await opening.next();
  return next.value;
}

/** Trains and saves; the losses. */
async function train(
  name: ModelName | PartName,
  steps: number,
  learningRate = 1e-3,
): Promise<number[]> {
  const recipe = await recipeOf(name);
  const batch = await recipe.batchAt(1);
  const same = { ...recipe, learningRate, warmupSteps: 0, batchAt: async () => batch };
  const folder = folderOf(source, recipe.name);
  const options = { runtime: source.runtime, files, folder, steps: 1000 };
  await using run = await openTrainingRun(same, options);
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) losses.push((await run.advance()).loss);
  await run.save();
  return losses;
}

async function savedOf(model: ModelName): Promise<SavedTraining> {
  const saved = await loadTraining(files, folderOf(source, model), model);
  if (saved === undefined) throw new Error(`no snapshot of ${model}`);
  return saved;
}

const fingerprint = async (): Promise<string> =>
  (await loadFoundations(files, { vae: folderOf(source, "vae"), clip: folderOf(source, "clip") }))
    .fingerprint;

const cases = [
  ["vae-decoder", "vae", /^(decoder|post_quant_conv)\./],
  ["judge", "clip", /^(vision_model\.|text_projection\.|logit_scale$)/],
] as const;

describe.each(cases)("%s", (part, model, pattern) => {
  it("learns, and leaves every bit of the rest of its model", async () => {
    const [before, foundations] = [await savedOf(model), await fingerprint()];
    // Ten steps bring the average to the new values.
    const losses = await train(part, 20, 1e-2);
    expect(losses.at(-1)).toBeLessThan(0.9 * (losses[0] ?? 0));
    const after = await savedOf(model);
    expect([after.step, after.momentsSince]).toEqual([22, 2]);
    expect([...after.weights.keys()].sort()).toEqual([...before.weights.keys()].sort());
    const hasChanged = (name: string): boolean => {
      const [was = [], is = []] = [before, after].map(({ weights }) => weights.get(name)?.data);
      return is.some((value, i) => !Object.is(value, was[i]));
    };
    const names = [...after.weights.keys()];
    expect(names.filter(hasChanged)).toEqual(names.filter((name) => pattern.test(name)));
    expect(await fingerprint()).toBe(foundations);
  });

  it("goes on with the bits of a run without a break", async () => {
    const [folder, begun] = [folderOf(source, model), join(source.folder, "begun")];
    await cp(folder, begun, { recursive: true });
    await train(part, 12);
    const once = (await savedOf(model)).state;
    await rm(folder, { recursive: true });
    await cp(begun, folder, { recursive: true });
    await train(part, 5);
    await train(part, 7);
    expect((await savedOf(model)).state).toEqual(once);
  });

  it("is what can be trained once a UNet depends on its model", async () => {
    const unet = { ...(await savedOf(model)), model: "unet", step: 1 } as const;
    await saveAverages(files, folderOf(source, "unet"), unet);
    await expect(recipeOf(model)).rejects.toThrow(`npm run pretrain -- ${part}`);
    await train(part, 1);
  });

  it("is not mistaken for its whole model afterwards", async () => {
    await train(part, 1);
    await expect(train(model, 1)).rejects.toThrow(`got another one (${part} on `);
  });
});
