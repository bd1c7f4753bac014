/**
 * @file What every adapter method promises: its layer does what the merged weight does alone, and its
 * gradients are the slopes that finite differences in float64 find.
 */

import {
  add,
  createTorchGenerator,
  createWeights,
  type GraphNode,
  gradients,
  input,
  type LayerCall,
  linear,
  mul,
  nn,
  parameter,
  parametersOf,
  reshape,
  type Shape,
  sizeOf,
  square,
  sum,
} from "@atelier/engine";
import { describe, expect, it } from "vitest";
import { differences } from "../../../../engine/src/testing/finite-differences.js";
import { interpret } from "../../../../engine/src/testing/interpret.js";
import {
  type MethodName,
  mapParts,
  type Parts,
  partEntries,
  partOf,
} from "../../core/adapter-parts.js";
import { type LoraOverlayOptions, loraOverlays, loraParameterNames } from "../lora-overlay.js";
import type { AdapterForm } from "./adapter-method.js";
import { lowRankDelta } from "./low-rank.js";
import { adapterMethods } from "./methods.js";

/** A layer, an adapter on it, and numbers for all of it. */
interface Example {
  readonly name: string;
  readonly method: MethodName;
  readonly form: AdapterForm;
  readonly kind: Exclude<LayerCall["kind"], "embedding">;
  readonly bias: boolean;
}

const forms: readonly (readonly [MethodName, AdapterForm, string])[] = [
  ["lora", { rank: 2 }, ""],
  ["dora", { rank: 2 }, ""],
  ["loha", { rank: 2 }, ""],
  ["lokr", { rank: 1, factor: 2 }, " with a whole first factor"],
  ["lokr", { rank: 1, factor: 4, decomposesBoth: true }, " of two products"],
  ["lokr", { rank: 9, factor: 2 }, " of whole factors"],
];
const examples = forms.flatMap(([method, form, note]) =>
  (["linear", "conv2d"] as const).flatMap((kind) =>
    [true, false].map(
      (bias): Example => ({
        name: `${method}${note} on a ${kind} layer ${bias ? "with" : "without"} bias`,
        ...{ method, form, kind, bias },
      }),
    ),
  ),
);

const weightShapes = { linear: [8, 12], conv2d: [8, 4, 3, 3] } as const;
const xShapes = { linear: [2, 3, 12], conv2d: [2, 4, 5, 4] } as const;
const scale = 1.5;

function sourcesOf(shapes: Readonly<Record<string, Shape>>): Record<string, Float64Array> {
  const generator = createTorchGenerator(3);
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const values = Float64Array.from(generator.randn(sizeOf(shape)), (value) => value * 0.5);
      return [name, values];
    }),
  );
}

/** The layer with adapters, and every source by name. */
function build({ method, form, kind, bias }: Example, adapters: readonly [string, number][]) {
  const weightShape = weightShapes[kind];
  const shapes = adapterMethods[method].shapes(weightShape, form);
  const options = adapters.map(
    ([adapter, strength]): LoraOverlayOptions => ({
      layers: new Map([["layer", { method, shapes, scale, strength }]]),
      component: "unet",
      adapter,
    }),
  );
  const x = input("x", xShapes[kind]);
  const weights = createWeights({ overlay: loraOverlays(options) }).scope("layer");
  const [out] = weightShape;
  const result =
    kind === "linear"
      ? nn.linear(weights, x, out, { bias })
      : nn.conv(weights, x, out, { kernel: 3, padding: 1, stride: 2, bias });
  return { x, result, shapes, weightShape };
}

const numbersFor = (example: Example, adapters: readonly [string, number][]) => {
  const { shapes, weightShape } = build(example, adapters);
  const own = adapters.flatMap(([adapter]) =>
    partEntries(shapes).map(([part, shape]) => [nameOf(example, adapter, part), shape] as const),
  );
  return sourcesOf({
    x: xShapes[example.kind],
    "layer.weight": weightShape,
    "layer.bias": [weightShape[0]],
    ...Object.fromEntries(own),
  });
};

function nameOf({ method }: Example, adapter: string, part: keyof Parts<string>): string {
  return partOf(loraNames(method, adapter), part);
}

const loraNames = (method: MethodName, adapter: string) =>
  loraParameterNames("unet.layer", method, adapter);

/** The same layer with the merged weight and no adapter. */
function mergedResult(example: Example, adapter: string, strength: number): GraphNode {
  const { method, kind, bias } = example;
  const { x, shapes, weightShape } = build(example, []);
  const weight = parameter("layer.weight", weightShape);
  const parts = mapParts(shapes, (shape, part) => parameter(nameOf(example, adapter, part), shape));
  const merged = adapterMethods[method].merged(weight, parts, { scale, strength });
  const provide = (name: string) => (name === "layer.weight" ? merged : undefined);
  const weights = createWeights({ provide }).scope("layer");
  return kind === "linear"
    ? nn.linear(weights, x, weightShape[0], { bias })
    : nn.conv(weights, x, weightShape[0], { kernel: 3, padding: 1, stride: 2, bias });
}

