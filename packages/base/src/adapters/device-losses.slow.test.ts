/** @file Twenty steps on the shipped base on a WebGPU device: the processor's losses, whatever trains. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodePng } from "@atelier/diffusion/files";
import { nodeTrainDeps } from "@atelier/diffusion/node";
import { parseTrainConfig, train } from "@atelier/diffusion/train";
import { nodeFiles as files } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prepareWebGpu } from "../../../engine/src/testing/adapters/prepare-webgpu.js";
import { mascotLessons } from "../demo/mascot-scenes.js";
import { embeddedBaseName } from "../embedded/names.js";
import { openEmbeddedBase } from "./embedded-base.js";
import { createMascotRenderer } from "./render-mascot.js";

const reason = await prepareWebGpu();
if (reason !== undefined) console.warn(`webgpu is not tested: ${reason}`);

const steps = 20;
/** Of a loss: sums in another order, and what twenty steps make of them. */
const tolerance = 1e-4;

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-device-"));
  const renderer = createMascotRenderer();
  for (const [index, { scene, caption }] of mascotLessons.entries()) {
    const picture = await encodePng(await renderer.render(scene));
    await files.write(join(folder, "pictures", `${index}.png`), [picture]);
    await writeFile(join(folder, "pictures", `${index}.txt`), caption);
  }
});
afterAll(() => rm(folder, { recursive: true }));

type Fields = Readonly<Record<string, unknown>>;

/** Losses of the steps on a backend; latents are those of whoever comes first. */
async function lossesOn(backend: "cpu" | "webgpu", name: string, fields: Fields) {
  const { data, ...own } = { data: {}, ...fields };
  const config = parseTrainConfig({
    ...{ name: "mascot", base: { path: embeddedBaseName }, device: { backend } },
    data: { folder: join(folder, "pictures"), ...Object(data) },
    ...{ steps, batchSize: 1, seed: 1, schedule: { name: "constant" } },
    ...{ samples: { everySteps: 0 }, watch: { share: 0 } },
    output: { run: join(folder, `${name} ${backend}`) },
    cacheFolder: join(folder, "cache"),
    ...own,
  });
  const shipped = new Map([[embeddedBaseName, await openEmbeddedBase()]]);
  const deps = { ...nodeTrainDeps(config, { shipped }), cacheFolder: join(folder, "tensors") };
  const losses: number[] = [];
  for await (const event of train(config, deps)) {
    if (event.type === "step") losses.push(event.loss);
  }
  return losses;
}

const token = "<mascot>";
/**
 * At rates at which the processor agrees with itself: where attention is composed of products, as on a device, its own
 * losses move by 2·10⁻³ at the advised 0.004 of a LoRA with one picture a step, and by 2·10⁻⁶ at these. Every optimizer
 * is compared in `device-optimizers.slow.test.ts` of the engine, since a software device takes seconds for a step.
 */
const tunings: Readonly<Record<string, Fields>> = {
  "a LoRA": { tuning: "lora", lora: { rank: 4 }, learningRate: 1e-3 },
  "all weights": { tuning: "full", learningRate: 1e-5 },
  "a word": {
    ...{ tuning: "textual_inversion", learningRate: 1e-3 },
    embedding: { token, initializer: "robot" },
    data: { prompt: `a ${token}` },
  },
};

/** A busy machine without a graphics card takes half a minute for a step. */
const patience = 30 * 60_000;

describe.skipIf(reason !== undefined)("losses on a WebGPU device", () => {
  it.each(Object.entries(tunings))(
    "of %s",
    async (name, fields) => {
      const expected = await lossesOn("cpu", name, fields);
      const got = await lossesOn("webgpu", name, fields);
      expect(expected).toHaveLength(steps);
      const far = expected.map((loss, step) => Math.abs((got[step] ?? Number.NaN) - loss));
      expect(Math.max(...far)).toBeLessThan(tolerance);
    },
    patience,
  );
});
