/** @file Values of the base's parameters, from memory or from where the runtime maps them. */

import {
  type FileStore,
  type FloatTensor,
  floatTensor,
  internalError,
  type ParameterSource,
  type Shape,
} from "@atelier/engine";
import { splitModulePath } from "../../core/lora-weights.js";
import { safetensorsDTypeOf } from "../../core/safetensors-dtype.js";
import { parameterPrefix } from "../../families/components.js";
import { widenToFloat32 } from "../../files/safetensors/float-codec.js";
import type { StartContext } from "./tuning-part.js";

/** The graph's name of a layer's weight. */
export function weightName(module: string): string {
  const { component, path } = splitModulePath(module);
  return `${parameterPrefix(component)}${path}.weight`;
}

/** The weight of an adapted layer. @throws AtelierError `file`. */
export function readBaseWeight(
  context: StartContext,
  { module, weightShape }: { readonly module: string; readonly weightShape: Shape },
): Promise<FloatTensor> {
  return readBaseParameter(context, weightName(module), weightShape);
}

/** A parameter of the base, as float32 however it is stored. @throws AtelierError `file`. */
export async function readBaseParameter(
  { files, base }: Pick<StartContext, "files" | "base">,
  name: string,
  shape: Shape,
): Promise<FloatTensor> {
  const source = base.get(name);
  if (source === undefined) throw internalError(`no parameter ${name}.`);
  if ("path" in source) return readMapped(files, source, shape);
  if (source.dtype === "float32") return source;
  throw internalError(`expected float32 values of ${name}, got ${source.dtype}.`);
}

async function readMapped(
  files: FileStore,
  source: Extract<ParameterSource, { path: string }>,
  shape: Shape,
): Promise<FloatTensor> {
  const file = await files.open(source.path);
  try {
    const bytes = await file.read(source.byteOffset, source.byteLength);
    return floatTensor(widenToFloat32(bytes, safetensorsDTypeOf[source.dtype ?? "float32"]), shape);
  } finally {
    await file.close();
  }
}
