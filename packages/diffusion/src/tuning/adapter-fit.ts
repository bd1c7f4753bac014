/** @file Whether adapters fit the layers of a model, layer by layer: the one answer of all commands. */

import {
  formatShape,
  type Sentence,
  type SentenceParam,
  type Shape,
  said,
  sameShape,
} from "@atelier/engine";
import { mapParts, type Parts, partEntries } from "../core/adapter-parts.js";
import type { LoraWeights } from "../core/lora-weights.js";
import type { LayerInfo } from "../models/list-layers.js";
import { adapterMethods } from "./methods/methods.js";

/** What does not fit, one line a module; nothing where all of it does. */
export function adapterMisfits(
  { modules }: Pick<LoraWeights, "modules">,
  layers: ReadonlyMap<string, Pick<LayerInfo, "weightShape">>,
): Sentence[] {
  return [...modules].flatMap(([path, { method, parts }]) => {
    const layer = layers.get(path);
    if (layer === undefined) return [said`${path}: the model has no such layer`];
    const given = mapParts(parts, ({ shape }) => shape);
    const fitting = adapterMethods[method].fit(layer.weightShape, given);
    const fits = partEntries(given).every(([part, shape]) => sameShape(shape, fitting[part] ?? []));
    return fits ? [] : [said`${path}: ${formatShapes(fitting)}, got ${formatShapes(given)}`];
  });
}

/** Misfits below each other, the first ten of them. */
export function listMisfits(misfits: readonly Sentence[]): Sentence {
  const shown = misfits.slice(0, 10);
  const rest = misfits.length - shown.length;
  const lines = rest > 0 ? [...shown, said`… and ${rest} more`] : shown;
  return { template: lines.map((_, at) => `  {${at}}`).join("\n"), params: lines };
}

const formatShapes = (shapes: Parts<Shape>): SentenceParam =>
  partEntries(shapes)
    .map(([, shape]): SentenceParam => formatShape(shape))
    .reduce((before, shape) => said`${before} and ${shape}`);
