/** @file Runs of a session of ONNX Runtime's JavaScript interface, which Node's binding and the browser's have in common. */

import type { InferenceSession, Tensor, TensorConstructor } from "onnxruntime-node";
import { AtelierError, internalError } from "../../errors.js";
import type { ValueType } from "../../graph/node.js";
import type { CheckedRun, GraphExecutor } from "../../runtime/compiled-graph.js";
import type { HostTensor } from "../../tensor.js";
import type { SessionRequest } from "./sessions.js";

/** What else a run needs. */
export interface Binding {
  readonly Tensor: TensorConstructor;
  /** Whether runs write into tensors that they are given; WebAssembly has a memory of its own. */
  readonly writesTargets: boolean;
  readonly request: Pick<SessionRequest, "inputs" | "outputs">;
}

/** A session as a graph's executor. */
export function executorOf(
  session: InferenceSession,
  { Tensor, writesTargets, request: { inputs, outputs } }: Binding,
): GraphExecutor {
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
    return new Tensor(dtype, data as Float32Array, shape);
  };
  return {
    // A run cannot be stopped: nothing else happens on this thread while it lasts.
    async execute({ values, targets }: CheckedRun) {
      const feeds = Object.fromEntries(values.map((value, i) => [inputs[i] ?? "", toOrt(value)]));
      const fetches = Object.fromEntries(
        outputs.map(({ name }, i) => {
          const target = targets[i];
          return [name, target === undefined || !writesTargets ? null : toOrt(target)];
        }),
      );
      const results = await session.run(feeds, fetches);
      return outputs.map(({ name, type }, i) => {
        const result = results[name];
        if (result === undefined) throw internalError(`runtime: no output "${name}".`);
        const target = targets[i];
        if (target === undefined) return fromOrt(result, type);
        if (!writesTargets) copyInto(target, fromOrt(result, type));
        return target;
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

function copyInto({ data: target }: HostTensor, { data: source }: HostTensor): void {
  // Both are of the output's element type.
  (target as Float32Array).set(source as Float32Array);
}
