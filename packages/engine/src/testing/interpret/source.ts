/** @file Inputs and parameters by name, constants from their node. */

import { internalError } from "../../errors.js";
import type { SourceAttributes } from "../../graph/op-attributes.js";
import { widenHalf } from "../../half.js";
import { sizeOf } from "../../shape.js";
import type { HostTensor } from "../../tensor.js";
import type { Evaluators, SourceValues } from "./value.js";

/** The elements of a tensor as float64. */
export function numbersOf({ dtype, data }: HostTensor): Float64Array {
  const isNarrow = dtype === "float16" || dtype === "bfloat16";
  return Float64Array.from<number | bigint>(isNarrow ? widenHalf(data, dtype) : data, Number);
}

function named({ name, shape }: SourceAttributes["input"], sources: SourceValues): Float64Array {
  const data = sources[name];
  if (data?.length === sizeOf(shape)) return data;
  throw internalError(
    `interpret: expected ${sizeOf(shape)} elements for "${name}", got ${data?.length}.`,
  );
}

export const sourceEvaluators: Evaluators<keyof SourceAttributes> = {
  input: ({ attributes }, _, sources) => named(attributes, sources),
  parameter: ({ attributes }, _, sources) => named(attributes, sources),
  constant: ({ attributes }) => numbersOf(attributes.value),
};
