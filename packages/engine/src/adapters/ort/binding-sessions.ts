/** @file Sessions through onnxruntime-node, which runs every provider and blocks the thread meanwhile. */

import "./telemetry.js";

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { arch, platform } from "node:process";
import { AtelierError, messageOf, said } from "../../errors.js";
import type { GraphExecutor } from "../../runtime/compiled-graph.js";
import { executorOf } from "./binding-executor.js";
import { configEntries, type DeviceSettings, type SessionRequest } from "./sessions.js";

/** Makes a session of onnxruntime-node. @throws AtelierError `runtime` where that does not load. */
export async function createBindingSession(
  request: SessionRequest,
  { provider, threads, usesArena }: DeviceSettings,
): Promise<GraphExecutor> {
  // External data is looked for beside the model's own file.
  const path = join(request.folder, "graph.onnx");
  await writeFile(path, request.model);
  const ort = await load();
  const { isOptimized } = request;
  const session = await ort.InferenceSession.create(path, {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    enableMemPattern: false,
    enableCpuMemArena: usesArena,
    logSeverityLevel: 3,
    graphOptimizationLevel: isOptimized ? "all" : "disabled",
    extra: configEntries({ isOptimized }),
  });
  return executorOf(session, { Tensor: ort.Tensor, writesTargets: true, request });
}

/** Loaded only when it is needed: most processes use the other adapter alone. */
async function load() {
  try {
    return await import("onnxruntime-node");
  } catch (cause) {
    // Node adds lines with who asked for it.
    const [reason = ""] = messageOf(cause).split("\n");
    throw new AtelierError(
      "runtime",
      said`runtime: expected onnxruntime-node to load on ${platform}-${arch}, got: ${reason}. It does on Linux with glibc and on Windows (x64, arm64) and on macOS (arm64): there, delete node_modules and run \`npm install\` again.`,
      { cause },
    );
  }
}
