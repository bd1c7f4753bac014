/**
 * @file Pre-training of the UNet: v-prediction on cached latents (Salimans & Ho 2022), with
 * captions that are left out now and then, for guidance (Ho & Salimans 2022). It begins with single centred objects on plain colours.
 */

import { componentParameters } from "@atelier/diffusion/families";
import { clipText, unet } from "@atelier/diffusion/models";
import {
  denoisingLoss,
  discreteProcess,
  type NoiseSchedule,
  snr,
} from "@atelier/diffusion/process";
import { noiseScheduleOf, readSchedulerConfig } from "@atelier/diffusion/samplers";
import { createClipTokenizer } from "@atelier/diffusion/tokenizer";
import {
  adamW,
  createWeights,
  floatTensor,
  input,
  intTensor,
  mean,
  muon,
  sizeOf,
  type TensorMap,
} from "@atelier/engine";
import { initialValues } from "./initial-values.js";
import type { CachedLatents, Curriculum } from "./latent-cache.js";
import { type ModelConfigs, schedulerConfig } from "./models.js";
import type { Evaluation, NamedWeights, Recipe } from "./recipe.js";
import { noiseGenerator, recipeDraws, tokenBatch, variedCaption } from "./scene-batches.js";
import { type TextVocabulary, tokenizerDefinition } from "./text-vocabulary.js";

/** What the UNet is trained with. */
export interface UNetRecipeOptions {
  readonly configs: Pick<ModelConfigs, "unet" | "text">;
  readonly vocabulary: TextVocabulary;
  readonly latents: CachedLatents;
  /** Of the trained text encoder. */
  readonly textWeights: NamedWeights;
  /** Identifies the autoencoder and the text encoder. */
  readonly fingerprint: string;
  /** Draws samples with the averaged weights after so many finished steps. */
  readonly drawSamples: (averaged: NamedWeights, step: number) => Promise<Evaluation>;
  readonly batch?: number;
  /** Steps until most scenes are taken from the whole world. */
  readonly curriculumSteps?: number;
}

const captionDropout = 0.1;
const weightDecay = 1e-2;
/** Muon is for the matrices between the layers that read latents and times and the one that writes. */
const isEdge = (name: string): boolean => /^(conv_in|conv_out|time_embedding)\./.test(name);
/** γ of {@link lossWeight}. */
const gamma = 5;
/** Share of single centred objects when the curriculum is over: shapes are learned from these. */
const finalSingleShare = 0.6;
const textPrefix = "text_encoder:";

/** The recipe of the UNet. */
export function unetRecipe(options: UNetRecipeOptions): Recipe {
  const frozen = [...options.textWeights].map(
    ([name, tensor]) => [textPrefix + name, tensor] as const,
  );
  return {
    name: "unet",
    initial: initialValues(componentParameters({ unet: options.configs.unet }, "unet"), 13),
    frozen: new Map(frozen),
    fingerprint: options.fingerprint,
    learningRate: 1e-3,
    warmupSteps: 200,
    optimizer: muon({ weightDecay }),
    groups: [{ name: "edges", owns: isEdge, optimizer: adamW({ weightDecay }) }],
    averageDecay: 0.998,
    ...denoising(options),
    evaluateEverySteps: 2000,
    evaluate: options.drawSamples,
  };
}

/** The forward process that the shipped sampler undoes. */
export function trainingSchedule(): NoiseSchedule {
  return noiseScheduleOf(readSchedulerConfig(schedulerConfig).config);
}

