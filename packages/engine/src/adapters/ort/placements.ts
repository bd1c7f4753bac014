/** @file Which operators of a graph a device would leave to the processor, with copies there and back in every run. */

import { AtelierError, internalError, messageOf, said } from "../../errors.js";
import type { Graph } from "../../graph/graph.js";
import type { CompileOptions } from "../../runtime/runtime.js";
import { nodeFiles } from "../node-files.js";
import { createPlacementReader, type ReadPlacement } from "./c-api/placements.js";
import { capabilitiesOf } from "./capabilities.js";
import { compileGraph } from "./compile-graph.js";
import { openGraphFolder } from "./graph-folders.js";
import { COPIED_BYTES } from "./ort-runtime.js";
import { libraryOf } from "./route.js";
import type { OrtProvider } from "./sessions.js";

/** Opened once in a process, for each library. */
const opened = new Map<OrtProvider, ReadPlacement>();

/**
 * ONNX Runtime's types of the operators that the processor would run, each as often as it does; none is what a
 * device should leave. The graph is compiled as a training would have it, and does not run.
 * @throws AtelierError `runtime` where the device does not compile it, or where the C API cannot be had.
 */
export async function operatorsOnProcessor(
  graph: Graph,
  provider: Exclude<OrtProvider, "cpu">,
  options?: CompileOptions,
): Promise<readonly string[]> {
  const read = opened.get(provider) ?? openReader(provider);
  opened.set(provider, read);
  let found: readonly string[] = [];
  const device = {
    settings: { provider, threads: 1, usesArena: true },
    // Where weights come from makes no difference to what is computed.
    capabilities: { ...capabilitiesOf[provider], maps: [], sharesMemory: false },
    ...{ copiedBytes: COPIED_BYTES, overlapsRuns: false, files: nodeFiles },
    openPlace: openGraphFolder,
    async createSession(...session: Parameters<ReadPlacement>) {
      found = await read(...session);
      return {
        execute: () => Promise.reject(internalError("a graph that is only looked at.")),
        [Symbol.asyncDispose]: async () => {},
      };
    },
  };
  await using _compiled = await compileGraph(graph, device, options);
  return found;
}

function openReader(provider: OrtProvider): ReadPlacement {
  try {
    return createPlacementReader(libraryOf(provider));
  } catch (cause) {
    if (cause instanceof AtelierError) throw cause;
    throw new AtelierError(
      "runtime",
      said`runtime: expected ONNX Runtime's C API, which alone tells where operators run, got none: ${messageOf(cause)}. Run \`npm install\` again.`,
      { cause },
    );
  }
}
