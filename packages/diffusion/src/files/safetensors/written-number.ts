/** @file Stored floats as the numbers that someone wrote: 0.1 and not 0.10000000149011612. */

import type { SafetensorsDType } from "../../core/safetensors-dtype.js";
import { narrowFromFloat32, type StoredFloat, widenToFloat32 } from "./float-codec.js";

/** Decimal digits that tell any two doubles apart. */
const mostDigits = 17;

/** The shortest decimal that is stored as this value in an element type. */
export function writtenNumber(value: number, dtype: SafetensorsDType = "F32"): number {
  const type = storedAs(dtype);
  for (let digits = 1; digits < mostDigits; digits++) {
    const candidate = Number(value.toPrecision(digits));
    const bytes = narrowFromFloat32(Float32Array.of(candidate), type);
    if (widenToFloat32(bytes, type)[0] === value) return candidate;
  }
  return value;
}

/** Other types are read as float32. */
function storedAs(dtype: SafetensorsDType): StoredFloat {
  return dtype === "F16" || dtype === "BF16" ? dtype : "F32";
}
