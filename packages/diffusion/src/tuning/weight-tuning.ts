/** @file Full fine-tuning: weights of the models themselves, all of them or a named part. */

import { AtelierError, said, sizeOf } from "@atelier/engine";
import type { AdaptedComponent } from "../core/component-name.js";
import type { ParameterInfo } from "../models/list-layers.js";
import { pathMatcher } from "./lora-targets.js";
import type { Tuning } from "./tuning.js";

/** Parts of a model by name. */
const presets: Readonly<Record<string, (name: string) => boolean>> = {
  all: () => true,
  "cross-attention": (name) => /\.attn2\./.test(name),
  attention: (name) => /\.(attn[12]|self_attn)\./.test(name),
  "feed-forward": (name) => /\.(ff\.net|mlp)\./.test(name),
  convolutions: (name) => /\.(conv1|conv2|conv_shortcut|conv)\.|^conv_(in|out)\./.test(name),
  "norm-and-bias": (name) => /(^|[._])(norm\d?|layer_norm\d?)\.weight$|\.bias$/.test(name),
  "text-projection": (name) => /^text_projection\./.test(name),
};

/** Names of parts that {@link selectParameters} knows. */
export const parameterParts: readonly string[] = Object.keys(presets);

/**
 * The parameters that any of the parts means: a part's name, or a pattern over parameters and layers,
 * as `selectLayers` has them.
 * @param field where the parts were given, for messages
 * @throws AtelierError `config` naming every part that means no parameter.
 */
export function selectParameters(
  parameters: readonly ParameterInfo[],
  parts: readonly string[],
  field: string,
): ParameterInfo[] {
  const tests = parts.map((part) => ({ part, means: testOf(part) }));
  const idle = tests.filter(({ means }) => !parameters.some(({ name }) => means(name)));
  if (idle.length > 0 || parts.length === 0) {
    const examples = parameters.filter((_, i) => i % Math.ceil(parameters.length / 4) === 0);
    const got = idle.map(({ part }) => `"${part}"`).join(", ") || "none";
    throw new AtelierError(
      "config",
      said`${field}: expected ${parameterParts.join(", ")} or patterns over the model's parameters, got ${got}${idle.length > 0 ? ", which means none of them" : ""}. Parameters are called ${examples.map(({ name }) => name).join(", ")} ….`,
      { context: { parts: idle.map(({ part }) => part) } },
    );
  }
  return parameters.filter(({ name }) => tests.some(({ means }) => means(name)));
}

function testOf(part: string): (name: string) => boolean {
  const preset = Object.entries(presets).find(([name]) => name === part)?.[1];
  if (preset !== undefined) return preset;
  const means = pathMatcher(part);
  return (name) => means(name) || means(name.replace(/\.(weight|bias)$/, ""));
}

/**
 * The training of weights.
 * @param trained by model, with the names that graphs give them
 */
export function weightTuning(
  trained: ReadonlyMap<AdaptedComponent, readonly ParameterInfo[]>,
): Tuning {
  const all = [...trained.values()].flat();
  return {
    parameterNames: new Set(all.map(({ name }) => name)),
    parameterCount: all.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    changes: (component) => trained.has(component),
    overlay: () => (call) => call.y,
  };
}
