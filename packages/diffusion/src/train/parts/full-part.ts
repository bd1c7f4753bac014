/** @file Weights of the models themselves as a part of a run. */

import type { FloatTensor } from "@atelier/engine";
import type { AdaptedComponent } from "../../core/component-name.js";
import { parameterPrefix } from "../../families/components.js";
import { trainableParameters } from "../../families/layers.js";
import { wordEncoders } from "../../families/model-files.js";
import type { ReplacedWeights } from "../../files/model/replace-weights.js";
import type { ParameterInfo } from "../../models/list-layers.js";
import type { Pipeline } from "../../pipeline/pipeline.js";
import { selectParameters, weightTuning } from "../../tuning/weight-tuning.js";
import type { FullConfig, TrainConfig } from "../config/train-config.js";
import { readBaseParameter } from "./base-weights.js";
import { type ParameterValues, rateGroup, type TuningPart } from "./tuning-part.js";

/** Plans the training of weights. @throws AtelierError `config` for parts that mean no parameter. */
export function fullPart(
  { parts, textEncoderParts }: FullConfig,
  { textEncoder, learningRate }: Pick<TrainConfig, "textEncoder" | "learningRate">,
  { family, configs }: Pick<Pipeline, "family" | "configs">,
): TuningPart {
  const select = (component: AdaptedComponent, chosen: readonly string[], field: string) => {
    const all = trainableParameters(configs, component);
    return selectParameters(all, chosen, field).map(({ name, shape }) => ({
      name: parameterPrefix(component) + name,
      shape,
    }));
  };
  const texts = textEncoder.train
    ? wordEncoders(family, configs).map(({ component }) => component)
    : [];
  const trained = new Map<AdaptedComponent, readonly ParameterInfo[]>([
    [family.denoiser, select(family.denoiser, parts, "full.parts")],
    ...texts.map(
      (name) => [name, select(name, textEncoderParts, "full.textEncoderParts")] as const,
    ),
  ]);
  const prefixes = texts.map(parameterPrefix);
  const isText = (name: string) => prefixes.some((prefix) => name.startsWith(prefix));
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
  trained: ReadonlyMap<AdaptedComponent, readonly ParameterInfo[]>,
): ReplacedWeights {
  return Object.fromEntries(
    [...trained].map(([component, parameters]) => {
      const own = parameters.flatMap(({ name }) => {
        const value = values.get(name);
        if (value === undefined) return [];
        return [[name.slice(parameterPrefix(component).length), value] as const];
      });
      return [component, new Map(own)];
    }),
  );
}
