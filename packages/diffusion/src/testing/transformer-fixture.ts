/** @file Fixtures of transformers for tests: read, and run forward and backward with the options of a model's blocks. */

import {
  createWeights,
  type Graph,
  type GraphNode,
  gradients,
  type HostTensor,
  input,
  mean,
  nodesOf,
  parametersOf,
  square,
  sub,
  type TensorMap,
  verify,
  type Weights,
} from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { openSafetensors } from "../files/safetensors/open-safetensors.js";
import type { BlockOptions } from "../models/layers/block-runner.js";
import { type ModelFixture, readModelFixture } from "../verify/read-model-fixture.js";
import { fixture as fixturePath } from "./fixtures.js";

/** A fixture of the repository. */
export async function transformerFixture(name: string): Promise<ModelFixture> {
  const file = await openSafetensors(nodeFiles, fixturePath(`models/${name}.safetensors`));
  try {
    return await readModelFixture(file);
  } finally {
    await file.close();
  }
}

/** What a run gives: the loss and every gradient that the fixture has, and how many operations that takes. */
export interface TrainingResults {
  readonly results: TensorMap;
  readonly operations: number;
}

/** Runs of the same step of training with different options. */
export function trainingRun(
  fixture: ModelFixture,
  build: (weights: Weights, options: BlockOptions) => GraphNode,
): (options: BlockOptions) => Promise<TrainingResults> {
  return async (options) => {
    const out = build(createWeights(), options);
    const loss = mean(square(sub(out, input("target", out.shape))));
    const targets = parametersOf({ outputs: { loss } }).filter(({ attributes }) =>
      fixture.gradients.has(attributes.name),
    );
    const named = gradients(loss, targets).map(
      (gradient, index) => [targets[index]?.attributes.name ?? "", gradient] as const,
    );
    const graph: Graph = { outputs: { loss, ...Object.fromEntries(named) } };
    verify(graph);
    const bind = { parameters: fixture.weights };
    await using compiled = await createOrtRuntime().compile(graph, bind);
    const { target } = fixture;
    if (target === undefined) throw new Error("the fixture has no target");
    const results = await compiled.run({ ...Object.fromEntries(fixture.inputs), target });
    return { results, operations: nodesOf(graph).length };
  };
}

/** The largest difference of two tensors, by the largest of the expected numbers; what sums of another order give is tiny. */
export function relativeError(
  actual: HostTensor | undefined,
  expected: HostTensor["data"],
): number {
  const values = Array.from<number | bigint, number>(expected, Number);
  const errors = values.map((value, i) => Math.abs(value - Number(actual?.data[i])));
  return Math.max(...errors) / Math.max(1e-6, ...values.map(Math.abs));
}
