/**
 * @file The trainings of trajectory fixtures, ready to step: of a LoRA, of the whole UNet with or
 * without prior preservation, and of a word. First weights, batches and noise are the fixture's.
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
  type ParameterSource,
  type Runtime,
  type Stepper,
  sizeOf,
  type TensorMap,
} from "@atelier/engine";
import { partEntries } from "../core/adapter-parts.js";
import type { LoraWeights } from "../core/lora-weights.js";
import { parameterPrefix } from "../families/components.js";
import { componentParameters } from "../families/layers.js";
import { componentOf, type ModelFiles } from "../families/model-files.js";
import { readLora } from "../files/adapter/read-lora.js";
import { openSafetensors, type SafetensorsFile } from "../files/safetensors/open-safetensors.js";
import type { Pipeline } from "../pipeline/pipeline.js";
import { priorWeights } from "../process/loss-weights.js";
import { idsInput, trainingGraph } from "../train/step/training-graph.js";
import { embeddingParameter, embeddingTuning } from "../tuning/embedding-tuning.js";
import { type LoraTuning, loraTuning } from "../tuning/lora-tuning.js";
import type { Tuning } from "../tuning/tuning.js";
import { weightTuning } from "../tuning/weight-tuning.js";

/** What a fixture says of one technique. */
export interface TrajectorySettings {
  readonly weight_decay: number;
  readonly max_grad_norm: number | null;
  readonly betas?: readonly [number, number] | undefined;
  readonly eps?: number | undefined;
  /** The word of textual inversion and the id of its vector. */
  readonly token?: string | undefined;
  readonly token_id?: number | undefined;
  /** λ of prior preservation, with the second half of each batch as class pictures. */
  readonly prior_weight?: number | null | undefined;
}

/** What trainings are made of. */
export interface TrainingParts {
  readonly folder: string;
  readonly files: FileStore;
  readonly runtime: Runtime;
  readonly model: ModelFiles;
  readonly pipeline: Pipeline;
  readonly settings: TrajectorySettings;
  readonly batches: readonly TensorMap[];
  /** The fixture's tensors. */
  readonly tensors: SafetensorsFile;
}

/** Tensors by the name under which they are compared. */
export type ComparedWeights = ReadonlyMap<string, FloatTensor>;

