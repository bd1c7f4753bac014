/** @file Runs of a session of ONNX Runtime's JavaScript interface, which Node's binding and the browser's have in common. */

import type * as Ort from "onnxruntime-node";
import { AtelierError, internalError } from "../../errors.js";
import type { ValueType } from "../../graph/node.js";
import type { GraphExecutor } from "../../runtime/compiled-graph.js";
import type { AnyTensor } from "../../runtime/runtime.js";
import type { HostTensor } from "../../tensor.js";
import { deviceTensor, ortTensorOf, shareSession } from "./device-tensors.js";
import { configEntries, type SessionRequest } from "./sessions.js";

/** What of ONNX Runtime's JavaScript interface is used. */
export interface OrtApi {
  readonly Tensor: Ort.TensorConstructor;
  readonly InferenceSession: {
    create(model: Uint8Array, options: Ort.InferenceSession.SessionOptions): Promise<OrtSession>;
  };
}

/** What of its sessions. */
export interface OrtSession {
  run(
    feeds: Ort.InferenceSession.FeedsType,
    fetches?: Ort.InferenceSession.FetchesType,
  ): Promise<Ort.InferenceSession.ReturnType>;
  release(): Promise<void>;
}

/** A session and what is known of it. */
export interface BindingSession {
  readonly session: OrtSession;
  readonly Tensor: Ort.TensorConstructor;
  readonly request: Pick<SessionRequest, "inputs" | "outputs">;
}

/** Options of a session, in Node and in browsers. */
export function sessionOptions(
  { isOptimized, outputs }: SessionRequest,
  provider: string,
): Ort.InferenceSession.SessionOptions {
  const stays = outputs.flatMap(({ name, stays }) =>
    stays ? [[name, "gpu-buffer"] as const] : [],
  );
  return {
    executionProviders: [provider],
    enableMemPattern: false,
    // Errors are thrown, and not printed besides.
    logSeverityLevel: 4,
    graphOptimizationLevel: isOptimized ? "all" : "disabled",
    ...(stays.length === 0 ? {} : { preferredOutputLocation: Object.fromEntries(stays) }),
    extra: configEntries({ isOptimized }),
  };
}

/** A session as a graph's executor, nothing of which stays on the device. */
export function executorOf(
  { session, Tensor, request }: BindingSession,
  // WebAssembly has a memory of its own.
  { writesTargets }: { readonly writesTargets: boolean },
): GraphExecutor {
  const { inputs, outputs } = request;
  return {
    // A run cannot be stopped: nothing else happens on this thread while it lasts.
    async execute({ values, targets }) {
      const feeds = feedsOf(inputs, values, (value) => toOrt(Tensor, value));
      const fetches = Object.fromEntries(
        outputs.map(({ name }, i) => {
          const target = targets[i];
          return [name, target === undefined || !writesTargets ? null : toOrt(Tensor, target)];
        }),
      );
      const results = await session.run(feeds, fetches);
      return outputs.map(({ name, type }, i) => {
        const result = resultOf(results, name);
        const target = targets[i];
        if (target === undefined) return fromOrt(result, type);
        if (!writesTargets) copyInto(target, fromOrt(result, type));
        return target;
      });
    },
    [Symbol.asyncDispose]: () => session.release(),
  };
}

/** A session as the executor of a graph on a device. */
export function residentExecutorOf({
  session,
  Tensor,
  request: { inputs, outputs },
}: BindingSession): GraphExecutor<AnyTensor> {
  const shared = shareSession(() => session.release());
  return {
    async execute({ values, targets }) {
      // All outputs: of a part of them, ONNX Runtime mistakes the places.
      const results = await session.run(
        feedsOf(inputs, values, (value) => anyToOrt(Tensor, value)),
      );
      return outputs.map(({ name, type, stays }, i) => {
        const result = resultOf(results, name);
        if (stays) return deviceTensor(result, type, shared);
        const target = targets[i];
        if (target === undefined) return fromOrt(result, type);
        copyInto(target, fromOrt(result, type));
        return target;
      });
    },
    [Symbol.asyncDispose]: () => shared[Symbol.asyncDispose](),
  };
}

const feedsOf = <Value>(
  names: readonly string[],
  values: readonly Value[],
  convert: (value: Value) => Ort.Tensor,
): Record<string, Ort.Tensor> =>
  Object.fromEntries(values.map((value, i) => [names[i] ?? "", convert(value)]));

/** ONNX Runtime's own tensor of a value on a device, else one over the same memory. @throws AtelierError `dtype`, `runtime`. */
export const anyToOrt = (Tensor: Ort.TensorConstructor, value: AnyTensor): Ort.Tensor =>
  "data" in value ? toOrt(Tensor, value) : ortTensorOf(value);

/** A tensor over the same memory. @throws AtelierError `dtype` for bfloat16, `runtime`. */
function toOrt(Tensor: Ort.TensorConstructor, { dtype, shape, data }: HostTensor): Ort.Tensor {
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
  return new Tensor(dtype, data as Float32Array, shape);
}

function resultOf(results: Ort.InferenceSession.ReturnType, name: string): Ort.Tensor {
  const result = results[name];
  if (result === undefined) throw internalError(`runtime: no output "${name}".`);
  return result;
}

/** A result of the type that was asked for. */
export function fromOrt(tensor: Ort.Tensor, { dtype, shape }: ValueType): HostTensor {
  // ONNX Runtime returns the array type that belongs to the element type it was asked for.
  return { dtype, shape, data: tensor.data } as HostTensor;
}

function copyInto({ data: target }: HostTensor, { data: source }: HostTensor): void {
  // Both are of the output's element type.
  (target as Float32Array).set(source as Float32Array);
}
