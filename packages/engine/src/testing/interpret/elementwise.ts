/** @file Operations element by element, from their definitions. */

import { isFloat } from "../../dtype.js";
import type { ElementwiseAttributes, OpKind } from "../../graph/op-attributes.js";
import { sameShape } from "../../shape.js";
import {
  at,
  broadcastPosition,
  type Evaluate,
  type Evaluators,
  generate,
  operand,
} from "./value.js";

const unary =
  <K extends OpKind>(f: (x: number) => number): Evaluate<K> =>
  (_, inputs) =>
    operand(inputs, 0).data.map(f);

const binary =
  <K extends OpKind>(f: (a: number, b: number) => number): Evaluate<K> =>
  ({ shape }, inputs) => {
    const [a, b] = [operand(inputs, 0), operand(inputs, 1)];
    if (sameShape(a.shape, b.shape)) return a.data.map((x, i) => f(x, at(b.data, i)));
    const [left, right] = [broadcastPosition(a.shape), broadcastPosition(b.shape)];
    return generate(shape, (index) => f(at(a.data, left(index)), at(b.data, right(index))));
  };

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/**
 * erf(x) = 2/√π·e^(−x²)·Σ 2ⁿx^(2n+1)/(2n+1)!! (Abramowitz & Stegun 7.1.6): all terms have one sign,
 * so nothing cancels. Beyond 6 the result is ±1 in float64.
 */
export function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let total = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(total); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    total += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total;
}

export const elementwiseEvaluators: Evaluators<keyof ElementwiseAttributes> = {
  add: binary((a, b) => a + b),
  sub: binary((a, b) => a - b),
  mul: binary((a, b) => a * b),
  div: binary((a, b) => a / b),
  maximum: binary((a, b) => Math.max(a, b)),
  minimum: binary((a, b) => Math.min(a, b)),
  greater: binary((a, b) => Number(a > b)),
  equal: binary((a, b) => Number(a === b)),
  where({ shape }, inputs) {
    const [condition, a, b] = [operand(inputs, 0), operand(inputs, 1), operand(inputs, 2)];
    const positions = [condition, a, b].map((value) => broadcastPosition(value.shape));
    const [ofCondition, ofA, ofB] = positions;
    return generate(shape, (index) =>
      at(condition.data, ofCondition?.(index) ?? -1) !== 0
        ? at(a.data, ofA?.(index) ?? -1)
        : at(b.data, ofB?.(index) ?? -1),
    );
  },
  neg: unary((x) => -x),
  exp: unary(Math.exp),
  log: unary(Math.log),
  sqrt: unary(Math.sqrt),
  abs: unary(Math.abs),
  sign: unary(Math.sign),
  floor: unary(Math.floor),
  sin: unary(Math.sin),
  cos: unary(Math.cos),
  tanh: unary(Math.tanh),
  sigmoid: unary(sigmoid),
  erf: unary(erf),
  swish: ({ attributes: { alpha } }, inputs) =>
    operand(inputs, 0).data.map((x) => x * sigmoid(alpha * x)),
  gelu: ({ attributes: { approximation } }, inputs) =>
    operand(inputs, 0).data.map((x) =>
      approximation === "tanh"
        ? (x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))) / 2
        : (x * (1 + erf(x * Math.SQRT1_2))) / 2,
    ),
  cast({ attributes: { to } }, inputs) {
    const { data } = operand(inputs, 0);
    if (isFloat(to)) return data;
    return data.map((x) => (to === "bool" ? Number(x !== 0) : Math.trunc(x)));
  },
};
