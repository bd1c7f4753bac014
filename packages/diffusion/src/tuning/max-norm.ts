/**
 * @file Max-norm scaling, kohya's `scale_weight_norms`: after a step every layer whose change of the
 * weight is longer than a limit is scaled back to it, evenly over its factors. It keeps a few layers
 * from drowning the others when several adapters are used together.
 */

import {
  div,
  exp,
  type FloatTensor,
  type Graph,
  type GraphNode,
  log,
  maximum,
  minimum,
  mul,
  parameter,
  type Runtime,
  sqrt,
  sumSquares,
} from "@atelier/engine";
import { type Parts, partEntries, partOf } from "../core/adapter-parts.js";
import type { LoraSlot } from "./lora-initial.js";
import { loraParameterNames } from "./lora-overlay.js";
import { adapterMethods } from "./methods/methods.js";

/** Scales parameter values back. */
export interface NormLimit extends AsyncDisposable {
  /** All parts by parameter name; those of layers within the limit keep their bits. */
  apply(values: ReadonlyMap<string, FloatTensor>): Promise<Map<string, FloatTensor>>;
}

/** Compiles the scaling. @throws AtelierError `runtime`. */
export async function createNormLimit(
  runtime: Runtime,
  slots: readonly LoraSlot[],
  limit: number,
): Promise<NormLimit> {
  const compiled = await runtime.compile(normLimitGraph(slots, limit));
  return {
    async apply(values) {
      const results = await compiled.run(Object.fromEntries(values));
      return new Map(
        Object.entries(results).flatMap(([name, tensor]) =>
          tensor.dtype === "float32" ? [[name, tensor] as const] : [],
        ),
      );
    },
    [Symbol.asyncDispose]: () => compiled[Symbol.asyncDispose](),
  };
}

/** Every factor by its parameter's name, scaled. */
export function normLimitGraph(slots: readonly LoraSlot[], limit: number): Graph {
  const outputs: Record<string, GraphNode> = {};
  for (const { module, method, shapes, weightShape, alpha, rank } of slots) {
    const names = loraParameterNames(module, method);
    const factors = partEntries(shapes).filter(([part]) => part !== "magnitude");
    const nodes: Parts<GraphNode> = Object.fromEntries(
      factors.map(([part, shape]) => [part, parameter(partOf(names, part), shape)]),
    );
    const delta = adapterMethods[method].delta(weightShape, nodes);
    const norm = maximum(mul(sqrt(sumSquares(delta)), alpha / rank), limit / 2);
    const share = root(div(minimum(norm, limit), norm), factors.length);
    for (const [part, node] of partEntries(nodes)) outputs[partOf(names, part)] = mul(node, share);
  }
  return { outputs };
}

/** The n-th root of a positive scalar, exactly 1 for 1. */
function root(x: GraphNode, n: number): GraphNode {
  return n === 2 ? sqrt(x) : exp(div(log(x), n));
}
