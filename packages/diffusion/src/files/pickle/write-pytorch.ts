/**
 * @file Writes files as `torch.save` does, for programs that know no safetensors: text, numbers and
 * tensors in dicts, which `torch.load(…, weights_only=True)` accepts.
 */

import type { FileStore } from "@atelier/engine";
import { AtelierError, said } from "@atelier/engine";
import type { SafetensorsDType } from "../../core/safetensors-dtype.js";
import type { TensorSource } from "../safetensors/write-safetensors.js";
import { type ByteBuilder, createByteBuilder } from "./byte-builder.js";
import { storedZip } from "./write-stored-zip.js";

/** What a file can hold. Numbers are whole, below 2^31. */
export type TorchValue =
  | null
  | boolean
  | number
  | string
  | TensorSource
  | ReadonlyMap<string, TorchValue>;

/** Storage classes of the element types that models are stored in. */
const storageClasses: Partial<Record<SafetensorsDType, string>> = {
  F64: "DoubleStorage",
  F32: "FloatStorage",
  F16: "HalfStorage",
  BF16: "BFloat16Storage",
  I64: "LongStorage",
  I32: "IntStorage",
  U8: "ByteStorage",
  BOOL: "BoolStorage",
};

/**
 * Writes a file and returns its size in bytes.
 * @throws AtelierError `dtype` for element types without an old storage class, `format` above 4 GiB
 *   or for a number that is not whole, `file`.
 */
export async function writePytorch(
  files: FileStore,
  path: string,
  value: ReadonlyMap<string, TorchValue>,
): Promise<number> {
  const tensors: TensorSource[] = [];
  const pickle = createByteBuilder().u8(0x80, 2);
  putValue({ path, pickle, tensors }, value);
  pickle.text(".");
  const encode = (text: string) => [new TextEncoder().encode(text)];
  return files.write(
    path,
    storedZip(path, [
      { name: "archive/data.pkl", chunks: () => [pickle.finish()] },
      { name: "archive/byteorder", chunks: () => encode("little") },
      ...tensors.map((tensor, key) => ({
        name: `archive/data/${key}`,
        chunks: () => tensor.chunks(),
      })),
      { name: "archive/version", chunks: () => encode("3\n") },
    ]),
  );
}

interface Writer {
  readonly path: string;
  readonly pickle: ByteBuilder;
  /** Tensors so far; the place of one is the key of its storage. */
  readonly tensors: TensorSource[];
}

function putValue(writer: Writer, value: TorchValue): void {
  const { pickle } = writer;
  if (value === null) pickle.text("N");
  else if (typeof value === "boolean") pickle.u8(value ? 0x88 : 0x89);
  else if (typeof value === "number") putInteger(writer, value);
  else if (typeof value === "string") putText(pickle, value);
  else if (value instanceof Map) {
    pickle.text("}(");
    // `instanceof` knows no element types.
    const entries: ReadonlyMap<string, TorchValue> = value;
    for (const [key, item] of entries) {
      putText(pickle, key);
      putValue(writer, item);
    }
    pickle.text("u");
  } else if ("chunks" in value) putTensor(writer, value);
}

function putText(pickle: ByteBuilder, text: string): void {
  const bytes = new TextEncoder().encode(text);
  pickle.text("X").u32(bytes.length).bytes(bytes);
}

function putInteger({ path, pickle }: Writer, value: number): void {
  if (Number.isSafeInteger(value) && Math.abs(value) < 2 ** 31) {
    pickle.text("J").u32(value >>> 0);
    return;
  }
  throw new AtelierError(
    "format",
    said`${path}: expected whole numbers below 2^31, got ${value}. Store it as text.`,
  );
}

/** `_rebuild_tensor_v2(storage, 0, shape, strides, False, OrderedDict())` */
function putTensor(writer: Writer, tensor: TensorSource): void {
  const { path, pickle, tensors } = writer;
  const storage = storageClasses[tensor.dtype];
  if (storage === undefined) {
    throw new AtelierError(
      "dtype",
      said`${path}: expected a type that PyTorch has a storage class for, got ${tensor.dtype} of "${tensor.name}". Store it as F32.`,
    );
  }
  const { shape } = tensor;
  const strides = shape.map((_, axis) =>
    shape.slice(axis + 1).reduce((product, extent) => product * extent, 1),
  );
  const size = shape.reduce((product, extent) => product * extent, 1);
  pickle.text("ctorch._utils\n_rebuild_tensor_v2\n((");
  putText(pickle, "storage");
  pickle.text(`ctorch\n${storage}\n`);
  putText(pickle, String(tensors.length));
  putText(pickle, "cpu");
  putInteger(writer, size);
  pickle.text("tQ");
  putInteger(writer, 0);
  for (const numbers of [shape, strides]) {
    pickle.text("(");
    for (const number of numbers) putInteger(writer, number);
    pickle.text("t");
  }
  pickle.u8(0x89).text("ccollections\nOrderedDict\n)RtR");
  tensors.push(tensor);
}
