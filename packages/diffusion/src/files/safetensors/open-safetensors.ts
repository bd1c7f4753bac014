/** @file Opening safetensors files: the header at once, each tensor when it is asked for. */

import {
  AtelierError,
  type FileStore,
  type FloatTensor,
  type HostTensor,
  type ReadableFile,
  type Sentence,
  said,
} from "@atelier/engine";
import { describeImpostor } from "../../core/read-text.js";
import { safetensorsDTypes } from "../../core/safetensors-dtype.js";
import type { SafetensorsEntry } from "../../core/weights.js";
import { aligned, widenToFloat32 } from "./float-codec.js";
import { MAX_HEADER_BYTES, parseHeader } from "./parse-header.js";

/** An open model: one safetensors file, or the shards of an index. */
export interface SafetensorsFile {
  readonly path: string;
  readonly metadata: ReadonlyMap<string, string>;
  /** Entries by tensor name, in the order of the header. */
  readonly entries: ReadonlyMap<string, SafetensorsEntry>;
  /** The stored bytes of a tensor. @throws AtelierError `weights` for an unknown name, `file`. */
  readBytes(name: string): Promise<Uint8Array>;
  /** A tensor as it is stored. @throws AtelierError `dtype` where the host has no such type. */
  read(name: string): Promise<HostTensor>;
  /** A float tensor of any width as float32. @throws AtelierError `dtype` when it holds no floats. */
  readFloat32(name: string): Promise<FloatTensor>;
  close(): Promise<void>;
}

/**
 * Opens a safetensors file and checks its whole header.
 * @throws AtelierError `file` when it cannot be read, `format` when it is damaged or hostile.
 */
