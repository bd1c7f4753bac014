/**
 * @file Weights that are fixed when a graph is compiled: mapped by ONNX Runtime from the files that they
 * lie in, or read.
 */

import { link, stat } from "node:fs/promises";
import { join } from "node:path";
import { AtelierError, said } from "../../errors.js";
import { formatType, type NodeOf } from "../../graph/node.js";
import type { ParameterBinding } from "../../onnx/lower-graph.js";
import { type OpenFile, openOnce } from "../../open-once.js";
import { requireType } from "../../runtime/named-values.js";
import { readFloats } from "../../runtime/read-floats.js";
import type { FilePlace, FileTensor, ParameterSource } from "../../runtime/runtime.js";
import { type Shape, sizeOf } from "../../shape.js";
import {
  blockSize,
  isBlocks,
  isNarrow,
  type StoredDType,
  storedFacts,
} from "../../stored-dtype.js";
import { floatTensor, type HostTensor, tensorOfBytes } from "../../tensor.js";
import { nodeFiles } from "../node-files.js";

const isInFile = (source: ParameterSource | undefined): source is FileTensor =>
  source !== undefined && "path" in source;

/** What is mapped. */
export interface MapOptions {
  /** Where the model will lie. */
  readonly folder: string;
  /** Element types that files may hold. */
  readonly types: readonly StoredDType[];
  /** Whether also such that are not the weight's own. */
  readonly widens: boolean;
}

/**
 * Links the files of weights beside the model, since ONNX Runtime maps only what lies there. A
 * weight that cannot be mapped (another file system) is left out and read instead.
 */
export async function mapFiles(
  nodes: readonly NodeOf<"parameter">[],
  parameters: ReadonlyMap<string, ParameterSource>,
  { folder, types, widens }: MapOptions,
): Promise<Map<string, Exclude<ParameterBinding, "run">>> {
  const links = new Map<string, LinkedFile | undefined>();
  const place = async (name: string, { path, byteOffset, byteLength }: FilePlace) => {
    if (!links.has(path)) links.set(path, await linkFile(path, folder, `weights-${links.size}`));
    const linked = links.get(path);
    if (linked === undefined) return undefined;
    requireInside(name, { path, byteOffset, byteLength }, linked.sizeBytes);
    return { location: linked.location, offset: byteOffset, length: byteLength };
  };
  const mapped = new Map<string, Exclude<ParameterBinding, "run">>();
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
    mapped.set(name, dtype === node.dtype ? data : { dtype, data, scales });
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

/** @throws AtelierError `weights`, `dtype` unless a file holds a weight as its type asks for. */
function requireBytes(node: NodeOf<"parameter">, source: FileTensor): void {
  const { shape, attributes } = node;
  const dtype = storedType(node, source);
  requireLength(attributes.name, source, {
    ...{ bits: storedFacts(dtype).bits * sizeOf(shape), type: formatStored(dtype, shape) },
  });
  if (!isBlocks(dtype)) return;
  const [rows = 1] = shape;
  const columns = sizeOf(shape) / rows;
  if (source.scales === undefined || columns % blockSize !== 0) {
    throw new AtelierError(
      "weights",
      said`runtime: expected rows of whole blocks of ${blockSize} with scales for ${attributes.name}, got ${formatStored(dtype, shape)} ${source.scales === undefined ? "without scales" : `with rows of ${columns}`}.`,
    );
  }
  const scales = [rows, columns / blockSize];
  requireLength(`the scales of ${attributes.name}`, source.scales, {
    ...{ bits: 16 * sizeOf(scales), type: formatStored("float16", scales) },
  });
}

function requireLength(
  name: string,
  { byteLength }: FilePlace,
  { bits, type }: { readonly bits: number; readonly type: string },
): void {
  const expected = bits / 8;
  if (byteLength === expected) return;
  throw new AtelierError(
    "weights",
    said`runtime: expected ${expected} bytes for ${name} ${type}, got ${byteLength}. The file does not fit the model's config.`,
  );
}

const formatStored = (dtype: StoredDType, shape: Shape): string => `${dtype}[${shape.join(", ")}]`;

/** What a file holds. @throws AtelierError `dtype` unless it is the weight's type or widens to it. */
function storedType(node: NodeOf<"parameter">, { dtype = node.dtype }: FileTensor): StoredDType {
  if (dtype === node.dtype || (node.dtype === "float32" && isNarrow(dtype))) return dtype;
  throw new AtelierError(
    "dtype",
    said`runtime: expected ${formatType(node)} for "${node.attributes.name}", got ${dtype}. Only floats of 16 and 8 bits and integers with scales are widened, to float32.`,
  );
}

/** Reads of small weights wait most of the time; so many are under way at once. */
const READS = 8;

/** Weights that are not mapped, checked against the graph. */
export async function readFixed(
  nodes: readonly NodeOf<"parameter">[],
  parameters: ReadonlyMap<string, ParameterSource>,
): Promise<Map<string, HostTensor>> {
  await using files = openOnce(nodeFiles);
  const found = new Map<NodeOf<"parameter">, HostTensor>();
  const left = nodes.values();
  const readOn = async (): Promise<void> => {
    for (const node of left) {
      const { name } = node.attributes;
      const source = parameters.get(name);
      if (source === undefined) continue;
      const tensor = isInFile(source) ? await readTensor(node, source, files.open) : source;
      requireType(name, tensor, node);
      found.set(node, tensor);
    }
  };
  const reads = Array.from({ length: READS }, readOn);
  // Files are closed when nobody reads them any more, also where one has failed.
  await Promise.allSettled(reads);
  await Promise.all(reads);
  const named = nodes.flatMap((node) => {
    const tensor = found.get(node);
    return tensor === undefined ? [] : ([[node.attributes.name, tensor]] as const);
  });
  return new Map(named);
}

async function readTensor(
  node: NodeOf<"parameter">,
  source: FileTensor,
  open: OpenFile,
): Promise<HostTensor> {
  requireBytes(node, source);
  if (node.dtype === "float32") return floatTensor(await readFloats(open, source), node.shape);
  const bytes = await (await open(source.path)).read(source.byteOffset, source.byteLength);
  return tensorOfBytes(node, bytes.slice().buffer);
}
