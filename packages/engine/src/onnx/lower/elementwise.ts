/** @file Elementwise operations: ONNX has nearly all; x·σ(αx) is ONNX Runtime's QuickGelu. */

import { dtypes } from "../../dtype.js";
import type { NodeOf } from "../../graph/node.js";
import type { ElementwiseAttributes } from "../../graph/op-attributes.js";
import { tensorOfNumbers } from "../../tensor.js";
import { direct, type LoweringContext, type Lowerings, MICROSOFT, operands } from "../lowering.js";
import { typeOnDevice } from "../narrow-integers.js";

export const elementwiseLowerings: Lowerings<keyof ElementwiseAttributes> = {
  add: direct("Add"),
  sub: direct("Sub"),
  mul: direct("Mul"),
  div: direct("Div"),
  maximum: direct("Max"),
  minimum: direct("Min"),
  greater: direct("Greater"),
  equal: direct("Equal"),
  where: direct("Where"),
  neg: direct("Neg"),
  exp: direct("Exp"),
  log: direct("Log"),
  sqrt: direct("Sqrt"),
  abs: direct("Abs"),
  sign(node, context) {
    const [x = ""] = operands(node, context);
    if (context.computesSigns) return context.emit("Sign", [x]);
    const zero = context.constant(tensorOfNumbers([0], [], node.dtype));
    const attributes = { to: { int: dtypes[typeOnDevice(node.dtype, context)].onnx } };
    const [above, below] = ["Greater", "Less"].map((compare) =>
      context.emit("Cast", [context.emit(compare, [x, zero])], { attributes }),
    );
    return context.emit("Sub", [above ?? "", below ?? ""]);
  },
  floor: direct("Floor"),
  sin: (node, context) =>
    context.computesSines
      ? context.emit("Sin", operands(node, context))
      : composedSine(node, context, 0),
  cos: (node, context) =>
    context.computesSines
      ? context.emit("Cos", operands(node, context))
      : composedSine(node, context, 0.5),
  tanh: direct("Tanh"),
  sigmoid: direct("Sigmoid"),
  erf: direct("Erf"),
  swish(node, context) {
    const { alpha } = node.attributes;
    const inputs = operands(node, context);
    if (node.dtype === "float32") {
      const attributes = { alpha: { float: alpha } };
      return context.emit("QuickGelu", inputs, { domain: MICROSOFT, attributes });
    }
    const factor = context.constant(tensorOfNumbers([alpha], [], node.dtype));
    const gate = context.emit("Sigmoid", [context.emit("Mul", [...inputs, factor])]);
    return context.emit("Mul", [...inputs, gate]);
  },
  gelu: (node, context) =>
    context.emit("Gelu", operands(node, context), {
      attributes: { approximate: { string: node.attributes.approximation } },
    }),
  cast: (node, context) =>
    context.emit("Cast", operands(node, context), {
      attributes: { to: { int: dtypes[typeOnDevice(node.attributes.to, context)].onnx } },
    }),
};

/** π in parts, the first with so few bits that its products with whole and half numbers are exact (Cody and Waite). */
const partsOfPi = [3.140625, 0.0009675025939941406, 1.5099579909783765e-7];
/** Taylor's coefficients of sin r / r by r², up to π/2: what is left out is 7·10⁻¹⁰. */
const sineTerms = [1, -1 / 6, 1 / 120, -1 / 5040, 1 / 362_880, -1 / 39_916_800, 1 / 6_227_020_800];

/**
 * The sine, and with a `turn` of half a π the cosine, of sums and products: x = (k + turn)·π + r with |r| ≤ π/2, so that
 * sin x is sin r and cos x is −sin r, both with the sign of (−1)ᵏ.
 */
function composedSine(
  node: NodeOf<"sin" | "cos">,
  context: LoweringContext,
  turn: 0 | 0.5,
): string {
  const number = (value: number): string =>
    context.constant(tensorOfNumbers([value], [], node.dtype));
  const on =
    (opType: string) =>
    (a: string, b: string): string =>
      context.emit(opType, [a, b]);
  const [add, sub, mul] = [on("Add"), on("Sub"), on("Mul")];
  const floor = (x: string): string => context.emit("Floor", [x]);
  const [x = ""] = operands(node, context);
  const half = mul(x, number(1 / Math.PI));
  const turns = floor(turn === 0 ? add(half, number(0.5)) : half);
  const middle = turn === 0 ? turns : add(turns, number(turn));
  const rest = partsOfPi.reduce((left, part) => sub(left, mul(middle, number(part))), x);
  const squared = mul(rest, rest);
  const [last = 0, ...others] = [...sineTerms].reverse();
  const ratio = others.reduce((sum, term) => add(mul(sum, squared), number(term)), number(last));
  const odd = sub(turns, mul(floor(mul(turns, number(0.5))), number(2)));
  const sign =
    turn === 0 ? sub(number(1), mul(odd, number(2))) : sub(mul(odd, number(2)), number(1));
  return mul(mul(rest, ratio), sign);
}
