/** @file What ONNX Runtime can do on each device. */

import type { DType } from "../../dtype.js";
import { allAbilities } from "../../onnx/lowering.js";
import type { Capabilities } from "../../runtime/runtime.js";
import type { StoredDType } from "../../stored-dtype.js";
import type { OrtProvider } from "./sessions.js";

const cpuTypes: readonly DType[] = ["float32", "float64", "int64", "int32", "uint8", "bool"];
const narrowTypes: readonly StoredDType[] = ["float16", "bfloat16", "float8_e4m3", "int8", "int4"];

/** By provider. */
export const capabilitiesOf: Readonly<Record<OrtProvider, Omit<Capabilities, "sharesMemory">>> = {
  cpu: {
    name: "cpu",
    computes: cpuTypes,
    maps: [...cpuTypes, ...narrowTypes],
    ...allAbilities,
    // Of float16 it has casts and copies.
    computesHalf: false,
    separatesRows: true,
  },
  webgpu: {
    name: "webgpu",
    computes: ["float32", "float16", "int32", "bool"],
    // Blocks are widened on the device; the others one by one on their way there.
    maps: ["float32", ...narrowTypes],
    fusesTransposes: false,
    // That of ONNX Runtime 1.30 is wrong by a tenth from 32 queries on, at least on some devices.
    fusesAttention: false,
    // WGSL asks for 2⁻¹¹ between −π and π, and for nothing beyond.
    computesSines: false,
    // It has no such operator: the values would go to the processor and back.
    computesSigns: false,
    computesHalf: true,
    // Ids of tokens would be compared and subtracted on the processor.
    computesInt64: false,
    separatesRows: false,
  },
  cuda: {
    name: "cuda",
    computes: ["float32", "float16", "int64", "int32", "bool"],
    maps: [],
    ...allAbilities,
    separatesRows: false,
  },
};
