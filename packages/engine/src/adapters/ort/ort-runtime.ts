/** @file ONNX Runtime as a runtime. */

import { availableParallelism } from "node:os";
import type { DType } from "../../dtype.js";
import type { Capabilities, Runtime } from "../../runtime/runtime.js";
import type { StoredDType } from "../../stored-dtype.js";
import { trainingEnvironment } from "../training-environment.js";
import { compileGraph } from "./compile-graph.js";
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
  readonly lacks?: readonly ("fusesTransposes" | "fusesAttention")[];
}

const keepsFreedMemory = (): boolean =>
  process.platform === "linux" &&
  Object.entries(trainingEnvironment).every(([name, value]) => process.env[name] === value);

const cpuTypes: readonly DType[] = ["float32", "float64", "int64", "int32", "uint8", "bool"];
const narrowTypes: readonly StoredDType[] = ["float16", "bfloat16", "float8_e4m3", "int8", "int4"];

const capabilitiesOf: Readonly<Record<OrtProvider, Omit<Capabilities, "sharesMemory">>> = {
  cpu: {
    name: "cpu",
    computes: cpuTypes,
    maps: [...cpuTypes, ...narrowTypes],
    fusesTransposes: true,
    fusesAttention: true,
    separatesRows: true,
  },
  webgpu: {
    name: "webgpu",
    computes: ["float32", "float16", "int32", "bool"],
    maps: [],
    fusesTransposes: false,
    // That of ONNX Runtime 1.30 is wrong by a tenth from 32 queries on, at least on some devices.
    fusesAttention: false,
    separatesRows: false,
  },
  cuda: {
    name: "cuda",
    computes: ["float32", "float16", "int64", "int32", "bool"],
    maps: [],
    fusesTransposes: true,
    fusesAttention: true,
    separatesRows: false,
  },
};

/** Where nothing else is asked for. */
const COPIED_BYTES = 256 * 2 ** 20;

/**
 * A runtime on ONNX Runtime, by the route that {@link chooseRoute} takes.
 * @throws AtelierError `config`, `runtime` for a route that was asked for and is not there.
 */
export function createOrtRuntime({
  provider = "cpu",
  threads = availableParallelism(),
  copiedBytes = COPIED_BYTES,
  lacks = [],
}: OrtRuntimeOptions = {}): Runtime {
  const lacking = Object.fromEntries(lacks.map((operator) => [operator, false]));
  const { createSession, sharesMemory, overlapsRuns } = chooseRoute(provider);
  const capabilities = { ...capabilitiesOf[provider], ...lacking, sharesMemory };
  const settings = { provider, threads, usesArena: !keepsFreedMemory() };
  const device = { settings, capabilities, copiedBytes, createSession, overlapsRuns };
  return { capabilities, compile: (graph, options) => compileGraph(graph, device, options) };
}
