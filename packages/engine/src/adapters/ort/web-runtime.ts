/**
 * @file ONNX Runtime in a browser. Its own threads are shared by all sessions, and a run blocks the thread that
 * asked for it: whoever wants to stay responsive has the runtime in a worker.
 */

import type * as Ort from "onnxruntime-node";
import type { FileStore } from "../../files.js";
import type { GraphExecutor } from "../../runtime/compiled-graph.js";
import type { Capabilities, Runtime } from "../../runtime/runtime.js";
import { executorOf } from "./binding-executor.js";
import { capabilitiesOf } from "./capabilities.js";
import { compileGraph, type Device } from "./compile-graph.js";
import { watchLoss } from "./device-loss.js";
import { type CreateSession, configEntries } from "./sessions.js";

/** What computes in a page. */
export type WebProvider = "wasm" | "webgpu";

/** Options of {@link createWebRuntime}. */
export interface WebRuntimeOptions {
  /** The build of onnxruntime-web that the page has loaded, its `env` set. */
  readonly ort: Pick<typeof Ort, "InferenceSession" | "Tensor" | "env">;
  /** Where models lie. */
  readonly files: FileStore;
  readonly provider?: WebProvider;
}

/** A runtime whose device may go away. */
export interface WebRuntime extends Runtime {
  /** Resolves with the reason when the graphics card is gone: whoever wants to go on needs another worker. */
  readonly lost: Promise<string>;
}

/** A runtime in a browser. */
export function createWebRuntime({ ort, files, provider = "wasm" }: WebRuntimeOptions): WebRuntime {
  const loss = watchLoss();
  const inTurn = oneAtATime();
  const capabilities: Capabilities = {
    ...capabilitiesOf[provider === "wasm" ? "cpu" : provider],
    name: provider,
    // Files are in memory already, and runs go one after another.
    maps: [],
    separatesRows: false,
    sharesMemory: false,
  };
  const createSession: CreateSession = async (request) => {
    loss.requireDevice();
    const { isOptimized } = request;
    const options = {
      executionProviders: [provider],
      enableMemPattern: false,
      logSeverityLevel: 3 as const,
      graphOptimizationLevel: isOptimized ? ("all" as const) : ("disabled" as const),
      extra: configEntries({ isOptimized }),
    };
    const session = await inTurn(() => ort.InferenceSession.create(request.model, options));
    const executor = executorOf(session, { Tensor: ort.Tensor, writesTargets: false, request });
    const queued: GraphExecutor = {
      execute: (run) => inTurn(() => executor.execute(run)),
      [Symbol.asyncDispose]: async () => inTurn(async () => executor[Symbol.asyncDispose]()),
    };
    return provider === "webgpu" ? loss.guard(queued, await ort.env.webgpu.device) : queued;
  };
  const device: Device = {
    settings: { provider: provider === "wasm" ? "cpu" : provider, threads: 1, usesArena: true },
    capabilities,
    copiedBytes: Number.POSITIVE_INFINITY,
    createSession,
    overlapsRuns: false,
    files,
    openPlace: async () => ({
      folder: "",
      map: async () => new Map(),
      [Symbol.asyncDispose]: async () => {},
    }),
  };
  return {
    capabilities,
    compile: (graph, options) => compileGraph(graph, device, options),
    lost: loss.lost,
  };
}

/** The build for WebGPU is suspended while the device works, and never ends where it is entered a second time. */
function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    last = next.catch(() => {});
    return next;
  };
}
