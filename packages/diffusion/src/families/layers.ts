/** @file What the components of a model consist of, by their configs alone. */

import { createWeights, input, parametersOf, type Weights } from "@atelier/engine";
import type { ComponentName } from "../core/component-name.js";
import {
  type LayerInfo,
  listLayers,
  listParameters,
  type ParameterInfo,
} from "../models/list-layers.js";
import { type Configs, componentNamed, configOf } from "./components.js";
import type { ModelFamily } from "./family.js";
import { presentEncoders } from "./model-files.js";
import { graphOps } from "./tensor-ops.js";

/** The parameters of a component by the component's own names, in order of computation. */
export function componentParameters(configs: Configs, component: ComponentName): ParameterInfo[] {
  return listParameters(builderOf(configs, component));
}

/** Those of {@link componentParameters} that can train. */
export function trainableParameters(configs: Configs, component: ComponentName): ParameterInfo[] {
  const buffers = new Set(componentNamed(component).buffers);
  return componentParameters(configs, component).filter(({ name }) => !buffers.has(name));
}

/**
 * The layers that adapters can change, the linear ones and convolutions of denoiser and text encoders, by
 * component and path: `unet.conv_in`.
 */
export function adaptableLayers(family: ModelFamily, configs: Configs): Map<string, LayerInfo> {
  const encoders = presentEncoders(family, configs);
  const adaptable = [family.denoiser, ...encoders.map(({ component }) => component)];
  return new Map(
    adaptable.flatMap((component) =>
      listLayers(builderOf(configs, component)).map(
        (layer) => [`${component}.${layer.path}`, layer] as const,
      ),
    ),
  );
}

/**
 * Those of {@link adaptableLayers} whose change reaches the prediction. Nothing reads the last layer of SDXL's
 * first text encoder, nor the queries of the text in SD 3's last block, so that an adapter of them can learn nothing.
 */
export function trainableLayers({
  family,
  configs,
  layers,
}: {
  readonly family: ModelFamily;
  readonly configs: Configs;
  readonly layers: ReadonlyMap<string, LayerInfo>;
}): Map<string, LayerInfo> {
  const texts = presentEncoders(family, configs).map((encoder) => {
    const weights = createWeights({ prefix: `${encoder.component}.` });
    const ids = input(encoder.component, [1, 1], "int64");
    return [encoder.component, encoder.encode(configs, weights, ids, {})] as const;
  });
  const outputs = family.conditioning.ofTexts(configs, Object.fromEntries(texts), graphOps);
  const read = new Set(parametersOf({ outputs }).map(({ attributes }) => attributes.name));
  const prefix = `${family.denoiser}.`;
  const unread = new Set(family.unread?.(configs).map((path) => prefix + path));
  return new Map(
    [...layers].filter(([path]) =>
      path.startsWith(prefix) ? !unread.has(path) : read.has(`${path}.weight`),
    ),
  );
}

function builderOf(configs: Configs, name: ComponentName): (weights: Weights) => void {
  const config = configOf(configs, name);
  return (weights) => {
    componentNamed(name).build(config, weights);
  };
}
