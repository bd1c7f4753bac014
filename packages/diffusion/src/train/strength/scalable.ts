/** @file What a run has made, at any strength: an adapter whose change is scaled, or weights between the base's and its own. */

import { type FileStore, type FloatTensor, floatTensor } from "@atelier/engine";
import type { ComponentName } from "../../core/component-name.js";
import type { Embedding } from "../../core/embedding.js";
import { type LoraWeights, splitModulePath } from "../../core/lora-weights.js";
import { parameterPrefix } from "../../families/components.js";
import { componentOf, presentEncoders } from "../../families/model-files.js";
import { openModelFiles } from "../../files/model/open-model-files.js";
import type { Pipeline } from "../../pipeline/pipeline.js";
import { adapterTuning } from "../../tuning/adapter-tuning.js";
import { embeddingParameter } from "../../tuning/embedding-tuning.js";
import type { WeightReader } from "../../tuning/lora-initial.js";
import { type ScaleOptions, scaleAdapter } from "../../tuning/scale-adapter.js";
import { combineTunings, type Tuning } from "../../tuning/tuning.js";
import type { RunParts } from "../parts/parts-of-config.js";
import type { ParameterValues, TrainedResult } from "../parts/tuning-part.js";
import type { RunPlan } from "../plan/plan-run.js";
import { type ResultFile, resultOfKind } from "../result/result-file.js";
import { readMadeAdapter, readMadeWord } from "./made-result.js";

/** What was trained, at any strength: 0 is nothing of it, 1 all of it. A new word has none, and is whole at all but the start. */
export interface Scalable extends AsyncDisposable {
  /** How graphs see it. */
  readonly tuning: Tuning;
  /** Parameters as they were before the training. */
  startValues(): Promise<ParameterValues>;
  /** Parameters at a strength. @throws AtelierError `file`, `format`, `weights`. */
  valuesAt(strength: number): Promise<ParameterValues>;
  /** The same as it is written and drawn with; a word beside it is that of the run. */
  resultAt(strength: number): Promise<TrainedResult>;
}

/** What a scalable is read from. */
export interface ScalableSource {
  readonly files: FileStore;
  readonly plan: RunPlan;
  /** Without a new word; left open. */
  readonly base: Pipeline;
  readonly results: readonly ResultFile[];
}

/** Reads what a run has made. @throws AtelierError `file`, `format`, `weights` for what it is no longer. */
export function openScalable(source: ScalableSource): Promise<Scalable> {
  return source.plan.parts.full === undefined ? scalableAdapter(source) : scalableModel(source);
}

async function scalableAdapter({
  files,
  plan: { parts },
  base,
  results,
}: ScalableSource): Promise<Scalable> {
  const adapter = await readMadeAdapter(files, results, base);
  const form = adapterTuning(adapter);
  const word = await trainedWord({ files, parts, results, adapter });
  const { layers } = base;
  const scale = (strength: number, by: ScaleOptions["by"]) =>
    scaleAdapter(adapter, strength, { layers, weightOf: weightsOf(base), by });
  const values = async (strength: number, of: Embedding | undefined): Promise<ParameterValues> =>
    new Map([...form.valuesOf(await scale(strength, "factor")), ...wordValues(of)]);
  const others = parts.embedding === undefined ? [] : [parts.embedding.tuning];
  return {
    tuning: combineTunings([form, ...others]),
    startValues: () => values(0, parts.embedding?.initial),
    valuesAt: (strength) => values(strength, word),
    resultAt: async (strength) => ({
      adapter: await scale(strength, "alpha"),
      ...(word === undefined ? {} : { embedding: word }),
    }),
    [Symbol.asyncDispose]: async () => {},
  };
}

const weightsOf =
  ({ model }: Pipeline): WeightReader =>
  ({ module }) => {
    const { component, path } = splitModulePath(module);
    return componentOf(model, component).weights.readFloat32(`${path}.weight`);
  };

/** The word as the adapter's file brings it, or as its own has it. */
async function trainedWord({
  files,
  parts,
  results,
  adapter,
}: Pick<ScalableSource, "files" | "results"> & {
  readonly parts: RunParts;
  readonly adapter: LoraWeights;
}): Promise<Embedding | undefined> {
  if (parts.embedding === undefined) return undefined;
  const { token } = parts.embedding.initial;
  const bundled = adapter.words?.find((word) => word.token === token);
  return bundled ?? (await readMadeWord(files, results, token));
}

function wordValues(word: Embedding | undefined): [name: string, rows: FloatTensor][] {
  if (word === undefined) return [];
  return [...word.vectors].map(([encoder, rows]) => [
    embeddingParameter(word.token, encoder),
    rows,
  ]);
}

/** Weights are read anew for each strength, so that one copy of them is in memory. */
async function scalableModel({
  files,
  plan: { tuning },
  base,
  results,
}: ScalableSource): Promise<Scalable> {
  const tuned = await openModelFiles(files, resultOfKind(results, "model")?.path ?? "");
  const encoders = presentEncoders(base.family, base.configs);
  const components = [base.family.denoiser, ...encoders.map(({ component }) => component)];
  const namesIn = (component: ComponentName): string[] => {
    const prefix = parameterPrefix(component);
    const own = [...tuning.parameterNames].filter((name) => name.startsWith(prefix));
    return own.map((name) => name.slice(prefix.length));
  };
  const weightsAt = async (strength: number) => {
    const all: Partial<Record<ComponentName, Map<string, FloatTensor>>> = {};
    for (const component of components) {
      const [before, after] = [base.model, tuned].map((of) => componentOf(of, component).weights);
      const own = new Map<string, FloatTensor>();
      for (const name of namesIn(component)) {
        const start = await before?.readFloat32(name);
        const end = await after?.readFloat32(name);
        if (start !== undefined && end !== undefined) own.set(name, between(start, end, strength));
      }
      if (own.size > 0) all[component] = own;
    }
    return all;
  };
  const valuesAt = async (strength: number): Promise<ParameterValues> =>
    new Map(
      Object.entries(await weightsAt(strength)).flatMap(([component, own]) => {
        // A key of the record.
        const prefix = parameterPrefix(component as ComponentName);
        return [...own].map(([name, value]) => [prefix + name, value] as const);
      }),
    );
  return {
    tuning,
    startValues: () => valuesAt(0),
    valuesAt,
    resultAt: async (strength) => ({ weights: await weightsAt(strength) }),
    [Symbol.asyncDispose]: () => tuned.close(),
  };
}

/** θ_b + s·(θ − θ_b) */
function between(start: FloatTensor, end: FloatTensor, strength: number): FloatTensor {
  const { data } = start;
  return floatTensor(
    end.data.map((value, i) => (data[i] ?? 0) + strength * (value - (data[i] ?? 0))),
    end.shape,
  );
}
