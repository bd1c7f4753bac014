/** @file What a training starts from: the first values of its factors and the frozen base. */

import type { FileStore, FloatTensor, ParameterSource } from "@atelier/engine";
import { readLora } from "../io/lora-files/read-lora.js";
import type { Pipeline } from "../pipeline/pipeline.js";
import { warningText } from "./messages.js";
import type { RunPlan } from "./plan-run.js";

/**
 * First values of the factors: drawn anew, or those of `lora.startFrom`.
 * @throws AtelierError `file`, `format`; `weights` for an adapter of another form.
 */
export async function firstValues(
  files: FileStore,
  { config, tuning }: RunPlan,
  { layers }: Pipeline,
): Promise<{ values: ReadonlyMap<string, FloatTensor>; warnings: readonly string[] }> {
  const { startFrom, init } = config.lora;
  if (startFrom === undefined) {
    return { values: await tuning.initial({ init, seed: config.seed }), warnings: [] };
  }
  const { weights, unknownKeys } = await readLora(files, startFrom, { modulePaths: layers.keys() });
  const unknown = unknownKeys.length === 0 ? [] : [warningText.unusedKeys(startFrom, unknownKeys)];
  return { values: tuning.valuesOf(startFrom, weights), warnings: unknown };
}

/** The parameters of the base that the training step reads. @throws AtelierError `file`. */
export async function frozenParameters(
  { config }: RunPlan,
  pipeline: Pipeline,
): Promise<ReadonlyMap<string, ParameterSource>> {
  const unet = await pipeline.parameters("unet");
  if (!config.lora.textEncoder.train) return unet;
  return new Map([...unet, ...(await pipeline.parameters("text_encoder"))]);
}
