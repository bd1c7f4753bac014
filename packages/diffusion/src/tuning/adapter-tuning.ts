/** @file An adapter as it came from a file, of whatever ranks and methods, in the place of what was trained. */

import type { FloatTensor } from "@atelier/engine";
import { mapParts, partEntries, partOf } from "../core/adapter-parts.js";
import { type LoraModule, type LoraWeights, splitModulePath } from "../core/lora-weights.js";
import { type LoraLayer, loraOverlay, loraParameterNames } from "./lora-overlay.js";
import type { Tuning } from "./tuning.js";

/** An adapter in graphs of trainings. */
export interface AdapterTuning extends Tuning {
  /** The values of its parameters: its own, or those of another adapter of the same form. */
  valuesOf(adapter: LoraWeights): Map<string, FloatTensor>;
}

/** Puts an adapter's form into graphs, with its alphas, and leaves its numbers to each run. */
export function adapterTuning(adapter: LoraWeights): AdapterTuning {
  const valuesOf: AdapterTuning["valuesOf"] = ({ modules }) =>
    new Map([...modules].flatMap(([path, module]) => [...namedParts(path, module)]));
  const values = valuesOf(adapter);
  return {
    parameterNames: new Set(values.keys()),
    parameterCount: [...values.values()].reduce((sum, { data }) => sum + data.length, 0),
    changes: (component) => layersIn(adapter, component).size > 0,
    overlay: (component) => loraOverlay({ layers: layersIn(adapter, component), component }),
    valuesOf,
  };
}

function namedParts(path: string, { method, parts }: LoraModule): [string, FloatTensor][] {
  const names = loraParameterNames(path, method);
  return partEntries(parts).map(([part, tensor]) => [partOf(names, part), tensor]);
}

function layersIn({ modules }: LoraWeights, component: string): Map<string, LoraLayer> {
  const layers = new Map<string, LoraLayer>();
  for (const [name, { method, parts, alpha, rank }] of modules) {
    const place = splitModulePath(name);
    if (place.component !== component) continue;
    const shapes = mapParts(parts, ({ shape }) => shape);
    layers.set(place.path, { method, shapes, scale: alpha / rank });
  }
  return layers;
}
