/**
 * @file What every runtime must do, as one suite: compute each operation and its gradient as the
 * reference interpreter does, and take and give values by name. A runtime's own test calls
 * {@link runRuntimeSuite} and adds only what is special about it.
 */

import { beforeAll, describe, expect, it } from "vitest";
import { gradients } from "../autodiff/gradient.js";
import { isFloat } from "../dtype.js";
import { type Graph, inputsOf, parametersOf } from "../graph/graph.js";
import type { GraphNode, NodeOf } from "../graph/node.js";
import type { OpKind } from "../graph/op-attributes.js";
import { cast, mul } from "../graph/ops/elementwise.js";
import { sum } from "../graph/ops/reduce.js";
import { constant } from "../graph/ops/source.js";
import { createTorchGenerator } from "../random/torch-generator.js";
import type { Runtime, TensorMap } from "../runtime/runtime.js";
import { sizeOf } from "../shape.js";
import { floatTensor, type HostTensor, tensorOfNumbers } from "../tensor.js";
import { expectClose } from "./closeness.js";
import type { SourceValues } from "./interpret/value.js";
import { interpret } from "./interpret.js";
import { buildCase, type OpCase } from "./op-case.js";
import { allCases } from "./op-cases.js";
import { describeRuns } from "./runtime-runs.js";

/** What a runtime is allowed to leave out, and how exact it is. */
export interface RuntimeSuiteOptions {
  /** Operations that the runtime lacks, each with the reason that is printed. */
  readonly skip?: Partial<Readonly<Record<OpKind, string>>>;
  /** Largest error relative to 1 + |expected|. */
  readonly tolerance?: number;
  /** Only the first example of every operation: for devices on which every graph takes long. */
  readonly isBrief?: boolean;
}

/** Declares the tests of a runtime. */
export function runRuntimeSuite(
  name: string,
  createRuntime: () => Runtime,
  { skip = {}, tolerance = 1e-5, isBrief = false }: RuntimeSuiteOptions = {},
): void {
  describe(`${name} runtime`, () => {
    let runtime: Runtime;
    beforeAll(() => {
      runtime = createRuntime();
    });
    for (const [kind, reason] of Object.entries(skip)) {
      console.warn(`${name} runtime: ${kind} is not tested: ${reason}`);
    }
    for (const { kind, example, isFirst } of allCases()) {
      if (isBrief && !isFirst) continue;
      it.skipIf(skip[kind] !== undefined)(`computes ${kind}: ${example.name}`, async () => {
        await expectSame(runtime, example, tolerance);
        if (example.operands.length > 1) await expectSame(runtime, withWeights(example), tolerance);
      });
    }
    describeRuns(() => runtime);
  });
}

/** The result of an example and the gradients of a weighted sum of it, in float32. */
function withGradients(example: OpCase): { readonly graph: Graph; readonly values: SourceValues } {
  const { operands, result, values } = buildCase(example, "float32");
  const weights = createTorchGenerator(1).randn(sizeOf(result.shape));
  const loss = sum(mul(cast(result, "float32"), constant(floatTensor(weights, result.shape))));
  const targets = operands.filter(({ dtype }) => isFloat(dtype));
  const outputs: Record<string, GraphNode> = { result };
  for (const [i, gradient] of gradients(loss, targets).entries()) outputs[`d${i}`] = gradient;
  return { graph: { outputs }, values };
}

/** The same example with all float operands but the first as weights. */
function withWeights(example: OpCase): OpCase {
  const operands = example.operands.map((spec, i) =>
    i === 0 || spec.dtype !== undefined ? spec : { ...spec, isParameter: true },
  );
  return { ...example, operands };
}

/** Runs an example, its weights fixed when it is compiled, and compares with the interpreter. */
async function expectSame(runtime: Runtime, example: OpCase, tolerance: number): Promise<void> {
  const { graph, values } = withGradients(example);
  const expected = interpret(graph, values);
  const parameters = new Map(Object.entries(tensorsOf(parametersOf(graph), values)));
  await using compiled = await runtime.compile(graph, { parameters });
  const actual = await compiled.run(tensorsOf(inputsOf(graph), values));
  for (const [output, node] of Object.entries(graph.outputs)) {
    expect(actual[output]).toMatchObject({ shape: node.shape, dtype: node.dtype });
    expectClose(output, actual[output]?.data ?? [], expected[output] ?? [], tolerance);
  }
}

/** The result and the gradients of an example on a runtime. */
export async function runExample(
  runtime: Runtime,
  example: OpCase,
): Promise<Readonly<Record<string, HostTensor>>> {
  const { graph, values } = withGradients(example);
  await using compiled = await runtime.compile(graph);
  // Awaited here, since the graph is closed when this function ends.
  return await compiled.run(tensorsOf(inputsOf(graph), values));
}

/** Elements as the tensors that sources take. */
function tensorsOf(
  sources: readonly (NodeOf<"input"> | NodeOf<"parameter">)[],
  values: SourceValues,
): TensorMap {
  return Object.fromEntries(
    sources.map(({ attributes: { name }, shape, dtype }) => [
      name,
      tensorOfNumbers([...(values[name] ?? [])], shape, dtype),
    ]),
  );
}
