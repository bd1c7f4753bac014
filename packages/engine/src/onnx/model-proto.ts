/**
 * @file ONNX messages (onnx.proto, IR version 10) written by hand: the few fields that a graph of
 * ours needs. Field numbers are those of the public schema.
 */

import { createWireWriter, type WireWriter } from "./wire.js";

/** An attribute of an operator; the kind of value decides its AttributeProto type. */
export type OnnxAttribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly string: string }
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] };

/** One operator call. Empty strings in `inputs` are omitted optional inputs. */
export interface OnnxNode {
  readonly opType: string;
  readonly domain?: string;
  readonly name?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

/** A graph input or output; a shape that is given is static. */
export interface OnnxValueInfo {
  readonly name: string;
  /** TensorProto.DataType. */
  readonly elementType: number;
  readonly shape?: readonly number[];
}

/** A constant tensor: its bytes inline (little-endian), or a place in another file. */
export interface OnnxTensor extends OnnxValueInfo {
  readonly shape: readonly number[];
  readonly data:
    | Uint8Array
    | { readonly location: string; readonly offset: number; readonly length: number };
}

/** A whole model. */
export interface OnnxModel {
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
  readonly initializers: readonly OnnxTensor[];
  /** Operator set versions by domain; "" is ONNX's own. */
  readonly opsets: Readonly<Record<string, number>>;
}

const IR_VERSION = 10;
const EXTERNAL = 1;

/** Encodes a model as the bytes of a ModelProto. */
export function encodeModel(model: OnnxModel): Uint8Array {
  const writer = createWireWriter(sizeOfModel(model));
  writer.varint(1, IR_VERSION);
  writer.string(2, "atelier");
  writer.message(7, (graph) => {
    for (const node of model.nodes) graph.message(1, (w) => writeNode(w, node));
    graph.string(2, "atelier");
    for (const tensor of model.initializers) graph.message(5, (w) => writeTensor(w, tensor));
    for (const value of model.inputs) graph.message(11, (w) => writeValueInfo(w, value));
    for (const value of model.outputs) graph.message(12, (w) => writeValueInfo(w, value));
  });
  for (const [domain, version] of Object.entries(model.opsets)) {
    writer.message(8, (w) => {
      w.string(1, domain);
      w.varint(2, version);
    });
  }
  return writer.finish();
}

/** About as many bytes as a model takes: its values, and names and types of everything in it. */
function sizeOfModel({ nodes, initializers }: OnnxModel): number {
  const inline = initializers.map(({ data }) => (data instanceof Uint8Array ? data.length : 0));
  const named = 256 * (nodes.length + initializers.length + 1);
  return inline.reduce((sum, bytes) => sum + bytes, named);
}

function writeNode(w: WireWriter, node: OnnxNode): void {
  for (const input of node.inputs) w.string(1, input);
  for (const output of node.outputs) w.string(2, output);
  if (node.name !== undefined) w.string(3, node.name);
  w.string(4, node.opType);
  for (const [name, attribute] of Object.entries(node.attributes ?? {})) {
    w.message(5, (a) => writeAttribute(a, name, attribute));
  }
  if (node.domain !== undefined) w.string(7, node.domain);
}

/** AttributeProto.AttributeType in field 20: FLOAT 1, INT 2, STRING 3, FLOATS 6, INTS 7. */
function writeAttribute(w: WireWriter, name: string, attribute: OnnxAttribute): void {
  w.string(1, name);
  if ("float" in attribute) {
    w.float(2, attribute.float);
    w.varint(20, 1);
  } else if ("int" in attribute) {
    w.varint(3, attribute.int);
    w.varint(20, 2);
  } else if ("string" in attribute) {
    w.string(4, attribute.string);
    w.varint(20, 3);
  } else if ("floats" in attribute) {
    w.packedFloats(7, attribute.floats);
    w.varint(20, 6);
  } else {
    w.packedVarints(8, attribute.ints);
    w.varint(20, 7);
  }
}

function writeTensor(w: WireWriter, tensor: OnnxTensor): void {
  w.packedVarints(1, tensor.shape);
  w.varint(2, tensor.elementType);
  w.string(8, tensor.name);
  const { data } = tensor;
  if (data instanceof Uint8Array) {
    w.bytes(9, data);
    return;
  }
  const entries: readonly (readonly [string, string])[] = [
    ["location", data.location],
    ["offset", String(data.offset)],
    ["length", String(data.length)],
  ];
  for (const [key, value] of entries) {
    w.message(13, (entry) => {
      entry.string(1, key);
      entry.string(2, value);
    });
  }
  w.varint(14, EXTERNAL);
}

function writeValueInfo(w: WireWriter, value: OnnxValueInfo): void {
  w.string(1, value.name);
  const { shape: extents } = value;
  w.message(2, (type) => {
    type.message(1, (tensor) => {
      tensor.varint(1, value.elementType);
      if (extents === undefined) return;
      tensor.message(2, (shape) => {
        for (const extent of extents) shape.message(1, (dim) => dim.varint(1, extent));
      });
    });
  });
}
