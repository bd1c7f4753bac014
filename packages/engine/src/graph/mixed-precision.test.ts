/** @file What mixed precision makes of graphs: where casts stand, and what keeps its type. */

import { describe, expect, it } from "vitest";
import { gradients } from "../autodiff/gradient.js";
import { parametersOf } from "./graph.js";
import { mixedPrecision } from "./mixed-precision.js";
import { add, exp, gelu, mul, square } from "./ops/elementwise.js";
import { linear, matmul } from "./ops/linalg.js";
import { concat } from "./ops/movement.js";
import { standardize } from "./ops/norm.js";
import { mean, softmax } from "./ops/reduce.js";
import { input, parameter } from "./ops/source.js";
import { printGraph } from "./print.js";
import { verify } from "./verify.js";

const x = input("x", [2, 4]);
const w = parameter("w", [4, 4]);

describe("mixedPrecision", () => {
  it("narrows what products read, weights anew for each, and adds up in float32", () => {
    const loss = mean(square(linear(linear(x, w), w)));
    const [gradient] = gradients(loss, parametersOf({ outputs: { loss } }));
    if (gradient === undefined) throw new Error("no gradient");
    const graph = mixedPrecision({ outputs: { loss, gradient } });
    verify(graph);
    expect(printGraph(graph)).toMatchInlineSnapshot(`
      "%0 = input() {name: "x", shape: [2,4], dtype: "float32"} : float32[2, 4]
      %1 = parameter() {name: "w", shape: [4,4], dtype: "float32"} : float32[4, 4]
      %2 = constant() {1} : float32[]
      %3 = constant() {0.125} : float32[]
      %4 = mul(%2, %3) : float32[]
      %5 = reshape(%4) {shape: [1,1]} : float32[1, 1]
      %6 = broadcast(%5) {shape: [2,4]} : float32[2, 4]
      %7 = cast(%0) {to: "float16"} : float16[2, 4]
      %8 = cast(%1) {to: "float16"} : float16[4, 4]
      %9 = linear(%7, %8) : float16[2, 4]
      %10 = cast(%1) {to: "float16"} : float16[4, 4]
      %11 = linear(%9, %10) : float16[2, 4]
      %12 = cast(%11) {to: "float32"} : float32[2, 4]
      %13 = mul(%12, %12) : float32[2, 4]
      %14 = mean(%13) {axes: [0,1], keepDims: false} : float32[]
      %15 = cast(%11) {to: "float32"} : float32[2, 4]
      %16 = mul(%6, %15) : float32[2, 4]
      %17 = cast(%11) {to: "float32"} : float32[2, 4]
      %18 = mul(%6, %17) : float32[2, 4]
      %19 = add(%16, %18) : float32[2, 4]
      %20 = cast(%19) {to: "float16"} : float16[2, 4]
      %21 = cast(%1) {to: "float16"} : float16[4, 4]
      %22 = matmul(%20, %21) {transposeA: false, transposeB: false, alpha: 1} : float16[2, 4]
      %23 = matmul(%20, %9) {transposeA: true, transposeB: false, alpha: 1} : float16[4, 4]
      %24 = matmul(%22, %7) {transposeA: true, transposeB: false, alpha: 1} : float16[4, 4]
      %25 = add(%23, %24) : float16[4, 4]
      %26 = cast(%25) {to: "float32"} : float32[4, 4]
      return { loss: %14, gradient: %26 }"
    `);
  });

  it("leaves a graph without products as it is", () => {
    const graph = { outputs: { y: softmax(exp(standardize(x, 1e-5))) } };
    expect(mixedPrecision(graph).outputs["y"]).toBe(graph.outputs.y);
  });

  it("computes curves in float32, and rounds them where products read them", () => {
    const graph = mixedPrecision({ outputs: { y: linear(gelu(linear(x, w)), w) } });
    expect(printGraph(graph)).toMatchInlineSnapshot(`
      "%0 = input() {name: "x", shape: [2,4], dtype: "float32"} : float32[2, 4]
      %1 = parameter() {name: "w", shape: [4,4], dtype: "float32"} : float32[4, 4]
      %2 = cast(%0) {to: "float16"} : float16[2, 4]
      %3 = cast(%1) {to: "float16"} : float16[4, 4]
      %4 = linear(%2, %3) : float16[2, 4]
      %5 = cast(%4) {to: "float32"} : float32[2, 4]
      %6 = gelu(%5) {approximation: "none"} : float32[2, 4]
      %7 = cast(%6) {to: "float16"} : float16[2, 4]
      %8 = cast(%1) {to: "float16"} : float16[4, 4]
      %9 = linear(%7, %8) : float16[2, 4]
      %10 = cast(%9) {to: "float32"} : float32[2, 4]
      return { y: %10 }"
    `);
  });

  it("multiplies by numbers in float16 only if that holds them", () => {
    const y = linear(x, w);
    const typesOf = (factor: number) => {
      const { outputs } = mixedPrecision({ outputs: { z: linear(mul(y, factor), w) } });
      const [narrowed] = outputs["z"]?.inputs[0]?.inputs ?? [];
      return printGraph({ outputs: { narrowed: narrowed ?? y } }).match(/mul.*: (float\d+)/)?.[1];
    };
    expect([0.5, -3, 1024, 0.1, 1 / 3, 1e5, 1e-9].map(typesOf)).toEqual([
      ...["float16", "float16", "float16"],
      ...["float32", "float32", "float32", "float32"],
    ]);
  });

  it("adds and joins in the widest type", () => {
    const y = linear(x, w);
    const graph = mixedPrecision({ outputs: { sum: add(y, x), both: concat([y, x], 0) } });
    expect(printGraph(graph)).toMatchInlineSnapshot(`
      "%0 = input() {name: "x", shape: [2,4], dtype: "float32"} : float32[2, 4]
      %1 = parameter() {name: "w", shape: [4,4], dtype: "float32"} : float32[4, 4]
      %2 = cast(%0) {to: "float16"} : float16[2, 4]
      %3 = cast(%1) {to: "float16"} : float16[4, 4]
      %4 = linear(%2, %3) : float16[2, 4]
      %5 = cast(%4) {to: "float32"} : float32[2, 4]
      %6 = add(%5, %0) : float32[2, 4]
      %7 = cast(%4) {to: "float32"} : float32[2, 4]
      %8 = concat(%7, %0) {axis: 0} : float32[4, 4]
      return { sum: %6, both: %8 }"
    `);
  });

  it("has the factor of scores before their product", () => {
    const scores = matmul(x, input("k", [6, 4]), { transposeB: true, alpha: 0.3 });
    const graph = mixedPrecision({ outputs: { y: softmax(scores) } });
    expect(printGraph(graph)).toMatchInlineSnapshot(`
      "%0 = input() {name: "x", shape: [2,4], dtype: "float32"} : float32[2, 4]
      %1 = input() {name: "k", shape: [6,4], dtype: "float32"} : float32[6, 4]
      %2 = constant() {0.30000001192092896} : float32[]
      %3 = mul(%0, %2) : float32[2, 4]
      %4 = cast(%3) {to: "float16"} : float16[2, 4]
      %5 = cast(%1) {to: "float16"} : float16[6, 4]
      %6 = matmul(%4, %5) {transposeA: false, transposeB: true, alpha: 1} : float16[2, 6]
      %7 = cast(%6) {to: "float32"} : float32[2, 6]
      %8 = softmax(%7) : float32[2, 6]
      return { y: %8 }"
    `);
  });
});
