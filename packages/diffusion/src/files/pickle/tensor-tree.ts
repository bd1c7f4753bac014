/**
 * @file The tensors of a saved object under flat names. Checkpoints nest: Lightning puts weights
 * below `state_dict`, A1111's embeddings theirs below `string_to_param`.
 */

import { shorten } from "@atelier/engine";
import { asKind, describeValue, type PickleValue, type TensorReference } from "./pickle-value.js";

/** Bounds of what is looked at; values may hold themselves or stand in many places. */
const maxDepth = 4;
const maxValues = 300_000;
const maxNameLength = 1024;

/** A saved object as names and tensors. */
export interface TensorTree {
  /** By name; names of nested dicts are joined by dots. */
  readonly tensors: ReadonlyMap<string, TensorReference>;
  /** Numbers and texts beside the tensors, such as `global_step` or an embedding's `name`. */
  readonly scalars: ReadonlyMap<string, string>;
}

/**
 * Flattens a saved object. Where it has a `state_dict`, only its tensors count.
 * @throws SyntaxError for what is neither a dict nor a tensor, and for names that clash.
 */
export function flattenTensors(root: PickleValue): TensorTree {
  const tensors = new Map<string, TensorReference>();
  const alone = asKind(root, "tensor");
  if (alone !== undefined) return { tensors: new Map([["", alone]]), scalars: new Map() };
  const dict = asKind(root, "dict")?.entries;
  if (dict === undefined) {
    throw new SyntaxError(
      `expected a dict of tensors, got ${describeValue(root)}; whole modules are code, save their state_dict()`,
    );
  }
  let seen = 0;
  const visit = (value: PickleValue, name: string, depth: number): void => {
    if (++seen > maxValues) throw new SyntaxError(`expected at most ${maxValues} values, got more`);
    const tensor = asKind(value, "tensor");
    if (tensor !== undefined) {
      if (tensors.has(name)) throw new SyntaxError(`expected one "${name}", got two`);
      tensors.set(name, tensor);
      return;
    }
    if (depth >= maxDepth) return;
    for (const [key, child] of childrenOf(value)) {
      visit(child, name === "" ? nameOf(key) : `${name}.${nameOf(key)}`, depth + 1);
    }
  };
  visit(asKind(dict.get("state_dict"), "dict") ?? root, "", 0);
  return { tensors, scalars: scalarsOf(dict) };
}

/** The entries of a dict, or the parameters of a `ParameterDict`, which is never made. */
function childrenOf(value: PickleValue): ReadonlyMap<PickleValue, PickleValue> {
  const state = asKind(asKind(value, "opaque")?.state, "dict")?.entries;
  const dict = asKind(state?.get("_parameters") ?? value, "dict");
  return dict?.entries ?? new Map();
}

function scalarsOf(dict: ReadonlyMap<PickleValue, PickleValue>): Map<string, string> {
  const scalars = new Map<string, string>();
  for (const [key, value] of dict) {
    const isScalar =
      typeof value === "string" ||
      typeof value === "number" ||
      typeof value === "bigint" ||
      typeof value === "boolean";
    if (isScalar) scalars.set(nameOf(key), String(value));
  }
  return scalars;
}

function nameOf(key: PickleValue): string {
  const name = typeof key === "string" || typeof key === "number" ? String(key) : undefined;
  if (name !== undefined && name.length <= maxNameLength && name !== "__proto__") return name;
  throw new SyntaxError(
    `expected names of at most ${maxNameLength} letters, got ${name === undefined ? describeValue(key) : JSON.stringify(shorten(name, 40))}`,
  );
}