const evaluated = (node: GraphNode, sources: Record<string, Float64Array>) =>
  interpret({ outputs: { node } }, sources)["node"] ?? new Float64Array();

function largest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce(
    (most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))),
    0,
  );
}

describe("adapter methods", () => {
  it.each(examples)("$name does what the merged weight does", (example) => {
    for (const strength of [1, 0.75, -0.5]) {
      const sources = numbersFor(example, [["a", strength]]);
      const { result } = build(example, [["a", strength]]);
      const merged = mergedResult(example, "a", strength);
      expect(largest(evaluated(result, sources), evaluated(merged, sources))).toBeLessThan(1e-12);
    }
  });

  it.each(examples)("$name adds up with other adapters", (example) => {
    const both: [string, number][] = [
      ["a", 0.75],
      ["b", 1],
    ];
    const sources = numbersFor(example, both);
    const alone = (only: readonly [string, number][]) =>
      evaluated(build(example, only).result, sources);
    const [plain, a, b] = [alone([]), alone(both.slice(0, 1)), alone(both.slice(1))];
    const sum = plain.map((value, i) => (a[i] ?? 0) + (b[i] ?? 0) - value);
    expect(largest(alone(both), sum)).toBeLessThan(1e-12);
  });

  it.each(examples.filter(({ method }) => method !== "dora"))(
    "$name has the gradients that finite differences find",
    (example) => {
      const { result, x, shapes } = build(example, [["a", 0.75]]);
      const sources = numbersFor(example, [["a", 0.75]]);
      const loss = sum(square(result));
      const names = partEntries(shapes).map(([part]) => nameOf(example, "a", part));
      expectSlopes(loss, { x, names, sources, reference: loss });
    },
  );

  it.each(examples.filter(({ method }) => method === "dora"))(
    "$name has the gradients of the same layer with a constant length",
    (example) => {
      const strength = 0.75;
      const { result, x, shapes } = build(example, [["a", strength]]);
      const sources = numbersFor(example, [["a", strength]]);
      // The length at these very values, by the definition.
      const { weightShape } = build(example, []);
      const parts = mapParts(shapes, (shape, part) => parameter(nameOf(example, "a", part), shape));
      const weight = parameter("layer.weight", weightShape);
      const changed = evaluated(add(weight, mul(lowRankDelta(weightShape, parts), scale)), sources);
      const rows = changed.length / 8;
      const inverse = Float64Array.from({ length: 8 }, (_, row) => {
        const values = changed.subarray(row * rows, (row + 1) * rows);
        return 1 / Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
      });
      const ratio = mul(partOf(parts, "magnitude"), input("inverse", [8]));
      const per = example.kind === "linear" ? [8, 1] : [8, 1, 1, 1];
      const whole = mul(
        add(weight, mul(lowRankDelta(weightShape, parts), scale)),
        reshape(ratio, per),
      );
      const mixed = add(mul(weight, 1 - strength), mul(whole, strength));
      const provide = (name: string) => (name === "layer.weight" ? mixed : undefined);
      const weights = createWeights({ provide }).scope("layer");
      const reference =
        example.kind === "linear"
          ? linear(x, mixed, example.bias ? weights.get("bias", [8]) : undefined)
          : nn.conv(weights, x, 8, { kernel: 3, padding: 1, stride: 2, bias: example.bias });
      const names = partEntries(shapes).map(([part]) => nameOf(example, "a", part));
      expectSlopes(sum(square(result)), {
        ...{ x, names, reference: sum(square(reference)) },
        sources: { ...sources, inverse },
      });
    },
  );
});

/** Compares gradients of `loss` with slopes of `reference`, of the input and of parameters. */
function expectSlopes(
  loss: GraphNode,
  {
    x,
    names,
    sources,
    reference,
  }: {
    readonly x: GraphNode;
    readonly names: readonly string[];
    readonly sources: Record<string, Float64Array>;
    readonly reference: GraphNode;
  },
): void {
  const found = parametersByName(loss);
  const targets = [x, ...names.map((name) => found.get(name) ?? x)];
  const outputs = Object.fromEntries(gradients(loss, targets).map((node, i) => [`${i}`, node]));
  const results = interpret({ outputs }, sources);
  for (const [i, name] of ["x", ...names].entries()) {
    const slopes = differences(reference, sources, name);
    const error = largest(results[`${i}`] ?? [], slopes);
    const size = slopes.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(size, name).toBeGreaterThan(1e-6);
    expect(error, name).toBeLessThan(1e-7 * Math.max(1, size));
  }
}

const parametersByName = (loss: GraphNode) =>
  new Map(parametersOf({ outputs: { loss } }).map((node) => [node.attributes.name, node]));
