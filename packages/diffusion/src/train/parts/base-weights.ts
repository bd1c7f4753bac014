/** @file Values of the base's parameters, from memory or from where the runtime maps them. */

import {
  type FloatTensor,
  floatTensor,
  internalError,
  openOnce,
  readFloats,
  type Shape,
} from "@atelier/engine";
import { splitModulePath } from "../../core/lora-weights.js";
import { parameterPrefix } from "../../families/components.js";
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
  if ("path" in source) {
    await using opened = openOnce(files);
    return floatTensor(await readFloats(opened.open, source), shape);
  }
  if (source.dtype === "float32") return source;
  throw internalError(`expected float32 values of ${name}, got ${source.dtype}.`);
}
