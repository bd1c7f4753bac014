/**
 * @file Opening GGUF files, as ComfyUI and stable-diffusion.cpp have them: floats are read or mapped as they
 * stand, packed numbers are unpacked when they are asked for.
 */

import {
  AtelierError,
  byteView,
  type FileStore,
  formatShape,
  type ReadableFile,
  type Shape,
  said,
  sizeOf,
} from "@atelier/engine";
import { describeImpostor } from "../../core/read-text.js";
import type { SafetensorsDType } from "../../core/safetensors-dtype.js";
import type { SafetensorsEntry } from "../../core/weights.js";
import { type SafetensorsFile, tensorReaders } from "../safetensors/open-safetensors.js";
import { byteLengthOf } from "../safetensors/parse-header.js";
import { type BlockFormat, blockFormats, otherFormats } from "./block-formats.js";
import { maxHeaderBytes, readGgufHeader } from "./read-header.js";

/** Types of ggml that are arrays of one element type. */
const plainTypes: ReadonlyMap<number, SafetensorsDType> = new Map([
  [0, "F32"],
  [1, "F16"],
  [24, "I8"],
  [25, "I16"],
  [26, "I32"],
  [27, "I64"],
  [28, "F64"],
  [30, "BF16"],
]);

/** Values of `general.architecture` that name models of pictures, or parts of them. */
const pictureModels: ReadonlySet<string> = new Set([
  ...[
    "flux",
    "sd3",
    "sdxl",
    "sd1",
    "sd2",
    "aura",
    "hidream",
    "cosmos",
    "ltxv",
    "hyvid",
    "wan",
    "lumina2",
    "qwen_image",
  ],
  ...["t5", "t5encoder", "clip"],
]);

/**
 * Opens a GGUF file and checks every claim of its header.
 * @throws AtelierError `file` when it cannot be read, `format` when it is damaged or hostile, a language model, or
 *   packed in a way that is not known here.
 */
export async function openGguf(files: FileStore, path: string): Promise<SafetensorsFile> {
  const file = await files.open(path);
  try {
    const { metadata, entries, formats } = await readEntries(file);
    const load = async (name: string, entry: SafetensorsEntry): Promise<Uint8Array> => {
      const stored = await file.read(entry.byteOffset, entry.byteLength);
      const format = formats.get(name);
      return format === undefined ? stored : unpacked(stored, format);
    };
    const readers = tensorReaders(path, entries, load);
    return { path, metadata, entries, ...readers, close: () => file.close() };
  } catch (error) {
    const reason = error instanceof SyntaxError ? await explain(file, error) : error;
    await file.close();
    throw reason;
  }
}

interface Entries extends Pick<SafetensorsFile, "metadata" | "entries"> {
  /** How those are packed that are. */
  readonly formats: ReadonlyMap<string, BlockFormat>;
}

async function readEntries(file: ReadableFile): Promise<Entries> {
  const { path, sizeBytes } = file;
  const header = readGgufHeader(await file.read(0, Math.min(sizeBytes, maxHeaderBytes)));
  const architecture = header.fields.get("general.architecture");
  if (architecture !== undefined && !pictureModels.has(architecture)) {
    throw new SyntaxError(
      `expected a model that draws or reads captions, got one of "${architecture}"`,
    );
  }
  const entries = new Map<string, SafetensorsEntry>();
  const formats = new Map<string, BlockFormat>();
  let total = 0;
  for (const [name, { shape, type, byteOffset }] of header.tensors) {
    const format = blockFormats.get(type);
    const dtype = format === undefined ? plainTypes.get(type) : "F32";
    if (dtype === undefined) {
      const title = otherFormats.get(type) ?? `type ${type}`;
      throw new SyntaxError(
        `expected floats, Q8_0, Q4 to Q6 or their K types, got ${title} in "${name}"`,
      );
    }
    const byteLength =
      format === undefined ? byteLengthOf(dtype, shape) : packedBytes(format, shape);
    const end = byteOffset + (byteLength ?? Number.NaN);
    if (byteLength === undefined || !Number.isSafeInteger(end) || end > sizeBytes) {
      throw new SyntaxError(
        `expected "${name}" ${formatShape(shape)} inside the file of ${sizeBytes} bytes, got an end at ${end}`,
      );
    }
    total += byteLength;
    if (format !== undefined) formats.set(name, format);
    const place = { dtype, shape, file: path, byteOffset, byteLength };
    entries.set(name, format === undefined ? place : { ...place, isWhole: false });
  }
  if (total > sizeBytes) {
    throw new SyntaxError(
      `expected tensors that do not overlap, got ${total} bytes of them in ${sizeBytes}`,
    );
  }
  return { metadata: header.fields, entries, formats };
}

/** Nothing where rows are no whole blocks. */
function packedBytes({ values, bytes }: BlockFormat, shape: Shape): number | undefined {
  const count = sizeOf(shape);
  return Number.isSafeInteger(count) && count % values === 0 ? (count / values) * bytes : undefined;
}

/** The bytes of float32 values. */
function unpacked(stored: Uint8Array, { values, bytes, unpack }: BlockFormat): Uint8Array {
  const view = new DataView(stored.buffer, stored.byteOffset, stored.byteLength);
  const blocks = stored.byteLength / bytes;
  const result = new Float32Array(blocks * values);
  for (let block = 0; block < blocks; block++) unpack(view, block * bytes, result, block * values);
  return byteView(result);
}

async function explain(file: ReadableFile, cause: SyntaxError): Promise<AtelierError> {
  const { path, sizeBytes } = file;
  const impostor = describeImpostor(await file.read(0, Math.min(64, sizeBytes)));
  const advice =
    impostor === undefined
      ? said`The file is damaged, cut off or of another kind; take another form of the model.`
      : said`This is ${impostor}: download the file again.`;
  return new AtelierError("format", said`${path}: ${cause.message}. ${advice}`, {
    cause,
    context: { path },
  });
}
