/**
 * @file A training in memory on WebAssembly has the losses of the same training natively: an adapter, all weights, a word; in Node,
 * and an adapter on the kernels of a real browser as well.
 */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encodePng, openModelFiles } from "@atelier/diffusion/files";
import { sharpPictures } from "@atelier/diffusion/node";
import { loadPipeline } from "@atelier/diffusion/pipeline";
import { parseTrainConfig, type TrainDeps, train } from "@atelier/diffusion/train";
import type { FileStore, Runtime } from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { createMemoryFiles, createWebRuntime } from "@atelier/engine/web";
import * as ort from "onnxruntime-web";
import { describe, expect, it } from "vitest";
import { chromiumPath } from "../studio/browser.js";
import { openPageRuntime } from "./page-runtime.js";

const model = fileURLToPath(new URL("../../packages/base/model", import.meta.url));
ort.env.wasm.numThreads = 1;

/** Of losses; kernels add up in another order. */
const tolerance = 1e-4;

/** A device, and where it finds the base and puts everything else. */
interface Place {
  readonly files: FileStore;
  readonly runtime: Runtime;
  readonly base: string;
  readonly folder: string;
}

/** The base in memory, and folders beside it. */
async function filesInMemory(): Promise<FileStore> {
  const files = createMemoryFiles();
  for (const entry of readdirSync(model, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    await files.write(`/base${path.slice(model.length)}`, [readFileSync(path)]);
  }
  return files;
}

const inMemory = (files: FileStore, runtime: Runtime): Place => ({
  ...{ files, runtime, base: "/base", folder: "/" },
});

async function nativeLosses(settings: Readonly<Record<string, unknown>>): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), "atelier-losses-"));
  const onDisk: Place = { files: nodeFiles, runtime: createOrtRuntime(), base: model, folder };
  const losses = await lossesIn(onDisk, settings);
  rmSync(folder, { recursive: true });
  return losses;
}

function expectSame(losses: readonly number[], native: readonly number[], steps: number): void {
  expect(native).toHaveLength(steps);
  expect(losses).toHaveLength(steps);
  for (const [step, loss] of losses.entries()) {
    expect(Math.abs(loss / (native[step] ?? 0) - 1), `step ${step + 1}`).toBeLessThan(tolerance);
  }
}

async function lossesIn(
  { files, runtime, base, folder }: Place,
  settings: Readonly<Record<string, unknown>>,
): Promise<number[]> {
  const pictures = files.join(folder, "pictures");
  for (let index = 0; index < 3; index++) {
    const data = Uint8Array.from({ length: 3 * 64 * 64 }, (_, i) => (i * (index + 3)) % 251);
    const png = await encodePng({ width: 64, height: 64, data });
    await files.write(files.join(pictures, `${index}.png`), [png]);
  }
  const deps: TrainDeps = {
    ...{ files, runtime, decoder: sharpPictures, cacheFolder: files.join(folder, "cache") },
    openBase: async () =>
      loadPipeline(await openModelFiles(files, base), { runtime, files, maxGraphs: 1 }),
    lockFolder: async () => ({ [Symbol.asyncDispose]: async () => {} }),
    freeBytes: async () => Number.POSITIVE_INFINITY,
    now: Date.now,
    memoryBytes: () => 0,
  };
  const config = parseTrainConfig({
    ...{ name: "lesson", base: { path: base }, steps: 20, batchSize: 2 },
    data: { folder: pictures, prompt: "a sks robot" },
    ...{ samples: { everySteps: 0 }, watch: { share: 0 } },
    output: { run: files.join(folder, "run") },
    ...settings,
  });
  const losses: number[] = [];
  for await (const event of train(config, deps)) {
    if (event.type === "step") losses.push(event.loss);
  }
  return losses;
}

describe("a training in memory", () => {
  it.each([
    ["an adapter", {}],
    ["all weights", { tuning: "full" }],
    [
      "a word",
      { tuning: "textual_inversion", embedding: { token: "<new>", initializer: "robot" } },
    ],
  ])("of %s has the same losses on WebAssembly", async (_, settings) => {
    const files = await filesInMemory();
    const web = await lossesIn(inMemory(files, createWebRuntime({ ort, files })), settings);
    expectSame(web, await nativeLosses(settings), 20);
  });

  const skips = chromiumPath === undefined ? " (skipped: no Chromium here)" : "";
  it.skipIf(chromiumPath === undefined)(
    `of an adapter has them on a browser's WebAssembly with threads${skips}`,
    async () => {
      // All that a run is given travels into the page.
      const settings = { steps: 10, lora: { rank: 1 } };
      const files = await filesInMemory();
      await using opened = await openPageRuntime("wasm", { threads: 2, files });
      const web = await lossesIn(inMemory(files, opened.runtime), settings);
      expectSame(web, await nativeLosses(settings), 10);
    },
  );
});
