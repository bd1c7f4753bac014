/** @file What the lowering of one operation sees of the ONNX graph that it writes into. */

import type { DType } from "../dtype.js";
import type { GraphNode, NodeOf } from "../graph/node.js";
import type { OpKind } from "../graph/op-attributes.js";
import type { HostTensor } from "../tensor.js";
import type { OnnxAttribute } from "./model-proto.js";

/** Operator domain of ONNX Runtime's own (contrib) operators. */
export const MICROSOFT = "com.microsoft";

/** Details of an emitted operator. */
export interface EmitOptions {
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

/** Writes ONNX operators and constants; values are referred to by name. */
export interface LoweringContext {
  /** Whether the runtime has FusedMatMul: products of transposed operands with a factor. */
  readonly fusesTransposes: boolean;
  /** Whether the runtime has MultiHeadAttention and computes it rightly. */
  readonly fusesAttention: boolean;
  /** The ONNX name of a node that was lowered before. */
  nameOf(node: GraphNode): string;
  /** Writes an operator with one output and returns the output's name. */
  emit(opType: string, inputs: readonly string[], options?: EmitOptions): string;
  /** Writes an operator with several outputs; `false` marks an optional output as absent. */
  emitMany(
    opType: string,
    inputs: readonly string[],
    outputs: readonly boolean[],
    options?: EmitOptions,
  ): readonly string[];
  /** A constant, stored once per content. */
  constant(value: HostTensor): string;
  /** A vector of int64, as shapes and axes are given. */
  integers(values: readonly number[]): string;
  /** A vector with one value throughout. */
  filled(value: number, size: number, dtype: DType): string;
  /**
   * Whether a node is a weight whose rearrangement the runtime computes once, when the graph is
   * compiled, at the price of a copy.
   */
  isFolded(node: GraphNode): boolean;
  /** Whether the graph has a node of this kind over the same first input. */
  hasSibling(node: GraphNode, kind: OpKind): boolean;
  /** The value stored under a key, created at its first use. */
  shared<T>(key: string, create: () => T): T;
}

/** Writes one node and returns the ONNX name of its value. */
export type Lowering<K extends OpKind> = (node: NodeOf<K>, context: LoweringContext) => string;

/** Lowerings of some operations. */
export type Lowerings<K extends OpKind> = { readonly [P in K]: Lowering<P> };

/** The ONNX names of a node's inputs. */
export function operands(node: GraphNode, context: LoweringContext): string[] {
  return node.inputs.map((input) => context.nameOf(input));
}

/** A lowering to one operator with the same operands. */
export const direct =
  (opType: string, options: EmitOptions = {}) =>
  <K extends OpKind>(node: NodeOf<K>, context: LoweringContext): string =>
    context.emit(
      opType,
      node.inputs.map((input) => context.nameOf(input)),
      options,
    );
