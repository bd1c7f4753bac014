/** @file Random weights for benchmarks: in memory for small models, in a safetensors file for large ones. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  narrowFromFloat32,
  openSafetensors,
  type StoredFloat,
  writeSafetensors,
} from "@atelier/diffusion/files";
import { floatTensor, type NodeOf, type ParameterSource, sizeOf } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";

const FILE_FROM_ELEMENTS = 100e6;

/** Fills with small uniform noise, fast (xorshift32); the values do not matter, only that they are not 0. */
function noise(size: number, seed: number): Float32Array {
  const data = new Float32Array(size);
  let state = seed * 2654435761 + 1;
  for (let i = 0; i < size; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    data[i] = (state / 2 ** 31) * 0.03;
  }
  return data;
}

const hostTypes = { F32: "float32", F16: "float16", BF16: "bfloat16" } as const;

/** Where the weights of a preset come from; a large model is written to .cache/bench once. */
export async function weightSources(
  preset: string,
  parameters: readonly NodeOf<"parameter">[],
  dtype: StoredFloat = "F32",
): Promise<[string, ParameterSource][]> {
  const elements = parameters.reduce((total, { shape }) => total + sizeOf(shape), 0);
  if (elements < FILE_FROM_ELEMENTS) {
    return parameters.map(({ attributes: { name }, shape }, i) => [
      name,
      floatTensor(noise(sizeOf(shape), i + 1), shape),
    ]);
  }
  const path = join(
    process.cwd(),
    ".cache",
    "bench",
    `${preset.replace(/-\d+.*$/, "")}-${dtype}.safetensors`,
  );
  if (!existsSync(path)) {
    await writeSafetensors(
      nodeFiles,
      path,
      parameters.map(({ attributes: { name }, shape }, i) => ({
        name,
        dtype,
        shape,
        chunks: () => [narrowFromFloat32(noise(sizeOf(shape), i + 1), dtype)],
      })),
    );
  }
  const file = await openSafetensors(nodeFiles, path);
  try {
    return [...file.entries].map(([name, { byteOffset, byteLength }]) => [
      name,
      { path, byteOffset, byteLength, dtype: hostTypes[dtype] },
    ]);
  } finally {
    await file.close();
  }
}
