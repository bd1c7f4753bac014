/**
 * @file Values by name on their way into a run: which ones it takes, and the checks that every runtime
 * relies on. Native code is handed addresses, so a tensor that passes holds exactly what it says it does.
 */

import type { DType } from "../dtype.js";
import { AtelierError, said } from "../errors.js";
import type { Graph } from "../graph/graph.js";
import { formatType, type NodeOf, type ValueType } from "../graph/node.js";
import { formatShape, sameShape, sizeOf } from "../shape.js";
import type { HostTensor, TensorDataMap } from "../tensor.js";
import type { AnyTensor, TensorMap } from "./runtime.js";

/** What a run must be given, by name. */
export type Slots = ReadonlyMap<string, ValueType>;

/** A slot for each source. */
export function slotsOf(sources: readonly (NodeOf<"input"> | NodeOf<"parameter">)[]): Slots {
  return new Map(sources.map((node) => [node.attributes.name, node]));
}

/**
 * The values of a run in the order of its slots.
 * @throws AtelierError `runtime` for missing, unknown and misshapen ones.
 */
export function valuesInOrder<Value extends AnyTensor>(
  slots: Slots,
  values: Readonly<Record<string, Value>>,
): Value[] {
  const ordered = [...slots].map(([name, type]) => {
    const value = values[name];
    if (value === undefined) throw missing(name, type, values);
    requireType(name, value, type);
    return value;
  });
  for (const name of Object.keys(values)) if (!slots.has(name)) throw unknown(name, slots);
  return ordered;
}

/**
 * Where each output of a graph is written, in their order; `undefined` where the runtime makes a tensor.
 * @throws AtelierError `runtime` for a target of an unknown name or another type.
 */
export function targetsInOrder(
  { outputs }: Graph,
  into: TensorMap,
): readonly (HostTensor | undefined)[] {
  for (const [name, target] of Object.entries(into)) {
    const type = outputs[name];
    if (type === undefined) {
      throw new AtelierError(
        "runtime",
        said`runtime: expected result tensors for ${listed(Object.keys(outputs))}, got one for the unknown name "${name}".`,
      );
    }
    requireType(name, target, type);
  }
  return Object.keys(outputs).map((name) => into[name]);
}

/** The tag of the array that holds each element type: also arrays of other realms have it. */
const arrayNames: { readonly [D in DType]: TensorDataMap[D][typeof Symbol.toStringTag] } = {
  float32: "Float32Array",
  float64: "Float64Array",
  float16: "Uint16Array",
  bfloat16: "Uint16Array",
  int64: "BigInt64Array",
  int32: "Int32Array",
  uint8: "Uint8Array",
  bool: "Uint8Array",
};

/** @throws AtelierError `runtime` unless a value has the type that the graph knows, and its elements. */
export function requireType(name: string, value: AnyTensor, type: ValueType): void {
  if (value.dtype !== type.dtype || !sameShape(value.shape, type.shape)) {
    throw new AtelierError(
      "runtime",
      said`runtime: expected ${formatType(type)} for "${name}", got ${formatType(value)}. A compiled graph has one shape; compile another for other sizes.`,
    );
  }
  // On a device it holds what it was made with.
  if (!("data" in value)) return;
  const { data } = value;
  const [array, size] = [arrayNames[type.dtype], sizeOf(type.shape)];
  const got = data[Symbol.toStringTag];
  if (got === array && data.length === size) return;
  throw new AtelierError(
    "runtime",
    said`runtime: expected a ${array} of ${size} elements for "${name}" ${type.dtype}${formatShape(type.shape)}, got a ${got} of ${data.length}. An array that was transferred to another thread is empty.`,
  );
}

const listed = (names: readonly string[]): string => names.slice(0, 8).join(", ") || "none";

function missing(name: string, type: ValueType, values: object): AtelierError {
  return new AtelierError(
    "runtime",
    said`runtime: expected a value for "${name}" ${formatType(type)}, got only ${listed(Object.keys(values))}.`,
  );
}

function unknown(name: string, slots: Slots): AtelierError {
  return new AtelierError(
    "runtime",
    said`runtime: expected values for ${listed([...slots.keys()])}, got the unknown name "${name}".`,
  );
}
