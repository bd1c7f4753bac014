/**
 * @file LoKr (LyCORIS, Yeh et al. 2024): ΔW = scale·(w1 ⊗ w2), a Kronecker product. Either factor may be
 * a low-rank product itself.
 */

import {
  type GraphNode,
  matmul,
  mul,
  reshape,
  type Shape,
  sizeOf,
  transpose,
} from "@atelier/engine";
import { type Parts, partOf } from "../../core/adapter-parts.js";
import { factorize } from "../../files/adapter/factorize.js";
import type { AdapterForm, AdapterMethod } from "./adapter-method.js";
import { applyChanged, mergedSum } from "./changed-weight.js";
import { applyDecomposed, mergedDecomposed, withMagnitudeShape } from "./decomposed.js";

/**
 * LoKr on linear layers and convolutions. `kaiming` starts with a first factor of zeros, as PEFT does,
 * `lycoris` with a second. Where both factors are whole, the scale is 1: files then hold no rank that
 * alpha could be divided by.
 */
export const lokr: AdapterMethod = {
  inits: ["kaiming", "lycoris"],
  shapes: newShapes,
  fit: (weight, given) => withMagnitudeShape(weight, fittingShapes(weight, given), given),
  isScaled: ({ w1, w2 }) => w1 === undefined || w2 === undefined,
  startsFromWeight: false,
  start(shapes, { draw, init }) {
    const drawn = { first: init === "lycoris", second: init === "kaiming" };
    const { w1, w1_a, w1_b, w2, w2_a, w2_b } = shapes;
    const maybe = (shape: Shape, isDrawn: boolean) =>
      isDrawn ? draw.kaiming(shape) : draw.zeros(shape);
    return {
      ...(w1 && { w1: maybe(w1, drawn.first) }),
      ...(w1_a && { w1_a: maybe(w1_a, drawn.first) }),
      ...(w1_b && { w1_b: draw.kaiming(w1_b) }),
      ...(w2 && { w2: maybe(w2, drawn.second) }),
      ...(w2_a && { w2_a: draw.kaiming(w2_a) }),
      ...(w2_b && { w2_b: maybe(w2_b, drawn.second) }),
    };
  },
  apply(call) {
    const { layer, scale, strength, drops } = call;
    const { shape } = layer.weight;
    if (call.parts.magnitude !== undefined) {
      return applyDecomposed(call, (parts) => kronecker(shape, parts, scale));
    }
    const mask = drops.rank(shape.map((extent, axis) => (axis === 0 ? extent : 1)));
    return applyChanged(call, (parts) => {
      const whole = kronecker(shape, parts, scale * strength, drops.module);
      return mask === undefined ? whole : mul(whole, mask);
    });
  },
  delta: (weight, parts) => kronecker(weight, parts, 1),
  merged(weight, parts, by) {
    const { magnitude } = parts;
    const delta = kronecker(weight.shape, parts, 1);
    return magnitude === undefined
      ? mergedSum(weight, delta, by)
      : mergedDecomposed(weight, delta, { ...by, magnitude });
  },
};

/** Extents of the factors: out = a·b, in = c·d, w1 `[a, c]`, w2 `[b, d, …kernel]`. */
interface Extents {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly kernel: Shape;
}

function newShapes(
  weight: Shape,
  { rank, factor, decomposesBoth = false }: AdapterForm,
): Parts<Shape> {
  const [out = 0, inner = 0, ...kernel] = weight;
  const [[a, b], [c, d]] = [factorize(out, factor), factorize(inner, factor)];
  const splitsFirst = decomposesBoth && rank < Math.max(a, c) / 2;
  const splitsSecond = rank < Math.max(b, d) / 2;
  return shapesOf({ a, b, c, d, kernel }, rank, { splitsFirst, splitsSecond });
}

function fittingShapes(weight: Shape, given: Parts<Shape>): Parts<Shape> {
  const [out = 0, inner = 0, ...kernel] = weight;
  const a = (given.w1 ?? given.w1_a)?.[0] ?? 1;
  const c = (given.w1 ?? given.w1_b)?.[1] ?? 1;
  const rank = (given.w2_b ?? given.w1_b)?.[0] ?? 1;
  const form = { splitsFirst: given.w1 === undefined, splitsSecond: given.w2 === undefined };
  return shapesOf({ a, b: Math.floor(out / a), c, d: Math.floor(inner / c), kernel }, rank, form);
}

function shapesOf(
  { a, b, c, d, kernel }: Extents,
  rank: number,
  { splitsFirst, splitsSecond }: { splitsFirst: boolean; splitsSecond: boolean },
): Parts<Shape> {
  return {
    ...(splitsFirst ? { w1_a: [a, rank], w1_b: [rank, c] } : { w1: [a, c] }),
    ...(splitsSecond
      ? { w2_a: [b, rank], w2_b: [rank, d * sizeOf(kernel)] }
      : { w2: [b, d, ...kernel] }),
  };
}

/**
 * scale·(w1 ⊗ w2) shaped like the weight: all products of two elements as one outer product, then its
 * axes in order, which costs less than a broadcast product and its sums in the gradient.
 */
function kronecker(
  weight: Shape,
  parts: Parts<GraphNode>,
  scale: number,
  taking?: GraphNode,
): GraphNode {
  const w1 = parts.w1 ?? matmul(partOf(parts, "w1_a"), partOf(parts, "w1_b"));
  const w2 = parts.w2 ?? matmul(partOf(parts, "w2_a"), partOf(parts, "w2_b"));
  const [a = 1, c = 1] = w1.shape;
  const [b = 1] = w2.shape;
  const used = taking === undefined ? w1 : mul(w1, taking);
  const products = matmul(reshape(used, [a * c, 1]), reshape(w2, [1, -1]), { alpha: scale });
  return reshape(transpose(reshape(products, [a, c, b, -1]), [0, 2, 1, 3]), weight);
}
