/**
 * @file Weights of eight bits that count only together with a number beside them, as ComfyUI's "fp8_scaled" files have
 * them: the weight is what is stored, times its scale.
 */

import {
  AtelierError,
  byteView,
  type FloatTensor,
  formatShape,
  type HostTensor,
  said,
  sizeOf,
} from "@atelier/engine";
import type { SafetensorsEntry } from "../../core/weights.js";
import type { SafetensorsFile } from "./open-safetensors.js";
import { readScalar } from "./read-scalar.js";

/** The scale of a weight, as older and newer files call it. */
const scaleName = /^(.*)\.(?:scale_weight|weight_scale)$/;
/** What says how a layer computes with eight bits, and that all below a prefix have scales. */
const otherNames = /\.(scale_input|input_scale|comfy_quant)$/;
const announcement = /^(.*\.)?scaled_fp8$/;
/** What tells of weights that are packed in ways which are not read. */
const otherPacking: readonly (readonly [RegExp, string])[] = [
  [/\.weight_scale_2$/, "a second scale of weights in four bits"],
  [/\.quant_state\.bitsandbytes__/, "weights packed by bitsandbytes"],
  [/\.(qweight|wscales)$/, "weights packed by SVDQuant or GPTQ"],
];

/**
 * The same file with its weights multiplied by their scales when they are read; a file without scales as it is.
 * @throws AtelierError `weights` for scales and packing that are not known here, and where scales are announced and
 *   missing.
 */
export async function withScales<File extends SafetensorsFile>(file: File): Promise<File> {
  const { path, entries } = file;
  const names = [...entries.keys()];
  const isPart = (name: string) =>
    scaleName.test(name) || announcement.test(name) || otherNames.test(name);
  for (const [pattern, what] of otherPacking) {
    const name = names.find((each) => pattern.test(each));
    if (name !== undefined) throw refuse(path, name, what);
  }
  if (!names.some(isPart)) return file;
  const scales = await readScales(file);
  requireAnnounced(file, scales);
  const scaled = new Map<string, SafetensorsEntry>();
  for (const [name, entry] of entries) {
    const scale = scales.get(name);
    if (scale !== undefined) scaled.set(name, { ...entry, dtype: "F32", isWhole: false, scale });
    else if (!isPart(name)) scaled.set(name, entry);
  }
  const readScaled = async (name: string, scale: number): Promise<FloatTensor> => {
    const tensor = await file.readFloat32(name);
    return { ...tensor, data: tensor.data.map((value) => value * scale) };
  };
  const reading =
    <T>(plain: (name: string) => Promise<T>, own: (tensor: FloatTensor) => T) =>
    async (name: string): Promise<T> => {
      const scale = scales.get(name);
      return scale === undefined ? plain(name) : own(await readScaled(name, scale));
    };
  return {
    ...file,
    entries: scaled,
    readBytes: reading(
      (name) => file.readBytes(name),
      ({ data }) => byteView(data),
    ),
    read: reading<HostTensor>(
      (name) => file.read(name),
      (tensor) => tensor,
    ),
    readFloat32: reading(
      (name) => file.readFloat32(name),
      (tensor) => tensor,
    ),
  };
}

/** By the weights' names. */
async function readScales(file: SafetensorsFile): Promise<Map<string, number>> {
  const { path, entries } = file;
  const scales = new Map<string, number>();
  for (const [name, { shape }] of entries) {
    const layer = scaleName.exec(name)?.[1];
    if (layer === undefined) continue;
    const weight = `${layer}.weight`;
    const stored = entries.get(weight);
    if (stored === undefined || !isEightBits(stored)) {
      throw refuse(
        path,
        name,
        `a scale beside ${stored === undefined ? "no weight" : stored.dtype}`,
      );
    }
    if (sizeOf(shape) !== 1) throw refuse(path, name, `several scales, ${formatShape(shape)}`);
    scales.set(weight, await readScalar(file, name));
  }
  return scales;
}

/** A file that says that its weights have scales has one for each that is in eight bits. */
function requireAnnounced(
  { path, entries }: SafetensorsFile,
  scales: ReadonlyMap<string, number>,
): void {
  for (const name of entries.keys()) {
    const prefix = announcement.exec(name);
    if (prefix === null) continue;
    const without = [...entries].find(
      ([weight, entry]) =>
        weight.startsWith(prefix[1] ?? "") &&
        /\.weight$/.test(weight) &&
        isEightBits(entry) &&
        !scales.has(weight),
    );
    if (without === undefined) continue;
    throw new AtelierError(
      "weights",
      said`${path}: expected a scale for each weight in eight bits, as "${name}" announces, got none for "${without[0]}". The file is incomplete: download it again, or take another form of the model.`,
    );
  }
}

function isEightBits({ dtype }: SafetensorsEntry): boolean {
  return dtype === "F8_E4M3" || dtype === "F8_E5M2";
}

function refuse(path: string, name: string, got: string): AtelierError {
  return new AtelierError(
    "weights",
    said`${path}: expected floats, those of eight bits with one scale each or none, got ${got} ("${name}"). Take another form of the model: fp16, fp8 or GGUF.`,
  );
}
