/** @file Training a part on: it learns, the rest of its model keeps its bits, and so does what depends on it. */

import { mkdtemp, readFile, rm } from "node:fs/promises";
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
import { openTrainingRun } from "./training-run.js";
import { loadState, type SavedState, saveState } from "./training-state.js";

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
async function train(name: ModelName | PartName, steps: number, rate = 1e-3): Promise<number[]> {
  const recipe = await recipeOf(name);
  const phase = recipe.phaseAt(1);
  const batch = await phase.batchAt(1);
  const same: Recipe = { ...recipe, phaseAt: () => ({ ...phase, batchAt: async () => batch }) };
  const folder = folderOf(source, recipe.name);
  await using run = await openTrainingRun(same, { runtime: source.runtime, files, folder });
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) losses.push((await run.advance(rate))["loss"] ?? 0);
  await run.save();
  return losses;
}

async function stateOf(model: ModelName): Promise<SavedState> {
  const saved = await loadState(files, folderOf(source, model), model);
  if (saved === undefined) throw new Error(`no state of ${model}`);
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
    const [before, foundations] = [await stateOf(model), await fingerprint()];
    // Ten steps bring the average to the new values.
    const losses = await train(part, 20, 1e-2);
    expect(losses.at(-1)).toBeLessThan(0.9 * (losses[0] ?? 0));
    const after = await stateOf(model);
    expect([after.step, after.momentsSince]).toEqual([22, 2]);
    expect([...after.average.keys()].sort()).toEqual([...before.average.keys()].sort());
    const hasChanged = (name: string): boolean => {
      const [was = [], is = []] = [before, after].map(({ average }) => average.get(name)?.data);
      return is.some((value, i) => !Object.is(value, was[i]));
    };
    const names = [...after.average.keys()];
    expect(names.filter(hasChanged)).toEqual(names.filter((name) => pattern.test(name)));
    expect(await fingerprint()).toBe(foundations);
  });

  it("goes on with the bits of a run without a break", async () => {
    const path = join(folderOf(source, model), "state.safetensors");
    const begun = await stateOf(model);
    await train(part, 12);
    const once = await readFile(path);
    await saveState(files, folderOf(source, model), begun);
    await train(part, 5);
    await train(part, 7);
    expect((await readFile(path)).equals(once)).toBe(true);
  });

  it("is what can be trained once a UNet depends on its model", async () => {
    const unet = { ...(await stateOf(model)), model: "unet" as const };
    await saveState(files, folderOf(source, "unet"), unet);
    await expect(recipeOf(model)).rejects.toThrow(`npm run pretrain -- ${part}`);
    await train(part, 1);
  });

  it("is not mistaken for its whole model afterwards", async () => {
    await train(part, 1);
    await expect(train(model, 1)).rejects.toThrow(`got another one (${part} on `);
  });
});
