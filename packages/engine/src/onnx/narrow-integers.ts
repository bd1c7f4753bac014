/**
 * @file Whole numbers of 64 bits where a device computes those of 32: its graphs have these instead. What graphs have
 * of them are ids of tokens, timesteps and places, all of them small.
 */

import type { DType } from "../dtype.js";
import { AtelierError, said } from "../errors.js";
import type { HostTensor } from "../tensor.js";
import type { OperatorAbilities } from "./lowering.js";

/** What a type of a graph is on a device. */
export function typeOnDevice(
  dtype: DType,
  { computesInt64 }: Pick<OperatorAbilities, "computesInt64">,
): DType {
  return dtype === "int64" && !computesInt64 ? "int32" : dtype;
}

/** A tensor in 32 bits if it has 64. @throws AtelierError `dtype` for a number that does not fit. */
export function narrowInteger(tensor: HostTensor): HostTensor {
  if (tensor.dtype !== "int64") return tensor;
  const data = Int32Array.from(tensor.data, Number);
  const far = tensor.data.find((value, i) => value !== BigInt(data[i] ?? 0));
  if (far === undefined) return { dtype: "int32", shape: tensor.shape, data };
  throw new AtelierError(
    "dtype",
    said`runtime: expected whole numbers of 32 bits, since the device computes no others, got ${String(far)}. Use --backend cpu.`,
  );
}

/** The reverse. */
export function widenInteger(tensor: HostTensor): HostTensor {
  if (tensor.dtype !== "int32") return tensor;
  return { dtype: "int64", shape: tensor.shape, data: BigInt64Array.from(tensor.data, BigInt) };
}
