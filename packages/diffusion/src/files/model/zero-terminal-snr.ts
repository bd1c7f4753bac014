/** @file A model whose last timestep is pure noise, for training and drawing alike. */

import { AtelierError, said } from "@atelier/engine";
import { option } from "../../core/option-words.js";
import type { ModelFiles } from "../../families/model-files.js";
import { predictionOf } from "./told-prediction.js";

/**
 * A rescaled schedule, drawn from its last timestep on (Lin et al. 2023, arXiv 2305.08891, sections 3.1 and
 * 3.3), as fields of a scheduler_config.json.
 */
export const zeroTerminalSnrFields = {
  rescale_betas_zero_snr: true,
  timestep_spacing: "trailing",
  // Samplers over σ have no place to begin where σ is infinite.
  _class_name: "DDIMScheduler",
} as const;

/** The same model with such a schedule. @throws AtelierError `config` for a model of flow matching. */
export function withZeroTerminalSnr(model: ModelFiles): ModelFiles {
  if (predictionOf(model) === "flow_prediction") {
    throw new AtelierError(
      "config",
      said`${option("zeroTerminalSnr")}: expected a model of DDPM's noise, got ${model.path}, which learns by flow matching and begins with pure noise anyway. Leave it out.`,
    );
  }
  return { ...model, scheduler: { ...model.scheduler, ...zeroTerminalSnrFields } };
}