export async function openSafetensors(files: FileStore, path: string): Promise<SafetensorsFile> {
  const file = await files.open(path);
  try {
    const { metadata, entries } = await readHeader(file);
    return {
      path,
      metadata,
      entries,
      ...tensorReaders(path, entries, (_, { byteOffset, byteLength }) =>
        file.read(byteOffset, byteLength),
      ),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The readers of a file's tensors. @param loadBytes a tensor's elements, row by row */
export function tensorReaders(
  path: string,
  entries: ReadonlyMap<string, SafetensorsEntry>,
  loadBytes: (name: string, entry: SafetensorsEntry) => Promise<Uint8Array>,
): Pick<SafetensorsFile, "readBytes" | "read" | "readFloat32"> {
  function entryOf(name: string): SafetensorsEntry {
    const entry = entries.get(name);
    if (entry === undefined) throw unknownTensor(path, name, entries.size);
    return entry;
  }
  const load = (name: string) => loadBytes(name, entryOf(name));
  return {
    readBytes: async (name) => load(name),
    async read(name) {
      const entry = entryOf(name);
      return hostTensor(`${path}: "${name}"`, entry, await load(name));
    },
    async readFloat32(name) {
      const entry = entryOf(name);
      if (!safetensorsDTypes[entry.dtype].isFloat) {
        throw new AtelierError(
          "dtype",
          said`${path}: expected "${name}" to hold floats, got ${entry.dtype}. The file belongs to another model or uses a quantisation that is not known here.`,
          { context: { path, name } },
        );
      }
      const data = widenToFloat32(await load(name), entry.dtype);
      return { dtype: "float32", shape: entry.shape, data };
    },
  };
}

/** The error for a tensor that a file does not hold. */
export function unknownTensor(path: string, name: string, count: number): AtelierError {
  return new AtelierError(
    "weights",
    said`${path}: expected a tensor named "${name}", got ${count} others. The file belongs to another model or is incomplete.`,
    { context: { path, name } },
  );
}

async function readHeader(
  file: ReadableFile,
): Promise<Pick<SafetensorsFile, "metadata" | "entries">> {
  const { path, sizeBytes } = file;
  const start = await file.read(0, Math.min(64, sizeBytes));
  const refuse = (problem: Sentence): never => {
    throw new AtelierError("format", said`${path}: ${problem} ${adviceFor(start)}`, {
      context: { path },
    });
  };
  if (sizeBytes < 8) refuse(said`expected a safetensors file, got ${sizeBytes} bytes.`);
  const claimed = new DataView(start.buffer, start.byteOffset).getBigUint64(0, true);
  if (claimed > BigInt(MAX_HEADER_BYTES)) {
    const what = lookalikeOf(start);
    if (what !== undefined) refuse(said`expected a safetensors file, got ${what.name}.`);
    refuse(
      said`expected a header of at most ${MAX_HEADER_BYTES} bytes, got a length of ${String(claimed)}.`,
    );
  }
  const length = Number(claimed);
  const dataStart = 8 + length;
  if (dataStart > sizeBytes) {
    refuse(said`expected a header of ${length} bytes, got a file of ${sizeBytes}.`);
  }
  const header = parseHeader(path, await file.read(8, length), sizeBytes - dataStart);
  const entries = [...header.entries].map(([name, { dtype, shape, begin, end }]) => {
    const place = { file: path, byteOffset: dataStart + begin, byteLength: end - begin };
    return [name, { dtype, shape, ...place }] as const;
  });
  return { metadata: header.metadata, entries: new Map(entries) };
}

/** What other files are given the name `.safetensors`, by their first characters. */
const lookalikes: readonly Lookalike[] = [
  {
    start: "PK\u0003\u0004",
    name: said`what looks like a PyTorch checkpoint (.ckpt, .pt) under another name`,
    advice: said`Give it that ending, or convert it to safetensors.`,
  },
  {
    start: "\u0080",
    name: said`what looks like a Python pickle under another name`,
    advice: said`Give it the ending .pt, or convert it to safetensors.`,
  },
  {
    start: "{",
    name: said`what looks like a JSON file`,
    advice: said`Name the file of weights that belongs to it.`,
  },
  {
    start: "GGUF",
    name: said`what looks like a GGUF file under another name`,
    advice: said`Convert it to safetensors first.`,
  },
];

interface Lookalike {
  readonly start: string;
  readonly name: Sentence;
  readonly advice: Sentence;
}

function lookalikeOf(start: Uint8Array): Lookalike | undefined {
  const text = String.fromCharCode(...start);
  return lookalikes.find((one) => text.startsWith(one.start));
}

function adviceFor(start: Uint8Array): Sentence {
  const impostor = describeImpostor(start);
  if (impostor !== undefined) return said`This is ${impostor}: download the file again.`;
  return (
    lookalikeOf(start)?.advice ??
    said`The file is cut off or no safetensors file; copy or download it again.`
  );
}

function hostTensor(where: string, entry: SafetensorsEntry, bytes: Uint8Array): HostTensor {
  const { dtype, shape } = entry;
  switch (dtype) {
    case "F32":
      return { dtype: "float32", shape, data: new Float32Array(aligned(bytes, 4)) };
    case "F64":
      return { dtype: "float64", shape, data: new Float64Array(aligned(bytes, 8)) };
    case "F16":
      return { dtype: "float16", shape, data: new Uint16Array(aligned(bytes, 2)) };
    case "BF16":
      return { dtype: "bfloat16", shape, data: new Uint16Array(aligned(bytes, 2)) };
    case "I64":
      return { dtype: "int64", shape, data: new BigInt64Array(aligned(bytes, 8)) };
    case "I32":
      return { dtype: "int32", shape, data: new Int32Array(aligned(bytes, 4)) };
    case "U8":
      return { dtype: "uint8", shape, data: bytes };
    case "BOOL":
      return { dtype: "bool", shape, data: bytes };
    default:
      throw new AtelierError(
        "dtype",
        said`${where}: expected a type that tensors in memory can have, got ${dtype}. Use readFloat32 for floats or readBytes.`,
      );
  }
}
