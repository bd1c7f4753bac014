/** @file Twenty steps of training on the base that is shipped: what they teach, and that the adapter holds it. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RgbPicture } from "@atelier/diffusion/core";
import { encodePng, openModelFiles } from "@atelier/diffusion/files";
import { nodeTrainDeps } from "@atelier/diffusion/node";
import {
  type Adapter,
  generate,
  loadPipeline,
  type Pipeline,
  readAdapter,
} from "@atelier/diffusion/pipeline";
import { parseTrainConfig, resultOfKind, train } from "@atelier/diffusion/train";
import { createOrtRuntime, nodeFiles as files } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mascotLessons } from "../demo/mascot-scenes.js";
import { embeddedBaseName } from "../embedded/names.js";
import { embeddedBaseFolder, openEmbeddedBase } from "./embedded-base.js";
import { createMascotRenderer } from "./render-mascot.js";

const isThere = (await files.stat(embeddedBaseFolder)) !== undefined;
if (!isThere) console.warn(`skipped: no shipped base in ${embeddedBaseFolder}`);

const steps = 20;
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-shipped-"));
  const renderer = createMascotRenderer();
  for (const [index, { scene, caption }] of mascotLessons.entries()) {
    const picture = await encodePng(await renderer.render(scene));
    await files.write(join(folder, "pictures", `${index}.png`), [picture]);
    await writeFile(join(folder, "pictures", `${index}.txt`), caption);
  }
});
afterAll(() => rm(folder, { recursive: true }));

/** Losses of the steps, and the adapter's file. The same batches and noise at any rate. */
async function teach(learningRate: number): Promise<{ losses: number[]; adapter: string }> {
  const config = parseTrainConfig({
    name: "mascot",
    base: { path: embeddedBaseName },
    data: { folder: join(folder, "pictures") },
    learningRate,
    schedule: { name: "constant" },
    steps,
    batchSize: 4,
    seed: 1,
    samples: { everySteps: 0 },
    output: { run: join(folder, `rate-${learningRate}`) },
  });
  const shipped = new Map([[embeddedBaseName, await openEmbeddedBase()]]);
  const deps = { ...nodeTrainDeps(config, { shipped }), cacheFolder: join(folder, "cache") };
  const losses: number[] = [];
  let adapter = "";
  for await (const event of train(config, deps)) {
    if (event.type === "step") losses.push(event.loss);
    if (event.type === "done") adapter = resultOfKind(event.results, "adapter")?.path ?? "";
  }
  return { losses, adapter };
}

const sum = (values: readonly number[]): number => values.reduce((total, x) => total + x, 0);

describe.skipIf(!isThere)("the shipped base", () => {
  it("learns the mascot in twenty steps, and the adapter shows it", async () => {
    const still = await teach(1e-12);
    const taught = await teach(1e-3);
    expect(taught.losses).toHaveLength(steps);
    // Losses jump with the noise, which is the same in both: every one of the second half is lower.
    const gains = still.losses.map((loss, step) => loss - (taught.losses[step] ?? loss));
    expect(Math.min(...gains.slice(steps / 2))).toBeGreaterThan(0);
    expect(sum(gains.slice(steps / 2))).toBeGreaterThan(0.03 * sum(still.losses.slice(steps / 2)));

    const runtime = createOrtRuntime();
    const checkpoint = await openModelFiles(files, embeddedBaseFolder);
    await using pipeline = await loadPipeline(checkpoint, { runtime, files });
    const { adapter } = await readAdapter(files, taught.adapter, { base: pipeline });
    const base = await draw(pipeline, []);
    const absent = await draw(pipeline, [{ ...adapter, strength: 0 }]);
    expect(absent.map(({ data }) => data)).toEqual(base.map(({ data }) => data));
    const shown = await draw(pipeline, [adapter]);
    expect(shown).toHaveLength(2);
    for (const [index, picture] of shown.entries()) {
      const change = picture.data.map((x, i) => Math.abs(x - (base[index]?.data[i] ?? x)));
      // In levels of 255; what twenty steps teach is seen in the whole picture.
      expect(sum([...change]) / change.length).toBeGreaterThan(1);
    }
  });
});

async function draw(pipeline: Pipeline, adapters: readonly Adapter[]): Promise<RgbPicture[]> {
  const pictures: RgbPicture[] = [];
  const options = { prompt: "a sks robot on a red background", seed: 7, count: 2, adapters };
  for await (const event of generate(pipeline, options)) {
    if (event.type === "image") pictures.push(event.picture);
  }
  return pictures;
}
