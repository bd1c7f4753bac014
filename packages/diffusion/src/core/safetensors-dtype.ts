/** @file Element types of safetensors files: their width, order in files, and host counterparts. */

import type { DType } from "@atelier/engine";

/** The name of an element type in a safetensors header. */
export type SafetensorsDType =
  | "BOOL"
  | "F4"
  | "F6_E2M3"
  | "F6_E3M2"
  | "U8"
  | "I8"
  | "F8_E5M2"
  | "F8_E4M3"
  | "F8_E8M0"
  | "F8_E4M3FNUZ"
  | "F8_E5M2FNUZ"
  | "I16"
  | "U16"
  | "F16"
  | "BF16"
  | "I32"
  | "U32"
  | "F32"
  | "C64"
  | "F64"
  | "I64"
  | "U64";

interface SafetensorsDTypeFacts {
  /** Width of one element; 4- and 6-bit elements are packed. */
  readonly bits: number;
  /** The type that holds the same bytes in host memory, where there is one. */
  readonly host?: DType;
  readonly isFloat: boolean;
}

/**
 * Every element type of the format, in the order of the official library's enumeration
 * (safetensors 0.8), which its writer sorts by, largest first.
 */
export const safetensorsDTypes: { readonly [D in SafetensorsDType]: SafetensorsDTypeFacts } = {
  BOOL: { bits: 8, host: "bool", isFloat: false },
  F4: { bits: 4, isFloat: true },
  F6_E2M3: { bits: 6, isFloat: true },
  F6_E3M2: { bits: 6, isFloat: true },
  U8: { bits: 8, host: "uint8", isFloat: false },
  I8: { bits: 8, isFloat: false },
  F8_E5M2: { bits: 8, isFloat: true },
  F8_E4M3: { bits: 8, isFloat: true },
  F8_E8M0: { bits: 8, isFloat: true },
  F8_E4M3FNUZ: { bits: 8, isFloat: true },
  F8_E5M2FNUZ: { bits: 8, isFloat: true },
  I16: { bits: 16, isFloat: false },
  U16: { bits: 16, isFloat: false },
  F16: { bits: 16, host: "float16", isFloat: true },
  BF16: { bits: 16, host: "bfloat16", isFloat: true },
  I32: { bits: 32, host: "int32", isFloat: false },
  U32: { bits: 32, isFloat: false },
  F32: { bits: 32, host: "float32", isFloat: true },
  C64: { bits: 64, isFloat: false },
  F64: { bits: 64, host: "float64", isFloat: true },
  I64: { bits: 64, host: "int64", isFloat: false },
  U64: { bits: 64, isFloat: false },
};

// The record's own keys, in the order they are written above.
const names = Object.keys(safetensorsDTypes) as SafetensorsDType[];

/** The type of that name, if the format has one. */
export function parseSafetensorsDType(name: string): SafetensorsDType | undefined {
  return names.find((known) => known === name);
}

/** Position in the official order; the writer puts larger ones first. */
export function rankOfDType(dtype: SafetensorsDType): number {
  return names.indexOf(dtype);
}

/** The type that stores a host tensor's bytes unchanged. */
export const safetensorsDTypeOf: { readonly [D in DType]: SafetensorsDType } = {
  float32: "F32",
  float64: "F64",
  float16: "F16",
  bfloat16: "BF16",
  int64: "I64",
  int32: "I32",
  uint8: "U8",
  bool: "BOOL",
};
