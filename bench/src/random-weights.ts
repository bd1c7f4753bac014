/** @file Random weights for benchmarks, in a safetensors file as those of a base are. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  narrowFromFloat32,
  openSafetensors,
  type StoredFloat,
  writeSafetensors,
} from "@atelier/diffusion/files";
import type { FileTensor, NodeOf } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { randomValues } from "./random-values.js";

const hostTypes = { F32: "float32", F16: "float16", BF16: "bfloat16" } as const;

/** Where the weights of a preset lie; they are written to .cache/bench once. */
export async function weightSources(
  preset: string,
  parameters: readonly NodeOf<"parameter">[],
  dtype: StoredFloat = "F32",
): Promise<[string, FileTensor][]> {
  const path = join(
    process.cwd(),
    ".cache",
    "bench",
    `${preset.replace(/-\d+.*$/, "")}-${parameters.length}-${dtype}.safetensors`,
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
