/**
 * @file `node bench/dist/stored-steps.js [rounds] [types]`: the LoRA step of an SD 1.5-size UNet at 512×512 from
 * weights stored in 16 bits beside that from float32, interleaved in one process, so that only their
 * ratios matter. Takes 8 GB of memory. Types are F16,BF16 by default.
 */

import type { StoredFloat } from "@atelier/diffusion/files";
import { listLayers, readUNetConfig, unet, unetInputs } from "@atelier/diffusion/models";
import { loraTuning } from "@atelier/diffusion/tuning";
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
import { sd15 } from "./presets.js";
import { weightSources } from "./random-weights.js";

const rounds = Number(process.argv[2] ?? 5);
const halves = (["F16", "BF16"] as const).filter((dtype) =>
  (process.argv[3] ?? "F16,BF16").split(",").includes(dtype),
);
const config = readUNetConfig(sd15);
const inputs = unetInputs(config, { batch: 1, height: 64, width: 64, tokens: 77 });
const layers = listLayers((weights) => unet(config, weights, inputs)).filter(({ path }) =>
  /\.(to_q|to_k|to_v|to_out\.0)$/.test(path),
);
const tuning = loraTuning({ layers: new Map([["unet", layers]]), rank: 4, alpha: 4 });
const weights = createWeights({ overlay: tuning.overlay("unet") });
const prediction = unet(config, weights, inputs, { recomputeActivations: true });
const loss = mean(square(sub(prediction, input("target", prediction.shape))));
const all = parametersOf({ outputs: { loss } });
const isTrained = ({ attributes }: (typeof all)[number]) =>
  tuning.parameterNames.has(attributes.name);

const generator = createTorchGenerator(0);
const random = (shape: readonly number[], scale = 1): FloatTensor =>
  floatTensor(
    generator.randn(sizeOf(shape)).map((value) => value * scale),
    shape,
  );
const parameters = all.filter(isTrained);
const initial = new Map(
  parameters.map(({ attributes: { name }, shape }) => [name, random(shape, 0.02)]),
);
const values = {
  sample: random(inputs.sample.shape),
  timestep: floatTensor([500], [1]),
  encoder_hidden_states: random([1, 77, config.crossAttentionDim]),
  target: random(prediction.shape),
};
const runtime = createOrtRuntime({ threads: 2 });

async function stepperOf(dtype: StoredFloat): Promise<Stepper> {
  const base = all.filter((node) => !isTrained(node));
  const frozen = new Map(await weightSources("sd15-64", base, dtype));
  return createStepper(runtime, {
    ...{ loss, parameters, initial, frozen },
    ...{ optimizer: adamW(), maxGradNorm: 1 },
  });
}

const steppers: { dtype: StoredFloat; stepper: Stepper; seconds: number[] }[] = [];
for (const dtype of ["F32", ...halves] as const) {
  steppers.push({ dtype, stepper: await stepperOf(dtype), seconds: [] });
}
for (let round = 0; round <= rounds; round++) {
  for (const { stepper, seconds } of steppers) {
    const start = performance.now();
    await stepper.run([values], 1e-4);
    const time = (performance.now() - start) / 1000;
    console.error(`${round} ${time.toFixed(2)}`);
    if (round > 0) seconds.push(time);
  }
}
const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
const [{ seconds: float32 } = { seconds: [] }] = steppers;
for (const { dtype, stepper, seconds } of steppers) {
  const ratios = seconds.map((time, round) => time / (float32[round] ?? Number.NaN));
  console.log(
    `${dtype.padEnd(4)} ${median(seconds).toFixed(2)} s a step, ${median(ratios).toFixed(2)} of float32's (${ratios.map((ratio) => ratio.toFixed(2)).join(" ")})`,
  );
  await stepper[Symbol.asyncDispose]();
}
