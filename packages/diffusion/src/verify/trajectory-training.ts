/**
 * @file The trainings of trajectory fixtures, ready to step: of a LoRA, and of the whole UNet with or
 * without prior preservation. First weights, batches and noise are the fixture's.
 */

import {
  AtelierError,
  adamW,
  constant,
  createStepper,
  createWeights,
  type FileStore,
  type FloatTensor,
  floatTensor,
  type HostTensor,
  input,
  intTensor,
  parametersOf,
  type Runtime,
  type Stepper,
  sizeOf,
  type TensorMap,
} from "@atelier/engine";
import type { Checkpoint } from "../io/checkpoint/checkpoint.js";
import { partEntries } from "../io/lora-files/adapter-parts.js";
import type { LoraWeights } from "../io/lora-files/lora-weights.js";
import { readLora } from "../io/lora-files/read-lora.js";
import { openSafetensors, type SafetensorsFile } from "../io/safetensors/open-safetensors.js";
import { unet } from "../models/unet/model.js";
import { denoisingLoss } from "../objectives/denoising.js";
import { priorWeights } from "../objectives/loss-weights.js";
import { parameterPrefix } from "../pipeline/graphs.js";
import type { Pipeline } from "../pipeline/pipeline.js";
import { noiseScheduleOf, readSchedulerConfig } from "../samplers/scheduler-config.js";
import { trainingGraph } from "../train/training-graph.js";
import { type LoraTuning, loraTuning } from "../tuning/lora-tuning.js";

/** What a fixture says of one technique. */
export interface TrajectorySettings {
  readonly weight_decay: number;
  readonly max_grad_norm: number | null;
  readonly betas: readonly [number, number];
  readonly eps: number;
  /** λ of prior preservation, with the second half of each batch as class pictures. */
  readonly prior_weight?: number | null | undefined;
}

/** What trainings are made of. */
export interface TrainingParts {
  readonly folder: string;
  readonly files: FileStore;
  readonly runtime: Runtime;
  readonly checkpoint: Checkpoint;
  readonly pipeline: Pipeline;
  readonly settings: TrajectorySettings;
  readonly batches: readonly TensorMap[];
}

/** Tensors by the name under which they are compared. */
export type ComparedWeights = ReadonlyMap<string, FloatTensor>;

/** A training before its first step; who gets one disposes the stepper. */
export interface FixtureTraining {
  readonly stepper: Stepper;
  readonly initial: ComparedWeights;
  /** PyTorch's weights after the last step. */
  readonly expected: ComparedWeights;
  /** The stepper's weights as they are now. */
  current(): ComparedWeights;
}

/** Training of the LoRA in `lora_init.safetensors`. */
export async function loraTraining(parts: TrainingParts): Promise<FixtureTraining> {
  const { pipeline } = parts;
  const start = await readFactors(parts, "lora_init");
  const { tuning, values } = tuningOf(start, pipeline);
  const { batch, height, width, tokens } = sizesOf(parts);
  const { loss, trained } = trainingGraph({
    ...forwardProcess(pipeline),
    configs: pipeline.configs,
    tuning,
    batch,
    height,
    width,
    tokens,
    from: "latents",
    isWeighted: false,
    noiseOffset: 0,
  });
  const stepper = await createStepper(parts.runtime, {
    ...optimization(parts.settings),
    loss,
    parameters: trained,
    frozen: await pipeline.parameters("unet"),
    initial: values,
  });
  return {
    stepper,
    initial: factorsOf(start),
    expected: factorsOf(await readFactors(parts, "lora_final")),
    current: () => factorsOf(tuning.adapterOf(stepper.values())),
  };
}

/** Training of all weights of the UNet; ends with those of `<technique>_final.safetensors`. */
export async function fullTraining(
  parts: TrainingParts,
  technique: string,
): Promise<FixtureTraining> {
  const { pipeline, checkpoint, settings } = parts;
  const { batch, height, width, tokens } = sizesOf(parts);
  const { unet: config } = pipeline.configs;
  const prefix = parameterPrefix("unet");
  const weights = createWeights({ prefix });
  const encoderHiddenStates = input("encoder_hidden_states", [
    batch,
    tokens,
    config.crossAttentionDim,
  ]);
  const shape = [batch, config.inChannels, height, width];
  const { loss } = denoisingLoss({
    ...forwardProcess(pipeline),
    latents: input("latents", shape),
    noise: input("noise", shape),
    timesteps: input("timesteps", [batch], "int64"),
    predict: (sample, timestep) => unet(config, weights, { sample, timestep, encoderHiddenStates }),
    ...priorOf(settings, batch),
  });
  const initial = new Map<string, FloatTensor>();
  for (const name of checkpoint.unet.weights.entries.keys()) {
    initial.set(prefix + name, await checkpoint.unet.weights.readFloat32(name));
  }
  const stepper = await createStepper(parts.runtime, {
    ...optimization(settings),
    loss,
    parameters: parametersOf({ outputs: { loss } }),
    frozen: new Map(),
    initial,
  });
  return {
    stepper,
    initial,
    expected: await readFinal(parts, technique),
    current: () => new Map([...stepper.values()].filter(([name]) => initial.has(name))),
  };
}

