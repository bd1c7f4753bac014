/**
 * @file A LoRA from the difference of two checkpoints: the largest singular directions of each layer's
 * change, which of all changes of that rank are the nearest (Eckart & Young 1936).
 */

import { AtelierError, byteView, type FloatTensor, said, sameShape, sizeOf } from "@atelier/engine";
import type { ComponentName } from "../core/component-name.js";
import type { LoraModule, LoraWeights } from "../core/lora-weights.js";
import { safetensorsDTypes } from "../core/safetensors-dtype.js";
import type { WeightEntry, Weights } from "../core/weights.js";
import { adaptableLayers } from "../families/layers.js";
import { configsOf, type ModelFiles, presentComponents } from "../families/model-files.js";
import { narrowFromFloat32, widenToFloat32 } from "../files/safetensors/float-codec.js";
import { loraOfSingularValues } from "./singular-lora.js";
import { truncatedSvd } from "./svd.js";

/** Two models of one architecture. */
export interface ExtractOptions {
  readonly base: ModelFiles;
  readonly tuned: ModelFiles;
  /** Of every layer; fewer where a layer has fewer rows or columns. */
  readonly rank: number;
}

/** What of the difference an adapter holds. */
export interface ExtractedAdapter {
  readonly weights: LoraWeights;
  /** ‖what is kept‖ / ‖the change of its layers‖, Frobenius norms over all layers. */
  readonly kept: number;
  /** Tensors that differ and that no LoRA can hold: norms, biases, the autoencoder. */
  readonly leftOut: readonly string[];
}

/** How far an extraction is. */
export interface ExtractProgress {
  /** Tensors compared. */
  readonly done: number;
  readonly total: number;
}

/**
 * The adapter that, used at strength 1, turns the base into the tuned model as nearly as its rank allows.
 * Values that differ only because one file stores fewer bits count as the same.
 * @throws AtelierError `weights` where the models differ in shape, `config` where no layer changed.
 */
export async function* extractAdapter({
  base,
  tuned,
  rank,
}: ExtractOptions): AsyncGenerator<ExtractProgress, ExtractedAdapter, undefined> {
  const { family } = base;
  const layers = adaptableLayers(family, configsOf(base));
  const weightsOf = (model: ModelFiles, name: ComponentName) => model.components[name]?.weights;
  const tensors = presentComponents(family, configsOf(base)).flatMap((component) =>
    [...(weightsOf(base, component)?.entries.keys() ?? [])].map((name) => ({ component, name })),
  );
  const modules = new Map<string, LoraModule>();
  const leftOut: string[] = [];
  let [keptSquares, allSquares] = [0, 0];
  for (const [index, { component, name }] of tensors.entries()) {
    yield { done: index, total: tensors.length };
    const path = `${component}.${name}`;
    const change = await changeOf(
      path,
      name,
      weightsOf(base, component),
      weightsOf(tuned, component),
    );
    if (change === undefined) continue;
    const layer = path.replace(/\.weight$/, "");
    if (!layers.has(layer) || !path.endsWith(".weight")) {
      leftOut.push(path);
      continue;
    }
    const [rows = 0] = change.shape;
    const columns = sizeOf(change.shape) / rows;
    const values = truncatedSvd({ rows, columns, data: change.data }, rank);
    modules.set(layer, loraOfSingularValues(values, change.shape));
    keptSquares += values.s.reduce((sum, value) => sum + value ** 2, 0);
    allSquares += change.data.reduce((sum, value) => sum + value ** 2, 0);
  }
  if (modules.size === 0) {
    const rest =
      leftOut.length === 0 ? "the same weights" : `changes in ${leftOut[0]} and such only`;
    throw new AtelierError(
      "config",
      said`extract: expected layers that differ between ${base.path} and ${tuned.path}, got ${rest}. Name the tuned model and the base that it was made from.`,
    );
  }
  const kept = Math.min(1, Math.sqrt(keptSquares / allSquares));
  return { weights: { modules, metadata: new Map() }, kept, leftOut };
}

interface Change {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** tuned − base, or `undefined` where they are the same. */
async function changeOf(
  path: string,
  name: string,
  base: Weights | undefined,
  tuned: Weights | undefined,
): Promise<Change | undefined> {
  const [before, after] = [base?.entries.get(name), tuned?.entries.get(name)];
  if (before === undefined || base === undefined) return undefined;
  if (!safetensorsDTypes[before.dtype].isFloat) return undefined;
  if (after === undefined || tuned === undefined || !sameShape(before.shape, after.shape)) {
    throw new AtelierError(
      "weights",
      said`extract: expected two models of one architecture, got ${path} [${before.shape.join(", ")}] in the base and ${after === undefined ? "none" : `[${after.shape.join(", ")}]`} in the tuned model. Name the base that the model was made from.`,
    );
  }
  const [old, now] = [await base.readFloat32(name), await tuned.readFloat32(name)];
  const [a, b] = [rounded(old, after), rounded(now, before)];
  if (a.every((value, i) => value === b[i])) return undefined;
  const data = Float64Array.from(now.data, (value, i) => value - (old.data[i] ?? 0));
  return { shape: before.shape, data };
}

/** The values as the other file would store them. */
function rounded({ data }: FloatTensor, { dtype }: WeightEntry): Float32Array {
  if (dtype !== "F16" && dtype !== "BF16") return data;
  return widenToFloat32(byteView(narrowFromFloat32(data, dtype)), dtype);
}
