/** @file GGUF files of small models, as ComfyUI's and stable-diffusion.cpp's are laid out: float32, or Q8_0. */

import { writeFile } from "node:fs/promises";
import { byteView, type FloatTensor } from "@atelier/engine";
import { narrowFromFloat32 } from "../files/safetensors/float-codec.js";

/** A tensor and how it is packed. */
export interface GgufSource {
  readonly name: string;
  readonly tensor: FloatTensor;
  readonly isPacked?: boolean;
}

const alignment = 32;
const [float32, q8] = [0, 8];
const blockValues = 32;

/** Writes a file. @param architecture `general.architecture` */
export async function writeGguf(
  path: string,
  architecture: string,
  tensors: readonly GgufSource[],
): Promise<void> {
  const header: Buffer[] = [Buffer.from("GGUF"), u32(3), u64(tensors.length), u64(1)];
  header.push(text("general.architecture"), u32(8), text(architecture));
  const data: Buffer[] = [];
  let offset = 0;
  for (const { name, tensor, isPacked = false } of tensors) {
    const extents = tensor.shape.toReversed().map(u64);
    header.push(text(name), u32(extents.length), ...extents, u32(isPacked ? q8 : float32));
    header.push(u64(offset));
    const bytes = Buffer.from(isPacked ? packed(tensor.data) : byteView(tensor.data));
    const filled = padded(bytes);
    data.push(filled);
    offset += filled.length;
  }
  await writeFile(path, Buffer.concat([padded(Buffer.concat(header)), ...data]));
}

/** Blocks of a float16 scale and 32 whole numbers. */
function packed(values: Float32Array): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at < values.length; at += blockValues) {
    const block = values.subarray(at, at + blockValues);
    const scale = Math.max(...block.map(Math.abs)) / 127;
    blocks.push(Buffer.from(narrowFromFloat32(Float32Array.of(scale), "F16")));
    blocks.push(Buffer.from(Int8Array.from(block, (value) => Math.round(value / (scale || 1)))));
  }
  return Buffer.concat(blocks);
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((alignment - (bytes.length % alignment)) % alignment)]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function text(value: string): Buffer {
  return Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);
}
