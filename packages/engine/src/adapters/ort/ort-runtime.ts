/** @file ONNX Runtime as a runtime. */

import { availableParallelism } from "node:os";
import type { OperatorAbilities } from "../../onnx/lowering.js";
import type { Runtime } from "../../runtime/runtime.js";
import { nodeFiles } from "../node-files.js";
import { trainingEnvironment } from "../training-environment.js";
import { createResidentSession, loadBinding } from "./binding-sessions.js";
import { capabilitiesOf } from "./capabilities.js";
import { compileGraph } from "./compile-graph.js";
import { runtimeOn } from "./device-memory.js";
import { openGraphFolder } from "./graph-folders.js";
import { chooseRoute } from "./route.js";
import type { OrtProvider } from "./sessions.js";

/** Options of {@link createOrtRuntime}. */
export interface OrtRuntimeOptions {
  readonly provider?: OrtProvider;
  /** Threads of one operator; all cores by default. */
  readonly threads?: number;
  /** Weights up to this size are copied by ONNX Runtime's optimiser, which makes them faster: 256 MiB by default. */
  readonly copiedBytes?: number;
  /** Operators to do without although the device has them: to test what others compute. */
  readonly lacks?: readonly (keyof OperatorAbilities)[];
  /** Operators to write although the device has none, where ONNX Runtime finds a way: likewise. */
  readonly has?: readonly (keyof OperatorAbilities)[];
}

const keepsFreedMemory = (): boolean =>
  process.platform === "linux" &&
  Object.entries(trainingEnvironment).every(([name, value]) => process.env[name] === value);

/** Where nothing else is asked for. */
export const COPIED_BYTES: number = 256 * 2 ** 20;

/**
 * A runtime on ONNX Runtime, by the route that {@link chooseRoute} takes.
 * @throws AtelierError `config`, `runtime` for a route that was asked for and is not there.
 */
export function createOrtRuntime({
  provider = "cpu",
  threads = availableParallelism(),
  copiedBytes = COPIED_BYTES,
  lacks = [],
  has = [],
}: OrtRuntimeOptions = {}): Runtime {
  const asked = Object.fromEntries([
    ...lacks.map((operator) => [operator, false] as const),
    ...has.map((operator) => [operator, true] as const),
  ]);
  const { createSession, sharesMemory, overlapsRuns } = chooseRoute(provider);
  const capabilities = { ...capabilitiesOf[provider], ...asked, sharesMemory };
  const settings = { provider, threads, usesArena: !keepsFreedMemory() };
  const device = {
    ...{ settings, capabilities, copiedBytes, createSession, overlapsRuns },
    ...{ files: nodeFiles, openPlace: openGraphFolder },
  };
  // Of other devices the JavaScript interface knows no memory.
  return provider === "webgpu"
    ? runtimeOn(device, { createSession: createResidentSession, loadOrt: loadBinding })
    : { capabilities, compile: (graph, options) => compileGraph(graph, device, options) };
}
