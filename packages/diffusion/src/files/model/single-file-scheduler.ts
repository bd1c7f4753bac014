/**
 * @file The noise schedule of a single-file checkpoint. Every family exists with ε and with v prediction
 * in the same shapes. Whoever says which it is counts in this order: the person who opens it, the yaml
 * beside the file, what Atelier stored in it, its metadata, a marker among its tensors. Where nobody
 * does, it is assumed, and noted with how to overrule that.
 */

import { isJsonObject } from "../../core/json-object.js";
import type { CheckpointFamily } from "../../core/model-files.js";
import { option } from "../../core/option-words.js";
import type { ConfigObject } from "../../core/read-config.js";
import { unetPrefix } from "../../families/keys/single-file-layout.js";
import { type PredictionType, predictionTypes } from "../../process/noise-schedule.js";
import type { SafetensorsFile } from "../safetensors/open-safetensors.js";
import type { ModelYaml } from "./model-yaml.js";
import {
  type AdapterClaim,
  isTrainedToZeroSnr,
  type ToldPrediction,
  toldByMetadata,
} from "./told-prediction.js";
import { zeroTerminalSnrFields } from "./zero-terminal-snr.js";

/** The schedule that every Stable Diffusion was trained with. */
const trained = {
  beta_start: 0.00085,
  beta_end: 0.012,
  beta_schedule: "scaled_linear",
  num_train_timesteps: 1000,
  steps_offset: 1,
  timestep_spacing: "leading",
} as const;

const byFamily: Readonly<Record<CheckpointFamily, ConfigObject>> = {
  sd1: { _class_name: "PNDMScheduler", ...trained, set_alpha_to_one: false, skip_prk_steps: true },
  sd2: { _class_name: "DDIMScheduler", ...trained, set_alpha_to_one: false, clip_sample: false },
  sdxl: { _class_name: "EulerDiscreteScheduler", ...trained },
};

/** Empty tensors by which programs mark v prediction, and a schedule that ends in pure noise. */
export const markers = { vPrediction: "v_pred", zeroTerminalSnr: "ztsnr" } as const;

/** What is known besides the file's tensors. */
export interface SchedulerHints {
  readonly family: CheckpointFamily;
  /** A scheduler config that Atelier stored in the file. */
  readonly stored: unknown;
  /** The config beside the file. */
  readonly yaml?: ModelYaml | undefined;
  readonly predictionType?: PredictionType | undefined;
  /** What adapters that go with it say. */
  readonly claims?: readonly AdapterClaim[] | undefined;
  /** Receives what had to be assumed, and contradictions. */
  readonly notes: string[];
}

/** A file's schedule. */
export interface FileScheduler {
  /** The fields of a scheduler_config.json. */
  readonly scheduler: ConfigObject;
  /** Whether nothing says what the model predicts. */
  readonly isPredictionAssumed: boolean;
}

/** The schedule of a file. @throws AtelierError `file` when it cannot be read. */
export async function schedulerOfFile(
  source: SafetensorsFile,
  { family, stored, yaml, predictionType, claims = [], notes }: SchedulerHints,
): Promise<FileScheduler> {
  const known = isJsonObject(stored) ? stored : undefined;
  const fields = { ...(known ?? byFamily[family]), ...yaml?.schedule };
  const [first, ...others] = toldBy(source, known, yaml);
  const other = others.find(({ type }) => type !== first?.type);
  if (predictionType === undefined && first !== undefined && other !== undefined) {
    notes.push(
      `${source.path}: ${first.where} says that it predicts ${first.type}, ${other.where} says ${other.type}. The first counts; ${option("predictionType")} overrules both.`,
    );
  }
  const told = predictionType ?? first?.type;
  const assumed = told === undefined ? await assume(source, family, claims) : undefined;
  if (assumed !== undefined) {
    notes.push(
      `${source.path}: does not say what it predicts; ${assumed.type} is assumed, ${assumed.why}. If that is wrong, so that pictures come out as noise or flat colour, say ${option("predictionType", assumed.type === "epsilon" ? "v_prediction" : "epsilon")}.`,
    );
  }
  const prediction = told ?? assumed?.type;
  const isMarked =
    source.entries.has(markers.zeroTerminalSnr) || isTrainedToZeroSnr(source.metadata);
  if (isMarked && prediction === "epsilon" && known === undefined) {
    notes.push(
      `${source.path}: is marked as trained up to pure noise, which says nothing to a model that predicts epsilon; its usual schedule is taken.`,
    );
  }
  const endsInNoise = isMarked && prediction !== "epsilon" && known === undefined;
  return {
    scheduler: {
      ...fields,
      ...(endsInNoise ? zeroTerminalSnrFields : {}),
      prediction_type: prediction,
    },
    isPredictionAssumed: assumed !== undefined,
  };
}

