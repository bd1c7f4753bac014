/** @file Weights that ONNX Runtime maps from the files that they lie in. */

import { link, stat } from "node:fs/promises";
import { join } from "node:path";
import { AtelierError, said } from "../../errors.js";
import type { NodeOf } from "../../graph/node.js";
import type { FilePlace, ParameterSource } from "../../runtime/runtime.js";
import type { MapOptions, MappedWeight } from "./graph-place.js";
import { isInFile, requireBytes, storedType } from "./stored-weights.js";

/**
 * Links the files of weights beside the model, since ONNX Runtime maps only what lies there. A
 * weight that cannot be mapped (another file system) is left out and read instead.
 */
export async function mapFiles(
  nodes: readonly NodeOf<"parameter">[],
  parameters: ReadonlyMap<string, ParameterSource>,
  { folder, types, widens }: MapOptions & { readonly folder: string },
): Promise<Map<string, MappedWeight>> {
  const links = new Map<string, LinkedFile | undefined>();
  const place = async (name: string, { path, byteOffset, byteLength }: FilePlace) => {
    if (!links.has(path)) links.set(path, await linkFile(path, folder, `weights-${links.size}`));
    const linked = links.get(path);
    if (linked === undefined) return undefined;
    requireInside(name, { path, byteOffset, byteLength }, linked.sizeBytes);
    return { location: linked.location, offset: byteOffset, length: byteLength };
  };
  const mapped = new Map<string, MappedWeight>();
  for (const node of nodes) {
    const { name } = node.attributes;
    const source = parameters.get(name);
    if (!isInFile(source)) continue;
    const dtype = storedType(node, source);
    if (!types.includes(dtype) || (dtype !== node.dtype && !widens)) continue;
    requireBytes(node, source);
    const data = await place(name, source);
    const scales = source.scales && (await place(name, source.scales));
    if (data === undefined || (source.scales !== undefined && scales === undefined)) continue;
    const narrow = { dtype, data, scales: scales && { dtype: "float16" as const, data: scales } };
    mapped.set(name, dtype === node.dtype ? data : narrow);
  }
  return mapped;
}

interface LinkedFile {
  readonly location: string;
  readonly sizeBytes: number;
}

/** A hard link to a file, or `undefined` where there can be none. */
async function linkFile(
  path: string,
  folder: string,
  location: string,
): Promise<LinkedFile | undefined> {
  const target = join(folder, location);
  try {
    await link(path, target);
    return { location, sizeBytes: (await stat(target)).size };
  } catch {
    return undefined;
  }
}

function requireInside(name: string, source: FilePlace, sizeBytes: number): void {
  const end = source.byteOffset + source.byteLength;
  if (end <= sizeBytes) return;
  throw new AtelierError(
    "weights",
    said`runtime: expected ${end} bytes in ${source.path} for ${name}, got ${sizeBytes}. The file was cut short; copy or download it again.`,
  );
}
