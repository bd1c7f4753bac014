/** @file Weights that are fixed when a graph is compiled, as files hold them. */

import { AtelierError, said } from "../../errors.js";
import type { FileStore } from "../../files.js";
import { formatType, type NodeOf } from "../../graph/node.js";
import { widenHalf } from "../../half.js";
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
import { byteView, floatTensor, type HostTensor, tensorOfBytes } from "../../tensor.js";
import type { MappedWeight } from "./graph-place.js";

/** Whether a weight lies in a file. */
export const isInFile = (source: ParameterSource | undefined): source is FileTensor =>
  source !== undefined && "path" in source;

/** @throws AtelierError `weights`, `dtype` unless a file holds a weight as its type asks for. */
export function requireBytes(node: NodeOf<"parameter">, source: FileTensor): void {
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
export function storedType(
  node: NodeOf<"parameter">,
  { dtype = node.dtype }: FileTensor,
): StoredDType {
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
  store: FileStore,
): Promise<Map<string, HostTensor>> {
  await using files = openOnce(store);
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

/** Mapped weights whose scales, if they have any, are read and in float32. */
export async function widenScales(
  mapped: ReadonlyMap<string, MappedWeight>,
  parameters: ReadonlyMap<string, ParameterSource>,
  store: FileStore,
): Promise<ReadonlyMap<string, MappedWeight>> {
  await using files = openOnce(store);
  const widened = new Map(mapped);
  for (const [name, weight] of mapped) {
    const source = parameters.get(name);
    if (!("dtype" in weight) || !isInFile(source) || source.scales === undefined) continue;
    const { path, byteOffset, byteLength } = source.scales;
    // A copy begins where numbers may.
    const bytes = (await (await files.open(path)).read(byteOffset, byteLength)).slice();
    const data = byteView(widenHalf(new Uint16Array(bytes.buffer), "float16"));
    widened.set(name, { ...weight, scales: { dtype: "float32", data } });
  }
  return widened;
}
