/**
 * @file The noise schedule of a single-file checkpoint. The file itself hardly tells: SD 2.x exists
 * with ε and with v prediction in the same shapes, so what was assumed is noted.
 */

import type { ConfigObject } from "../../models/read-config.js";
import type { SafetensorsFile } from "../safetensors/open-safetensors.js";
import type { CheckpointFamily } from "./checkpoint.js";

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

/** What is known besides the file. */
export interface SchedulerHints {
  readonly family: CheckpointFamily;
  /** A scheduler config that Atelier stored in the file. */
  readonly stored: unknown;
  readonly predictionType?: string;
  /** Receives what had to be assumed. */
  readonly notes: string[];
}

/** The fields of a scheduler_config.json for the file. */
export function inferScheduler(
  source: SafetensorsFile,
  { family, stored, predictionType, notes }: SchedulerHints,
): ConfigObject {
  const known: ConfigObject | undefined =
    typeof stored === "object" && stored !== null ? { ...stored } : undefined;
  if (predictionType !== undefined) {
    return { ...(known ?? byFamily[family]), prediction_type: predictionType };
  }
  return known ?? { ...byFamily[family], prediction_type: guessPrediction(source, family, notes) };
}

function guessPrediction(
  source: SafetensorsFile,
  family: CheckpointFamily,
  notes: string[],
): "epsilon" | "v_prediction" {
  // ModelSpec 1.0 writes "epsilon" or "v"; fine-tunes of SDXL mark v prediction by an empty tensor.
  const spec = source.metadata.get("modelspec.prediction_type");
  if (spec === "epsilon") return "epsilon";
  if (spec === "v" || spec === "v_prediction" || source.entries.has("v_pred"))
    return "v_prediction";
  if (family !== "sd2") return "epsilon";
  // Stability's own SD 2.0 at 512 pixels, which a .ckpt file tells by its number of steps.
  if (source.metadata.get("global_step") === "875000") return "epsilon";
  notes.push(
    `${source.path}: does not say what it predicts; v_prediction is assumed, as for SD 2.x at 768 pixels. For the 512-pixel base set the prediction type to epsilon.`,
  );
  return "v_prediction";
}
