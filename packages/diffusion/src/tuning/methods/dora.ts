/**
 * @file DoRA (Liu et al. 2024): a LoRA whose changed weight is brought back to a trained length per
 * output, W' = m·(W + ΔW) / ‖W + ΔW‖. As in the paper's section 4.3 and in PEFT, the length is a
 * constant for the gradient.
 */

import {
  add,
  detach,
  div,
  type FloatTensor,
  floatTensor,
  type GraphNode,
  matmul,
  maximum,
  mul,
  type Operand,
  reshape,
  sqrt,
  square,
  sub,
  sum,
} from "@atelier/engine";
import { type Parts, partOf } from "../../core/adapter-parts.js";
import type { AdaptedCall, AdapterMethod } from "./adapter-method.js";
import {
  applyDecomposed,
  isPerInput,
  mergedDecomposed,
  smallestSquare,
  withMagnitudeShape,
} from "./decomposed.js";
import {
  innerOf,
  lowRankDelta,
  lowRankShapes,
  matricesOf,
  outerOf,
  startLowRank,
} from "./low-rank.js";

/** DoRA on linear layers and convolutions; a new magnitude is `[out]`, those of files may be `[1, in]`. */
export const dora: AdapterMethod = {
  inits: ["gaussian", "kaiming"],
  shapes: (weight, { rank }) => ({ ...lowRankShapes(weight, rank), magnitude: [weight[0] ?? 0] }),
  fit: (weight, given) =>
    withMagnitudeShape(weight, dora.shapes(weight, { rank: given.down?.[0] ?? 1 }), given),
  isScaled: () => true,
  startsFromWeight: true,
  start: (shapes, options) => ({
    ...startLowRank(shapes, options),
    magnitude: rowLengths(options.weight ?? floatTensor([], [0])),
  }),
  apply(call) {
    const { layer, y, parts, scale, strength, drops } = call;
    if (isPerInput(parts)) {
      return applyDecomposed(call, (own) => mul(lowRankDelta(layer.weight.shape, own), scale));
    }
    const taking: Operand = drops.module === undefined ? strength : mul(drops.module, strength);
    const ratio = ratioOf(layer.weight, parts, scale);
    // y + t·((c − 1)·base + c·scale·up(down(x))), with c folded into the small factor.
    const up = partOf(parts, "up");
    const perRow = reshape(mul(ratio, times(taking, scale)), [
      -1,
      ...up.shape.slice(1).map(() => 1),
    ]);
    const change = outerOf(call, { inner: innerOf(call), up: mul(up, perRow), scale: 1 });
    const stretch = mul(sub(ratio, 1), taking);
    return add(stretched(call, y, stretch), change);
  },
  delta: lowRankDelta,
  merged(weight, parts, { scale, strength }) {
    if (isPerInput(parts)) {
      const magnitude = partOf(parts, "magnitude");
      const delta = lowRankDelta(weight.shape, parts);
      return mergedDecomposed(weight, delta, { magnitude, scale, strength });
    }
    const changed = add(weight, mul(lowRankDelta(weight.shape, parts), scale));
    const ratio = reshape(ratioOf(weight, parts, scale), alongRows(weight));
    const whole = mul(changed, ratio);
    return strength === 1 ? whole : add(weight, mul(sub(whole, weight), strength));
  },
};

/** The result with the layer's own product, bias apart, times 1 + stretch per output. */
function stretched({ layer }: AdaptedCall, y: GraphNode, stretch: GraphNode): GraphNode {
  const { x, weight, bias, kind, apply } = layer;
  const per = (perOutput: GraphNode): GraphNode =>
    kind === "linear" ? perOutput : reshape(perOutput, [-1, 1, 1]);
  const base = bias === undefined ? layer.y : apply(x, weight);
  if (y !== layer.y) return add(y, mul(base, per(stretch)));
  const scaled = mul(base, per(add(stretch, 1)));
  return bias === undefined ? scaled : add(scaled, per(bias));
}

/**
 * m / ‖W + scale·up·down‖ per output `[out]`. The length is expanded to ‖W‖² + 2·scale·⟨W, up·down⟩ +
 * scale²·‖up·down‖², so that nothing as large as the weight is made but ‖W‖², which is constant.
 */
function ratioOf(weight: GraphNode, parts: Parts<GraphNode>, scale: number): GraphNode {
  const { down, up } = matricesOf(parts);
  const rows = reshape(weight, [weight.shape[0] ?? 0, -1]);
  const own = sum(square(rows), { axes: [1] });
  const projected = matmul(rows, down, { transposeB: true, alpha: 2 * scale });
  const gram = matmul(down, down, { transposeB: true, alpha: scale * scale });
  const change = sum(mul(add(projected, matmul(up, gram)), up), { axes: [1] });
  const length = sqrt(maximum(add(own, change), smallestSquare));
  return div(partOf(parts, "magnitude"), detach(length));
}

const times = (a: Operand, b: number): Operand => (typeof a === "number" ? a * b : mul(a, b));

const alongRows = ({ shape }: GraphNode): number[] =>
  shape.map((extent, axis) => (axis === 0 ? extent : 1));

/** ‖W‖ per output, added up in float64. */
function rowLengths({ data, shape: [out = 0] }: FloatTensor): FloatTensor {
  const width = data.length / Math.max(1, out);
  const lengths = Array.from({ length: out }, (_, row) => {
    const values = data.subarray(row * width, (row + 1) * width);
    return Math.sqrt(values.reduce((total, value) => total + value * value, 0));
  });
  return floatTensor(lengths, [out]);
}
