/**
 * @file An adapter whose change is a multiple of what it was, in the form that it has: what programs do with it
 * at a strength is what they do with the scaled one at strength 1.
 */

import { AtelierError, type FloatTensor, floatTensor, internalError, said } from "@atelier/engine";
import { mapParts, type PartName, type Parts, partOf, titleOf } from "../core/adapter-parts.js";
import type { LoraModule, LoraWeights } from "../core/lora-weights.js";
import type { LayerInfo } from "../models/list-layers.js";
import type { WeightReader } from "./lora-initial.js";
import { isPerInput, smallestSquare } from "./methods/decomposed.js";
import { adapterMethods } from "./methods/methods.js";

/** How an adapter is scaled. */
export interface ScaleOptions {
  /** Of the model that it changes, by component and path. */
  readonly layers: ReadonlyMap<string, Pick<LayerInfo, "weightShape">>;
  /** Reads the weight of a layer, which DoRA's lengths depend on. */
  readonly weightOf: WeightReader;
  /**
   * `alpha` leaves the bits of all factors, as far as alpha counts; `factor` leaves alpha, which graphs
   * hold as a constant. Both come to the same change.
   */
  readonly by: "alpha" | "factor";
}

/**
 * The adapter at a strength.
 * @throws AtelierError `weights` for magnitudes per input, and for those of LoHa and LoKr, which have no such form; what
 *   `weightOf` throws.
 */
export async function scaleAdapter(
  adapter: LoraWeights,
  strength: number,
  { layers, weightOf, by }: ScaleOptions,
): Promise<LoraWeights> {
  const modules = new Map<string, LoraModule>();
  for (const [path, module] of adapter.modules) {
    if (module.parts.magnitude === undefined) {
      modules.set(path, by === "alpha" ? byAlpha(module, strength) : byFactor(module, strength));
      continue;
    }
    requireDora(path, module);
    const { weightShape } = layers.get(path) ?? {};
    if (weightShape === undefined) throw internalError(`strength: no layer ${path}.`);
    const weight = await weightOf({ module: path, weightShape });
    modules.set(path, mixedDora(module, strength, weight));
  }
  return { ...adapter, modules };
}

function byAlpha(module: LoraModule, strength: number): LoraModule {
  const shapes = mapParts(module.parts, ({ shape }) => shape);
  return adapterMethods[module.method].isScaled(shapes)
    ? { ...module, alpha: strength * module.alpha }
    : byFactor(module, strength);
}

/** Parts of which the change of a weight is a multiple; every method has one of them. */
const linearParts: readonly PartName[] = ["up", "w1", "w1_a"];

function byFactor(module: LoraModule, strength: number): LoraModule {
  const part = linearParts.find((name) => module.parts[name] !== undefined) ?? "up";
  const { data, shape } = partOf(module.parts, part);
  const scaled = floatTensor(
    data.map((value) => strength * value),
    shape,
  );
  return { ...module, parts: { ...module.parts, [part]: scaled } };
}

function requireDora(path: string, { method, parts }: LoraModule): void {
  if (method === "dora" && !isPerInput(parts)) return;
  throw new AtelierError(
    "weights",
    said`strength: expected an adapter whose change can be scaled within its form, got ${titleOf(method, parts)} (${path}). Give it its strength where it is used: file.safetensors:0.8.`,
  );
}

/**
 * A DoRA at a strength t is again one. With c = m/‖W + ΔW‖ of an output, W + t·(c·(W + ΔW) − W) =
 * g·(W + k·ΔW), where g = 1 + t·(c − 1) and k = t·c/g: factors k times as large and the magnitude g·‖W + k·ΔW‖.
 */
function mixedDora(module: LoraModule, strength: number, weight: FloatTensor): LoraModule {
  const { parts, alpha, rank } = module;
  const magnitude = partOf(parts, "magnitude");
  const up = partOf(parts, "up");
  const squares = squaresOf(parts, weight, alpha / rank);
  const factors = new Float32Array(up.data);
  const magnitudes = squares.map(({ own, mixed, change }, row) => {
    const length = (share: number) =>
      Math.sqrt(Math.max(own + 2 * share * mixed + share * share * change, smallestSquare));
    const ratio = (magnitude.data[row] ?? 0) / length(1);
    const stretch = 1 + strength * (ratio - 1);
    const share = (strength * ratio) / stretch;
    for (let at = row * rank; at < (row + 1) * rank; at++) factors[at] = share * (up.data[at] ?? 0);
    return stretch * length(share);
  });
  return {
    ...module,
    parts: {
      ...parts,
      up: floatTensor(factors, up.shape),
      magnitude: floatTensor(magnitudes, magnitude.shape),
    },
  };
}

/** ‖W‖², ⟨W, ΔW⟩ and ‖ΔW‖² of each output. */
function squaresOf(
  parts: Parts<FloatTensor>,
  weight: FloatTensor,
  scale: number,
): { readonly own: number; readonly mixed: number; readonly change: number }[] {
  const [up, down] = [partOf(parts, "up"), partOf(parts, "down")];
  const [out = 0, rank = 0] = up.shape;
  const width = weight.data.length / out;
  const delta = new Float64Array(width);
  return Array.from({ length: out }, (_, row) => {
    delta.fill(0);
    for (let r = 0; r < rank; r++) {
      const factor = scale * (up.data[row * rank + r] ?? 0);
      for (let i = 0; i < width; i++) {
        delta[i] = (delta[i] ?? 0) + factor * (down.data[r * width + i] ?? 0);
      }
    }
    let [own, mixed, change] = [0, 0, 0];
    for (let i = 0; i < width; i++) {
      const [base, moved] = [weight.data[row * width + i] ?? 0, delta[i] ?? 0];
      own += base * base;
      mixed += base * moved;
      change += moved * moved;
    }
    return { own, mixed, change };
  });
}
