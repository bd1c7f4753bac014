/**
 * @file Weights that are fixed when a graph is compiled: mapped by ONNX Runtime from the files that they
 * lie in, or read.
 */

import { link, stat } from "node:fs/promises";
import { join } from "node:path";
import { type DType, dtypes } from "../../dtype.js";
import { AtelierError, said } from "../../errors.js";
import type { ReadableFile } from "../../files.js";
import { formatType, type NodeOf } from "../../graph/node.js";
import { isHalf, widenHalf } from "../../half.js";
import type { OnnxTensor } from "../../onnx/model-proto.js";
import { requireType } from "../../runtime/named-values.js";
import type { FileTensor, ParameterSource } from "../../runtime/runtime.js";
import { sizeOf } from "../../shape.js";
import { floatTensor, type HostTensor, tensorOfBytes } from "../../tensor.js";
import { nodeFiles } from "../node-files.js";

/** A weight that ONNX Runtime maps. */
export interface MappedWeight {
  readonly data: OnnxTensor["data"];
  /** What the file holds; where that is not the weight's own type, it is cast at every use. */
  readonly dtype: DType;
}

const isInFile = (source: ParameterSource | undefined): source is FileTensor =>
  source !== undefined && "path" in source;

/** What is mapped. */
export interface MapOptions {
  /** Where the model will lie. */
  readonly folder: string;
  /** Element types that files may hold. */
  readonly types: readonly DType[];
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
): Promise<Map<string, MappedWeight>> {
  const links = new Map<string, LinkedFile | undefined>();
  const mapped = new Map<string, MappedWeight>();
  for (const node of nodes) {
    const { name } = node.attributes;
    const source = parameters.get(name);
    if (!isInFile(source)) continue;
    const dtype = storedType(node, source);
    if (!types.includes(dtype) || (dtype !== node.dtype && !widens)) continue;
    const { path, byteOffset: offset, byteLength: length } = source;
    if (!links.has(path)) links.set(path, await linkFile(path, folder, `weights-${links.size}`));
    const linked = links.get(path);
    if (linked === undefined) continue;
    requireBytes(node, source);
    requireInside(name, source, linked.sizeBytes);
    mapped.set(name, { dtype, data: { location: linked.location, offset, length } });
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

function requireInside(name: string, source: FileTensor, sizeBytes: number): void {
  const end = source.byteOffset + source.byteLength;
  if (end <= sizeBytes) return;
  throw new AtelierError(
    "weights",
    said`runtime: expected ${end} bytes in ${source.path} for ${name}, got ${sizeBytes}. The file was cut short; copy or download it again.`,
  );
}

function requireBytes(node: NodeOf<"parameter">, source: FileTensor): void {
  const dtype = storedType(node, source);
  const expected = sizeOf(node.shape) * dtypes[dtype].bytes;
  if (source.byteLength === expected) return;
  const { shape, attributes } = node;
  throw new AtelierError(
    "weights",
    said`runtime: expected ${expected} bytes for ${attributes.name} ${formatType({ shape, dtype })}, got ${source.byteLength}. The file does not fit the model's config.`,
  );
}

/** What a file holds. @throws AtelierError `dtype` unless it is the weight's type or widens to it. */
function storedType(node: NodeOf<"parameter">, { dtype = node.dtype }: FileTensor): DType {
  if (dtype === node.dtype || (node.dtype === "float32" && isHalf(dtype))) return dtype;
  throw new AtelierError(
    "dtype",
    said`runtime: expected ${formatType(node)} for "${node.attributes.name}", got ${dtype}. Only 16-bit floats are widened, to float32.`,
  );
}

/** Reads of small weights wait most of the time; so many are under way at once. */
const READS = 8;

/** Weights that are not mapped, checked against the graph. */
export async function readFixed(
  nodes: readonly NodeOf<"parameter">[],
  parameters: ReadonlyMap<string, ParameterSource>,
): Promise<Map<string, HostTensor>> {
  await using files = openOnce();
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

type OpenFile = (path: string) => Promise<ReadableFile>;

/** Opens each file once; closes all of them in the end. */
function openOnce(): AsyncDisposable & { readonly open: OpenFile } {
  const opened = new Map<string, Promise<ReadableFile>>();
  return {
    open(path) {
      const opening = opened.get(path) ?? nodeFiles.open(path);
      opened.set(path, opening);
      return opening;
    },
    async [Symbol.asyncDispose]() {
      for (const opening of opened.values()) {
        // What could not be opened has failed where it was read.
        const file = await opening.catch(() => undefined);
        await file?.close();
      }
    },
  };
}

async function readTensor(
  node: NodeOf<"parameter">,
  source: FileTensor,
  open: OpenFile,
): Promise<HostTensor> {
  requireBytes(node, source);
  const file = await open(source.path);
  const bytes = await file.read(source.byteOffset, source.byteLength);
  const { buffer } = bytes.slice();
  const dtype = storedType(node, source);
  if (dtype === node.dtype || !isHalf(dtype)) return tensorOfBytes(node, buffer);
  return floatTensor(widenHalf(new Uint16Array(buffer), dtype), node.shape);
}
