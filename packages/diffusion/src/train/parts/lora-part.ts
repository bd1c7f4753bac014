/** @file An adapter of the LoRA family as a part of a run. */

import { type FloatTensor, internalError, type OptimizerGroup } from "@atelier/engine";
import { partSuffixes } from "../../core/adapter-parts.js";
import { type AdaptedComponent, textEncoderNames } from "../../core/component-name.js";
import { some } from "../../core/warnings/param-kinds.js";
import { warning } from "../../core/warnings/warning.js";
import { trainableLayers } from "../../families/layers.js";
import { wordEncoders } from "../../families/model-files.js";
import { type LoadedLora, readLora } from "../../files/adapter/read-lora.js";
import type { LayerInfo } from "../../models/list-layers.js";
import type { Pipeline } from "../../pipeline/pipeline.js";
import type { WeightReader } from "../../tuning/lora-initial.js";
import { selectLayers } from "../../tuning/lora-targets.js";
import { type LoraTuning, loraTuning } from "../../tuning/lora-tuning.js";
import { createNormLimit } from "../../tuning/max-norm.js";
import { asChangeSince, type Factors, pissaStart } from "../../tuning/pissa.js";
import { methodOfConfig } from "../config/lora-section.js";
import type { LoraConfigFields, TrainConfig } from "../config/train-config.js";
import { readBaseWeight, weightName } from "./base-weights.js";
import {
  type Constraint,
  type PartStart,
  rateGroup,
  type StartContext,
  type TuningPart,
} from "./tuning-part.js";

/** An adapter's settings with its strength. */
export type ResolvedLora = LoraConfigFields & { readonly alpha: number };

/** An adapter as a part, with the layers that it adapts. */
export interface LoraPart extends TuningPart {
  readonly tuning: LoraTuning;
}

/** Plans an adapter. @throws AtelierError `config` for targets and patterns that mean no layer. */
export function loraPart(
  lora: ResolvedLora,
  { textEncoder, learningRate }: Pick<TrainConfig, "textEncoder" | "learningRate">,
  pipeline: Pipeline,
): LoraPart {
  const tuning = loraTuning({
    ...lora,
    layers: layersOf(lora, textEncoder.train, pipeline),
    method: methodOfConfig(lora),
    usesRootOfRank: lora.method === "rslora",
    factor: lora.lokrFactor,
    decomposesBoth: lora.lokrDecomposeBoth,
    drops: { input: lora.dropout, rank: lora.rankDropout, module: lora.moduleDropout },
  });
  const isPissa = lora.init === "pissa" && lora.startFrom === undefined;
  return {
    tuning,
    groups: groupsOf(lora, tuning, textEncoder.train ? textEncoder.learningRate / learningRate : 1),
    replaces: isPissa ? tuning.slots.map(({ module }) => weightName(module)) : [],
    start: (context) => start(lora, tuning, context),
  };
}

/** Alpha is the rank where nothing is said, also that of layers with a rank of their own. */
export function resolveAlpha(lora: LoraConfigFields): ResolvedLora {
  if (lora.alpha !== undefined) return { ...lora, alpha: lora.alpha };
  const alphaPattern = { ...lora.alphaPattern };
  for (const [pattern, rank] of Object.entries(lora.rankPattern)) alphaPattern[pattern] ??= rank;
  return { ...lora, alpha: lora.rank, alphaPattern };
}

function layersOf(
  { targets }: ResolvedLora,
  trainsText: boolean,
  pipeline: Pipeline,
): Map<AdaptedComponent, readonly LayerInfo[]> {
  const { family } = pipeline;
  const layers = trainableLayers(pipeline);
  const below = (component: AdaptedComponent) =>
    [...layers].filter(([path]) => path.startsWith(`${component}.`)).map(([, layer]) => layer);
  const select = (component: AdaptedComponent, chosen: readonly string[]) =>
    [component, selectLayers(below(component), chosen, family.targets)] as const;
  const texts = trainsText ? wordEncoders(family, pipeline.configs) : [];
  return new Map([
    select(family.denoiser, targets),
    ...texts.map(({ component }) => select(component, ["attention"])),
  ]);
}

/**
 * The text encoder follows the same schedule at a rate of its own, and so do, in both models, the second
 * factors of LoRA+ (Hayou, Ghosh & Yu 2024).
 */
