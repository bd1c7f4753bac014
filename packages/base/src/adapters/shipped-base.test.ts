/** @file Twenty steps of training on the base that is shipped: what they teach, and that the adapter holds it. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Adapter,
  encodePng,
  generate,
  instanceSimilarity,
  loadPipeline,
  openCheckpoint,
  openJudge,
  type Pipeline,
  parseTrainConfig,
  type RgbPicture,
  readAdapter,
  train,
} from "@atelier/diffusion";
import { nodeTrainDeps } from "@atelier/diffusion/node";
import { createOrtRuntime, nodeFiles as files } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mascotLessons } from "../demo/mascot-scenes.js";
import { embeddedBaseFolder, openEmbeddedBase } from "./embedded-base.js";
import { createMascotRenderer } from "./render-mascot.js";

const isThere = (await files.stat(embeddedBaseFolder)) !== undefined;
if (!isThere) console.warn(`skipped: no shipped base in ${embeddedBaseFolder}`);

const steps = 20;
let folder = "";
const lessons: RgbPicture[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-shipped-"));
  const renderer = createMascotRenderer();
  for (const [index, { scene, caption }] of mascotLessons.entries()) {
    const picture = await renderer.render(scene);
    lessons.push(picture);
    await files.write(join(folder, "pictures", `${index}.png`), [await encodePng(picture)]);
    await writeFile(join(folder, "pictures", `${index}.txt`), caption);
  }
});
afterAll(() => rm(folder, { recursive: true }));

/** Losses of the steps, and the adapter's file. The same batches and noise at any rate. */
async function teach(learningRate: number): Promise<{ losses: number[]; adapter: string }> {
  const config = parseTrainConfig({
    name: "mascot",
    data: { folder: join(folder, "pictures") },
    lora: { rank: 16, targets: ["all-linear"] },
    learningRate,
    schedule: { name: "constant" },
    steps,
    batchSize: 4,
    seed: 1,
    samples: { everySteps: 0 },
    output: { run: join(folder, `rate-${learningRate}`) },
  });
  const embeddedBase = await openEmbeddedBase();
  const deps = { ...nodeTrainDeps(config, { embeddedBase }), cacheFolder: join(folder, "cache") };
  const losses: number[] = [];
  let adapter = "";
  for await (const event of train(config, deps)) {
    if (event.type === "step") losses.push(event.loss);
    if (event.type === "done") [adapter = ""] = event.results;
  }
  return { losses, adapter };
}

const sum = (values: readonly number[]): number => values.reduce((total, x) => total + x, 0);

describe.skipIf(!isThere)("the shipped base", () => {
  it("learns the mascot in twenty steps, and the adapter shows it", async () => {
    const still = await teach(1e-12);
    const taught = await teach(1e-3);
    expect(taught.losses).toHaveLength(steps);
    const second = (losses: readonly number[]) => sum(losses.slice(steps / 2));
    expect(second(taught.losses)).toBeLessThan(0.9 * second(still.losses));

    const runtime = createOrtRuntime();
    const checkpoint = await openCheckpoint(files, embeddedBaseFolder);
    await using pipeline = await loadPipeline(checkpoint, { runtime, files });
    const { adapter } = await readAdapter(files, taught.adapter, { base: pipeline });
    const base = await draw(pipeline, []);
    const absent = await draw(pipeline, [{ ...adapter, strength: 0 }]);
    expect(absent.map(({ data }) => data)).toEqual(base.map(({ data }) => data));
    await using judge = await openJudge(files, embeddedBaseFolder, { runtime });
    const likeness = (generated: readonly RgbPicture[]) =>
      instanceSimilarity(judge, { generated, real: lessons });
    const before = await likeness(base);
    expect(await likeness(await draw(pipeline, [adapter]))).toBeGreaterThan(before);
  }, 120_000);
});

async function draw(pipeline: Pipeline, adapters: readonly Adapter[]): Promise<RgbPicture[]> {
  const pictures: RgbPicture[] = [];
  const options = { prompt: "a sks robot on a red background", seed: 7, count: 4, adapters };
  for await (const event of generate(pipeline, options)) {
    if (event.type === "image") pictures.push(event.picture);
  }
  return pictures;
}
