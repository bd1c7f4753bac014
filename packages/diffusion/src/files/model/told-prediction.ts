/**
 * @file What metadata says that a model predicts: of a checkpoint, or of the model that an adapter was
 * trained on. ModelSpec 1.0 has a field for it, which ComfyUI spells otherwise; kohya's sd-scripts tell it
 * by their version of the base.
 */

import type { ConfigObject } from "../../core/read-config.js";
import type { PredictionType, ProcessPrediction } from "../../process/prediction-type.js";
import { isFlowConfig } from "../../samplers/flow-config.js";

/** What someone says that the model predicts. */
export interface ToldPrediction {
  readonly type: PredictionType;
  /** Who says so: the yaml beside its file, an entry of its metadata, the config stored in it, a tensor. */
  readonly by: "yaml" | "metadata" | "config" | "tensor";
  /** The yaml's path, the entry's or tensor's name. */
  readonly where: string;
}

/** What an adapter says of its base. */
export interface AdapterClaim {
  /** The adapter's file or folder. */
  readonly path: string;
  readonly prediction?: PredictionType | undefined;
  /** Whether it was trained on a schedule that ends in pure noise. */
  readonly endsInNoise: boolean;
}

const names: ReadonlyMap<string, PredictionType> = new Map([
  ["epsilon", "epsilon"],
  ["eps", "epsilon"],
  ["v", "v_prediction"],
  ["v_prediction", "v_prediction"],
  ["v-prediction", "v_prediction"],
  ["velocity", "v_prediction"],
  ["sample", "sample"],
  ["x0", "sample"],
]);

const flags: ReadonlyMap<string, PredictionType> = new Map([
  ["true", "v_prediction"],
  ["1", "v_prediction"],
  ["false", "epsilon"],
  ["0", "epsilon"],
]);

/** SD 1.x and SDXL exist with both under one name, which therefore says nothing. */
const baseVersions: ReadonlyMap<string, PredictionType> = new Map([
  ["sd_v2", "epsilon"],
  ["sd_v2_v", "v_prediction"],
]);

const architectures: ReadonlyMap<string, PredictionType> = new Map([
  ["stable-diffusion-v2-512", "epsilon"],
  ["stable-diffusion-v2-768-v", "v_prediction"],
]);

/** Entries that tell, the most explicit first, and what their values mean. */
const entries: readonly (readonly [string, ReadonlyMap<string, PredictionType>])[] = [
  ["modelspec.prediction_type", names],
  ["modelspec.predict_key", names],
  ["ss_v_parameterization", flags],
  ["ss_v_prediction", flags],
  ["ss_base_model_version", baseVersions],
  ["modelspec.architecture", architectures],
];

/** What ModelSpec 1.0 has a name for. */
export const specNames: Readonly<Record<ProcessPrediction, string | undefined>> = {
  epsilon: "epsilon",
  v_prediction: "v",
  sample: undefined,
  flow_prediction: undefined,
};

/** What LDM's configs and metadata call ε, v and x₀, as diffusers does. */
export function predictionNamed(name: string): PredictionType | undefined {
  return names.get(name.trim().toLowerCase());
}

/** What the metadata says, by its first entry that tells. */
export function toldByMetadata(metadata: ReadonlyMap<string, string>): ToldPrediction | undefined {
  for (const [where, values] of entries) {
    const [value = ""] = (metadata.get(where) ?? "").trim().toLowerCase().split("/");
    const type = values.get(value);
    if (type !== undefined) return { type, by: "metadata", where };
  }
  return undefined;
}

/** Whether the metadata says that the last timestep of the training was pure noise. */
export function isTrainedToZeroSnr(metadata: ReadonlyMap<string, string>): boolean {
  return flags.get((metadata.get("ss_zero_terminal_snr") ?? "").toLowerCase()) === "v_prediction";
}

/** What a scheduler_config.json says: flow by its class, else ε by diffusers' default for an absent field. */
export function predictionOf({ scheduler }: { readonly scheduler: ConfigObject }): string {
  if (isFlowConfig(scheduler)) return "flow_prediction";
  const type = scheduler["prediction_type"] ?? "epsilon";
  return typeof type === "string" ? type : JSON.stringify(type);
}

/** Entries of metadata that are no longer true once the prediction was overruled. */
export const predictionEntries: ReadonlySet<string> = new Set([
  "modelspec.prediction_type",
  "modelspec.predict_key",
  "ss_v_parameterization",
  "ss_v_prediction",
]);
