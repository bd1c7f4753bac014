/**
 * @file What a pickle can hold here: plain values, containers, tensors, and objects of classes that
 * are not known, of which only the name is kept. No value does anything by itself.
 */

import type { Shape } from "@atelier/engine";
import type { SafetensorsDType } from "../../core/safetensors-dtype.js";

/** Any value of a pickle. Containers may hold themselves, so that walks need a bound. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleList
  | PickleTuple
  | PickleDict
  | PickleGlobal
  | PickleOpaque
  | StorageReference
  | TensorReference;

/** A list. */
export interface PickleList {
  readonly kind: "list";
  readonly items: PickleValue[];
}

/** A tuple. */
export interface PickleTuple {
  readonly kind: "tuple";
  readonly items: readonly PickleValue[];
}

/** A dict or an OrderedDict. */
export interface PickleDict {
  readonly kind: "dict";
  readonly entries: Map<PickleValue, PickleValue>;
}

/** The name of a class or function, `module.name`. */
export interface PickleGlobal {
  readonly kind: "global";
  readonly name: string;
}

/** An object that was not made: the name of its class or function, and the state it would have had. */
export interface PickleOpaque {
  readonly kind: "opaque";
  readonly name: string;
  state?: PickleValue;
}

/** A run of elements that stands in the file outside of the pickle. */
export interface StorageReference {
  readonly kind: "storage";
  readonly key: string;
  /** `undefined` for bytes whose type each tensor names itself. */
  readonly dtype: SafetensorsDType | undefined;
  /** Number of elements; of bytes without a type. */
  readonly length: number;
}

/** A view of a storage. */
export interface TensorReference {
  readonly kind: "tensor";
  readonly storage: StorageReference;
  readonly dtype: SafetensorsDType;
  readonly shape: Shape;
  /** Elements between neighbours along each axis. */
  readonly strides: readonly number[];
  /** Of the first element, in elements. */
  readonly offset: number;
}

/** The object types of {@link PickleValue}, by their tag. */
export type PickleKind = Extract<PickleValue, { readonly kind: string }>["kind"];

/** The value as one of a kind, or `undefined`. */
export function asKind<K extends PickleKind>(
  value: PickleValue | undefined,
  kind: K,
): Extract<PickleValue, { readonly kind: K }> | undefined {
  const isTagged = typeof value === "object" && value !== null && "kind" in value;
  // The tag tells the members of the union apart.
  return isTagged && value.kind === kind
    ? (value as Extract<PickleValue, { readonly kind: K }>)
    : undefined;
}

/** What a value is, for messages. */
export function describeValue(value: PickleValue | undefined): string {
  if (value === undefined || value === null) return "nothing";
  if (typeof value !== "object") return `a ${typeof value}`;
  if (value instanceof Uint8Array) return "bytes";
  if (value.kind === "opaque" || value.kind === "global") return `a ${value.name}`;
  return `a ${value.kind}`;
}
