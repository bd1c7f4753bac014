/**
 * @file Opening files of `torch.save` (`.ckpt`, `.pt`, `.pth`, `.bin`) as the tensors that they
 * hold. Pickles can hold code; nothing in them is run (see read-pickle.ts). Each tensor is read when
 * it is asked for, or mapped straight from the file where its elements stand row by row.
 */

import { AtelierError, type FileStore, type ReadableFile, said } from "@atelier/engine";
import { describeImpostor } from "../../core/read-text.js";
import { safetensorsDTypes } from "../../core/safetensors-dtype.js";
import { some } from "../../core/warnings/param-kinds.js";
import { type Warning, warning } from "../../core/warnings/warning.js";
import type { SafetensorsEntry } from "../../core/weights.js";
import { type SafetensorsFile, tensorReaders } from "../safetensors/open-safetensors.js";
import { byteLengthOf } from "../safetensors/parse-header.js";
import { gatherStrided, isRowMajor, spanOf } from "./gather-strided.js";
import type { TensorReference } from "./pickle-value.js";
import { flattenTensors } from "./tensor-tree.js";
import {
  readTorchContainer,
  type StoragePlace,
  storageBytes,
  type TorchContainer,
} from "./torch-container.js";

/** An open file of `torch.save`: its tensors, with numbers and texts beside them as metadata. */
export interface PytorchFile extends SafetensorsFile {
  /** Which objects were left out, if any. */
  readonly notes: readonly Warning[];
}

/** Tensors may share storages, but not so often that a small file stands for a huge model. */
const maxSharing = 4;

/**
 * Opens a file of `torch.save` and checks every claim of it.
 * @throws AtelierError `file` when it cannot be read, `format` when it is damaged, holds no dict of
 *   tensors, or names what only attacks name.
 */
export async function openPytorch(files: FileStore, path: string): Promise<PytorchFile> {
  const file = await files.open(path);
  try {
    const { entries, views, metadata, skipped } = await readTensors(file);
    const load = async (name: string, entry: SafetensorsEntry): Promise<Uint8Array> => {
      const stored = await file.read(entry.byteOffset, entry.byteLength);
      const view = views.get(name);
      if (view === undefined || entry.isWhole !== false) return stored;
      return gatherStrided(stored, view, safetensorsDTypes[entry.dtype].bits / 8);
    };
    return {
      path,
      metadata,
      entries,
      notes: noteSkipped(path, skipped),
      ...tensorReaders(path, entries, load),
      close: () => file.close(),
    };
  } catch (error) {
    const isOurs = error instanceof SyntaxError;
    const reason = isOurs ? await explain(file, error) : error;
    await file.close();
    throw reason;
  }
}

interface TensorTable extends Pick<PytorchFile, "entries" | "metadata"> {
  readonly views: ReadonlyMap<string, TensorReference>;
  readonly skipped: readonly string[];
}

async function readTensors(file: ReadableFile): Promise<TensorTable> {
  const container = await readTorchContainer(file);
  const { tensors, scalars } = flattenTensors(container.root);
  const entries = new Map<string, SafetensorsEntry>();
  let total = 0;
  for (const [name, tensor] of tensors) {
    const entry = locate(file.path, name, { tensor, container });
    entries.set(name, entry);
    total += byteLengthOf(entry.dtype, entry.shape) ?? 0;
  }
  if (total > maxSharing * file.sizeBytes) {
    throw new SyntaxError(
      `expected tensors that the file can hold, got ${total} bytes of them in ${file.sizeBytes}`,
    );
  }
  return { entries, views: tensors, metadata: scalars, skipped: container.skipped };
}

function locate(
  path: string,
  name: string,
  { tensor, container }: { readonly tensor: TensorReference; readonly container: TorchContainer },
): SafetensorsEntry {
  const { dtype, shape, offset, storage } = tensor;
  const place = container.storages.get(storage.key);
  requireStorage(name, tensor, place);
  const elementBytes = safetensorsDTypes[dtype].bits / 8;
  const span = spanOf(tensor);
  const end = (offset + span) * elementBytes;
  if (!Number.isSafeInteger(end) || end > place.byteLength) {
    throw new SyntaxError(
      `expected "${name}" inside its storage of ${place.byteLength} bytes, got elements ${offset} to ${offset + span}`,
    );
  }
  return {
    dtype,
    shape,
    file: path,
    byteOffset: place.byteOffset + offset * elementBytes,
    byteLength: span * elementBytes,
    ...(isRowMajor(tensor) ? {} : { isWhole: false }),
  };
}

function requireStorage(
  name: string,
  { storage }: TensorReference,
  place: StoragePlace | undefined,
): asserts place is StoragePlace {
  const expected = storageBytes(storage);
  if (place?.byteLength === expected) return;
  throw new SyntaxError(
    `expected a storage of ${expected} bytes for "${name}", got ${place?.byteLength ?? "none"}`,
  );
}

function noteSkipped(path: string, skipped: readonly string[]): Warning[] {
  return skipped.length === 0 ? [] : [warning("skipped-objects", { path, classes: some(skipped) })];
}

async function explain(file: ReadableFile, cause: SyntaxError): Promise<AtelierError> {
  const { path, sizeBytes } = file;
  const start = await file.read(0, Math.min(64, sizeBytes));
  const impostor = describeImpostor(start);
  const isSafetensors = /^.{8}\{"/s.test(String.fromCharCode(...start));
  const advice =
    impostor !== undefined
      ? said`This is ${impostor}: download the file again.`
      : isSafetensors
        ? said`This looks like a safetensors file under another name: rename it.`
        : said`The file is damaged, cut off, or holds more than a model; get the safetensors form of it.`;
  return new AtelierError("format", said`${path}: ${cause.message}. ${advice}`, {
    cause,
    context: { path },
  });
}
