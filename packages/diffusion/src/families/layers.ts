/** @file What the components of a model consist of, by their configs alone. */

import type { Weights } from "@atelier/engine";
import type { ComponentName } from "../core/component-name.js";
import {
  type LayerInfo,
  listLayers,
  listParameters,
  type ParameterInfo,
} from "../models/list-layers.js";
import { type Configs, componentNamed, configOf } from "./components.js";
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

function builderOf(configs: Configs, name: ComponentName): (weights: Weights) => void {
  const config = configOf(configs, name);
  return (weights) => {
    componentNamed(name).build(config, weights);
  };
}
