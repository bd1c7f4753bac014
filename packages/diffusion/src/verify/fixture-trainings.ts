/**
 * @file The trainings of pipeline fixtures, ready to step: of a LoRA, of all weights of the denoiser with or
 * without prior preservation, and of a word. First weights, batches and noise are the fixture's.
 */

import {
  adamW,
  createStepper,
  type FloatTensor,
  floatTensor,
  type ParameterSource,
  type Stepper,
  type TensorMap,
} from "@atelier/engine";
import type { AdaptedComponent, TextEncoderName } from "../core/component-name.js";
import { type LoraWeights, splitModulePath } from "../core/lora-weights.js";
import { parameterPrefix } from "../families/components.js";
import { trainableParameters } from "../families/layers.js";
import { componentOf, wordEncoders } from "../families/model-files.js";
import { readLora } from "../files/adapter/read-lora.js";
import { openSafetensors } from "../files/safetensors/open-safetensors.js";
import type { LayerInfo } from "../models/list-layers.js";
import type { Pipeline } from "../pipeline/pipeline.js";
import { priorWeights } from "../process/loss-weights.js";
import { type TrainingGraph, trainingGraph } from "../train/step/training-graph.js";
import {
  type EmbeddingTable,
  embeddingParameter,
  embeddingTuning,
} from "../tuning/embedding-tuning.js";
import { type LoraTuning, loraTuning } from "../tuning/lora-tuning.js";
import type { Tuning } from "../tuning/tuning.js";
import { weightTuning } from "../tuning/weight-tuning.js";
import type { TrainingSettings } from "./fixture-settings.js";
import { numbered, type PipelineFixture, rowAt } from "./open-pipeline-fixture.js";
import { readIds, type TrainingInputs } from "./training-inputs.js";

/** What trainings are made of. */
export interface TrainingParts {
  readonly fixture: PipelineFixture;
  /** Its name in the fixture. */
  readonly technique: string;
  readonly settings: TrainingSettings;
  readonly inputs: TrainingInputs;
}

/** Tensors by parameter name. */
export type Parameters = ReadonlyMap<string, FloatTensor>;

/** A training before its first step; who gets one disposes the stepper. */
export interface FixtureTraining {
  readonly stepper: Stepper;
  readonly graph: TrainingGraph;
  /** Parameters that do not change. */
  readonly frozen: ReadonlyMap<string, ParameterSource>;
  /** The inputs of every step. */
  readonly batches: readonly TensorMap[];
  readonly initial: Parameters;
  /** PyTorch's weights after the last step. */
  readonly expected: Parameters;
  /** Names of stored gradients by parameter: of the first step, and of its batch at `expected`. */
  readonly gradients: Readonly<Record<"first" | "last", ReadonlyMap<string, string>>>;
  /** Tensors `[steps + 1, width]` that follow a parameter, by its name. */
  readonly followed: Parameters;
}

/** Training of the LoRA in `<technique>_init.safetensors`. */
export async function loraTraining(parts: TrainingParts): Promise<FixtureTraining> {
  const { fixture, technique } = parts;
  const { pipeline } = fixture;
  const start = await readFactors(parts, `${technique}_init`);
  const end = await readFactors(parts, `${technique}_final`);
  const tuning = tuningOf(start, pipeline);
  const initial = tuning.valuesOf("initial LoRA", start);
  return {
    ...(await createTraining(parts, { pipeline, tuning, initial })),
    expected: tuning.valuesOf("final LoRA", end),
    gradients: {
      first: gradientNames(fixture, initial, `${technique}.first_grad.`),
      last: gradientNames(fixture, initial, `${technique}.grad.`),
    },
    followed: new Map(),
  };
}

