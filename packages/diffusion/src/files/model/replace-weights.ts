/** @file A model with some of its tensors replaced by others; no file of it changes. */

import { AtelierError, type FloatTensor, formatShape, said, sameShape } from "@atelier/engine";
import type { ComponentName } from "../../core/component-name.js";
import type { WeightEntry, Weights } from "../../core/weights.js";
import { type ModelFiles, mapComponents } from "../../families/model-files.js";

/** New values of a model's tensors, by component and by the component's own names. */
export type ReplacedWeights = Readonly<
  Partial<Record<ComponentName, ReadonlyMap<string, FloatTensor>>>
>;

/**
 * The same model with other values, which are kept in memory.
 * @throws AtelierError `weights` for a tensor that it does not have, or of another shape.
 */
export function replaceWeights(model: ModelFiles, values: ReplacedWeights): ModelFiles {
  return mapComponents(model, (files, name) => {
    const own = values[name];
    if (own === undefined) return files;
    return { ...files, weights: withValues(model.path, files.weights, own) };
  });
}

function withValues(
  where: string,
  weights: Weights,
  values: ReadonlyMap<string, FloatTensor>,
): Weights {
  const entries = new Map(weights.entries);
  for (const [name, { shape }] of values) {
    const stored = entries.get(name);
    if (stored === undefined || !sameShape(stored.shape, shape)) {
      throw new AtelierError(
        "weights",
        said`${where}: expected a value for one of its tensors, got "${name}" ${formatShape(shape)}, which it has ${stored === undefined ? "not" : `as ${formatShape(stored.shape)}`}. The weights belong to another model.`,
      );
    }
    const { transform: _, ...place } = stored;
    const entry: WeightEntry = { ...place, dtype: "F32", isWhole: false };
    entries.set(name, entry);
  }
  return {
    entries,
    read: async (name) => values.get(name) ?? weights.read(name),
    readFloat32: async (name) => values.get(name) ?? weights.readFloat32(name),
  };
}
