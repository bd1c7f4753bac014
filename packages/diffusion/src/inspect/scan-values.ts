/**
 * @file Looks at every number of a file for what makes a model useless: NaN, infinities, tensors
 * of nothing but zeros. Works on the stored bits, so that nothing is converted.
 */

import { AtelierError } from "@atelier/engine";
import type { SafetensorsDType } from "../core/safetensors-dtype.js";
import { aligned } from "../files/safetensors/float-codec.js";
import type { SafetensorsFile } from "../files/safetensors/open-safetensors.js";
import type { InspectOptions } from "./inspection.js";

/** Tensors with something unusual in them, by name. */
export interface ValueScan {
  readonly nonFinite: readonly string[];
  readonly allZero: readonly string[];
}

/** The bits of a 16- or 32-bit float that are all set in infinities and NaN. */
const exponentBits: Partial<Record<SafetensorsDType, number>> = {
  F32: 0x7f800000,
  F16: 0x7c00,
  BF16: 0x7f80,
};

/**
 * Reads every float tensor of 16 or 32 bits once; finds nothing where values are not to be read.
 * @throws AtelierError `file` when the file cannot be read, `aborted` on the signal.
 */
export async function scanValues(
  file: SafetensorsFile,
  { signal, readsValues = true }: Pick<InspectOptions, "signal" | "readsValues"> = {},
): Promise<ValueScan> {
  const nonFinite: string[] = [];
  const allZero: string[] = [];
  if (!readsValues) return { nonFinite, allZero };
  for (const [name, { dtype }] of file.entries) {
    if (signal?.aborted) throw new AtelierError("aborted", "inspect: stopped before its end.");
    const mask = exponentBits[dtype];
    if (mask === undefined) continue;
    const { hasNonFinite, isZero } = scanBits(await file.readBytes(name), dtype, mask);
    if (hasNonFinite) nonFinite.push(name);
    if (isZero) allZero.push(name);
  }
  return { nonFinite, allZero };
}

function scanBits(
  bytes: Uint8Array,
  dtype: SafetensorsDType,
  mask: number,
): { hasNonFinite: boolean; isZero: boolean } {
  const codes =
    dtype === "F32" ? new Uint32Array(aligned(bytes, 4)) : new Uint16Array(aligned(bytes, 2));
  const magnitude = dtype === "F32" ? 0x7fffffff : 0x7fff;
  let seen = 0;
  for (const code of codes) {
    if ((code & mask) === mask) return { hasNonFinite: true, isZero: false };
    seen |= code & magnitude;
  }
  return { hasNonFinite: false, isZero: codes.length > 0 && seen === 0 };
}
