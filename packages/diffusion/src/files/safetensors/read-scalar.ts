/** @file A single number of a tensor file, whatever type it is stored as. */

import { AtelierError, said } from "@atelier/engine";
import { type SafetensorsDType, safetensorsDTypes } from "../../core/safetensors-dtype.js";
import type { SafetensorsFile } from "./open-safetensors.js";

const integers: Partial<Record<SafetensorsDType, (view: DataView) => number>> = {
  BOOL: (view) => view.getUint8(0),
  U8: (view) => view.getUint8(0),
  I8: (view) => view.getInt8(0),
  I16: (view) => view.getInt16(0, true),
  U16: (view) => view.getUint16(0, true),
  I32: (view) => view.getInt32(0, true),
  U32: (view) => view.getUint32(0, true),
  I64: (view) => Number(view.getBigInt64(0, true)),
  U64: (view) => Number(view.getBigUint64(0, true)),
};

/**
 * The one number in a tensor of any shape: PyTorch makes integers of what was written as one.
 * @throws AtelierError `format` for a tensor of several numbers or none, `dtype`, `file`.
 */
export async function readScalar(file: SafetensorsFile, name: string): Promise<number> {
  const { dtype = "F32", shape = [] } = file.entries.get(name) ?? {};
  const count = shape.reduce((size, extent) => size * extent, 1);
  if (count !== 1) {
    throw new AtelierError(
      "format",
      said`${file.path}: expected one number in "${name}", got ${count}. The file is damaged.`,
    );
  }
  const read = safetensorsDTypes[dtype].isFloat ? undefined : integers[dtype];
  if (read === undefined) return (await file.readFloat32(name)).data[0] ?? Number.NaN;
  const bytes = await file.readBytes(name);
  return read(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}
