/**
 * @file ONNX Runtime in a browser. Its own threads are shared by all sessions, and a run blocks the thread that
 * asked for it: whoever wants to stay responsive has the runtime in a worker.
 */

import type { FileStore } from "../../files.js";
import type { Capabilities, Runtime } from "../../runtime/runtime.js";
import {
  type BindingSession,
  executorOf,
  type OrtApi,
  outputLocations,
  residentExecutorOf,
} from "./binding-executor.js";
import { capabilitiesOf } from "./capabilities.js";
import { compileGraph, type Device } from "./compile-graph.js";
import { runtimeOn } from "./device-memory.js";
import { configEntries, type SessionRequest } from "./sessions.js";

/** What computes in a page. */
export type WebProvider = "wasm" | "webgpu";

/** Options of {@link createWebRuntime}. */
export interface WebRuntimeOptions {
  /** The build of onnxruntime-web that the page has loaded, its `env` set. */
  readonly ort: OrtApi;
  /** Where models lie. */
  readonly files: FileStore;
  readonly provider?: WebProvider;
}

/** A runtime in a browser. */
export function createWebRuntime({ ort, files, provider = "wasm" }: WebRuntimeOptions): Runtime {
  const capabilities: Capabilities = {
    ...capabilitiesOf[provider === "wasm" ? "cpu" : provider],
    name: provider,
    // Files are in memory already, and runs go one after another.
    maps: [],
    separatesRows: false,
    sharesMemory: false,
  };
  const openSession = async (request: SessionRequest): Promise<BindingSession> => {
    const { isOptimized } = request;
    const session = await ort.InferenceSession.create(request.model, {
      executionProviders: [provider],
      enableMemPattern: false,
      logSeverityLevel: 3,
      graphOptimizationLevel: isOptimized ? "all" : "disabled",
      ...outputLocations(request),
      extra: configEntries({ isOptimized }),
    });
    return { session, Tensor: ort.Tensor, request };
  };
  const device: Device = {
    settings: { provider: provider === "wasm" ? "cpu" : provider, threads: 1, usesArena: true },
    capabilities,
    copiedBytes: Number.POSITIVE_INFINITY,
    createSession: async (request) =>
      executorOf(await openSession(request), { writesTargets: false }),
    overlapsRuns: false,
    files,
    openPlace: async () => ({
      folder: "",
      map: async () => new Map(),
      [Symbol.asyncDispose]: async () => {},
    }),
  };
  if (provider === "wasm") {
    return { capabilities, compile: (graph, options) => compileGraph(graph, device, options) };
  }
  return runtimeOn(device, {
    createSession: async (request) => residentExecutorOf(await openSession(request)),
    loadOrt: async () => ort,
  });
}