function priorOf({ prior_weight: weight }: TrajectorySettings, batch: number) {
  if (typeof weight !== "number") return {};
  const rows = { instance: batch / 2, prior: batch / 2, weight };
  return { weights: constant(floatTensor(priorWeights(rows), [batch])) };
}

async function readFinal(
  { files, folder }: TrainingParts,
  technique: string,
): Promise<ComparedWeights> {
  const file = await openSafetensors(files, files.join(folder, `${technique}_final.safetensors`));
  try {
    const tensors = new Map<string, FloatTensor>();
    for (const name of file.entries.keys()) {
      tensors.set(parameterPrefix("unet") + name, await file.readFloat32(name));
    }
    return tensors;
  } finally {
    await file.close();
  }
}

function optimization({ betas: [beta1, beta2], ...settings }: TrajectorySettings) {
  return {
    optimizer: adamW({ beta1, beta2, epsilon: settings.eps, weightDecay: settings.weight_decay }),
    maxGradNorm: settings.max_grad_norm ?? undefined,
  };
}

function forwardProcess({ scheduleConfig }: Pipeline) {
  const { config } = readSchedulerConfig(scheduleConfig);
  const predictsVelocity = config.prediction_type === "v_prediction";
  return {
    schedule: noiseScheduleOf(config),
    predictionType: predictsVelocity ? ("v_prediction" as const) : ("epsilon" as const),
  };
}

function sizesOf({ batches: [first] }: TrainingParts) {
  const [batch = 0, , height = 0, width = 0] = first?.["latents"]?.shape ?? [];
  return { batch, height, width, tokens: first?.["encoder_hidden_states"]?.shape[1] ?? 0 };
}

/** Factors under PEFT's names hold no alpha; the kohya file of the same training does. */
async function readFactors(
  { files, folder, pipeline }: TrainingParts,
  name: string,
): Promise<LoraWeights> {
  const modulePaths = [...pipeline.layers.keys()];
  const open = (file: string) =>
    readLora(files, files.join(folder, `${file}.safetensors`), { modulePaths });
  const { weights } = await open(name);
  const { modules } = (await open("lora_kohya")).weights;
  const strong = [...weights.modules].map(
    ([path, module]) =>
      [path, { ...module, alpha: modules.get(path)?.alpha ?? module.alpha }] as const,
  );
  return { ...weights, modules: new Map(strong) };
}

function factorsOf({ modules }: LoraWeights): ComparedWeights {
  return new Map(
    [...modules].flatMap(([path, { parts }]) =>
      partEntries(parts).map(([part, tensor]) => [`${path} ${part}`, tensor] as const),
    ),
  );
}

function tuningOf(
  initial: LoraWeights,
  { layers }: Pipeline,
): { tuning: LoraTuning; values: ReadonlyMap<string, FloatTensor> } {
  const adapted = [...layers].filter(([path]) => initial.modules.has(path));
  const [first] = initial.modules.values();
  const tuning = loraTuning({
    layers: new Map([["unet", adapted.map(([, layer]) => layer)]]),
    rank: first?.rank ?? 0,
    alpha: first?.alpha ?? 0,
  });
  return { tuning, values: tuning.valuesOf("lora_init", initial) };
}

/** The inputs of every step, in the names of the training graphs. */
export async function readBatches(file: SafetensorsFile, pipeline: Pipeline): Promise<TensorMap[]> {
  const latents = await file.readFloat32("train.latents");
  const noise = await file.readFloat32("train.noise");
  const timesteps = requireInts(await file.read("train.timesteps"), file.path);
  const tokens = requireInts(await file.read("train.tokens"), file.path);
  const embeddings = await pipeline.encodeTokens(intTensor(tokens.data, tokens.shape));
  const [steps = 0, batch = 0] = timesteps.shape;
  const size = sizeOf(latents.shape);
  return Array.from({ length: steps }, (_, step) => ({
    latents,
    noise: floatTensor(noise.data.slice(step * size, (step + 1) * size), latents.shape),
    timesteps: intTensor(timesteps.data.slice(step * batch, (step + 1) * batch), [batch]),
    encoder_hidden_states: embeddings,
  }));
}

function requireInts(tensor: HostTensor, path: string): Extract<HostTensor, { dtype: "int64" }> {
  if (tensor.dtype === "int64") return tensor;
  throw new AtelierError(
    "format",
    `${path}: expected tokens and timesteps as int64, got ${tensor.dtype}.`,
  );
}
