/**
 * @file The LDM config that people keep beside a single file, under its name with the ending `.yaml`, as
 * A1111 and other programs read it: the noise schedule, what the model predicts, the scale of latents.
 */

import { type FileStore, messageOf } from "@atelier/engine";
import { z } from "zod";
import type { ConfigObject } from "../../core/read-config.js";
import { readText } from "../../core/read-text.js";
import { type Warning, warning } from "../../core/warnings/warning.js";
import type { PredictionType } from "../../process/prediction-type.js";
import { predictionNamed } from "./told-prediction.js";

/** What such a file says. */
export interface ModelYaml {
  readonly path: string;
  readonly predictionType: PredictionType;
  /** Fields of a scheduler_config.json. */
  readonly schedule: ConfigObject;
  /** Of latents. */
  readonly scalingFactor?: number | undefined;
}

/** What is read of it; all else follows from the tensors' shapes. */
const schema = z.object({
  model: z.object({
    // Where OneTrainer has written it for a while.
    parameterization: z.string().optional(),
    params: z.object({
      // LDM's own default. SGM, which SDXL uses, names a class of scaling instead.
      parameterization: z.string().optional(),
      denoiser_config: z
        .object({
          params: z.object({ scaling_config: z.object({ target: z.string() }).optional() }),
        })
        .optional(),
      linear_start: z.coerce.number().positive().optional(),
      linear_end: z.coerce.number().positive().optional(),
      timesteps: z.coerce.number().int().positive().optional(),
      scale_factor: z.coerce.number().positive().optional(),
    }),
  }),
});

const scalings: ReadonlyMap<string, PredictionType> = new Map([
  ["EpsScaling", "epsilon"],
  ["VScaling", "v_prediction"],
]);

/**
 * Reads `model.yaml` for `model.safetensors`. What stands there and describes no such model is noted and
 * left alone: other programs keep other things under such names.
 */
export async function readModelYaml(
  files: FileStore,
  modelPath: string,
  notes: Warning[],
): Promise<ModelYaml | undefined> {
  const path = modelPath.replace(/\.[^./\\]+$/, ".yaml");
  if (path === modelPath || (await files.stat(path))?.kind !== "file") return undefined;
  const ignore = (reason: Warning) => {
    notes.push(reason);
    return undefined;
  };
  const damaged = (problem: string) =>
    warning("yaml-damaged", { path, problem: problem.replace(/\.$/, "") });
  let value: unknown;
  // Few models have such a file, and the parser is large.
  const { parseDocument } = await import("yaml");
  try {
    const document = parseDocument(await readText(files, path), { prettyErrors: false });
    const [fault] = document.errors;
    if (fault !== undefined) return ignore(damaged(fault.message));
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    return ignore(damaged(messageOf(error)));
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) return ignore(warning("yaml-of-no-model", { path }));
  const { params, parameterization: beside } = parsed.data.model;
  const { parameterization = beside ?? "eps" } = params;
  const scaling = params.denoiser_config?.params.scaling_config?.target.split(".").at(-1);
  const predictionType =
    scaling === undefined ? predictionNamed(parameterization) : scalings.get(scaling);
  if (predictionType === undefined) {
    const got = scaling ?? parameterization;
    return ignore(warning("yaml-parameterization", { path, got }));
  }
  const schedule = {
    beta_start: params.linear_start,
    beta_end: params.linear_end,
    num_train_timesteps: params.timesteps,
  };
  return {
    path,
    predictionType,
    schedule: Object.fromEntries(
      Object.entries(schedule).filter(([, field]) => field !== undefined),
    ),
    scalingFactor: params.scale_factor,
  };
}
