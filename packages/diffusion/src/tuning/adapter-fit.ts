/** @file Whether adapters fit the layers of a model, layer by layer: the one answer of all commands. */

import { formatShape, type Shape, sameShape } from "@atelier/engine";
import { mapParts, type Parts, partEntries } from "../core/adapter-parts.js";
import type { LoraWeights } from "../core/lora-weights.js";
import type { LayerInfo } from "../models/list-layers.js";
import { adapterMethods } from "./methods/methods.js";

/** What does not fit, one line a module; nothing where all of it does. */
export function adapterMisfits(
  { modules }: Pick<LoraWeights, "modules">,
  layers: ReadonlyMap<string, Pick<LayerInfo, "weightShape">>,
): string[] {
  return [...modules].flatMap(([path, { method, parts }]) => {
    const layer = layers.get(path);
    if (layer === undefined) return [`${path}: the model has no such layer`];
    const given = mapParts(parts, ({ shape }) => shape);
    const fitting = adapterMethods[method].fit(layer.weightShape, given);
    const fits = partEntries(given).every(([part, shape]) => sameShape(shape, fitting[part] ?? []));
    return fits ? [] : [`${path}: ${formatShapes(fitting)}, got ${formatShapes(given)}`];
  });
}

/** Misfits below each other, the first ten of them. */
export function listMisfits(misfits: readonly string[]): string {
  const shown = misfits.slice(0, 10).map((misfit) => `  ${misfit}`);
  if (misfits.length > shown.length) shown.push(`  … and ${misfits.length - shown.length} more`);
  return shown.join("\n");
}

const formatShapes = (shapes: Parts<Shape>): string =>
  partEntries(shapes)
    .map(([, shape]) => formatShape(shape))
    .join(" and ");