/** Training of all weights of the denoiser; ends with those of `<technique>_final.safetensors`. */
export async function fullTraining(parts: TrainingParts): Promise<FixtureTraining> {
  const { model, pipeline } = parts.fixture;
  const { denoiser } = pipeline.family;
  const prefix = parameterPrefix(denoiser);
  const initial = new Map<string, FloatTensor>();
  const { weights } = componentOf(model, denoiser);
  const parameters = trainableParameters(pipeline.configs, denoiser);
  for (const { name } of parameters) initial.set(prefix + name, await weights.readFloat32(name));
  const named = parameters.map(({ name, shape }) => ({ name: prefix + name, shape }));
  const tuning = weightTuning(new Map([[denoiser, named]]));
  return {
    ...(await createTraining(parts, { pipeline, tuning, initial })),
    expected: await readFinal(parts),
    gradients: { first: new Map(), last: new Map() },
    followed: new Map(),
  };
}

/**
 * Training of one word's vector in every text encoder. Its first value is that of the initial word; the
 * fixture records the vectors after every step.
 */
export async function wordTraining(parts: TrainingParts): Promise<FixtureTraining> {
  const { fixture, settings, inputs } = parts;
  const { pipeline, tensors } = fixture;
  const { token = "", token_id: firstRow = 0 } = settings;
  const vectors = new Map<TextEncoderName, FloatTensor>();
  const tables = new Map<AdaptedComponent, EmbeddingTable>();
  const followed = new Map<string, FloatTensor>();
  const first = new Map<string, string>();
  for (const [index, encoder] of wordEncoders(pipeline.family, pipeline.configs).entries()) {
    const { component } = encoder;
    const { layer } = encoder.words;
    const rows = await tensors.readFloat32(numbered("ti.rows", index));
    const [, width = 0] = rows.shape;
    const name = embeddingParameter(token, component);
    vectors.set(component, vectorAt(rows, 0));
    tables.set(component, { layer, width });
    followed.set(name, rows);
    const gradient = numbered("ti.first_grad", index);
    if (fixture.has(gradient)) first.set(name, gradient);
  }
  // The word's row lies behind the tables of the text encoders as they are stored.
  await using grown = await pipeline.derive({
    embeddings: [{ token, vectors, metadata: new Map() }],
  });
  const of = (row: (rows: FloatTensor) => number) =>
    new Map([...followed].map(([name, rows]) => [name, vectorAt(rows, row(rows))]));
  const ids = await readIds(fixture, "train.ti_tokens");
  const encoded: TrainingInputs["encoded"] = (encoders) => inputs.encoded(encoders, ids);
  return {
    ...(await createTraining(
      { ...parts, inputs: { ...inputs, encoded } },
      {
        pipeline: grown,
        tuning: embeddingTuning({ token, firstRow, vectors: 1, tables }),
        initial: of(() => 0),
      },
    )),
    expected: of(({ shape: [count = 1] }) => count - 1),
    gradients: { first, last: new Map() },
    followed,
  };
}

interface TrainedParts {
  readonly pipeline: Pipeline;
  readonly tuning: Tuning;
  readonly initial: Parameters;
}

/** The trainer's own graph, on the fixture's latents. */
async function createTraining(
  { fixture: { runtime }, settings, inputs }: TrainingParts,
  { pipeline, tuning, initial }: TrainedParts,
): Promise<Pick<FixtureTraining, "stepper" | "graph" | "frozen" | "batches" | "initial">> {
  const { family, configs } = pipeline;
  const tunable = wordEncoders(family, configs).map(({ component }) => component);
  const encoders = tunable.some((component) => tuning.changes(component)) ? tunable : [];
  const texts = encoders.length > 0 ? inputs.encoded(encoders) : inputs.conditioning;
  const batches = inputs.steps.slice(0, settings.losses.length).map((step) => ({
    ...step,
    ...texts,
    ...priorOf(settings, step),
  }));
  const [batch = 0, , height = 0, width = 0] = batches[0]?.["latents"]?.shape ?? [];
  const graph = trainingGraph({
    process: family.process(pipeline.scheduleConfig),
    ...{ family, configs, tuning, batch, height, width, encoders },
    tokens: family.conditioning.tokens(configs),
    guidance: inputs.guidance,
    from: "latents",
    isWeighted: typeof settings.prior_weight === "number",
    noise: { offset: { strength: 0, adaptive: 0 }, perturbation: 0 },
    measure: { kind: "mse" },
    isMasked: false,
  });
  const frozen = new Map<string, ParameterSource>();
  for (const component of [family.denoiser, ...encoders]) {
    for (const [name, source] of await pipeline.parameters(component)) {
      if (!initial.has(name)) frozen.set(name, source);
    }
  }
  const stepper = await createStepper(runtime, {
    ...optimization(settings),
    loss: graph.loss,
    parameters: graph.trained,
    frozen,
    initial,
  });
  return { stepper, graph, frozen, batches, initial };
}

