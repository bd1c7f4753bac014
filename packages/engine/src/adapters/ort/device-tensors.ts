/**
 * @file Tensors in a device's memory, as ONNX Runtime's JavaScript interface has them. That binding ends the
 * process where a tensor is disposed after the session that made it: each holds its session open.
 */

import type { Tensor } from "onnxruntime-node";
import { AtelierError, said } from "../../errors.js";
import { formatType, type ValueType } from "../../graph/node.js";
import type { DeviceTensor } from "../../runtime/runtime.js";

/** What can be held open. */
export interface SharedSession extends AsyncDisposable {
  /** Holds the session open until what is returned is called. */
  hold(): () => void;
}

/** A session that is released once it is disposed and nobody holds it. */
export function shareSession(release: () => Promise<void>): SharedSession {
  let holders = 1;
  const leave = async (): Promise<void> => {
    holders -= 1;
    if (holders === 0) await release();
  };
  return {
    hold() {
      holders += 1;
      return () => {
        // Nobody waits for it; a session that cannot be released leaves with the process.
        leave().catch(() => {});
      };
    },
    [Symbol.asyncDispose]: leave,
  };
}

/** Those of ONNX Runtime behind ours; of one that was disposed, none. */
const tensors = new WeakMap<DeviceTensor, Tensor>();

/** Wraps a result that stayed on the device. */
export function deviceTensor(
  tensor: Tensor,
  { dtype, shape }: ValueType,
  session: SharedSession,
): DeviceTensor {
  const leave = session.hold();
  const made: DeviceTensor = {
    dtype,
    shape,
    [Symbol.dispose]() {
      if (!tensors.delete(made)) return;
      tensor.dispose();
      leave();
    },
  };
  tensors.set(made, tensor);
  return made;
}

/** ONNX Runtime's own tensor. @throws AtelierError `runtime` for one that was disposed, or is of another runtime. */
export function ortTensorOf(tensor: DeviceTensor): Tensor {
  const found = tensors.get(tensor);
  if (found !== undefined) return found;
  throw new AtelierError(
    "runtime",
    said`runtime: expected a tensor on this device, got ${formatType(tensor)} that was disposed or lies elsewhere. Upload its values again.`,
  );
}
