/** @file One worked example of an operation: what it is given and how its graph is built. */

import type { DType } from "../dtype.js";
import type { GraphNode } from "../graph/node.js";
import type { OpKind } from "../graph/op-attributes.js";
import { input, parameter } from "../graph/ops/source.js";
import { createTorchGenerator } from "../random/torch-generator.js";
import { type Shape, sizeOf } from "../shape.js";
import type { SourceValues } from "./interpret/value.js";

/** An operand of a case; standard normal numbers unless told otherwise. */
export interface OperandSpec {
  readonly shape: Shape;
  /** Exact elements instead of random ones. */
  readonly values?: readonly number[];
  /** Uniform numbers from here to there instead of normal ones. */
  readonly range?: readonly [number, number];
  /** Fixed element type; otherwise the float type under test. */
  readonly dtype?: "int64" | "int32" | "bool";
  /** A weight instead of an input. */
  readonly isParameter?: boolean;
}

/** An example that gradients and runtimes are checked with. */
export interface OpCase {
  readonly name: string;
  readonly operands: readonly OperandSpec[];
  readonly build: (...operands: GraphNode[]) => GraphNode;
  /** Why finite differences do not apply here (a tie, a step); the forward pass still does. */
  readonly kink?: string;
}

/** At least one example of every operation: an operation without one does not compile. */
export type OpCases<K extends OpKind> = { readonly [P in K]: readonly [OpCase, ...OpCase[]] };

/** An example as graph nodes of one float type, with elements for its sources. */
export interface BuiltCase {
  readonly operands: readonly GraphNode[];
  readonly result: GraphNode;
  readonly values: SourceValues;
}

/** Builds a case with floats of `dtype`. Elements are float32 numbers and depend on the name only. */
export function buildCase({ name, operands: specs, build }: OpCase, dtype: DType): BuiltCase {
  const letters = Array.from(name, (letter) => letter.charCodeAt(0));
  const seed = letters.reduce((hash, code) => (hash * 31 + code) % 65521, 7);
  const generator = createTorchGenerator(seed);
  const values: Record<string, Float64Array> = {};
  const operands = specs.map((spec, i) => {
    const source = spec.isParameter === true ? parameter : input;
    const size = sizeOf(spec.shape);
    const numbers =
      spec.values ??
      (spec.range === undefined ? generator.randn(size) : generator.uniform(size, ...spec.range));
    values[`x${i}`] = Float64Array.from(numbers);
    return source(`x${i}`, spec.shape, spec.dtype ?? dtype);
  });
  return { operands, result: build(...operands), values };
}

/** Shorthand: float operands of these shapes. */
export function floats(...shapes: readonly Shape[]): OperandSpec[] {
  return shapes.map((shape) => ({ shape }));
}
