/** @file Operations element by element. A number may stand for any scalar operand. */

import { type DType, isFloat } from "../../dtype.js";
import { AtelierError, said } from "../../errors.js";
import { broadcastShapes } from "../../shape.js";
import {
  formatType,
  type GraphNode,
  inputAt,
  type NodeFactory,
  nodeFactory,
  type OpDefinition,
  type OpFamily,
  requireSameDType,
} from "../node.js";
import type { ElementwiseAttributes } from "../op-attributes.js";
import { scalar } from "./source.js";

type Kind = keyof ElementwiseAttributes;

const binary = <K extends Kind>(kind: K, result?: DType): OpDefinition<K> => ({
  infer(inputs) {
    const dtype = requireSameDType(kind, inputs);
    const [a, b] = [inputAt(inputs, 0, kind), inputAt(inputs, 1, kind)];
    return { shape: broadcastShapes(kind, a.shape, b.shape), dtype: result ?? dtype };
  },
});

const unary = <K extends Kind>(kind: K): OpDefinition<K> => ({
  infer(inputs) {
    const x = inputAt(inputs, 0, kind);
    if (isFloat(x.dtype)) return x;
    throw new AtelierError(
      "dtype",
      said`${kind}: expected floats, got ${formatType(x)}. Cast it first.`,
    );
  },
});

export const elementwiseOps: OpFamily<Kind> = {
  add: binary("add"),
  sub: binary("sub"),
  mul: binary("mul"),
  div: binary("div"),
  maximum: binary("maximum"),
  minimum: binary("minimum"),
  greater: binary("greater", "bool"),
  equal: binary("equal", "bool"),
  where: {
    infer(inputs) {
      const condition = inputAt(inputs, 0, "where");
      const [a, b] = [inputAt(inputs, 1, "where"), inputAt(inputs, 2, "where")];
      if (condition.dtype !== "bool") {
        throw new AtelierError(
          "dtype",
          said`where: expected a bool condition, got ${formatType(condition)}.`,
        );
      }
      const dtype = requireSameDType("where", [a, b]);
      const branches = broadcastShapes("where", a.shape, b.shape);
      return { shape: broadcastShapes("where", condition.shape, branches), dtype };
    },
  },
  neg: unary("neg"),
  exp: unary("exp"),
  log: unary("log"),
  sqrt: unary("sqrt"),
  abs: unary("abs"),
  sign: unary("sign"),
  floor: unary("floor"),
  sin: unary("sin"),
  cos: unary("cos"),
  tanh: unary("tanh"),
  sigmoid: unary("sigmoid"),
  erf: unary("erf"),
  swish: unary("swish"),
  gelu: unary("gelu"),
  cast: { infer: (inputs, { to }) => ({ shape: inputAt(inputs, 0, "cast").shape, dtype: to }) },
};

const node: NodeFactory<Kind> = nodeFactory(elementwiseOps);

/** A node, or a number that takes the element type of the other operand. */
export type Operand = GraphNode | number;

type BinaryKind = "add" | "sub" | "mul" | "div" | "maximum" | "minimum" | "greater" | "equal";

function pair(kind: BinaryKind, a: Operand, b: Operand): GraphNode {
  if (typeof a === "number" && typeof b === "number") {
    throw new AtelierError("graph", said`${kind}: expected at least one node, got two numbers.`);
  }
  const dtype = typeof a === "number" ? (typeof b === "number" ? "float32" : b.dtype) : a.dtype;
  const operand = (x: Operand): GraphNode => (typeof x === "number" ? scalar(x, dtype) : x);
  return node(kind, [operand(a), operand(b)], {});
}

/** `a + b` */
export const add = (a: Operand, b: Operand): GraphNode => pair("add", a, b);
/** `a − b` */
export const sub = (a: Operand, b: Operand): GraphNode => pair("sub", a, b);
/** `a · b` */
export const mul = (a: Operand, b: Operand): GraphNode => pair("mul", a, b);
/** `a / b` */
export const div = (a: Operand, b: Operand): GraphNode => pair("div", a, b);
/** The larger of two. */
export const maximum = (a: Operand, b: Operand): GraphNode => pair("maximum", a, b);
/** The smaller of two. */
export const minimum = (a: Operand, b: Operand): GraphNode => pair("minimum", a, b);
/** `a > b`, bool. */
export const greater = (a: Operand, b: Operand): GraphNode => pair("greater", a, b);
/** `a = b`, bool. */
export const equal = (a: Operand, b: Operand): GraphNode => pair("equal", a, b);
/** `a` where the condition holds, else `b`. */
export const where = (condition: GraphNode, a: GraphNode, b: GraphNode): GraphNode =>
  node("where", [condition, a, b], {});
/** `−x` */
export const neg = (x: GraphNode): GraphNode => node("neg", [x], {});
/** `eˣ` */
export const exp = (x: GraphNode): GraphNode => node("exp", [x], {});
/** Natural logarithm. */
export const log = (x: GraphNode): GraphNode => node("log", [x], {});
/** `√x` */
export const sqrt = (x: GraphNode): GraphNode => node("sqrt", [x], {});
/** `|x|` */
export const abs = (x: GraphNode): GraphNode => node("abs", [x], {});
/** −1, 0 or 1. */
export const sign = (x: GraphNode): GraphNode => node("sign", [x], {});
/** The largest integer not above x. */
export const floor = (x: GraphNode): GraphNode => node("floor", [x], {});
/** Sine of radians. */
export const sin = (x: GraphNode): GraphNode => node("sin", [x], {});
/** Cosine of radians. */
export const cos = (x: GraphNode): GraphNode => node("cos", [x], {});
/** Hyperbolic tangent. */
export const tanh = (x: GraphNode): GraphNode => node("tanh", [x], {});
/** `1 / (1 + e⁻ˣ)` */
export const sigmoid = (x: GraphNode): GraphNode => node("sigmoid", [x], {});
/** Gauss error function. */
export const erf = (x: GraphNode): GraphNode => node("erf", [x], {});
/** `x·σ(x)` (Elfwing et al. 2017). */
export const silu = (x: GraphNode): GraphNode => node("swish", [x], { alpha: 1 });
/** `x·σ(1.702·x)`, OpenAI CLIP's approximation of GELU. */
export const quickGelu = (x: GraphNode): GraphNode => node("swish", [x], { alpha: 1.702 });
/** `x·Φ(x)` with the exact normal distribution function (Hendrycks & Gimpel 2016). */
export const gelu = (x: GraphNode): GraphNode => node("gelu", [x], { approximation: "none" });
/** `x·(1 + tanh(√(2/π)·(x + 0.044715·x³))) / 2`, GELU's approximation (ibid., section 2). */
export const geluTanh = (x: GraphNode): GraphNode => node("gelu", [x], { approximation: "tanh" });
/** Changes the element type; returns the node itself where nothing changes. */
export const cast = (x: GraphNode, to: DType): GraphNode =>
  x.dtype === to ? x : node("cast", [x], { to });
/** `x²` */
export const square = (x: GraphNode): GraphNode => mul(x, x);
