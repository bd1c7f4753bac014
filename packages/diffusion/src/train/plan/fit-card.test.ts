/** @file A run that is too large for the graphics card is told so before its first step, with what would fit. */

import { expect, it } from "vitest";
import { parseNvidiaCards } from "../../adapters/card-memory.js";
import { nodeTrainDeps } from "../../adapters/train-deps.js";
import { inEnglish } from "../../english/english-warnings.js";
import { drawPictures, tinyConfig, tinyTokenizer } from "../../testing/tiny-training.js";
import { train } from "../train.js";

/** Warnings of a run on a card with so many bytes free, up to its plan. */
async function warningsWith(free: number | undefined): Promise<string> {
  const pictures = await drawPictures(2);
  const config = tinyConfig(pictures, { device: { backend: "webgpu" }, batchSize: 256 });
  // It is the plan that is looked at: any device would do.
  const deps = nodeTrainDeps({ device: { backend: "cpu" } }, { tokenizerFolder: tinyTokenizer });
  const cardMemory = async () => (free === undefined ? undefined : { total: 8e9, free });
  const told: string[] = [];
  for await (const event of train(config, { ...deps, cardMemory })) {
    if (event.type === "warning") told.push(inEnglish(event));
    if (event.type === "step") break;
  }
  return told.join("\n");
}

it("says how much memory would do where less than the plan's is free", async () => {
  expect(await warningsWith(20e6)).toMatch(
    /takes about 0\.\d+ GB of the graphics card, which has 0\.02 GB free\. With `maxMemory` 0\.35 it would/,
  );
});

it("says where nothing fits", async () => {
  expect(await warningsWith(1e6)).toMatch(/Nothing of it would fit/);
});

it.each([8e9, undefined])(
  "says nothing of a card with enough, or of one that is not known: %s",
  async (free) => {
    expect(await warningsWith(free)).not.toContain("graphics card");
  },
);

it("reads what nvidia-smi prints", () => {
  expect(parseNvidiaCards("8192, 7000\n24576, 24000\n")).toEqual([
    { total: 8 * 2 ** 30, free: 7000 * 2 ** 20 },
    { total: 24 * 2 ** 30, free: 24000 * 2 ** 20 },
  ]);
  expect(parseNvidiaCards("No devices were found\n[N/A], [N/A]\n")).toEqual([]);
});
