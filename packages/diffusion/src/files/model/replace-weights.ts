/** @file A checkpoint with some of its tensors replaced by others; no file of it changes. */

import { AtelierError, type FloatTensor, formatShape, sameShape } from "@atelier/engine";
import type { Checkpoint } from "../../core/model-files.js";
import type { WeightEntry, Weights } from "./weights.js";

/** New values of a checkpoint's tensors, by model and by the model's own names. */
export type ReplacedWeights = Partial<
  Readonly<Record<"unet" | "textEncoder", ReadonlyMap<string, FloatTensor>>>
>;

/**
 * The same checkpoint with other values, which are kept in memory.
 * @throws AtelierError `weights` for a tensor that it does not have, or of another shape.
 */
export function replaceWeights(checkpoint: Checkpoint, values: ReplacedWeights): Checkpoint {
  const replaced = (model: keyof ReplacedWeights) =>
    withValues(checkpoint.path, checkpoint[model].weights, values[model] ?? new Map());
  return {
    ...checkpoint,
    unet: { ...checkpoint.unet, weights: replaced("unet") },
    textEncoder: { ...checkpoint.textEncoder, weights: replaced("textEncoder") },
  };
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
        `${where}: expected a value for one of its tensors, got "${name}" ${formatShape(shape)}, which it has ${stored === undefined ? "not" : `as ${formatShape(stored.shape)}`}. The weights belong to another model.`,
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
