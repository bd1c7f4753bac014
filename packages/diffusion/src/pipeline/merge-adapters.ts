/** @file The weights of a model with adapters merged into them, layer by layer. */

import {
  add,
  type FloatTensor,
  type GraphNode,
  input,
  internalError,
  type Runtime,
  sub,
} from "@atelier/engine";
import { mapParts, partEntries } from "../core/adapter-parts.js";
import type { LoraModule } from "../core/lora-weights.js";
import type { WeightReader } from "../tuning/lora-initial.js";
import { adapterMethods } from "../tuning/methods/methods.js";
import type { Adapter, AdapterBase } from "./adapters.js";
import { requireAdapters } from "./adapters.js";

/** What adapters are merged into. */
export interface MergeTarget {
  readonly runtime: Runtime;
  readonly base: AdapterBase;
  /** Reads the weight of a layer. */
  readonly weightOf: WeightReader;
}

/** A weight with adapters merged into it. */
export interface MergedWeight {
  /** Component and path: `unet.mid_block.….to_q`. */
  readonly module: string;
  readonly weight: FloatTensor;
}

/**
 * Merges adapters, whose changes add up as they do in generation, and yields every changed weight. One
 * layer is in memory at a time.
 * @throws AtelierError `weights` when an adapter does not fit the base, `config`, `runtime`.
 */
export async function* mergeAdapters(
  adapters: readonly Adapter[],
  { runtime, base, weightOf }: MergeTarget,
): AsyncGenerator<MergedWeight, void, undefined> {
  requireAdapters(adapters, base);
  const modules = new Set(adapters.flatMap(({ weights }) => [...weights.modules.keys()]));
  for (const module of modules) {
    const { weightShape } = base.layers.get(module) ?? {};
    if (weightShape === undefined) throw internalError(`merge: no layer ${module}.`);
    const on = adapters.flatMap(({ weights, strength = 1 }) => {
      const found = weights.modules.get(module);
      return found === undefined || strength === 0 ? [] : [{ adapter: found, strength }];
    });
    const weight = await weightOf({ module, weightShape });
    yield { module, weight: on.length === 0 ? weight : await merge(runtime, weight, on) };
  }
}

async function merge(
  runtime: Runtime,
  weight: FloatTensor,
  adapters: readonly { readonly adapter: LoraModule; readonly strength: number }[],
): Promise<FloatTensor> {
  const node = input("weight", weight.shape);
  const values: Record<string, FloatTensor> = { weight };
  const merged = adapters.map(({ adapter: { method, parts, alpha, rank }, strength }, index) => {
    for (const [part, tensor] of partEntries(parts)) values[`${index} ${part}`] = tensor;
    const nodes = mapParts(parts, ({ shape }, part) => input(`${index} ${part}`, shape));
    return adapterMethods[method].merged(node, nodes, { scale: alpha / rank, strength });
  });
  const sum = merged.reduce((total: GraphNode, one) => add(total, sub(one, node)));
  await using compiled = await runtime.compile({ outputs: { merged: sum } });
  const result = (await compiled.run(values))["merged"];
  if (result?.dtype === "float32") return result;
  throw internalError(`merge: expected a float32 weight, got ${result?.dtype}.`);
}