/** Weights of the losses, with the second half of the batch as class pictures. */
function priorOf({ prior_weight: weight }: TrainingSettings, step: TensorMap): TensorMap {
  if (typeof weight !== "number") return {};
  const [rows = 0] = step["latents"]?.shape ?? [];
  const weights = priorWeights({ instance: rows / 2, prior: rows / 2, weight });
  return { loss_weights: floatTensor(weights, [rows]) };
}

function optimization({ betas, eps: epsilon = 1e-8, ...settings }: TrainingSettings) {
  const [beta1, beta2] = betas ?? [0.9, 0.999];
  return {
    optimizer: adamW({ beta1, beta2, epsilon, weightDecay: settings.weight_decay }),
    maxGradNorm: settings.max_grad_norm ?? undefined,
  };
}

async function readFinal({ fixture, technique }: TrainingParts): Promise<Parameters> {
  const { files, folder, pipeline } = fixture;
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

/** Factors under PEFT's names hold no alpha: settings tell it, or the kohya file of the same training. */
async function readFactors(
  { fixture: { files, folder, pipeline }, settings }: TrainingParts,
  name: string,
): Promise<LoraWeights> {
  const { layers } = pipeline;
  const read = (file: string, options: { readonly alpha?: number } = {}) =>
    readLora(files, files.join(folder, `${file}.safetensors`), { layers, ...options });
  if (settings.alpha !== undefined) return (await read(name, { alpha: settings.alpha })).weights;
  const [strong] = (await read("lora_kohya")).weights.modules.values();
  return (await read(name, strong && { alpha: strong.alpha })).weights;
}

function tuningOf(start: LoraWeights, { layers: all }: Pipeline): LoraTuning {
  const layers = new Map<AdaptedComponent, LayerInfo[]>();
  for (const [path, layer] of all) {
    if (!start.modules.has(path)) continue;
    const { component } = splitModulePath(path);
    layers.set(component, [...(layers.get(component) ?? []), layer]);
  }
  const [first] = start.modules.values();
  return loraTuning({ layers, rank: first?.rank ?? 0, alpha: first?.alpha ?? 0 });
}

/** Stored gradients of a LoRA's factors by PEFT's keys, which leave the denoiser out where it is alone. */
function gradientNames(
  fixture: PipelineFixture,
  parameters: Parameters,
  prefix: string,
): Map<string, string> {
  const { denoiser } = fixture.pipeline.family;
  const names = [...parameters.keys()].flatMap((name) => {
    const inner = name.startsWith(`${denoiser}.`) ? name.slice(denoiser.length + 1) : name;
    const stored = [prefix + name, prefix + inner].find((key) => fixture.has(key));
    return stored === undefined ? [] : [[name, stored] as const];
  });
  return new Map(names);
}

/** Row `index` of `[rows, width]` as `[1, width]`. */
function vectorAt(rows: FloatTensor, index: number): FloatTensor {
  const { data, shape } = rowAt(rows, index);
  return floatTensor(data, [1, ...shape]);
}
