/** @file Elementwise operations: ONNX has nearly all; x·σ(αx) is ONNX Runtime's QuickGelu. */

import { dtypes } from "../../dtype.js";
import type { ElementwiseAttributes } from "../../graph/op-attributes.js";
import { tensorOfNumbers } from "../../tensor.js";
import { direct, type Lowerings, MICROSOFT, operands } from "../lowering.js";

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
  sign: direct("Sign"),
  floor: direct("Floor"),
  sin: direct("Sin"),
  cos: direct("Cos"),
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
      attributes: { to: { int: dtypes[node.attributes.to].onnx } },
    }),
};
