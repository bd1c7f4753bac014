/** @file Sessions through onnxruntime-node, which runs every provider and blocks the thread meanwhile. */

import "./telemetry.js";

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { arch, platform } from "node:process";
import type * as Ort from "onnxruntime-node";
import { AtelierError, messageOf, said } from "../../errors.js";
import {
  type BindingSession,
  executorOf,
  residentExecutorOf,
  sessionOptions,
} from "./binding-executor.js";
import type {
  CreateResidentSession,
  CreateSession,
  DeviceSettings,
  SessionRequest,
} from "./sessions.js";

/** Makes a session of onnxruntime-node. @throws AtelierError `runtime` where that does not load. */
export const createBindingSession: CreateSession = async (request, settings) =>
  executorOf(await openSession(request, settings), { writesTargets: true });

/** The same for values on the device. */
export const createResidentSession: CreateResidentSession = async (request, settings) =>
  residentExecutorOf(await openSession(request, settings));

async function openSession(
  request: SessionRequest,
  { provider, threads, usesArena }: DeviceSettings,
): Promise<BindingSession> {
  // External data is looked for beside the model's own file.
  const path = join(request.folder, "graph.onnx");
  await writeFile(path, request.model);
  const { InferenceSession, Tensor } = await loadBinding();
  const session = await InferenceSession.create(path, {
    ...sessionOptions(request, provider),
    intraOpNumThreads: threads,
    enableCpuMemArena: usesArena,
  });
  return { session, Tensor, request };
}

/** Loaded only when it is needed: most processes use the other adapter alone. */
export async function loadBinding(): Promise<typeof Ort> {
  try {
    const ort = await import("onnxruntime-node");
    // Errors are thrown, and not printed besides.
    ort.env.logLevel = "fatal";
    return ort;
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
