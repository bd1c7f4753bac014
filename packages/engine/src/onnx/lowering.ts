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

/** Operators that not every device has, or computes rightly. What is lacking is composed of others. */
export interface OperatorAbilities {
  /**
   * A matrix product takes transposed operands and a factor in the same pass. Where it cannot, it
   * is composed of operators that the device has, since a missing one would run elsewhere.
   */
  readonly fusesTransposes: boolean;
  /**
   * Attention is one operator whose numbers are right. Where it is not, it is composed of products and
   * softmax in blocks, which takes more operators and no more memory.
   */
  readonly fusesAttention: boolean;
  /** Sines are right to a rounding also of large angles, such as those of timesteps. */
  readonly computesSines: boolean;
  /** Signs are computed on the device itself. */
  readonly computesSigns: boolean;
  /**
   * Arithmetic has kernels for float16. Where it has none, operands are widened to float32 and results rounded:
   * as right, and no faster.
   */
  readonly computesHalf: boolean;
  /** Whole numbers of 64 bits are. Where they are not, a graph's have 32; see `narrow-integers.ts`. */
  readonly computesInt64: boolean;
}

/** Of a device that has all. */
export const allAbilities: OperatorAbilities = {
  fusesTransposes: true,
  fusesAttention: true,
  computesSines: true,
  computesSigns: true,
  computesHalf: true,
  computesInt64: true,
};

/** Writes ONNX operators and constants; values are referred to by name. */
export interface LoweringContext extends OperatorAbilities {
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