/** Everybody who says what the model predicts, who counts most first. */
function toldBy(
  { metadata, entries }: SafetensorsFile,
  known: ConfigObject | undefined,
  yaml: ModelYaml | undefined,
): ToldPrediction[] {
  const told: ToldPrediction[] = [];
  if (yaml !== undefined) told.push({ type: yaml.predictionType, where: yaml.path });
  // diffusers' default stands for a field that is absent.
  const stored = predictionTypes.find((type) => type === (known?.["prediction_type"] ?? "epsilon"));
  if (known !== undefined && stored !== undefined) {
    told.push({ type: stored, where: "the config stored in it" });
  }
  const byMetadata = toldByMetadata(metadata);
  if (byMetadata !== undefined) told.push(byMetadata);
  if (entries.has(markers.vPrediction)) {
    told.push({ type: "v_prediction", where: `its tensor "${markers.vPrediction}"` });
  }
  return told;
}

/**
 * The bias of this norm spreads wider in SD 2.x at 768 pixels, which predicts v, than at 512, which
 * predicts ε: ComfyUI tells them apart by it.
 */
const tellingBias = `${unetPrefix}output_blocks.11.1.transformer_blocks.0.norm1.bias`;
const largestEpsilonDeviation = 0.09;

async function assume(
  source: SafetensorsFile,
  family: CheckpointFamily,
  claims: readonly AdapterClaim[],
): Promise<{ readonly type: PredictionType; readonly why: string }> {
  if (source.entries.has(markers.zeroTerminalSnr)) {
    return { type: "v_prediction", why: `as goes with its tensor "${markers.zeroTerminalSnr}"` };
  }
  const claim = claims.find(({ prediction }) => prediction !== undefined)?.prediction;
  if (claim !== undefined) return { type: claim.type, why: `which ${claim.where} was trained on` };
  if (family === "sd1") return { type: "epsilon", why: "as for nearly all of SD 1.x" };
  if (family === "sdxl") return { type: "epsilon", why: "as for SDXL's own base" };
  if (source.entries.get(`${unetPrefix}input_blocks.0.0.weight`)?.shape[1] !== 4) {
    return { type: "epsilon", why: "as for SD 2's models for inpainting, depth and upscaling" };
  }
  if (source.entries.has(tellingBias)) {
    const { data } = await source.readFloat32(tellingBias);
    return deviation(data) > largestEpsilonDeviation
      ? { type: "v_prediction", why: "since a norm of it is like that of SD 2.x at 768 pixels" }
      : { type: "epsilon", why: "since a norm of it is like that of SD 2.x at 512 pixels" };
  }
  // A .ckpt file tells how long it was trained, as Stability's own SD 2.0 at 512 pixels was.
  if (source.metadata.get("global_step") === "875000") {
    return { type: "epsilon", why: "as for SD 2.0 at 512 pixels, which was trained as long" };
  }
  return { type: "v_prediction", why: "as for SD 2.x at 768 pixels" };
}

/** Of all values, not of a sample. */
function deviation(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
