/** @file ONNX Runtime in the page: as WebAssembly, or on the graphics card where that computes right numbers. */

import {
  probeRuntime,
  probeTolerance,
  type Runtime,
  type Sentence,
  said,
  sentenceIn,
} from "@atelier/engine";
import { createWebRuntime, type MemoryFiles } from "@atelier/engine/web";
import { problemOf } from "./problem-of.js";
import type { Device, Problem } from "./protocol.js";
import { findBuild } from "./runtime-builds.js";

/** More gain nothing for a model this small. */
const mostThreads = 8;

/** What computes, and why it is not what was asked for. */
export interface OpenedRuntime {
  readonly runtime: Runtime;
  readonly device: Device;
  readonly threads: number;
  readonly fault?: Problem | undefined;
  /** Of a graphics card: resolves with the reason when it is gone. */
  readonly lost?: Promise<string> | undefined;
}

/** What opening needs. */
export interface OpenDeps {
  readonly files: MemoryFiles;
  /** The WebAssembly of a device's build. */
  readonly fetchBuild: (device: Device) => Promise<Uint8Array<ArrayBuffer>>;
}

/** Opens what was asked for, or the processor where a graphics card is none or computes wrong numbers. */
export async function openRuntime(asked: Device, deps: OpenDeps): Promise<OpenedRuntime> {
  // Memory that threads share is given to isolated pages alone.
  const threads = crossOriginIsolated ? Math.min(navigator.hardwareConcurrency, mostThreads) : 1;
  if (asked === "processor") {
    return { runtime: await onProcessor(threads, deps), device: asked, threads };
  }
  const found = await onGraphicsCard(deps).catch(problemOf);
  if ("runtime" in found) return { ...found, device: asked, threads };
  const runtime = await onProcessor(threads, deps);
  return { runtime, device: "processor", threads, fault: found };
}

async function onProcessor(threads: number, { files, fetchBuild }: OpenDeps): Promise<Runtime> {
  const [ort, { mjs }, wasmBinary] = await Promise.all([
    import("onnxruntime-web/wasm"),
    findBuild("processor"),
    fetchBuild("processor"),
  ]);
  Object.assign(ort.env.wasm, { numThreads: threads, wasmPaths: { mjs }, wasmBinary });
  return createWebRuntime({ ort, files });
}

/** The card's runtime, or why not. */
async function onGraphicsCard({
  files,
  fetchBuild,
}: OpenDeps): Promise<Pick<OpenedRuntime, "runtime" | "lost"> | Problem> {
  if (!("gpu" in navigator)) return refusal(said`this browser has no WebGPU`);
  if ((await navigator.gpu.requestAdapter()) === null) {
    return refusal(said`the browser offers none to pages`);
  }
  const [ort, { mjs }, wasmBinary] = await Promise.all([
    import("onnxruntime-web/webgpu"),
    findBuild("graphics-card"),
    fetchBuild("graphics-card"),
  ]);
  Object.assign(ort.env.wasm, { numThreads: 1, wasmPaths: { mjs }, wasmBinary });
  const runtime = createWebRuntime({ ort, files, provider: "webgpu" });
  const error = await probeRuntime(runtime);
  if (!(error <= probeTolerance)) {
    return refusal(said`it computes wrong numbers, off by ${error.toPrecision(2)}`);
  }
  return { runtime, lost: runtime.lost };
}

function refusal(sentence: Sentence): Problem {
  return { message: sentenceIn(sentence, {}), sentence };
}
