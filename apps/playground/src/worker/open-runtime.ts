/** @file ONNX Runtime in the page: as WebAssembly, or on the graphics card where that computes right numbers. */

import { messageOf, probeRuntime, probeTolerance, type Runtime } from "@atelier/engine";
import { createWebRuntime, type MemoryFiles } from "@atelier/engine/web";
import type { Device } from "./protocol.js";

/** More gain nothing for a model this small. */
const mostThreads = 8;

/** What computes, and why it is not what was asked for. */
export interface OpenedRuntime {
  readonly runtime: Runtime;
  readonly device: Device;
  readonly threads: number;
  readonly fault?: string | undefined;
}

/** Opens what was asked for, or the processor where a graphics card is none or computes wrong numbers. */
export async function openRuntime(asked: Device, files: MemoryFiles): Promise<OpenedRuntime> {
  // Memory that threads share is given to isolated pages alone.
  const threads = crossOriginIsolated ? Math.min(navigator.hardwareConcurrency, mostThreads) : 1;
  if (asked === "processor")
    return { runtime: await onProcessor(files, threads), device: asked, threads };
  const found = await onGraphicsCard(files).catch((error: unknown) => messageOf(error));
  if (typeof found !== "string") return { runtime: found, device: asked, threads };
  return { runtime: await onProcessor(files, threads), device: "processor", threads, fault: found };
}

async function onProcessor(files: MemoryFiles, threads: number): Promise<Runtime> {
  const [ort, { default: wasm }, { default: mjs }] = await Promise.all([
    import("onnxruntime-web/wasm"),
    import("onnxruntime-web/ort-wasm-simd-threaded.wasm?url"),
    import("onnxruntime-web/ort-wasm-simd-threaded.mjs?url"),
  ]);
  ort.env.wasm.numThreads = threads;
  ort.env.wasm.wasmPaths = { wasm, mjs };
  return createWebRuntime({ ort, files });
}

/** The card's runtime, or why not. */
async function onGraphicsCard(files: MemoryFiles): Promise<Runtime | string> {
  if (!("gpu" in navigator)) return "no WebGPU";
  if ((await navigator.gpu.requestAdapter()) === null) return "no adapter";
  const [ort, { default: wasm }, { default: mjs }] = await Promise.all([
    import("onnxruntime-web/webgpu"),
    import("onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url"),
    import("onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url"),
  ]);
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = { wasm, mjs };
  const runtime = createWebRuntime({ ort, files, provider: "webgpu" });
  const error = await probeRuntime(runtime);
  return error <= probeTolerance ? runtime : `off by ${error.toPrecision(2)}`;
}
