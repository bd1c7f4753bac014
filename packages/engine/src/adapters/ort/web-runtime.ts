/**
 * @file ONNX Runtime in a browser. Its own threads are shared by all sessions, and a run blocks the thread that
 * asked for it: whoever wants to stay responsive has the runtime in a worker.
 */

import type * as Ort from "onnxruntime-node";
import type { FileStore } from "../../files.js";
import type { Capabilities, Runtime } from "../../runtime/runtime.js";
import {
  type BindingSession,
  executorOf,
  type OrtApi,
  residentExecutorOf,
  sessionOptions,
} from "./binding-executor.js";
import { capabilitiesOf } from "./capabilities.js";
import { compileGraph, type Device } from "./compile-graph.js";
import { type DeviceLoss, watchLoss } from "./device-loss.js";
import { runtimeOn } from "./device-memory.js";
import type { SessionRequest } from "./sessions.js";

/** What computes in a page. */
export type WebProvider = "wasm" | "webgpu";

/** What of onnxruntime-web is used. */
type WebOrt = Pick<typeof Ort, "InferenceSession" | "Tensor" | "env">;

/** Options of {@link createWebRuntime}. */
export interface WebRuntimeOptions {
  /** The build of onnxruntime-web that the page has loaded, its `env` set. */
  readonly ort: WebOrt;
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
  const api = inTurn(ort, provider, loss);
  const capabilities: Capabilities = {
    ...capabilitiesOf[provider === "wasm" ? "cpu" : provider],
    name: provider,
    // Files are in memory already, and runs go one after another.
    maps: [],
    separatesRows: false,
    sharesMemory: false,
  };
  const openSession = async (request: SessionRequest): Promise<BindingSession> => {
    const options = sessionOptions(request, provider);
    const session = await api.InferenceSession.create(request.model, options);
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
  const { lost } = loss;
  if (provider === "wasm") {
    return {
      capabilities,
      compile: (graph, options) => compileGraph(graph, device, options),
      lost,
    };
  }
  const createSession = async (request: SessionRequest) =>
    residentExecutorOf(await openSession(request));
  return { ...runtimeOn(device, { createSession, loadOrt: async () => api }), lost };
}

/**
 * ONNX Runtime, which does one thing at a time on a device that is there. The build for WebGPU is suspended while the
 * device works, and never ends where it is entered a second time.
 */
function inTurn(ort: WebOrt, provider: WebProvider, loss: DeviceLoss): OrtApi {
  let last: Promise<unknown> = Promise.resolve();
  const wait = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work);
    last = next.catch(() => {});
    return next;
  };
  return {
    Tensor: ort.Tensor,
    InferenceSession: {
      create: (model, options) =>
        wait(async () => {
          loss.requireDevice();
          const session = await ort.InferenceSession.create(model, options);
          const leave = provider === "webgpu" ? loss.enter(await ort.env.webgpu.device) : () => {};
          return {
            run: (feeds, fetches) =>
              wait(async () => {
                loss.requireDevice();
                return fetches === undefined ? session.run(feeds) : session.run(feeds, fetches);
              }),
            release: () =>
              wait(async () => {
                leave();
                await session.release();
              }),
          };
        }),
    },
  };
}