/** A training before its first step; who gets one disposes the stepper. */
export interface FixtureTraining {
  readonly stepper: Stepper;
  /** The inputs of every step. */
  readonly batches: readonly TensorMap[];
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
  const stepper = await createTraining(parts, {
    tuning,
    initial: values,
    frozen: await pipeline.parameters(pipeline.family.denoiser),
  });
  return {
    stepper,
    batches: parts.batches,
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
  const { model, pipeline, settings } = parts;
  const { denoiser } = pipeline.family;
  const prefix = parameterPrefix(denoiser);
  const initial = new Map<string, FloatTensor>();
  const { weights } = componentOf(model, denoiser);
  for (const name of weights.entries.keys()) {
    initial.set(prefix + name, await weights.readFloat32(name));
  }
  const parameters = componentParameters(pipeline.configs, denoiser);
  const named = parameters.map(({ name, shape }) => ({ name: prefix + name, shape }));
  const stepper = await createTraining(parts, {
    tuning: weightTuning(new Map([[denoiser, named]])),
    initial,
    frozen: new Map(),
  });
  return {
    stepper,
    batches: parts.batches.map((batch) => ({ ...batch, ...priorOf(settings, batch) })),
    initial,
    expected: await readFinal(parts, technique),
    current: () => new Map([...stepper.values()].filter(([name]) => initial.has(name))),
  };
}

/**
 * Training of one word's vector. Its first value is that of the initial word; the fixture records the
 * vector after every step.
 */
export async function embeddingTraining(parts: TrainingParts): Promise<FixtureTraining> {
  const { pipeline, settings, tensors } = parts;
  const { token = "", token_id: firstRow = 0 } = settings;
  const rows = await tensors.readFloat32("ti.rows");
  const [count = 0, width = 0] = rows.shape;
  const rowAt = (row: number) =>
    floatTensor(rows.data.slice(row * width, (row + 1) * width), [1, width]);
  const [encoder] = pipeline.family.textEncoders;
  if (encoder === undefined) throw new AtelierError("config", "fixture: no text encoder.");
  const { component, tokenTable: layer } = encoder;
  const name = embeddingParameter(token, component);
  // The word's row lies behind the table of the text encoder as it is stored.
  const initial = new Map([[name, rowAt(0)]]);
  const vectors = new Map([[component, rowAt(0)] as const]);
  await using grown = await pipeline.derive({
    embeddings: [{ token, vectors, metadata: new Map() }],
  });
  const stepper = await createTraining(
    { ...parts, pipeline: grown },
    {
      tuning: embeddingTuning({
        ...{ token, firstRow, vectors: 1 },
        tables: new Map([[component, { layer, width }]]),
      }),
      initial,
      frozen: new Map([
        ...(await grown.parameters(grown.family.denoiser)),
        ...(await grown.parameters(component)),
      ]),
    },
  );
  const ids = requireInts(await tensors.read("train.ti_tokens"), tensors.path);
  return {
    stepper,
    batches: parts.batches.map((batch) => {
      const others = Object.entries(batch).filter(
        ([input]) => input !== grown.family.conditioning.sequence,
      );
      return {
        ...Object.fromEntries(others),
        [idsInput(component)]: intTensor(ids.data, ids.shape),
      };
    }),
    initial,
    expected: new Map([[name, rowAt(count - 1)]]),
    current: () => stepper.values(),
  };
}

interface TrainedParts {
  readonly tuning: Tuning;
  readonly initial: ComparedWeights;
  readonly frozen: ReadonlyMap<string, ParameterSource>;
}

/** The trainer's own graph, on the fixture's latents. */
function createTraining(
  { pipeline, batches, runtime, settings }: TrainingParts,
  { tuning, initial, frozen }: TrainedParts,
): Promise<Stepper> {
  const [batch = 0, , height = 0, width = 0] = batches[0]?.["latents"]?.shape ?? [];
  const { family, configs } = pipeline;
  const tokens = family.textEncoders[0]?.limits(configs).tokens ?? 0;
  const graph = trainingGraph({
    process: family.process(pipeline.scheduleConfig),
    ...{ family, configs, tuning, batch, height, width, tokens },
    from: "latents",
    readsIds: family.textEncoders.some(({ component }) => tuning.changes(component)),
    isWeighted: typeof settings.prior_weight === "number",
    noise: { offset: { strength: 0, adaptive: 0 }, perturbation: 0 },
    measure: { kind: "mse" },
    isMasked: false,
  });
  return createStepper(runtime, {
    ...optimization(settings),
    loss: graph.loss,
    parameters: graph.trained,
    frozen,
    initial,
  });
}

/** Weights of the losses, with the second half of the batch as class pictures. */
function priorOf({ prior_weight: weight }: TrajectorySettings, batch: TensorMap): TensorMap {
  if (typeof weight !== "number") return {};
  const [rows = 0] = batch["latents"]?.shape ?? [];
  const weights = priorWeights({ instance: rows / 2, prior: rows / 2, weight });
  return { loss_weights: floatTensor(weights, [rows]) };
}

async function readFinal(
  { files, folder, pipeline }: TrainingParts,
  technique: string,
): Promise<ComparedWeights> {
  const file = await openSafetensors(files, files.join(folder, `${technique}_final.safetensors`));
  try {
    const tensors = new Map<string, FloatTensor>();
    for (const name of file.entries.keys()) {
      tensors.set(parameterPrefix(pipeline.family.denoiser) + name, await file.readFloat32(name));
    }
    return tensors;
  } finally {
    await file.close();
  }
}

function optimization({ betas, eps: epsilon = 1e-8, ...settings }: TrajectorySettings) {
  const [beta1, beta2] = betas ?? [0.9, 0.999];
  return {
    optimizer: adamW({ beta1, beta2, epsilon, weightDecay: settings.weight_decay }),
    maxGradNorm: settings.max_grad_norm ?? undefined,
  };
}

/** Factors under PEFT's names hold no alpha; the kohya file of the same training does. */
async function readFactors(
  { files, folder, pipeline }: TrainingParts,
  name: string,
): Promise<LoraWeights> {
  const { layers } = pipeline;
  const open = (file: string) =>
    readLora(files, files.join(folder, `${file}.safetensors`), { layers });
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
  { layers, family: { denoiser } }: Pipeline,
): { tuning: LoraTuning; values: ReadonlyMap<string, FloatTensor> } {
  const adapted = [...layers].filter(([path]) => initial.modules.has(path));
  const [first] = initial.modules.values();
  const tuning = loraTuning({
    layers: new Map([[denoiser, adapted.map(([, layer]) => layer)]]),
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
  const [encoder] = pipeline.family.textEncoders;
  const ids = encoder && { [encoder.component]: intTensor(tokens.data, tokens.shape) };
  const conditioning = await pipeline.encodeTokens(ids ?? {});
  const [steps = 0, batch = 0] = timesteps.shape;
  const size = sizeOf(latents.shape);
  return Array.from({ length: steps }, (_, step) => ({
    latents,
    noise: floatTensor(noise.data.slice(step * size, (step + 1) * size), latents.shape),
    timesteps: intTensor(timesteps.data.slice(step * batch, (step + 1) * batch), [batch]),
    ...conditioning,
  }));
}

function requireInts(tensor: HostTensor, path: string): Extract<HostTensor, { dtype: "int64" }> {
  if (tensor.dtype === "int64") return tensor;
  throw new AtelierError(
    "format",
    `${path}: expected tokens and timesteps as int64, got ${tensor.dtype}.`,
  );
}
