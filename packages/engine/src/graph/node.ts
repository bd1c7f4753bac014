/** @file Nodes: frozen records with one output each, made only by the factories of `ops/`. */

import type { DType } from "../dtype.js";
import { AtelierError, said } from "../errors.js";
import { formatShape, type Shape } from "../shape.js";
import type { OpAttributes, OpKind } from "./op-attributes.js";

/** Shape and element type of a value. */
export interface ValueType {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** One operation of a known kind and its single output. */
export interface NodeOf<K extends OpKind> extends ValueType {
  readonly kind: K;
  /** Grows with creation, so that inputs always have smaller numbers than their users. */
  readonly id: number;
  readonly inputs: readonly GraphNode[];
  readonly attributes: OpAttributes[K];
}

/** Any node; `kind` discriminates `attributes`. */
export type GraphNode = { [K in OpKind]: NodeOf<K> }[OpKind];

/** How the type of an operation's output follows from its inputs. */
export interface OpDefinition<K extends OpKind> {
  /** @throws AtelierError `shape` or `dtype` naming both sides when the inputs do not fit. */
  readonly infer: (inputs: readonly GraphNode[], attributes: OpAttributes[K]) => ValueType;
}

/** Definitions of some operations. */
export type OpFamily<K extends OpKind> = { readonly [P in K]: OpDefinition<P> };

/** Creates nodes of one family. */
export type NodeFactory<F extends OpKind> = <K extends F>(
  kind: K,
  inputs: readonly GraphNode[],
  attributes: OpAttributes[K],
) => GraphNode;

let nextId = 0;

/** The factory for the operations of a family. */
export function nodeFactory<F extends OpKind>(family: OpFamily<F>): NodeFactory<F> {
  return (kind, inputs, attributes) => {
    const { shape, dtype } = family[kind].infer(inputs, attributes);
    const node = Object.freeze({
      kind,
      id: nextId++,
      inputs: Object.freeze([...inputs]),
      attributes: Object.freeze(attributes),
      shape: Object.freeze([...shape]),
      dtype,
    });
    // TypeScript cannot correlate `kind` with `attributes` through the generic; the signature does.
    return node as unknown as GraphNode;
  };
}

/** `float32[2, 3]`, as messages and the printer show it. */
export function formatType({ shape, dtype }: ValueType): string {
  return `${dtype}${formatShape(shape)}`;
}

/** The input at a position. @throws AtelierError `graph` when the node has fewer. */
export function inputAt(inputs: readonly GraphNode[], index: number, where: string): GraphNode {
  const node = inputs[index];
  if (node !== undefined) return node;
  throw new AtelierError(
    "graph",
    said`${where}: expected at least ${index + 1} operands, got ${inputs.length}.`,
  );
}

/** @throws AtelierError `dtype` unless all operands have one element type. */
export function requireSameDType(where: string, inputs: readonly GraphNode[]): DType {
  const first = inputAt(inputs, 0, where).dtype;
  for (const node of inputs) {
    if (node.dtype === first) continue;
    throw new AtelierError(
      "dtype",
      said`${where}: expected operands of one element type, got ${inputs.map(formatType).join(" and ")}. Cast one of them.`,
    );
  }
  return first;
}

/** @throws AtelierError `shape` unless the node has `rank` axes. */
export function requireRank(where: string, node: GraphNode, rank: number): void {
  if (node.shape.length === rank) return;
  throw new AtelierError(
    "shape",
    said`${where}: expected ${rank} axes, got ${formatType(node)}. Reshape it first.`,
  );
}
