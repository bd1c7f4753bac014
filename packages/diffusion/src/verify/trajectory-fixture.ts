/**
 * @file Runs the training trajectories of a pipeline fixture: the same batches, noise and first
 * weights as in PyTorch, then losses, gradient norms and trained weights after every step are
 * compared. Only LoRA is trained here; the other techniques are reported as skipped.
 */

import {
  AtelierError,
  adamW,
  createStepper,
  type FileStore,
  type FloatTensor,
  floatTensor,
  type HostTensor,
  intTensor,
  messageOf,
  type Runtime,
  type Stepper,
  sizeOf,
  type TensorMap,
} from "@atelier/engine";
import { z } from "zod";
import { openCheckpoint } from "../io/checkpoint/open-checkpoint.js";
import type { LoraWeights } from "../io/lora-files/lora-weights.js";
import { readLora } from "../io/lora-files/read-lora.js";
import { readJson } from "../io/read-text.js";
import { openSafetensors, type SafetensorsFile } from "../io/safetensors/open-safetensors.js";
import { loadPipeline } from "../pipeline/load-pipeline.js";
import type { Pipeline } from "../pipeline/pipeline.js";
import { noiseScheduleOf, readSchedulerConfig } from "../samplers/scheduler-config.js";
import { loraGraph } from "../train/lora-graph.js";
import { type LoraTuning, loraTuning } from "../tuning/lora-tuning.js";
import { compareSteps, compareTrainedWeights } from "./compare-training.js";
import { type FixtureCheck, lossTolerance, type Tolerance } from "./fixture-check.js";

/** What the checks work with. */
export interface TrajectoryOptions {
  readonly files: FileStore;
  readonly runtime: Runtime;
}

const trajectorySchema = z.looseObject({
  losses: z.array(z.number()).min(1),
  grad_norms: z.array(z.number()).min(1),
  lr: z.number(),
  weight_decay: z.number(),
  max_grad_norm: z.number().nullable(),
  betas: z.tuple([z.number(), z.number()]),
  eps: z.number(),
});

type Trajectory = z.output<typeof trajectorySchema>;

const technique = "lora";

/** Relative: PyTorch sums squares in another order. */
const gradNormTolerance: Tolerance = (scale) => 1e-4 * scale;

/**
 * Checks the trajectories of a folder with `pipeline/`, `expected.json`, `tensors.safetensors` and
 * the weights before and after. What is in the folder never makes it throw.
 */
export async function* verifyTrajectories(
  folder: string,
  options: TrajectoryOptions,
): AsyncGenerator<FixtureCheck, void, undefined> {
  try {
    const { files } = options;
    const path = files.join(folder, "expected.json");
    const training = await readTraining(files, path);
    for (const [name, settings] of Object.entries(training)) {
      if (name === technique) {
        yield* await checkLora(folder, requireTrajectory(path, settings), options);
      } else {
        const detail = `training with ${name} comes with a later version`;
        yield { status: "skip", name: `training ${name}`, detail };
      }
    }
  } catch (error) {
    if (!(error instanceof AtelierError)) throw error;
    yield { status: "FAIL", name: `training ${technique}`, detail: messageOf(error) };
  }
}

async function readTraining(files: FileStore, path: string): Promise<Record<string, unknown>> {
  const file = z.looseObject({ training: z.record(z.string(), z.unknown()).default({}) });
  const parsed = file.safeParse(await readJson(files, path));
  if (parsed.success) return parsed.data.training;
  throw new AtelierError(
    "format",
    `${path}: expected a field "training" by technique, got another value. Write the fixture again.`,
  );
}

function requireTrajectory(path: string, settings: unknown): Trajectory {
  const parsed = trajectorySchema.safeParse(settings);
  if (parsed.success) return parsed.data;
  throw new AtelierError(
    "format",
    `${path}: expected losses and settings of the LoRA training: ${z.prettifyError(parsed.error)}`,
  );
}

async function checkLora(
  folder: string,
  expected: Trajectory,
  { files, runtime }: TrajectoryOptions,
): Promise<FixtureCheck[]> {
  const checkpoint = await openCheckpoint(files, files.join(folder, "pipeline"));
  await using pipeline = await loadPipeline(checkpoint, { runtime, files });
  const tensors = await openSafetensors(files, files.join(folder, "tensors.safetensors"));
  try {
    const read = (name: string) => readFactors(files, folder, { name, pipeline });
    const initial = await read("lora_init");
    const { tuning, values } = tuningOf(initial, pipeline);
    const batches = await readBatches(tensors, pipeline);
    await using stepper = await stepperOf(expected, { runtime, pipeline, tuning, values, batches });
    const losses: number[] = [];
    const norms: number[] = [];
    for (const batch of batches) {
      const [results] = await stepper.run([batch], expected.lr);
      losses.push(Number(results?.["loss"]?.data[0]));
      norms.push(Number(results?.["gradNorm"]?.data[0]));
    }
    return [
      compareSteps(
        "training lora losses",
        { actual: losses, expected: expected.losses },
        lossTolerance,
      ),
      compareSteps(
        "training lora grad_norms",
        { actual: norms, expected: expected.grad_norms },
        gradNormTolerance,
      ),
      ...compareTrainedWeights({
        initial,
        actual: tuning.adapterOf(stepper.state()),
        expected: await read("lora_final"),
      }),
    ];
  } finally {
    await tensors.close();
  }
}

/** Factors under PEFT's names hold no alpha; the kohya file of the same training does. */
async function readFactors(
  files: FileStore,
  folder: string,
  { name, pipeline }: { readonly name: string; readonly pipeline: Pipeline },
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

/** The inputs of every step, in the names of `loraGraph`. */
async function readBatches(file: SafetensorsFile, pipeline: Pipeline): Promise<TensorMap[]> {
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

interface StepperParts {
  readonly runtime: Runtime;
  readonly pipeline: Pipeline;
  readonly tuning: LoraTuning;
  readonly values: ReadonlyMap<string, FloatTensor>;
  readonly batches: readonly TensorMap[];
}

async function stepperOf(
  { betas: [beta1, beta2], eps, weight_decay, max_grad_norm }: Trajectory,
  { runtime, pipeline, tuning, values, batches }: StepperParts,
): Promise<Stepper> {
  const [batch = 0, , height = 0, width = 0] = batches[0]?.["latents"]?.shape ?? [];
  const { config } = readSchedulerConfig(pipeline.scheduleConfig);
  const { loss, trained } = loraGraph({
    configs: pipeline.configs,
    tuning,
    schedule: noiseScheduleOf(config),
    predictionType: config.prediction_type === "v_prediction" ? "v_prediction" : "epsilon",
    batch,
    height,
    width,
    tokens: batches[0]?.["encoder_hidden_states"]?.shape[1] ?? 0,
    from: "latents",
    trainsTextEncoder: false,
    isWeighted: false,
    noiseOffset: 0,
  });
  return createStepper(runtime, {
    loss,
    parameters: trained,
    optimizer: adamW({ beta1, beta2, epsilon: eps, weightDecay: weight_decay }),
    maxGradNorm: max_grad_norm ?? undefined,
    frozen: await pipeline.parameters("unet"),
    initial: values,
  });
}
