/**
 * @file A runtime for tests of what a device leaves to the processor: graphs are written and compiled as for a
 * WebGPU device, and run on the processor, which is faster than a device in software.
 */

import { capabilitiesOf } from "../../adapters/ort/capabilities.js";
import { createOrtRuntime } from "../../adapters/ort/ort-runtime.js";
import { operatorsOnProcessor } from "../../adapters/ort/placements.js";
import type { Graph } from "../../graph/graph.js";
import type { CompileOptions, Runtime } from "../../runtime/runtime.js";
import { memoryOnHost } from "./memory-on-host.js";

/** What was left to the processor, once for each graph and type of operator: "loss, gradient: Sign". */
export interface PlacingRuntime extends Runtime {
  readonly left: readonly string[];
  /** How many graphs were compiled. */
  readonly count: () => number;
}

/** A runtime that looks at every graph. */
export function createPlacingRuntime(): PlacingRuntime {
  const left: string[] = [];
  let count = 0;
  const { name: _, ...device } = capabilitiesOf.webgpu;
  const processor = createOrtRuntime({
    threads: 1,
    lacks: ["fusesTransposes", "fusesAttention", "computesSines", "computesSigns", "computesInt64"],
  });
  const look = async (graph: Graph, options?: CompileOptions): Promise<void> => {
    count += 1;
    const operators = new Set(await operatorsOnProcessor(graph, "webgpu", options));
    const outputs = Object.keys(graph.outputs).slice(0, 3).join(", ");
    for (const operator of operators) left.push(`${outputs}: ${operator}`);
  };
  return {
    left,
    count: () => count,
    capabilities: { ...processor.capabilities, ...device },
    async compile(graph, options) {
      await look(graph, options);
      return processor.compile(graph, options);
    },
    device: memoryOnHost({
      async compile(graph, options) {
        await look(graph, options);
        return processor.compile(graph, options);
      },
    }),
  };
}
