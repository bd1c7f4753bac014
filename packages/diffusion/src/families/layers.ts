/** @file What the components of a model consist of, by their configs alone. */

import { concat, createWeights, input, parametersOf, type Weights } from "@atelier/engine";
import type { ComponentName } from "../core/component-name.js";
import { splitModulePath } from "../core/lora-weights.js";
import {
  type LayerInfo,
  listLayers,
  listParameters,
  type ParameterInfo,
} from "../models/list-layers.js";
import { type Configs, components, configOf, parameterPrefix } from "./components.js";
import type { ModelFamily } from "./family.js";

/** The parameters of a component by the component's own names, in order of computation. */
export function componentParameters(configs: Configs, component: ComponentName): ParameterInfo[] {
  return listParameters(builderOf(configs, component));
}

/**
 * The layers that adapters can change, the linear ones and convolutions of denoiser and text encoders, by
 * component and path: `unet.conv_in`.
 */
export function adaptableLayers(family: ModelFamily, configs: Configs): Map<string, LayerInfo> {
  const adaptable = [family.denoiser, ...family.textEncoders.map(({ component }) => component)];
  return new Map(
    adaptable.flatMap((component) =>
      listLayers(builderOf(configs, component)).map(
        (layer) => [`${component}.${layer.path}`, layer] as const,
      ),
    ),
  );
}

/**
 * Those of {@link adaptableLayers} that change what the model draws. SDXL reads no state behind the first text
 * encoder's last layer but one, so that an adapter of the last could learn nothing.
 */
export function readLayers(family: ModelFamily, configs: Configs): Map<string, LayerInfo> {
  const texts = family.textEncoders.map((encoder) => {
    const prefix = parameterPrefix(encoder.component);
    const ids = input(prefix, [1, 1], "int64");
    return encoder.encode(configs, createWeights({ prefix }), ids, {});
  });
  const outputs = family.conditioning.ofTexts(texts, { concat });
  const read = new Set(parametersOf({ outputs }).map(({ attributes }) => attributes.name));
  const denoiser = `${family.denoiser}.`;
  const layers = [...adaptableLayers(family, configs)].filter(([path]) => {
    const { component, path: layer } = splitModulePath(path);
    return path.startsWith(denoiser) || read.has(`${parameterPrefix(component)}${layer}.weight`);
  });
  return new Map(layers);
}

function builderOf<C extends ComponentName>(configs: Configs, name: C): (weights: Weights) => void {
  const component = components[name];
  const config = configOf(configs, name);
  return (weights) => component.build(config, weights);
}