function groupsOf(
  { loraPlusRatio }: ResolvedLora,
  { parameterNames }: LoraTuning,
  textRatio: number,
): OptimizerGroup[] {
  const isText = (name: string) =>
    parameterNames.has(name) && textEncoderNames.some((encoder) => name.startsWith(`${encoder}.`));
  const isSecond = (name: string) =>
    parameterNames.has(name) && name.endsWith(`.${partSuffixes.lora.up}`);
  const second = loraPlusRatio === 1 ? [] : [rateGroup("second factors", isSecond, loraPlusRatio)];
  if (textRatio === 1) return second;
  const isTextSecond = (name: string) => isText(name) && isSecond(name);
  return [
    ...second.map(() =>
      rateGroup("text encoder's second factors", isTextSecond, textRatio * loraPlusRatio),
    ),
    rateGroup("text encoder", isText, textRatio),
    ...second,
  ];
}

async function start(
  lora: ResolvedLora,
  tuning: LoraTuning,
  context: StartContext,
): Promise<PartStart> {
  const { runtime, seed } = context;
  const { startFrom, init, maxWeightNorm } = lora;
  const constraint =
    maxWeightNorm === undefined ? undefined : await normLimit(runtime, tuning, maxWeightNorm);
  const plain = {
    constraint,
    resultOf: (values: PartStart["values"]) => ({ adapter: tuning.adapterOf(values) }),
  };
  if (startFrom !== undefined) {
    const { weights, idle, unknownKeys, notes } = await readStart(startFrom, context);
    const warnings = [
      ...notes,
      ...(idle.length === 0
        ? []
        : [warning("idle-modules", { path: startFrom, modules: some(idle) })]),
      ...(unknownKeys.length === 0
        ? []
        : [warning("unused-tensors", { path: startFrom, tensors: some(unknownKeys) })]),
    ];
    return { ...plain, values: tuning.valuesOf(startFrom, weights), warnings };
  }
  const weightOf: WeightReader = (slot) => readBaseWeight(context, slot);
  if (init === "pissa") {
    const values = await tuning.initial({ init: undefined, seed, weightOf });
    return startFromWeights(tuning, { ...plain, values }, weightOf);
  }
  return { ...plain, values: await tuning.initial({ init, seed, weightOf }) };
}

/**
 * The adapter that training starts from, without what it changes of layers that nothing reads: kohya's
 * programs adapt the last layer of SDXL's first text encoder, too.
 */
async function readStart(
  path: string,
  { files, pipeline }: StartContext,
): Promise<LoadedLora & { readonly idle: readonly string[] }> {
  const loaded = await readLora(files, path, pipeline);
  const layers = trainableLayers(pipeline);
  const modules = [...loaded.weights.modules];
  const used = modules.filter(([module]) => layers.has(module));
  const idle = modules.filter(([module]) => !layers.has(module));
  return {
    ...loaded,
    weights: { ...loaded.weights, modules: new Map(used) },
    idle: idle.map(([module]) => module),
  };
}

/** A limit that sees the adapter's own parameters only. */
async function normLimit(
  runtime: StartContext["runtime"],
  { slots, parameterNames }: LoraTuning,
  bound: number,
): Promise<Constraint> {
  const limit = await createNormLimit(runtime, slots, bound);
  return {
    apply: (values) =>
      limit.apply(new Map([...values].filter(([name]) => parameterNames.has(name)))),
    [Symbol.asyncDispose]: () => limit[Symbol.asyncDispose](),
  };
}

/** PiSSA: the base gives its largest directions to the factors and keeps the rest. */
async function startFromWeights(
  tuning: LoraTuning,
  begun: PartStart,
  weightOf: WeightReader,
): Promise<PartStart> {
  const factors = new Map<string, Factors>();
  const replaced = new Map<string, FloatTensor>();
  for (const slot of tuning.slots) {
    const { residual, ...own } = pissaStart(slot, await weightOf(slot));
    factors.set(slot.module, own);
    replaced.set(weightName(slot.module), residual);
  }
  return {
    ...begun,
    values: new Map([...begun.values, ...tuning.named(factors)]),
    replaced,
    resultOf(values) {
      const { modules, metadata } = tuning.adapterOf(values);
      const changes = [...modules].map(([path, module]) => {
        const first = factors.get(path);
        if (first === undefined) throw internalError(`pissa: no start of ${path}.`);
        return [path, asChangeSince(module, first)] as const;
      });
      return { adapter: { modules: new Map(changes), metadata } };
    },
  };
}
