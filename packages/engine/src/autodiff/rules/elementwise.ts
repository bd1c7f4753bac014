/** @file Derivatives element by element. */

import { isFloat } from "../../dtype.js";
import { type GraphNode, inputAt, type NodeOf } from "../../graph/node.js";
import type { ElementwiseAttributes, OpKind } from "../../graph/op-attributes.js";
import {
  add,
  cast,
  cos,
  div,
  erf,
  exp,
  greater,
  mul,
  neg,
  sigmoid,
  sign,
  sin,
  square,
  sub,
  where,
} from "../../graph/ops/elementwise.js";
import { scalar } from "../../graph/ops/source.js";
import { type GradientRules, type InputGradient, notDifferentiable, unbroadcast } from "../rule.js";

/** A rule for two operands from its two partial cotangents, summed over broadcast axes. */
const binary =
  (
    left: (g: GraphNode, a: GraphNode, b: GraphNode, y: GraphNode) => GraphNode,
    right: (g: GraphNode, a: GraphNode, b: GraphNode, y: GraphNode) => GraphNode,
  ) =>
  <K extends OpKind>(node: NodeOf<K>, g: GraphNode): readonly InputGradient[] => {
    const [a, b] = [inputAt(node.inputs, 0, node.kind), inputAt(node.inputs, 1, node.kind)];
    const y = asNode(node);
    return [
      () => unbroadcast(left(g, a, b, y), a.shape),
      () => unbroadcast(right(g, a, b, y), b.shape),
    ];
  };

/** A rule for one operand from its derivative times the cotangent. */
const unary =
  (derivative: (g: GraphNode, x: GraphNode, y: GraphNode) => GraphNode) =>
  <K extends OpKind>(node: NodeOf<K>, g: GraphNode): readonly InputGradient[] => [
    () => derivative(g, inputAt(node.inputs, 0, node.kind), asNode(node)),
  ];

/** `NodeOf<K>` for a generic K is a member of the union, which TypeScript cannot see. */
const asNode = <K extends OpKind>(node: NodeOf<K>): GraphNode => node as unknown as GraphNode;

const zeroLike = (x: GraphNode): GraphNode => scalar(0, x.dtype);

export const elementwiseRules: GradientRules<keyof ElementwiseAttributes> = {
  add: binary(
    (g) => g,
    (g) => g,
  ),
  sub: binary(
    (g) => g,
    (g) => neg(g),
  ),
  mul: binary(
    (g, _, b) => mul(g, b),
    (g, a) => mul(g, a),
  ),
  // d(a/b) = da/b − (a/b)·db/b
  div: binary(
    (g, _, b) => div(g, b),
    (g, _, b, y) => neg(div(mul(g, y), b)),
  ),
  // Ties go to the second operand.
  maximum: binary(
    (g, a, b) => where(greater(a, b), g, zeroLike(g)),
    (g, a, b) => where(greater(a, b), zeroLike(g), g),
  ),
  minimum: binary(
    (g, a, b) => where(greater(b, a), g, zeroLike(g)),
    (g, a, b) => where(greater(b, a), zeroLike(g), g),
  ),
  greater: notDifferentiable,
  equal: notDifferentiable,
  where({ inputs }, g) {
    const [condition, a, b] = [0, 1, 2].map((i) => inputAt(inputs, i, "where"));
    if (condition === undefined || a === undefined || b === undefined) return [];
    return [
      undefined,
      () => unbroadcast(where(condition, g, zeroLike(g)), a.shape),
      () => unbroadcast(where(condition, zeroLike(g), g), b.shape),
    ];
  },
  neg: unary((g) => neg(g)),
  exp: unary((g, _, y) => mul(g, y)),
  log: unary((g, x) => div(g, x)),
  sqrt: unary((g, _, y) => div(mul(g, 0.5), y)),
  abs: unary((g, x) => mul(g, sign(x))),
  sign: notDifferentiable,
  floor: notDifferentiable,
  sin: unary((g, x) => mul(g, cos(x))),
  cos: unary((g, x) => neg(mul(g, sin(x)))),
  tanh: unary((g, _, y) => mul(g, sub(1, square(y)))),
  sigmoid: unary((g, _, y) => mul(g, mul(y, sub(1, y)))),
  // d erf(x) = 2/√π·exp(−x²)
  erf: unary((g, x) => mul(g, mul(exp(neg(square(x))), 2 / Math.sqrt(Math.PI)))),
  // With s = σ(αx): d(x·s) = s·(1 + αx·(1 − s)). Needs x only, so y need not be kept.
  swish({ inputs, attributes: { alpha } }, g) {
    const x = inputAt(inputs, 0, "swish");
    return [
      () => {
        const scaled = alpha === 1 ? x : mul(x, alpha);
        const s = sigmoid(scaled);
        return mul(g, mul(s, add(mul(scaled, sub(1, s)), 1)));
      },
    ];
  },
  // d(x·Φ(x)) = Φ(x) + x·φ(x)
  gelu({ inputs, attributes: { approximation } }, g) {
    const x = inputAt(inputs, 0, "gelu");
    return [
      () => {
        const { cumulative, density } = approximation === "tanh" ? logistic(x) : normal(x);
        return mul(g, add(cumulative, mul(x, density)));
      },
    ];
  },
  cast({ inputs }, g) {
    const x = inputAt(inputs, 0, "cast");
    return [isFloat(x.dtype) && isFloat(g.dtype) ? () => cast(g, x.dtype) : undefined];
  },
};

/** A distribution function Φ and its derivative φ. */
interface Distribution {
  readonly cumulative: GraphNode;
  readonly density: GraphNode;
}

/** The normal distribution. */
function normal(x: GraphNode): Distribution {
  return {
    cumulative: mul(add(erf(mul(x, Math.SQRT1_2)), 1), 0.5),
    density: mul(exp(mul(square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI)),
  };
}

/** (1 + tanh u)/2 = σ(2u) with 2u = αx + βx³, and σ(2u)·(1 − σ(2u))·(α + 3βx²). */
function logistic(x: GraphNode): Distribution {
  const alpha = 2 * Math.sqrt(2 / Math.PI);
  const beta = 0.044715 * alpha;
  const squared = square(x);
  const cumulative = sigmoid(mul(x, add(mul(squared, beta), alpha)));
  const slope = add(mul(squared, 3 * beta), alpha);
  return { cumulative, density: mul(mul(cumulative, sub(1, cumulative)), slope) };
}
