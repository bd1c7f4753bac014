/**
 * @file Every rule of the gradient table against finite differences in float64, and the gradients of the
 * gradients too, over the examples of every operation.
 */

import { describe, expect, it } from "vitest";
import { isFloat } from "../dtype.js";
import { nodesOf } from "../graph/graph.js";
import type { GraphNode, NodeOf } from "../graph/node.js";
import { add, cast, mul } from "../graph/ops/elementwise.js";
import { sum } from "../graph/ops/reduce.js";
import { constant, scalar } from "../graph/ops/source.js";
import { verify } from "../graph/verify.js";
import { createTorchGenerator } from "../random/torch-generator.js";
import { sizeOf } from "../shape.js";
import { tensorOfNumbers } from "../tensor.js";
import { expectClose } from "../testing/closeness.js";
import { differences, slopeAlong } from "../testing/finite-differences.js";
import type { SourceValues } from "../testing/interpret/value.js";
import { interpret } from "../testing/interpret.js";
import { buildCase } from "../testing/op-case.js";
import { allCases } from "../testing/op-cases.js";
import { gradients } from "./gradient.js";

const FIRST_ORDER = 1e-7;
const SECOND_ORDER = 1e-6;

/** Σ node·weights with fixed random weights, so that no two elements count the same. */
function weightedSum(node: GraphNode, seed: number): GraphNode {
  const weights = createTorchGenerator(seed).randn(sizeOf(node.shape));
  return sum(
    mul(cast(node, "float64"), constant(tensorOfNumbers([...weights], node.shape, "float64"))),
  );
}

/** The named float inputs and parameters among nodes. */
function targetsAmong(nodes: readonly GraphNode[]): (NodeOf<"input"> | NodeOf<"parameter">)[] {
  return nodes
    .filter((node) => node.kind === "input" || node.kind === "parameter")
    .filter((node) => isFloat(node.dtype));
}

const named = (nodes: readonly GraphNode[]): Record<string, GraphNode> =>
  Object.fromEntries(nodes.map((node, i) => [String(i), node]));

/** At kinks the derivative is a convention, stated in `gradient.test.ts`, not a limit. */
const smoothCases = allCases().filter(({ example }) => example.kink === undefined);

describe("gradient rules", () => {
  for (const { kind, example } of smoothCases) {
    it(`${kind}: ${example.name} matches differences`, () => {
      const { operands, result, values } = buildCase(example, "float64");
      expect(nodesOf({ outputs: { result } }).map((node) => node.kind)).toContain(kind);
      const targets = targetsAmong(operands);
      const loss = weightedSum(result, 1);
      const graph = { outputs: named(gradients(loss, targets)) };
      verify(graph);
      const actual = interpret(graph, values);
      for (const [i, target] of targets.entries()) {
        const expected = differences(loss, values, target.attributes.name);
        expectClose(`operand ${i}`, actual[String(i)] ?? [], expected, FIRST_ORDER);
      }
    });

    it(`${kind}: ${example.name} has a second gradient`, () => {
      const { operands, result, values } = buildCase(example, "float64");
      const targets = targetsAmong(operands);
      const first = gradients(weightedSum(result, 1), targets);
      const slope = first
        .map((node, i) => weightedSum(node, i + 2))
        .reduce((a, b) => add(a, b), scalar(0, "float64"));
      const graph = { outputs: named(gradients(slope, targets)) };
      verify(graph);
      const actual = interpret(graph, values);
      const direction = randomLike(values, 99);
      const along = targets.reduce((total, { attributes: { name } }, i) => {
        const data = actual[String(i)] ?? new Float64Array();
        return total + data.reduce((part, g, j) => part + g * (direction[name]?.[j] ?? 0), 0);
      }, 0);
      const floats = Object.fromEntries(
        targets.map(({ attributes: { name } }) => [name, direction[name] ?? new Float64Array()]),
      );
      expectClose("slope", [along], [slopeAlong(slope, values, floats)], SECOND_ORDER);
    });
  }
});

function randomLike(values: SourceValues, seed: number): SourceValues {
  const generator = createTorchGenerator(seed);
  return Object.fromEntries(
    Object.entries(values).map(([name, data]) => [
      name,
      Float64Array.from(generator.randn(data.length)),
    ]),
  );
}
