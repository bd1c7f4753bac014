/** @file The loop: learning, going on with the same bits, stopping, and refusing foreign states. */

import { cp, mkdtemp, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { componentParameters } from "@atelier/diffusion/families";
import { floatTensor } from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createInstanceIcons } from "../adapters/instance-icons.js";
import { createSceneRenderer } from "../adapters/render-scenes.js";
import { tinyConfigs, tinyScenes, tinyVocabulary } from "../testing/tiny-models.js";
import { clipRecipe } from "./clip-recipe.js";
import { initialValues } from "./initial-values.js";
import { instanceRecipe } from "./instance-recipe.js";
import { openLatentCache } from "./latent-cache.js";
import { pretrain } from "./pretrain.js";
import type { PretrainEvent } from "./pretrain-event.js";
import type { Recipe } from "./recipe.js";
import { hasSnapshot, loadTraining, recordText, type SavedTraining } from "./recipe-folder.js";
import { learningRateAt, openTrainingRun } from "./training-run.js";
import { unetRecipe } from "./unet-recipe.js";
import { vaeRecipe } from "./vae-recipe.js";

const runtime = createOrtRuntime();
const renderer = createSceneRenderer();
const draw = renderer.render.bind(renderer);
const files = nodeFiles;

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-pretrain-"));
});
afterEach(() => rm(folder, { recursive: true }));

const vae = (): Recipe =>
  vaeRecipe({ config: tinyConfigs.vae, draw, runtime, batch: 4, cropSteps: 2, evaluated: 2 });

const clip = (): Recipe => {
  const { text, image } = tinyConfigs;
  return clipRecipe({
    text,
    image,
    vocabulary: tinyVocabulary,
    draw,
    runtime,
    batch: 8,
    evaluated: 2,
  });
};

async function unet(): Promise<Recipe> {
  const cache = openLatentCache({
    files,
    folder: join(folder, "latents"),
    config: tinyConfigs.vae,
    weights: initialValues(componentParameters({ vae: tinyConfigs.vae }, "vae"), 1),
    runtime,
    draw,
    scenes: tinyScenes,
  });
  let next = await cache.next();
  while (next.done !== true) next = await cache.next();
  return unetRecipe({
    configs: tinyConfigs,
    vocabulary: tinyVocabulary,
    latents: next.value,
    textWeights: initialValues(
      componentParameters({ text_encoder: tinyConfigs.text }, "text_encoder"),
      2,
    ),
    fingerprint: "tiny",
    drawSamples: async () => ({ metrics: {} }),
    batch: 4,
  });
}

const icons = createInstanceIcons();
const instance = (): Promise<Recipe> =>
  instanceRecipe({ config: tinyConfigs.instance, icons, runtime, groups: 2, trials: 1 });

describe("recipes", () => {
  it.each([
    ["the autoencoder", async () => vae()],
    ["text encoder and judge", async () => clip()],
    ["the UNet", unet],
    ["the instance judge", instance],
  ])("of %s learn a batch by heart", async (_, make) => {
    const recipe = await make();
    const batch = await recipe.batchAt(1);
    const same = { ...recipe, learningRate: 1e-2, warmupSteps: 0, batchAt: async () => batch };
    await using run = await openTrainingRun(same, { runtime, files, folder, steps: 1000 });
    const losses: number[] = [];
    for (let step = 0; step < 8; step++) losses.push((await run.advance()).loss);
    expect(losses.at(-1)).toBeLessThan(0.9 * (losses[0] ?? 0));
  });

  it.each([
    ["the autoencoder", async () => vae()],
    ["text encoder and judge", async () => clip()],
    ["the UNet", unet],
    ["the instance judge", instance],
  ])("of %s go on with the bits of a run without a break", async (_, make) => {
    const recipe = await make();
    const train = async (name: string, parts: readonly number[]): Promise<unknown> => {
      const options = { runtime, files, folder: join(folder, name), steps: 12 };
      for (const steps of parts) {
        await using run = await openTrainingRun(recipe, options);
        for (let step = 0; step < steps; step++) await run.advance();
        await run.save();
      }
      return (await loadTraining(files, options.folder, recipe.name))?.state;
    };
    expect(await train("parts", [3, 9])).toEqual(await train("whole", [12]));
  });
});

