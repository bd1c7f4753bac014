/**
 * @file A graph as an ONNX model.
 *
 * Operators are written last to first, some with a leaf of their own: ONNX Runtime then executes
 * them in the order in which they were created (see execution-order.ts), forward pass, backward
 * pass, update, and a recomputed block just before it is needed instead of at the start.
 */

import { type DType, dtypes } from "../dtype.js";
import { internalError } from "../errors.js";
import { type Graph, nodesOf } from "../graph/graph.js";
import type { GraphNode, NodeOf } from "../graph/node.js";
import type { OpKind } from "../graph/op-attributes.js";
import { verify } from "../graph/verify.js";
import type { Shape } from "../shape.js";
import { isBlocks } from "../stored-dtype.js";
import { byteView, type HostTensor, tensorOfNumbers } from "../tensor.js";
import { emulateHalf } from "./emulate-half.js";
import { findPins } from "./execution-order.js";
import { inputName, parameterName } from "./lower/source.js";
import {
  allAbilities,
  type EmitOptions,
  type LoweringContext,
  type OperatorAbilities,
} from "./lowering.js";
import { lowerNode } from "./lowerings.js";
import type { OnnxModel, OnnxNode, OnnxTensor, OnnxValueInfo } from "./model-proto.js";
import { narrowInteger, typeOnDevice } from "./narrow-integers.js";
import { emitWidened, type Narrowed, narrowedTensors } from "./narrowed-weights.js";
import { simplifyReshapes } from "./simplify-reshapes.js";

/** Where the data of a weight lies: inline, in another file, or given at every run. */
export type ParameterBinding = OnnxTensor["data"] | Narrowed | "run";

/** Operator sets that lowerings are written against. */
const OPSETS = { "": 21, "com.microsoft": 1 } as const;

/** The ONNX name of a graph output; the prefix keeps it apart from the values in between. */
export const outputName = (name: string): string => `output:${name}`;

/** Options of {@link lowerGraph}. */
export interface LoweringOptions {
  /** Where the data of each parameter comes from; given at every run by default. */
  readonly bind?: (parameter: NodeOf<"parameter">) => ParameterBinding;
  /** Whether the runtime folds what is computed from bound parameters alone. */
  readonly foldsWeights?: boolean;
  /**
   * Whether operators run exactly in the order of their creation, which keeps memory low but adds
   * operators; true by default.
   */
  readonly keepsOrder?: boolean;
  /** Of the device; all by default. */
  readonly abilities?: OperatorAbilities;
}

/**
 * Lowers a graph.
 * @throws AtelierError `graph` when two sources share a name.
 */
export function lowerGraph(
  graph: Graph,
  {
    bind = () => "run",
    foldsWeights = false,
    keepsOrder = true,
    abilities = allAbilities,
  }: LoweringOptions = {},
): OnnxModel {
  verify(graph);
  const written = abilities.computesHalf ? graph : emulateHalf(graph);
  const nodes = nodesOf(written);
  const parts = partsTaken(nodes);
  const isFolded = (node: GraphNode): boolean =>
    foldsWeights && node.kind === "parameter" && bind(node) !== "run";
  const writer = createWriter(nodes, { isFolded, ...abilities });
  const names = new Map<GraphNode, string>();
  /** Parameters in fewer bits, and the parts of such that are taken out before they are widened. */
  const stored = new Map<GraphNode, Narrowed>();
  /** Whether the operation at hand takes such a part. */
  let takesPart = false;
  /** Of what the operation at hand has read so far in fewer bits, the copies. */
  const copies = new Map<GraphNode, string>();
  const context = writer.context((node) => {
    const name = copies.get(node) ?? names.get(node);
    if (name === undefined) throw internalError(`lowerGraph: node ${node.id} is used before made.`);
    const own = takesPart || copies.has(node) ? undefined : stored.get(node);
    if (own === undefined) return name;
    const copy = emitWidened(context, node, { name, stored: own });
    copies.set(node, copy);
    return copy;
  });

  const infoOnDevice = (name: string, { dtype, shape }: GraphNode): OnnxValueInfo =>
    valueInfo(name, { dtype: typeOnDevice(dtype, abilities), shape });
  const inputs: OnnxValueInfo[] = [];
  const weights: OnnxTensor[] = [];
  for (const node of nodes) {
    copies.clear();
    const [source] = node.inputs;
    const whole = source && parts.has(node) ? stored.get(source) : undefined;
    takesPart = whole !== undefined && !isBlocks(whole.dtype);
    // Mixed precision wants some weights as they are stored.
    const same = source && node.kind === "cast" ? stored.get(source) : undefined;
    names.set(
      node,
      source !== undefined && same?.dtype === node.dtype
        ? emitWidened(context, node, { name: names.get(source) ?? "", stored: same })
        : lowerNode(node, context),
    );
    if (takesPart && whole !== undefined) stored.set(node, whole);
    if (node.kind === "input") inputs.push(infoOnDevice(inputName(node.attributes.name), node));
    if (node.kind !== "parameter") continue;
    const info = valueInfo(parameterName(node.attributes.name), node);
    const bound = bind(node);
    if (bound !== "run" && "dtype" in bound) stored.set(node, bound);
    if (bound === "run") inputs.push(info);
    else if ("dtype" in bound) {
      const tensors = narrowedTensors(info, bound);
      weights.push(...tensors);
      // ONNX Runtime writes a value where an earlier one of the same shape was, and keeps that memory in
      // between: a copy of each shape of weights would stay. Of an input, which has the weight as its
      // default, no shape need be known, and then none of what is computed from it.
      inputs.push(...tensors.map(({ name, elementType }) => ({ name, elementType })));
    } else weights.push({ ...info, data: bound });
  }

  takesPart = false;
  copies.clear();
  const outputs = Object.entries(written.outputs).map(([name, node]) => ({
    value: context.nameOf(node),
    info: infoOnDevice(outputName(name), node),
  }));
  const results = new Set(outputs.map(({ info }) => info.name));
  const named = simplifyReshapes(nameOutputs(writer.nodes, outputs), results);
  const pins = new Set(keepsOrder ? findPins(named) : []);
  // A Reshape that nobody uses: every device has it, none copies for it, no optimiser drops it.
  const leafOf = ({ outputs: [value = ""] }: OnnxNode): OnnxNode =>
    onnxNode("Reshape", [value, context.integers([-1])], [`leaf:${value}`], {});
  const ordered = named.flatMap((node, i) => (pins.has(i) ? [node, leafOf(node)] : [node]));
  return {
    nodes: ordered.reverse(),
    inputs,
    outputs: outputs.map(({ info }) => info),
    initializers: [...weights, ...writer.constants],
    opsets: OPSETS,
  };
}

