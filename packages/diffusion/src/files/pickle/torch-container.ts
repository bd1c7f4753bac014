/**
 * @file The two containers of `torch.save`: a ZIP archive with the pickle in `data.pkl` and every
 * storage in an entry of its own (since PyTorch 1.6), and the older sequence of pickles with the
 * storages behind them. Facts from `torch/serialization.py`.
 */

import type { ReadableFile } from "@atelier/engine";
import { shorten } from "@atelier/engine";
import type { SafetensorsDType } from "../../core/safetensors-dtype.js";
import { createByteCursor } from "../byte-cursor.js";
import { byteLengthOf } from "../safetensors/parse-header.js";
import { pickleLimits } from "./pickle-machine.js";
import { asKind, describeValue, type PickleValue, type StorageReference } from "./pickle-value.js";
import { readPickle } from "./read-pickle.js";
import { readZipDirectory, type ZipEntry } from "./stored-zip.js";
import { createTorchObjects, type TorchObjects } from "./torch-objects.js";

/** Where a storage's bytes stand in the file. */
export interface StoragePlace {
  readonly byteOffset: number;
  readonly byteLength: number;
}

/** What a file of `torch.save` holds. */
export interface TorchContainer {
  /** The saved object. */
  readonly root: PickleValue;
  /** Places by the key of the storage. */
  readonly storages: ReadonlyMap<string, StoragePlace>;
  /** Names of classes whose objects were left out. */
  readonly skipped: readonly string[];
}

/** First number of the older container. */
const legacyMagic = 0x1950a86a20f9469cfc6cn;

/**
 * Reads the pickle of a file and finds its storages.
 * @throws SyntaxError for anything that `torch.save` does not write.
 */
export async function readTorchContainer(file: ReadableFile): Promise<TorchContainer> {
  const [first, second] = await file.read(0, Math.min(2, file.sizeBytes));
  const objects = createTorchObjects();
  if (first === 0x50 && second === 0x4b) return readArchive(file, objects);
  if (first === 0x80) return readSequence(file, objects);
  throw new SyntaxError("expected a file of torch.save, got other bytes");
}

async function readArchive(file: ReadableFile, objects: TorchObjects): Promise<TorchContainer> {
  const entries = await readZipDirectory(file);
  const pickles = [...entries.values()].filter(({ name }) => /^[^/]+\/data\.pkl$/.test(name));
  const [pickle] = pickles;
  if (pickle === undefined || pickles.length > 1) {
    throw new SyntaxError(`expected one data.pkl in the archive, got ${pickles.length}`);
  }
  const folder = pickle.name.slice(0, -"data.pkl".length);
  const order = entries.get(`${folder}byteorder`);
  requireLittleEndian(order === undefined ? "little" : await readShortText(file, order));
  requirePickleSize(pickle.byteLength);
  const bytes = await file.read(pickle.byteOffset, pickle.byteLength);
  const { value: root } = readPickle(bytes, objects);
  const storages = new Map<string, StoragePlace>();
  const data = `${folder}data/`;
  for (const [name, entry] of entries) {
    if (name.startsWith(data)) storages.set(name.slice(data.length), entry);
  }
  return { root, storages, skipped: [...objects.skipped] };
}

async function readShortText(file: ReadableFile, entry: ZipEntry): Promise<string> {
  const bytes = await file.read(entry.byteOffset, Math.min(entry.byteLength, 16));
  return new TextDecoder().decode(bytes);
}

/** Magic number, protocol, facts of the machine, the object, keys of storages, storages. */
async function readSequence(file: ReadableFile, objects: TorchObjects): Promise<TorchContainer> {
  const bytes = await file.read(0, Math.min(file.sizeBytes, pickleLimits.bytes));
  let start = 0;
  const next = (): PickleValue => {
    const { value, end } = readPickle(bytes, { host: objects.host, start });
    start = end;
    return value;
  };
  if (next() !== legacyMagic) {
    throw new SyntaxError("expected a file of torch.save, got a pickle of something else");
  }
  const protocol = next();
  if (protocol !== 1001)
    throw new SyntaxError(`expected version 1001, got ${describeValue(protocol)}`);
  const isLittle = asKind(next(), "dict")?.entries.get("little_endian") === true;
  requireLittleEndian(isLittle ? "little" : "big");
  const used = new Map<string, StorageReference>();
  const { host } = objects;
  const resolve = (reference: PickleValue): PickleValue => {
    const storage = asKind(host.resolve(reference), "storage");
    if (storage === undefined) throw new SyntaxError("expected a storage");
    used.set(storage.key, storage);
    return storage;
  };
  const { value: root, end } = readPickle(bytes, { host: { ...host, resolve }, start });
  start = end;
  const keys = asKind(next(), "list")?.items ?? [];
  const storages = await placeStorages(file, { keys, used, start });
  return { root, storages, skipped: [...objects.skipped] };
}

/** Each storage is its number of elements in eight bytes, then the elements. */
async function placeStorages(
  file: ReadableFile,
  {
    keys,
    used,
    start,
  }: {
    readonly keys: readonly PickleValue[];
    readonly used: ReadonlyMap<string, StorageReference>;
    readonly start: number;
  },
): Promise<Map<string, StoragePlace>> {
  const places = new Map<string, StoragePlace>();
  let at = start;
  for (const key of keys) {
    const storage = typeof key === "string" ? used.get(key) : undefined;
    if (storage === undefined || places.has(storage.key)) {
      throw new SyntaxError(
        `expected the key of a storage once, got ${shorten(describeValue(key), 40)}`,
      );
    }
    if (at + 8 > file.sizeBytes) throw new SyntaxError("expected more storages, got the end");
    const length = createByteCursor(await file.read(at, 8)).unsigned(8);
    if (length !== storage.length) {
      throw new SyntaxError(`expected ${storage.length} elements of a storage, got ${length}`);
    }
    const byteLength = storageBytes(storage);
    places.set(storage.key, { byteOffset: at + 8, byteLength });
    at += 8 + byteLength;
    if (at > file.sizeBytes) {
      throw new SyntaxError(`expected ${byteLength} bytes of a storage, got the end of the file`);
    }
  }
  return places;
}

/** Bytes of a storage. @throws SyntaxError for a size that no file has. */
export function storageBytes({ dtype, length }: StorageReference): number {
  return requireBytes(dtype ?? "U8", length);
}

function requireBytes(dtype: SafetensorsDType, length: number): number {
  const size = byteLengthOf(dtype, [length]);
  if (size === undefined) throw new SyntaxError(`expected a storage that fits, got ${length}`);
  return size;
}

function requirePickleSize(size: number): void {
  if (size <= pickleLimits.bytes) return;
  throw new SyntaxError(`expected a pickle of at most ${pickleLimits.bytes} bytes, got ${size}`);
}

function requireLittleEndian(order: string): void {
  if (order === "little") return;
  throw new SyntaxError(`expected little-endian numbers, got ${JSON.stringify(order)}`);
}