function denoising(options: UNetRecipeOptions): Pick<Recipe, "build" | "batchAt"> {
  const { configs, vocabulary, latents, batch = 64, curriculumSteps = 1500 } = options;
  const schedule = trainingSchedule();
  const tokenizer = createClipTokenizer(tokenizerDefinition(vocabulary));
  const shape = [batch, ...latents.shape];
  return {
    build() {
      const weights = createWeights();
      const ids = input("input_ids", [batch, tokenizer.maxLength], "int64");
      const textWeights = createWeights({ prefix: textPrefix });
      const { promptEmbeds } = clipText(configs.text, textWeights, ids);
      const { loss, perSample } = denoisingLoss({
        process: discreteProcess(schedule, "v_prediction"),
        latents: input("latents", shape),
        noise: input("noise", shape),
        times: input("timesteps", [batch], "int64"),
        weights: input("loss_weights", [batch]),
        predict: (sample, timestep) =>
          unet(configs.unet, weights, { sample, timestep, encoderHiddenStates: promptEmbeds }),
      });
      return [{ loss, metrics: { squaredError: mean(perSample) } }];
    },
    async batchAt(step): Promise<TensorMap> {
      const share = singleShareAt(step, curriculumSteps);
      const generator = noiseGenerator(step);
      const timesteps = trainingTimesteps(generator.rand(batch), schedule.numTrainTimesteps);
      const rows = Array.from({ length: batch }, (_, row) =>
        drawRow(latents, (step - 1) * batch + row, share),
      );
      const values = new Float32Array(sizeOf(shape));
      for (const [row, { curriculum, index }] of rows.entries()) {
        values.set(latents.read(curriculum, index), row * sizeOf(latents.shape));
      }
      return {
        latents: floatTensor(values, shape),
        noise: floatTensor(generator.randn(sizeOf(shape)), shape),
        timesteps: intTensor(timesteps, [batch]),
        loss_weights: floatTensor(
          timesteps.map((timestep) => lossWeight(schedule, timestep)),
          [batch],
        ),
        input_ids: tokenBatch(
          tokenizer,
          rows.map(({ caption }) => caption),
        ),
      };
    },
  };
}

/**
 * How much a timestep counts: min(SNR + 1, γ + 1) / (SNR + 1). Like Min-SNR (Hang et al. 2023) it
 * spares the nearly clean end. The published weight for v-prediction, min(SNR, γ) / (SNR + 1), falls
 * to nothing at the noisy end as well, where layout and background are decided, and where sampling
 * begins: with a last timestep of pure noise that end has to be learned.
 */
export function lossWeight(schedule: NoiseSchedule, timestep: number): number {
  return Math.min(1, (gamma + 1) / (snr(schedule, timestep) + 1));
}

/** Falls from 1 to the final share during the curriculum. */
function singleShareAt(step: number, curriculumSteps: number): number {
  return Math.max(finalSingleShare, 1 - step / curriculumSteps);
}

interface Row {
  readonly curriculum: Curriculum;
  readonly index: number;
  readonly caption: string;
}

function drawRow(latents: CachedLatents, position: number, singleShare: number): Row {
  const draws = recipeDraws("batch", position);
  const curriculum = draws.chance(singleShare) ? "single" : "full";
  const index = draws.integer(latents.scenes[curriculum].length);
  const scene = latents.scenes[curriculum][index];
  if (scene === undefined) throw new RangeError("internal: a position beyond the scenes");
  const caption = draws.chance(captionDropout) ? "" : variedCaption(scene, position);
  return { curriculum, index, caption };
}

/**
 * One timestep for each unit in [0, 1). Three of four are drawn where shapes are decided: Stable
 * Diffusion's schedule was made for latents of 64 × 64, and on 16 × 16 more than its last third
 * hides everything but the mean colour (Hoogeboom et al. 2023, arXiv 2301.11093, §3.1). The others
 * cover the whole range. Both kinds are stratified: no batch is all noise or all signal.
 */
export function trainingTimesteps(units: Float32Array, count: number): number[] {
  const uniformCount = Math.ceil(units.length / 4);
  return Array.from(units, (unit, row) => {
    const isUniform = row < uniformCount;
    const part = isUniform
      ? (row + unit) / uniformCount
      : towardsShapes((row - uniformCount + unit) / (units.length - uniformCount));
    return Math.min(count - 1, Math.floor(part * count));
  });
}

/** Quantile of a logit-logistic distribution over [0, 1] with its median at 0.38. */
function towardsShapes(quantile: number): number {
  const odds = Math.exp(-0.5) * (quantile / (1 - quantile)) ** 0.55;
  return odds / (1 + odds);
}
