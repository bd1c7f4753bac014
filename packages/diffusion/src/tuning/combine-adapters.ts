/**
 * @file Several LoRAs as one: exactly, with their ranks side by side, or with fewer ranks that keep the
 * largest directions of their sum.
 */

import { AtelierError, type FloatTensor, floatTensor, said, sizeOf } from "@atelier/engine";
import { partOf, titleOf } from "../core/adapter-parts.js";
import type { LoraModule, LoraWeights } from "../core/lora-weights.js";
import { option } from "../core/option-words.js";
import { loraOfSingularValues } from "./singular-lora.js";
import { type Matrix, product, transposed, truncatedSvd } from "./svd.js";

/** An adapter and the factor of its change. */
export interface WeightedAdapter {
  /** What messages call it. */
  readonly name: string;
  readonly weights: LoraWeights;
  readonly strength: number;
}

/** An adapter that does what several do. */
export interface CombinedAdapter {
  readonly weights: LoraWeights;
  /** The largest rank of its modules. */
  readonly rank: number;
  /** ‖what is kept‖ / ‖the sum‖, Frobenius norms over all modules: 1 where nothing was left out. */
  readonly kept: number;
}

/**
 * Combines LoRAs: ΔW = Σ strength · (alpha/rank) · up · down. Without a rank the factors are put side by
 * side (`cat` of PEFT's `add_weighted_adapter`), which is exact; with one, the sum's largest singular
 * values are kept (`svd` there).
 * @throws AtelierError `weights` for adapters of other methods, `config` where nothing is left.
 */
export function combineAdapters(
  adapters: readonly WeightedAdapter[],
  { rank }: { readonly rank?: number | undefined } = {},
): CombinedAdapter {
  const used = adapters.filter(({ strength }) => strength !== 0);
  const modules = new Map<string, LoraModule>();
  let [keptSquares, allSquares] = [0, 0];
  for (const path of new Set(used.flatMap(({ weights }) => [...weights.modules.keys()]))) {
    const parts = used.flatMap(({ name, weights, strength }) => {
      const module = weights.modules.get(path);
      return module === undefined ? [] : [{ name, module, strength }];
    });
    const whole = sideBySide(path, parts);
    const reduced = rank !== undefined && whole.rank > rank ? reduce(whole, rank) : undefined;
    modules.set(path, reduced?.module ?? whole);
    keptSquares += reduced?.kept ?? 0;
    allSquares += reduced?.all ?? 0;
  }
  if (modules.size === 0) {
    throw new AtelierError(
      "config",
      said`merge: expected adapters with weights other than 0, got ${adapters.length} without any.`,
    );
  }
  const words = used.flatMap(({ weights }) => weights.words ?? []);
  const twice = words.find(({ token }, i) => words.findIndex((one) => one.token === token) < i);
  if (twice !== undefined) {
    throw new AtelierError(
      "weights",
      said`merge: expected words of different names, got ${twice.token} in two adapters. Train one of them again with another token.`,
    );
  }
  return {
    weights: { modules, metadata: new Map(), ...(words.length === 0 ? {} : { words }) },
    rank: Math.max(...[...modules.values()].map((module) => module.rank)),
    kept: allSquares === 0 ? 1 : Math.sqrt(keptSquares / allSquares),
  };
}

interface Part {
  readonly name: string;
  readonly module: LoraModule;
  readonly strength: number;
}

/** All ranks of one layer: downs below each other, ups, with their factors, beside each other. */
function sideBySide(path: string, parts: readonly Part[]): LoraModule {
  const factors = parts.map(({ name, module, strength }) => {
    if (module.method !== "lora") {
      throw new AtelierError(
        "weights",
        said`merge: expected LoRAs, got a ${titleOf(module.method, module.parts)} in ${name} (${path}), whose change is no product of two factors. Merge it into the base: name it as ${option("base")}.`,
      );
    }
    const [down, up] = [partOf(module.parts, "down"), partOf(module.parts, "up")];
    return { down, up, rank: module.rank, factor: (strength * module.alpha) / module.rank };
  });
  const [first] = factors;
  const total = factors.reduce((sum, { rank }) => sum + rank, 0);
  const [out = 0] = first?.up.shape ?? [];
  const inner = first?.down.shape.slice(1) ?? [];
  for (const [index, { down, up }] of factors.entries()) {
    if (up.shape[0] === out && sizeOf(down.shape.slice(1)) === sizeOf(inner)) continue;
    throw new AtelierError(
      "weights",
      said`merge: expected adapters for one model, got another shape of ${path} in ${parts[index]?.name}. Merge adapters of one family.`,
    );
  }
  const down = new Float32Array(total * sizeOf(inner));
  const up = new Float32Array(out * total);
  let at = 0;
  for (const { down: own, up: outer, rank, factor } of factors) {
    down.set(own.data, at * sizeOf(inner));
    for (let row = 0; row < out; row++) {
      for (let column = 0; column < rank; column++) {
        up[row * total + at + column] = factor * (outer.data[row * rank + column] ?? 0);
      }
    }
    at += rank;
  }
  return moduleOf(floatTensor(down, [total, ...inner]), up, out);
}

/** alpha = rank, so that the strength is 1. */
function moduleOf(down: FloatTensor, up: Float32Array, out: number): LoraModule {
  const [rank = 0, ...inner] = down.shape;
  const shape = inner.length === 1 ? [out, rank] : [out, rank, 1, 1];
  return { method: "lora", parts: { down, up: floatTensor(up, shape) }, alpha: rank, rank };
}

/**
 * The largest directions of up · down. With up = U₁S₁V₁ᵀ and downᵀ = U₂S₂V₂ᵀ the singular values are those
 * of the small matrix S₁V₁ᵀV₂S₂, so that the product itself is never made.
 */
function reduce(
  { parts, rank: whole }: LoraModule,
  rank: number,
): { readonly module: LoraModule; readonly kept: number; readonly all: number } {
  const [down, up] = [partOf(parts, "down"), partOf(parts, "up")];
  const [out = 0] = up.shape;
  const inner = down.shape.slice(1);
  const left = truncatedSvd(matrixOf(up, out, whole), whole);
  const right = truncatedSvd(transposed(matrixOf(down, whole, sizeOf(inner))), whole);
  const core = product(transposed(left.v), right.v);
  const scaled = Float64Array.from(core.data, (value, i) => {
    const [row, column] = [Math.floor(i / core.columns), i % core.columns];
    return value * (left.s[row] ?? 0) * (right.s[column] ?? 0);
  });
  const all = scaled.reduce((sum, value) => sum + value ** 2, 0);
  const { u, s, v } = truncatedSvd({ ...core, data: scaled }, rank);
  const [outer, inward] = [product(left.u, u), product(right.u, v)];
  const module = loraOfSingularValues({ u: outer, s, v: inward }, [out, ...inner]);
  return { module, kept: s.reduce((sum, value) => sum + value ** 2, 0), all };
}

function matrixOf({ data }: FloatTensor, rows: number, columns: number): Matrix {
  return { rows, columns, data: Float64Array.from(data) };
}
