/** @file Writes a trained adapter in the forms that a config asks for, with what other tools want to know of it. */

import type { FileStore } from "@atelier/engine";
import type { LoraWeights } from "../../core/lora-weights.js";
import { architectureMetadata } from "../../files/adapter/base-architecture.js";
import { writeComfyLora } from "../../files/adapter/write-comfy-lora.js";
import {
  DIFFUSERS_LORA_NAME,
  isDiffusersLora,
  writeDiffusersLora,
} from "../../files/adapter/write-diffusers-lora.js";
import { writeKohyaLora } from "../../files/adapter/write-kohya-lora.js";
import { writePeftAdapter } from "../../files/adapter/write-peft-adapter.js";
import { specNames } from "../../files/model/told-prediction.js";
import type { StoredFloat } from "../../files/safetensors/float-codec.js";
import type { Pipeline } from "../../pipeline/pipeline.js";
import type { ProcessPrediction } from "../../process/prediction-type.js";
import type { TrainConfig } from "../config/train-config.js";
import type { ResultFile } from "./result-file.js";

/** What is known of the training when an adapter is saved. */
export interface AdapterContext {
  readonly files: FileStore;
  readonly config: TrainConfig;
  readonly pipeline: Pick<Pipeline, "family" | "layers" | "name" | "fingerprint">;
  readonly predictionType: ProcessPrediction;
  /** The captions that it was trained on, one per picture. */
  readonly captions: readonly string[];
  /** A picture to show for it, as a data URL. */
  readonly thumbnail?: string | undefined;
  /** How much of what was trained it is; all of it by default. */
  readonly strength?: number | undefined;
}

/** The names of types in files. */
export const storedAs: Readonly<Record<TrainConfig["output"]["dtype"], StoredFloat>> = {
  float32: "F32",
  float16: "F16",
  bfloat16: "BF16",
};

/**
 * Writes `<name>.safetensors` (kohya, or ComfyUI) and `pytorch_lora_weights.safetensors` (diffusers) into a
 * folder; of LoHa and LoKr, which diffusers' files cannot hold, folders as PEFT
 * has them. No time is written: the same training gives the same bytes.
 * @throws AtelierError `file`, `weights`.
 */
export async function saveAdapter(
  { files, config, pipeline, predictionType, captions, thumbnail, strength }: AdapterContext,
  { folder, step, weights }: { folder: string; step: number; weights: LoraWeights },
): Promise<ResultFile[]> {
  const { name, output } = config;
  const dtype = storedAs[output.dtype];
  const metadata = describeTraining(config, {
    ...{ base: pipeline, predictionType, step, captions, thumbnail, strength },
  });
  const saved: ResultFile[] = [];
  const add = (form: ResultFile["form"], path: string) =>
    saved.push({ kind: "adapter", form, path });
  if (output.formats !== "diffusers") {
    const path = files.join(folder, `${name}.safetensors`);
    const isComfy = output.formats === "comfyui";
    await (isComfy ? writeComfyLora : writeKohyaLora)(files, path, weights, {
      family: pipeline.family.id,
      predictionType,
      layers: pipeline.layers,
      title: name,
      dtype,
      metadata,
    });
    add(isComfy ? "comfyui" : "kohya", path);
  }
  if (output.formats === "both" || output.formats === "diffusers") {
    const options = { dtype, metadata };
    if (isDiffusersLora(weights)) {
      const path = files.join(folder, DIFFUSERS_LORA_NAME);
      await writeDiffusersLora(files, path, weights, options);
      add("diffusers", path);
    } else {
      const paths = await writePeftAdapter(files, files.join(folder, "peft"), weights, options);
      for (const path of paths) add("peft", path);
    }
  }
  return saved;
}

interface TrainingFacts {
  readonly base: Pick<Pipeline, "name" | "fingerprint">;
  readonly predictionType: ProcessPrediction;
  readonly step: number;
  readonly captions: readonly string[];
  readonly thumbnail: string | undefined;
  readonly strength: number | undefined;
}

/** kohya's names for the settings of a training. */
function describeTraining(
  config: TrainConfig,
  { base, predictionType, step, captions, thumbnail, strength }: TrainingFacts,
): Map<string, string> {
  const { lora, data, textEncoder } = config;
  const { architecture } = config.base;
  const textRate = textEncoder.train ? textEncoder.learningRate : undefined;
  const facts: Readonly<Record<string, string | number | undefined>> = {
    ss_output_name: config.name,
    ss_sd_model_name: base.name,
    atelier_base_fingerprint: base.fingerprint,
    atelier_strength: strength,
    ss_learning_rate: config.learningRate,
    ss_unet_lr: config.learningRate,
    ss_text_encoder_lr: textRate,
    ss_lr_scheduler: config.schedule.name,
    ss_lr_warmup_steps: config.schedule.warmupSteps,
    ss_optimizer: config.optimizer.name,
    ss_max_train_steps: config.steps,
    ss_steps: step,
    ss_batch_size_per_device: config.batchSize,
    ss_gradient_accumulation_steps: config.gradientAccumulation,
    ss_max_grad_norm: config.maxGradNorm,
    ss_min_snr_gamma: config.minSnrGamma,
    ...describeObjective(config),
    ss_network_dropout: lora?.dropout === 0 ? undefined : lora?.dropout,
    ss_scale_weight_norms: lora?.maxWeightNorm,
    ss_resolution: `(${data.width}, ${data.height})`,
    ss_num_train_images: Math.round(captions.length * data.repeats),
    ss_seed: config.seed,
    ss_training_comment: data.prompt,
    ss_tag_frequency: JSON.stringify({ [config.name]: countTags(captions) }),
    "modelspec.trigger_phrase": data.prompt ?? config.embedding?.token,
    ...(architecture === undefined ? {} : Object.fromEntries(architectureMetadata(architecture))),
    "modelspec.thumbnail": thumbnail,
    "modelspec.prediction_type": specNames[predictionType],
  };
  return new Map(
    Object.entries(facts).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, String(value)] as const],
    ),
  );
}

/** kohya's names for what is minimised; nothing for what is usual. */
function describeObjective(
  config: TrainConfig,
): Readonly<Record<string, string | number | undefined>> {
  const { loss, prior, data } = config;
  const given = (value: number) => (value === 0 ? undefined : value);
  return {
    ss_loss_type: loss.measure === "mse" ? undefined : loss.measure,
    ss_huber_c: loss.huberC,
    ss_huber_schedule: loss.huberSchedule,
    ss_debiased_estimation: config.weighting === "debiased" ? "True" : undefined,
    ss_noise_offset: given(config.noiseOffset),
    ss_adaptive_noise_scale: given(config.adaptiveNoiseScale),
    ss_ip_noise_gamma: given(config.inputPerturbation),
    ss_caption_dropout_rate: given(data.captionDropout),
    ss_zero_terminal_snr: config.base.zeroTerminalSnr ? "True" : undefined,
    ss_prior_loss_weight: prior?.lossWeight,
  };
}

/** How often each part of the captions between commas occurs, as other tools list trigger words. */
function countTags(captions: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const caption of captions) {
    for (const tag of caption.split(",").map((part) => part.trim())) {
      if (tag !== "") counts.set(tag, (counts.get(tag) ?? 0) + 1);
    }
  }
  return Object.fromEntries(counts);
}
