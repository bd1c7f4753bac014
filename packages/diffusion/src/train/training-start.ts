/** @file What a training starts from: the first values of its parameters and the frozen base. */

import {
  type FileStore,
  type FloatTensor,
  floatTensor,
  internalError,
  type ParameterSource,
} from "@atelier/engine";
import { type LoraWeights, splitModulePath } from "../io/lora-files/lora-weights.js";
import { readLora } from "../io/lora-files/read-lora.js";
import { parameterPrefix } from "../pipeline/graphs.js";
import type { Pipeline } from "../pipeline/pipeline.js";
import type { WeightReader } from "../tuning/lora-initial.js";
import { asChangeSince, type Factors, pissaStart } from "../tuning/pissa.js";
import { warningText } from "./messages.js";
import type { RunPlan } from "./plan-run.js";

/** Parameters before the first step, and how those after a step are read. */
export interface TrainingStart {
  /** Of the adapter, by name. */
  readonly values: ReadonlyMap<string, FloatTensor>;
  /** Of the base. */
  readonly frozen: ReadonlyMap<string, ParameterSource>;
  /** The adapter that values make on the base as it is. @throws AtelierError `weights`. */
  readonly adapterOf: (values: ReadonlyMap<string, FloatTensor>) => LoraWeights;
  readonly warnings: readonly string[];
}

/**
 * The start of a run: parts drawn anew, made from the base's weights, or those of `lora.startFrom`.
 * @throws AtelierError `file`, `format`; `weights` for an adapter of another form.
 */
export async function startTraining(
  files: FileStore,
  plan: RunPlan,
  pipeline: Pipeline,
): Promise<TrainingStart> {
  const { config, tuning } = plan;
  const { startFrom, init } = config.lora;
  const frozen = await frozenParameters(plan, pipeline);
  const plain = { frozen, adapterOf: tuning.adapterOf, warnings: [] };
  if (startFrom !== undefined) {
    const modulePaths = pipeline.layers.keys();
    const { weights, unknownKeys } = await readLora(files, startFrom, { modulePaths });
    const warnings =
      unknownKeys.length === 0 ? [] : [warningText.unusedKeys(startFrom, unknownKeys)];
    return { ...plain, values: tuning.valuesOf(startFrom, weights), warnings };
  }
  const weightOf: WeightReader = (slot) => readWeight(files, frozen, slot);
  const drawn = { init: init === "pissa" ? undefined : init, seed: config.seed, weightOf };
  const values = await tuning.initial(drawn);
  return init === "pissa"
    ? startFromWeights(plan, { ...plain, values }, weightOf)
    : { ...plain, values };
}

/** PiSSA: the base gives its largest directions to the factors and keeps the rest. */
async function startFromWeights(
  { tuning }: RunPlan,
  start: TrainingStart,
  weightOf: WeightReader,
): Promise<TrainingStart> {
  const factors = new Map<string, Factors>();
  const frozen = new Map(start.frozen);
  for (const slot of tuning.slots) {
    const { residual, ...own } = pissaStart(slot, await weightOf(slot));
    factors.set(slot.module, own);
    frozen.set(weightName(slot.module), residual);
  }
  return {
    ...start,
    frozen,
    values: new Map([...start.values, ...tuning.named(factors)]),
    adapterOf(values) {
      const { modules, metadata } = tuning.adapterOf(values);
      const changes = [...modules].map(([path, module]) => {
        const begun = factors.get(path);
        if (begun === undefined) throw internalError(`pissa: no start of ${path}.`);
        return [path, asChangeSince(module, begun)] as const;
      });
      return { modules: new Map(changes), metadata };
    },
  };
}

/** The parameters of the base that the training step reads. @throws AtelierError `file`. */
async function frozenParameters(
  { config }: RunPlan,
  pipeline: Pipeline,
): Promise<ReadonlyMap<string, ParameterSource>> {
  const unet = await pipeline.parameters("unet");
  if (!config.lora.textEncoder.train) return unet;
  return new Map([...unet, ...(await pipeline.parameters("text_encoder"))]);
}

function weightName(module: string): string {
  const { component, path } = splitModulePath(module);
  if (component === "text_encoder_2") throw internalError(`no parameters of ${module}.`);
  return `${parameterPrefix(component)}${path}.weight`;
}

/** The weight of an adapted layer, from memory or from where the runtime maps it. */
async function readWeight(
  files: FileStore,
  frozen: ReadonlyMap<string, ParameterSource>,
  { module, weightShape }: Parameters<WeightReader>[0],
): Promise<FloatTensor> {
  const source = frozen.get(weightName(module));
  if (source === undefined) throw internalError(`no weight of ${module}.`);
  if (!("path" in source)) {
    if (source.dtype === "float32") return source;
    throw internalError(`expected float32 weights of ${module}, got ${source.dtype}.`);
  }
  const file = await files.open(source.path);
  try {
    const bytes = await file.read(source.byteOffset, source.byteLength);
    return floatTensor(new Float32Array(bytes.slice().buffer), weightShape);
  } finally {
    await file.close();
  }
}
