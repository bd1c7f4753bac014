/**
 * @file `node bench/dist/adapter-steps.js [rounds]`: the training step of each adapter method beside
 * LoRA's, on the 16.5 M UNet, interleaved in one process, so that only their ratios matter.
 */

import type { MethodName } from "@atelier/diffusion/core";
import { families } from "@atelier/diffusion/families";
import { listLayers, readUNetConfig, unet, unetInputs } from "@atelier/diffusion/models";
import { loraTuning, selectLayers } from "@atelier/diffusion/tuning";
import {
  adamW,
  createStepper,
  createTorchGenerator,
  createWeights,
  type FloatTensor,
  floatTensor,
  input,
  mean,
  parametersOf,
  type Stepper,
  sizeOf,
  square,
  sub,
} from "@atelier/engine";
import { createOrtRuntime } from "@atelier/engine/node";
import { blocksOf, presets } from "./presets.js";
import { weightSources } from "./random-weights.js";

const rounds = Number(process.argv[2] ?? 30);
const targets = (process.argv[3] ?? "attention").split(",");
const presetName = process.argv[4] ?? "small-16";
const preset = presets[presetName];
if (preset === undefined) throw new Error(`expected one of ${Object.keys(presets).join(", ")}`);
const { batch, size } = preset;
const blocks = blocksOf(preset);
const config = readUNetConfig(preset.config);
const inputs = unetInputs(config, { batch, height: size, width: size, tokens: 77 });
const layers = selectLayers(
  listLayers((weights) => unet(config, weights, inputs)),
  targets,
  families.sd1.targets,
);
const generator = createTorchGenerator(0);
const random = (shape: readonly number[]): FloatTensor =>
  floatTensor(generator.randn(sizeOf(shape)), shape);
const runtime = createOrtRuntime({ threads: 2 });

async function stepperOf(method: MethodName, rank: number): Promise<Stepper> {
  const tuning = loraTuning({ layers: new Map([["unet", layers]]), method, rank, alpha: rank });
  const weights = createWeights({ overlay: tuning.overlay("unet") });
  const prediction = unet(config, weights, inputs, blocks);
  const loss = mean(square(sub(prediction, input("target", prediction.shape))));
  const all = parametersOf({ outputs: { loss } });
  const isTrained = ({ attributes }: (typeof all)[number]) =>
    tuning.parameterNames.has(attributes.name);
  const frozen = all.filter((node) => !isTrained(node));
  const trained = all.filter(isTrained);
  return createStepper(runtime, {
    loss,
    parameters: trained,
    optimizer: adamW(),
    maxGradNorm: 1,
    frozen: new Map(await weightSources(presetName, frozen)),
    initial: new Map(
      trained.map(({ attributes: { name }, shape }) => [
        name,
        floatTensor(
          generator.randn(sizeOf(shape)).map((value) => value * 0.02),
          shape,
        ),
      ]),
    ),
  });
}

const cases: readonly (readonly [MethodName, number])[] = [
  ["lora", 4],
  ["dora", 4],
  ["loha", 4],
  ["lokr", 4],
  ["lora", 16],
  ["dora", 16],
  ["loha", 16],
  ["lokr", 16],
];
const values = {
  sample: random(inputs.sample.shape),
  timestep: floatTensor(new Float32Array(batch).fill(500), [batch]),
  encoder_hidden_states: random([batch, 77, config.crossAttentionDim]),
  target: random(inputs.sample.shape),
};
const steppers: { name: string; stepper: Stepper; seconds: number[] }[] = [];
for (const [method, rank] of cases) {
  const stepper = await stepperOf(method, rank);
  steppers.push({ name: `${method} rank ${rank}`, stepper, seconds: [] });
}
for (let round = 0; round <= rounds; round++) {
  for (const { stepper, seconds } of steppers) {
    const start = performance.now();
    await stepper.run([values], 1e-4);
    if (round > 0) seconds.push(performance.now() - start);
  }
}
const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
for (const { name, seconds } of steppers) {
  const rank = name.split(" ").at(-1);
  const peer = steppers.find((other) => other.name === `lora rank ${rank}`)?.seconds ?? [];
  const ratio = median(seconds.map((time, round) => time / (peer[round] ?? Number.NaN)));
  console.log(`${name.padEnd(14)} ${median(seconds).toFixed(0)} ms, ${ratio.toFixed(2)} of LoRA's`);
}
for (const { stepper } of steppers) await stepper[Symbol.asyncDispose]();
