/** @file Weights of the models themselves as a part of a run. */

import type { FloatTensor } from "@atelier/engine";
import type { ReplacedWeights } from "../../files/model/replace-weights.js";
import type { ParameterInfo } from "../../models/list-layers.js";
import { componentParameters, parameterPrefix } from "../../pipeline/graphs.js";
import type { Pipeline } from "../../pipeline/pipeline.js";
import type { TunedComponent } from "../../tuning/tuning.js";
import { selectParameters, weightTuning } from "../../tuning/weight-tuning.js";
import type { FullConfig, TrainConfig } from "../config/train-config.js";
import { readBaseParameter } from "./base-weights.js";
import { type ParameterValues, rateGroup, type TuningPart } from "./tuning-part.js";

/** Plans the training of weights. @throws AtelierError `config` for parts that mean no parameter. */
export function fullPart(
  { parts, textEncoderParts }: FullConfig,
  { textEncoder, learningRate }: Pick<TrainConfig, "textEncoder" | "learningRate">,
  { configs }: Pick<Pipeline, "configs">,
): TuningPart {
  const named = (component: TunedComponent, parameters: readonly ParameterInfo[]) =>
    parameters.map(({ name, shape }) => ({ name: parameterPrefix(component) + name, shape }));
  const select = (component: TunedComponent, chosen: readonly string[], field: string) => {
    const all = componentParameters(configs, component);
    return named(component, selectParameters(all, chosen, field));
  };
  const trained = new Map<TunedComponent, readonly ParameterInfo[]>([
    ["unet", select("unet", parts, "full.parts")],
  ]);
  if (textEncoder.train) {
    const chosen = select("text_encoder", textEncoderParts, "full.textEncoderParts");
    trained.set("text_encoder", chosen);
  }
  const isText = (name: string) => name.startsWith(parameterPrefix("text_encoder"));
  const textRatio = textEncoder.learningRate / learningRate;
  return {
    tuning: weightTuning(trained),
    groups: textEncoder.train ? [rateGroup("text encoder", isText, textRatio)] : [],
    async start(context) {
      const values = new Map<string, FloatTensor>();
      for (const { name, shape } of [...trained.values()].flat()) {
        values.set(name, await readBaseParameter(context, name, shape));
      }
      return { values, resultOf: (current) => ({ weights: weightsOf(current, trained) }) };
    },
  };
}

/** The values of each model under the model's own names. */
function weightsOf(
  values: ParameterValues,
  trained: ReadonlyMap<TunedComponent, readonly ParameterInfo[]>,
): ReplacedWeights {
  const below = (component: TunedComponent): ReadonlyMap<string, FloatTensor> =>
    new Map(
      (trained.get(component) ?? []).flatMap(({ name }) => {
        const value = values.get(name);
        if (value === undefined) return [];
        return [[name.slice(parameterPrefix(component).length), value] as const];
      }),
    );
  return { unet: below("unet"), textEncoder: below("text_encoder") };
}
