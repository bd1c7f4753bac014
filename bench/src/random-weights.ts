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
import { randomValues } from "./random-values.js";

const FILE_FROM_ELEMENTS = 100e6;

const hostTypes = { F32: "float32", F16: "float16", BF16: "bfloat16" } as const;

/** Where the weights of a preset come from; a large model is written to .cache/bench once. */
export async function weightSources(
  preset: string,
  parameters: readonly NodeOf<"parameter">[],
  dtype: StoredFloat = "F32",
): Promise<[string, ParameterSource][]> {
  const elements = parameters.reduce((total, { shape }) => total + sizeOf(shape), 0);
  if (elements < FILE_FROM_ELEMENTS) {
    return parameters.map(({ attributes: { name }, shape }) => [
      name,
      floatTensor(randomValues(name, shape), shape),
    ]);
  }
  const path = join(
    process.cwd(),
    ".cache",
    "bench",
    `${preset.replace(/-\d+.*$/, "")}-unet-${dtype}.safetensors`,
  );
  if (!existsSync(path)) {
    await writeSafetensors(
      nodeFiles,
      path,
      parameters.map(({ attributes: { name }, shape }) => ({
        name,
        dtype,
        shape,
        chunks: () => [narrowFromFloat32(randomValues(name, shape), dtype)],
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
