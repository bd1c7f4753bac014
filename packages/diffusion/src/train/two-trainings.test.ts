/** @file Two trainings at once in one process: each has the bits that it has alone. */

import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { nodeTrainDeps } from "../adapters/train-deps.js";
import { drawPictures, tinyConfig, tinyTokenizer } from "../testing/tiny-training.js";
import { train } from "./train.js";

let pictures = "";
beforeAll(async () => {
  pictures = await drawPictures(3);
});

const token = "<my-cat>";
const word = { embedding: { token, initializer: "photo" }, data: { prompt: `a ${token}` } };
const trainings = {
  lora: { lora: { rank: 2, dropout: 0.1 }, seed: 1 },
  "lora with prior pictures": { lora: { rank: 2 }, prior: { classPrompt: "a dog", count: 2 } },
  full: { tuning: "full", lora: undefined, ema: { decay: 0.9 } },
  word: { tuning: "textual_inversion", lora: undefined, ...word },
} as const;
type Name = keyof typeof trainings;

/** What a run has saved, by name. */
async function weightsBelow(folder: string): Promise<Map<string, Buffer>> {
  const names = await readdir(folder, { recursive: true });
  const weights = names.filter((name) => name.endsWith(".safetensors"));
  const read = async (name: string) => [name, await readFile(join(folder, name))] as const;
  return new Map(await Promise.all(weights.map(read)));
}

/** Trains at once, each in a folder of its own and all with one cache that is empty; the losses and weights of each. */
async function trainAtOnce(...names: readonly Name[]) {
  const folder = await mkdtemp(join(dirname(pictures), "at-once-"));
  return Promise.all(
    names.map(async (name, index) => {
      const { data, ...fields } = { data: {}, ...trainings[name] };
      const config = tinyConfig(pictures, {
        ...fields,
        data: { folder: pictures, prompt: "a cat", flip: true, ...data },
        samples: { everySteps: 2, steps: 2, sampler: "ddim" },
        output: { run: join(folder, `run ${index}`) },
        cacheFolder: join(folder, "cache"),
      });
      const losses: number[] = [];
      const deps = nodeTrainDeps(config, { tokenizerFolder: tinyTokenizer });
      for await (const event of train(config, deps)) {
        if (event.type === "step") losses.push(event.loss);
      }
      return { losses, weights: await weightsBelow(config.output.run ?? "") };
    }),
  );
}

it.each([
  ["lora", "word"],
  ["lora with prior pictures", "full"],
] as const)("%s and %s", async (first, second) => {
  const together = await trainAtOnce(first, second);
  for (const { losses, weights } of together) {
    expect(losses).toHaveLength(3);
    expect(weights.size).toBeGreaterThan(0);
  }
  expect(together).toEqual([...(await trainAtOnce(first)), ...(await trainAtOnce(second))]);
});
