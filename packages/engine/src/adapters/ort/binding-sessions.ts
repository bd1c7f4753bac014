/** @file Sessions through onnxruntime-node, which runs every provider and blocks the thread meanwhile. */

import "./telemetry.js";

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { arch, platform } from "node:process";
import type { Tensor } from "onnxruntime-node";
import { AtelierError, internalError, messageOf, said } from "../../errors.js";
import type { ValueType } from "../../graph/node.js";
import type { CheckedRun, GraphExecutor } from "../../runtime/compiled-graph.js";
import type { HostTensor } from "../../tensor.js";
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
  const { inputs, outputs, isOptimized } = request;
  const session = await ort.InferenceSession.create(path, {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    enableMemPattern: false,
    enableCpuMemArena: usesArena,
    logSeverityLevel: 3,
    graphOptimizationLevel: isOptimized ? "all" : "disabled",
    extra: configEntries({ isOptimized }),
  });
  /** A tensor over the same memory. @throws AtelierError `dtype` for bfloat16, `runtime`. */
  const toOrt = ({ dtype, shape, data }: HostTensor): Tensor => {
    if (dtype === "bfloat16") {
      throw new AtelierError(
        "dtype",
        "runtime: expected a type that ONNX Runtime takes, got bfloat16. Widen it to float32.",
      );
    }
    if (typeof SharedArrayBuffer !== "undefined" && data.buffer instanceof SharedArrayBuffer) {
      throw new AtelierError(
        "runtime",
        "runtime: expected memory that is not shared, since onnxruntime-node takes none, got a SharedArrayBuffer. Copy the values.",
      );
    }
    // The array type of each element type is the one that ONNX Runtime expects.
    return new ort.Tensor(dtype, data as Float32Array, shape);
  };
  return {
    // A run cannot be stopped: nothing else happens on this thread while it lasts.
    async execute({ values, targets }: CheckedRun) {
      const feeds = Object.fromEntries(values.map((value, i) => [inputs[i] ?? "", toOrt(value)]));
      const fetches = Object.fromEntries(
        outputs.map(({ name }, i) => {
          const target = targets[i];
          return [name, target === undefined ? null : toOrt(target)];
        }),
      );
      const results = await session.run(feeds, fetches);
      return outputs.map(({ name, type }, i) => {
        const result = results[name];
        if (result === undefined) throw internalError(`runtime: no output "${name}".`);
        return targets[i] ?? fromOrt(result, type);
      });
    },
    [Symbol.asyncDispose]: () => session.release(),
  };
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

/** A result of the type that was asked for. */
function fromOrt(tensor: Tensor, { dtype, shape }: ValueType): HostTensor {
  // ONNX Runtime returns the array type that belongs to the element type it was asked for.
  return { dtype, shape, data: tensor.data } as HostTensor;
}
