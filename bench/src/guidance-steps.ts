/**
 * @file `node bench/dist/guidance-steps.js <model> [rounds] [latent size] [threads]`: one denoising step with
 * guidance, its two rows as runs of their own and as one batch, interleaved in one process. Prints times of the
 * clock and of the processor, and how far apart the predictions are.
 */

import { openModelFiles } from "@atelier/diffusion/files";
import { loadPipeline } from "@atelier/diffusion/pipeline";
import {
  createTorchGenerator,
  type FloatTensor,
  floatTensor,
  type Runtime,
  sizeOf,
} from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";

const [folder, rounds = "5", sizeText = "64", threads = "2"] = process.argv.slice(2);
if (folder === undefined) throw new Error("expected a model's folder");
const size = Number(sizeText);
const apart = createOrtRuntime({ threads: Number(threads) });
const together: Runtime = {
  ...apart,
  capabilities: { ...apart.capabilities, separatesRows: false },
};

const generator = createTorchGenerator(0);
const random = (shape: readonly number[]): FloatTensor =>
  floatTensor(generator.randn(sizeOf(shape)), shape);

interface Way {
  readonly name: string;
  readonly predict: () => Promise<FloatTensor>;
  readonly wall: number[];
  readonly processor: number[];
}

const ways: Way[] = [];
let inputs: Readonly<Record<"sample" | "states", FloatTensor>> | undefined;
for (const [name, runtime] of Object.entries({ "two runs": apart, "one batch": together })) {
  const model = await openModelFiles(nodeFiles, folder);
  const pipeline = await loadPipeline(model, { runtime, files: nodeFiles });
  const { unet } = pipeline.configs;
  if (unet === undefined) throw new Error("expected a model with a UNet");
  inputs ??= {
    sample: random([2, pipeline.latents.channels, size, size]),
    states: random([2, 77, unet.crossAttentionDim]),
  };
  const { sample, states } = inputs;
  const denoise = await pipeline.denoiser({ batch: 2, height: size, width: size, tokens: 77 });
  const conditioning = { [pipeline.family.conditioning.sequence]: states };
  ways.push({ name, predict: () => denoise(sample, 500, conditioning), wall: [], processor: [] });
}

const predictions = new Map<string, FloatTensor>();
for (let round = 0; round <= Number(rounds); round++) {
  for (const { name, predict, wall, processor } of ways) {
    const [start, used] = [performance.now(), process.cpuUsage()];
    predictions.set(name, await predict());
    const { user, system } = process.cpuUsage(used);
    if (round === 0) continue;
    wall.push(performance.now() - start);
    processor.push((user + system) / 1000);
  }
}
const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
for (const { name, wall, processor } of ways) {
  const [clock, own] = [wall, processor].map((times) => median(times).toFixed(1));
  console.log(`${name.padEnd(9)} ${clock} ms, ${own} ms of the processor`);
}
const [first, second] = [...predictions.values()];
const apartBy = first?.data.reduce(
  (largest, value, i) => Math.max(largest, Math.abs(value - (second?.data[i] ?? Number.NaN))),
  0,
);
console.log(`largest difference ${apartBy}`);
// Sessions end with the process.
process.exit(0);
