/** @file Sessions through onnxruntime-node, which runs every provider and blocks the thread meanwhile. */

import "./telemetry.js";

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Tensor } from "onnxruntime-node";
import { AtelierError, internalError } from "../../errors.js";
import type { ValueType } from "../../graph/node.js";
import type { CheckedRun, GraphExecutor } from "../../runtime/compiled-graph.js";
import type { HostTensor } from "../../tensor.js";
import { configEntries, type DeviceSettings, type SessionRequest } from "./sessions.js";

/** Makes a session of onnxruntime-node. */
export async function createBindingSession(
  request: SessionRequest,
  { provider, threads, usesArena }: DeviceSettings,
): Promise<GraphExecutor> {
  // External data is looked for beside the model's own file.
  const path = join(request.folder, "graph.onnx");
  await writeFile(path, request.model);
  // Loaded here, since most processes need only the other adapter.
  const ort = await import("onnxruntime-node");
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

/** A result of the type that was asked for. */
function fromOrt(tensor: Tensor, { dtype, shape }: ValueType): HostTensor {
  // ONNX Runtime returns the array type that belongs to the element type it was asked for.
  return { dtype, shape, data: tensor.data } as HostTensor;
}