/** Slices and what they are of, if only they read it: SD 3 takes the middle of a table of positions so. */
function partsTaken(nodes: readonly GraphNode[]): Set<GraphNode> {
  const parts = new Set(nodes.filter(({ kind }) => kind === "slice"));
  const readOtherwise = new Set(nodes.flatMap((node) => (parts.has(node) ? [] : node.inputs)));
  for (const { inputs } of parts) {
    for (const source of inputs) {
      if (source.kind === "reshape" && !readOtherwise.has(source)) parts.add(source);
    }
  }
  return parts;
}

/**
 * Gives values the names of the outputs that they are. A value that no operator makes, or that is
 * an output twice, becomes a result of its own through an Identity.
 */
function nameOutputs(
  nodes: readonly OnnxNode[],
  outputs: readonly { readonly value: string; readonly info: OnnxValueInfo }[],
): OnnxNode[] {
  const made = new Set(nodes.flatMap((node) => node.outputs));
  const renamed = new Map<string, string>();
  const copies: OnnxNode[] = [];
  for (const { value, info } of outputs) {
    if (made.has(value) && !renamed.has(value)) renamed.set(value, info.name);
    else copies.push(onnxNode("Identity", [value], [info.name], {}));
  }
  const rename = (name: string): string => renamed.get(name) ?? name;
  return [...nodes, ...copies].map((node) => ({
    ...node,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
  }));
}

function valueInfo(
  name: string,
  { dtype, shape }: { dtype: DType; shape: Shape },
): OnnxValueInfo & { readonly shape: Shape } {
  return { name, elementType: dtypes[dtype].onnx, shape };
}

interface Writer {
  readonly nodes: OnnxNode[];
  readonly constants: OnnxTensor[];
  context(nameOf: LoweringContext["nameOf"]): LoweringContext;
}

function createWriter(
  graphNodes: readonly GraphNode[],
  abilities: Pick<LoweringContext, "isFolded" | keyof OperatorAbilities>,
): Writer {
  const nodes: OnnxNode[] = [];
  const constants: OnnxTensor[] = [];
  const constantNames = new Map<string, string>();
  const sharedValues = new Map<string, unknown>();
  const siblings = new Set(graphNodes.map((node) => siblingKey(node.inputs[0], node.kind)));
  let nextValue = 0;

  const emitMany: LoweringContext["emitMany"] = (opType, inputs, outputs, options = {}) => {
    const names = outputs.map((present) => (present ? `v${nextValue++}` : ""));
    nodes.push(onnxNode(opType, inputs, names, options));
    return names;
  };
  const write = (value: HostTensor): string => {
    const bytes = byteView(value.data);
    const isSmall = bytes.length <= 4096;
    const key = isSmall ? `${value.dtype} ${value.shape.join()} ${bytes.join()}` : undefined;
    const known = key === undefined ? undefined : constantNames.get(key);
    if (known !== undefined) return known;
    const name = `c${constants.length}`;
    constants.push({ ...valueInfo(name, value), data: bytes });
    if (key !== undefined) constantNames.set(key, name);
    return name;
  };
  const constant = (value: HostTensor): string =>
    write(abilities.computesInt64 ? value : narrowInteger(value));
  const shared = <T>(key: string, create: () => T): T => {
    if (!sharedValues.has(key)) sharedValues.set(key, create());
    // Keys name their kind of value, so what is stored under one is what its creator returned.
    return sharedValues.get(key) as T;
  };

  return {
    nodes,
    constants,
    context: (nameOf) => ({
      nameOf,
      emitMany,
      emit: (opType, inputs, options) => emitMany(opType, inputs, [true], options)[0] ?? "",
      constant,
      integers: (values) => write(tensorOfNumbers(values, [values.length], "int64")),
      filled: (value, size, dtype) =>
        shared(`filled ${value} ${size} ${dtype}`, () =>
          constant(tensorOfNumbers(new Array<number>(size).fill(value), [size], dtype)),
        ),
      ...abilities,
      hasSibling: (node, kind) => siblings.has(siblingKey(node.inputs[0], kind)),
      shared,
    }),
  };
}

function siblingKey(input: GraphNode | undefined, kind: OpKind): string {
  return `${kind} ${input?.id ?? ""}`;
}

function onnxNode(
  opType: string,
  inputs: readonly string[],
  outputs: readonly string[],
  { domain = "", attributes = {} }: EmitOptions,
): OnnxNode {
  return { opType, domain, inputs, outputs, attributes };
}