describe("pretrain", () => {
  const savedVae = (): Promise<SavedTraining | undefined> => loadTraining(files, folder, "vae");
  const collect = async (
    recipe: Recipe,
    steps: number,
    stopAt?: PretrainEvent["type"],
  ): Promise<PretrainEvent[]> => {
    const stop = new AbortController();
    const events: PretrainEvent[] = [];
    for await (const event of pretrain(recipe, { runtime, files, folder, steps }, stop.signal)) {
      events.push(event);
      if (event.type === stopAt) stop.abort();
    }
    return events;
  };

  it("reports, saves, and looks at unseen pictures at the end", async () => {
    const events = await collect(vae(), 12);
    expect(events.map(({ type }) => type)).toEqual([
      ...["plan", "steps", "steps", "saved", "evaluation", "done"],
    ]);
    const evaluation = events.find((event) => event.type === "evaluation");
    expect(evaluation?.metrics["psnrDecibels"]).toBeGreaterThan(3);
    expect((await files.stat(evaluation?.sheet ?? ""))?.sizeBytes).toBeGreaterThan(1000);
    const saved = await savedVae();
    expect(saved?.step).toBe(12);
    // The average was updated at step 10, when it forgets the random beginning.
    const first = vae().initial.get("encoder.conv_in.weight")?.data;
    expect(saved?.weights.get("encoder.conv_in.weight")?.data).not.toEqual(first);
  });

  it("saves and ends without an evaluation when it is asked to stop, and goes on later", async () => {
    const stopped = await collect(vae(), 30, "steps");
    expect(stopped.map(({ type }) => type)).toEqual(["plan", "steps", "saved", "stopped"]);
    expect(stopped.at(-1)).toMatchObject({ step: 10, steps: 30 });
    const [plan] = await collect(vae(), 30, "plan");
    expect(plan).toMatchObject({ type: "plan", step: 10 });
  });

  it("refuses a state that belongs to other models", async () => {
    await collect(vae(), 1);
    const other = { ...vae(), fingerprint: "another" };
    await expect(collect(other, 2)).rejects.toMatchObject({ code: "training" });
    await expect(loadTraining(files, folder, "clip")).rejects.toMatchObject({ code: "format" });
  });

  it("stops with the step's number when a loss is not finite, and keeps the older state", async () => {
    await collect(vae(), 1);
    const recipe = vae();
    const broken: Recipe = {
      ...recipe,
      async batchAt(step) {
        const batch = await recipe.batchAt(step);
        const { shape = [] } = batch["noise"] ?? {};
        const size = shape.reduce((product, extent) => product * extent, 1);
        return { ...batch, noise: floatTensor(new Float32Array(size).fill(Number.NaN), shape) };
      },
    };
    await expect(collect(broken, 3)).rejects.toThrow(/finite loss at step 2/);
    expect((await savedVae())?.step).toBe(1);
  });

  it("counts moments from a snapshot that is older than they were", async () => {
    await collect(vae(), 2);
    await recordText(files, folder, { model: "vae", fingerprint: "", momentsSince: 5 });
    expect((await collect(vae(), 3))[0]).toMatchObject({ type: "plan", step: 2 });
    expect(await savedVae()).toMatchObject({ step: 3, momentsSince: 2 });
  });

  it("refuses the state of an earlier version, and says how its weights go on", async () => {
    await collect(vae(), 1);
    const older = join(folder, "state.safetensors");
    await rename(join(folder, "checkpoints", "step-000001", "state.safetensors"), older);
    await rm(join(folder, "checkpoints"), { recursive: true });
    for (const refused of [collect(vae(), 2), hasSnapshot(files, folder)]) {
      await expect(refused).rejects.toThrow(/the state of an earlier version.* -- export.* import/);
    }
  });

  it("goes on from a whole snapshot and says which are damaged, and never begins anew beside them", async () => {
    await collect(vae(), 1);
    const at = (step: number): string => join(folder, "checkpoints", `step-00000${step}`);
    const [whole, newer] = [at(1), at(2)];
    await cp(whole, newer, { recursive: true });
    const record = await readFile(join(whole, "checkpoint.json"), "utf8");
    await writeFile(join(newer, "checkpoint.json"), record.replace('"step": 1', '"step": 2'));
    await truncate(join(newer, "state.safetensors"), 100);
    const [plan, note] = await collect(vae(), 2, "note");
    expect(plan).toMatchObject({ type: "plan", step: 1 });
    expect(note).toMatchObject({ type: "note", text: expect.stringContaining(newer) });
    await rm(newer, { recursive: true, force: true });
    await truncate(join(whole, "state.safetensors"), 100);
    await expect(collect(vae(), 2)).rejects.toThrow(/expected a snapshot that is whole/);
  });
});

describe("learningRateAt", () => {
  it("warms up, stays, and falls in the last third", () => {
    const recipe = { learningRate: 1, warmupSteps: 10 };
    const rate = (step: number) => learningRateAt(recipe, step, { steps: 100 });
    expect([1, 5, 10, 50, 66].map(rate)).toEqual([0.1, 0.5, 1, 1, 1]);
    expect(rate(85)).toBeCloseTo(0.45);
    expect(rate(100)).toBe(0.05);
  });

  it("warms up again where the moments of an optimizer begin", () => {
    const recipe = { learningRate: 1, warmupSteps: 10 };
    const rate = (step: number) => learningRateAt(recipe, step, { steps: 100, since: 40 });
    expect([41, 45, 50, 60, 80].map(rate)).toEqual([0.1, 0.5, 1, 1, 1]);
    expect(rate(90)).toBeCloseTo(0.5);
  });
});
