/**
 * @file The hand-written ONNX encoder against code that protoc-gen-es generated from
 * `onnx-subset.proto`: what it decodes is the model that was encoded, and nothing is left over.
 */

import { encodeModel, lowerGraph, matmul, type OnnxModel, parameter, silu } from "@atelier/engine";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { type Model, ModelSchema } from "./generated/onnx-subset_pb.js";

const decode = (model: OnnxModel): Model => fromBinary(ModelSchema, encodeModel(model));

const empty: OnnxModel = { nodes: [], inputs: [], outputs: [], initializers: [], opsets: {} };

describe("encodeModel", () => {
  it("writes version, producer and operator sets", () => {
    const model = decode({ ...empty, opsets: { "": 21, "com.microsoft": 1 } });
    expect(model).toMatchObject({ irVersion: 10n, producerName: "atelier" });
    expect(model.graph?.name).toBe("atelier");
    expect(model.opsetImport.map(({ domain, version }) => [domain, version])).toEqual([
      ["", 21n],
      ["com.microsoft", 1n],
    ]);
  });

  it("writes nodes with names, domains and omitted inputs", () => {
    const nodes = [
      { opType: "Resize", inputs: ["x", "", "scales"], outputs: ["y"] },
      { opType: "FusedMatMul", domain: "com.microsoft", name: "n", inputs: [], outputs: ["a", ""] },
    ];
    expect(decode({ ...empty, nodes }).graph?.node).toMatchObject([
      { opType: "Resize", domain: "", name: "", input: ["x", "", "scales"], output: ["y"] },
      { opType: "FusedMatMul", domain: "com.microsoft", name: "n", input: [], output: ["a", ""] },
    ]);
  });

  it("writes every kind of attribute, negative and large numbers included", () => {
    const attributes = {
      axis: { int: -1 },
      large: { int: 2 ** 40 + 3 },
      smallest: { int: Number.MIN_SAFE_INTEGER },
      border: { int: 2 ** 31 },
      alpha: { float: -0.5 },
      mode: { string: "größer ≥ 𝄞" },
      perm: { ints: [0, -2, 127, 128, 2 ** 35, -(2 ** 40)] },
      none: { ints: [] },
      weights: { floats: [1.5, -2.25, 2 ** 35] },
    };
    const nodes = [{ opType: "Op", inputs: [], outputs: [], attributes }];
    const [node] = decode({ ...empty, nodes }).graph?.node ?? [];
    const text = new TextEncoder();
    expect(node?.attribute).toMatchObject([
      { name: "axis", type: 2, i: -1n },
      { name: "large", type: 2, i: 1099511627779n },
      { name: "smallest", type: 2, i: BigInt(Number.MIN_SAFE_INTEGER) },
      { name: "border", type: 2, i: 2147483648n },
      { name: "alpha", type: 1, f: -0.5 },
      { name: "mode", type: 3, s: text.encode("größer ≥ 𝄞") },
      { name: "perm", type: 7, ints: [0n, -2n, 127n, 128n, 34359738368n, -1099511627776n] },
      { name: "none", type: 7, ints: [] },
      { name: "weights", type: 6, floats: [1.5, -2.25, 2 ** 35] },
    ]);
  });

  it("writes shapes of inputs and outputs, scalars and unknown ones included", () => {
    const graph = decode({
      ...empty,
      inputs: [
        { name: "日本", elementType: 7, shape: [2, 300] },
        { name: "any", elementType: 10 },
      ],
      outputs: [{ name: "s", elementType: 1, shape: [] }],
    }).graph;
    const described = [...(graph?.input ?? []), ...(graph?.output ?? [])].map(({ name, type }) => ({
      name,
      elementType: type?.tensorType?.elemType,
      shape: type?.tensorType?.shape?.dim.map(({ dimValue }) => Number(dimValue)),
    }));
    expect(described).toEqual([
      { name: "日本", elementType: 7, shape: [2, 300] },
      { name: "any", elementType: 10, shape: undefined },
      { name: "s", elementType: 1, shape: [] },
    ]);
  });

  it("writes tensors inline and in other files, past 4 GiB", () => {
    const place = { location: "weights-0", offset: 5_000_000_001, length: 12 };
    const tensors = decode({
      ...empty,
      initializers: [
        { name: "c", elementType: 2, shape: [3], data: Uint8Array.of(0, 128, 255) },
        { name: "scalar", elementType: 9, shape: [], data: Uint8Array.of(1) },
        { name: "w", elementType: 1, shape: [3, 1], data: place },
      ],
    }).graph?.initializer;
    expect(tensors).toMatchObject([
      { name: "c", dataType: 2, dims: [3n], rawData: Uint8Array.of(0, 128, 255), dataLocation: 0 },
      { name: "scalar", dataType: 9, dims: [], rawData: Uint8Array.of(1), externalData: [] },
      {
        name: "w",
        dims: [3n, 1n],
        dataLocation: 1,
        externalData: [
          { key: "location", value: "weights-0" },
          { key: "offset", value: "5000000001" },
          { key: "length", value: "12" },
        ],
      },
    ]);
  });

  it("writes messages of every length, and more than was foreseen", () => {
    const lengths = [0, 1, 100, 127, 128, 200, 16_383, 16_384, 70_000, 2 ** 21 + 1];
    const nodes = lengths.map((length) => ({
      opType: "Op",
      inputs: ["n".repeat(length), "é".repeat(length / 2)],
      outputs: ["behind"],
      attributes: { perm: { ints: new Array<number>(length).fill(300) } },
    }));
    const read = decode({ ...empty, nodes }).graph?.node ?? [];
    expect(read.map(({ input: [name = ""] }) => name.length)).toEqual(lengths);
    for (const [i, { input, output, attribute }] of read.entries()) {
      expect(input).toEqual(nodes[i]?.inputs);
      expect(output).toEqual(["behind"]);
      expect(attribute[0]?.ints.every((value) => value === 300n)).toBe(true);
      expect(attribute[0]?.ints).toHaveLength(lengths[i] ?? 0);
    }
  });

  it("leaves nothing that the schema does not know, at any depth", () => {
    const [x, w] = [parameter("x", [2, 3]), parameter("w", [4, 3])];
    const y = silu(matmul(x, w, { transposeB: true, alpha: 0.5 }));
    const bytes = encodeModel(lowerGraph({ outputs: { y } }));
    const model = fromBinary(ModelSchema, bytes, { readUnknownFields: true });
    expect(unknownFields(model)).toEqual([]);
    expect(model.graph?.node).toHaveLength(2);
    // Encoding the decoded message again gives as many bytes: no field was written twice.
    expect(toBinary(ModelSchema, model).length).toBe(bytes.length);
  });
});

/** Unknown fields of a message and of all messages inside it. */
function unknownFields(value: unknown): unknown[] {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return [];
  const fields: readonly (readonly [string, unknown])[] = Object.entries(value);
  return fields.flatMap(([key, inner]) => (key === "$unknown" ? [inner] : unknownFields(inner)));
}
