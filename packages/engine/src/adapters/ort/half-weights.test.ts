/** @file Float32 weights that lie in 16 bits: mapped and widened where they are read, or read and widened. */

import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gradients } from "../../autodiff/gradient.js";
import { isFloat } from "../../dtype.js";
import { type Graph, inputsOf, parametersOf } from "../../graph/graph.js";
import { mixedPrecision } from "../../graph/mixed-precision.js";
import type { GraphNode } from "../../graph/node.js";
import { cast, mul } from "../../graph/ops/elementwise.js";
import { sum } from "../../graph/ops/reduce.js";
import { constant, parameter } from "../../graph/ops/source.js";
import { type HalfDType, widenHalf } from "../../half.js";
import { createTorchGenerator } from "../../random/torch-generator.js";
import type { FileTensor, ParameterSource, TensorMap } from "../../runtime/runtime.js";
import { sizeOf } from "../../shape.js";
import { byteView, floatTensor, tensorOfNumbers } from "../../tensor.js";
import { buildCase } from "../../testing/op-case.js";
import { allCases } from "../../testing/op-cases.js";
import { createOrtRuntime } from "./ort-runtime.js";

/** As for weights that are too large to be copied. */
const mapping = createOrtRuntime({ threads: 1, copiedBytes: 0 });
const copying = createOrtRuntime({ threads: 1 });
const halves: readonly HalfDType[] = ["float16", "bfloat16"];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-halves-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Where codes lie in a new file, behind some other bytes. */
let written = 0;
async function fileOf(codes: Uint16Array, dtype: HalfDType, where = folder): Promise<FileTensor> {
  const path = join(where, `${written++}.bin`);
  await writeFile(path, Buffer.concat([Buffer.alloc(7, 0xff), byteView(codes)]));
  return { path, byteOffset: 7, byteLength: codes.byteLength, dtype };
}

async function run(
  graph: Graph,
  parameters: ReadonlyMap<string, ParameterSource>,
  { values = {}, runtime = mapping }: { values?: TensorMap; runtime?: typeof mapping } = {},
): Promise<TensorMap> {
  await using compiled = await runtime.compile(graph, { parameters });
  return await compiled.run(values);
}

/** Bits, every NaN as one. */
const bitsOf = (values: Float32Array): Uint32Array =>
  new Uint32Array(Float32Array.from(values, (x) => (Number.isNaN(x) ? Number.NaN : x)).buffer);

describe.each(halves)("weights in %s", (dtype) => {
  const codes = Uint16Array.from({ length: 2 ** 16 }, (_, code) => code);
  const w = parameter("w", [2 ** 16]);

  it.each([
    ["mapped", mapping],
    ["copied", copying],
  ])("have the value of every code where they are %s", async (_, runtime) => {
    const parameters = new Map([["w", await fileOf(codes, dtype)]]);
    const outputs = { w, once: mul(w, 1) };
    const results = await run({ outputs }, parameters, { runtime });
    const expected = bitsOf(widenHalf(codes, dtype));
    for (const { data } of Object.values(results)) {
      if (!(data instanceof Float32Array)) throw new Error("expected float32");
      expect(bitsOf(data).findIndex((bits, i) => bits !== expected[i])).toBe(-1);
    }
    expect(results["once"]?.data).toHaveLength(codes.length);
  });

  it.each(allCases().map(({ kind, example }) => [`${kind}: ${example.name}`, example] as const))(
    "give %s and its gradients the bits of widened ones",
    async (_, example) => {
      const specs = example.operands.map((spec) => ({
        ...spec,
        isParameter: spec.dtype === undefined,
      }));
      const built = buildCase({ ...example, operands: specs }, "float32");
      const { operands, result } = built;
      const weights = createTorchGenerator(1).randn(sizeOf(result.shape));
      const loss = sum(mul(cast(result, "float32"), constant(floatTensor(weights, result.shape))));
      const targets = operands.filter((node) => isFloat(node.dtype));
      const outputs: Record<string, GraphNode> = { result };
      for (const [i, slope] of gradients(loss, targets).entries()) outputs[`d${i}`] = slope;
      const graph = { outputs };

      const stored = new Map<string, ParameterSource>();
      const widened = new Map<string, ParameterSource>();
      for (const { attributes, shape } of parametersOf(graph)) {
        const { name } = attributes;
        const own = upperHalves(built.values[name] ?? new Float64Array(), dtype);
        stored.set(name, await fileOf(own, dtype));
        widened.set(name, floatTensor(widenHalf(own, dtype), shape));
      }
      const values = Object.fromEntries(
        inputsOf(graph).map(({ attributes: { name }, shape, dtype: own }) => [
          name,
          tensorOfNumbers([...(built.values[name] ?? [])], shape, own),
        ]),
      );
      for (const each of [graph, mixedPrecision(graph)]) {
        expect(await run(each, stored, { values })).toEqual(await run(each, widened, { values }));
      }
    },
  );

  it("are widened when they are read from another file system", async (context) => {
    const other = "/dev/shm";
    const there = await stat(other).catch(() => undefined);
    if (there === undefined || there.dev === (await stat(folder)).dev) {
      console.warn(`not tested: ${other} is no file system of its own here.`);
      context.skip();
    }
    const outside = await mkdtemp(join(other, "atelier-halves-"));
    try {
      const own = upperHalves(Float64Array.of(1, -2.5, 0.75), dtype);
      const parameters = new Map([["v", await fileOf(own, dtype, outside)]]);
      const { y } = await run({ outputs: { y: mul(parameter("v", [3]), 2) } }, parameters);
      expect(y?.data).toEqual(Float32Array.of(2, -5, 1.5));
    } finally {
      await rm(outside, { recursive: true });
    }
  });

  it("are refused where their number or the weight's type does not fit", async () => {
    const place = await fileOf(Uint16Array.of(0, 0), dtype);
    const outputs = (node: GraphNode) => ({ outputs: { y: mul(node, node) } });
    const parameters = new Map([["v", place]]);
    for (const runtime of [mapping, copying]) {
      await expect(run(outputs(parameter("v", [3])), parameters, { runtime })).rejects.toThrow(
        `expected 6 bytes for v ${dtype}[3], got 4.`,
      );
      await expect(
        run(outputs(parameter("v", [2], "int32")), parameters, { runtime }),
      ).rejects.toMatchObject({
        code: "dtype",
        message: expect.stringContaining(`expected int32[2] for "v", got ${dtype}.`),
      });
    }
  });
});

/** Numbers cut off, not rounded, to 16 bits: any numbers will do. */
function upperHalves(numbers: Float64Array, dtype: HalfDType): Uint16Array {
  const bits = new Uint32Array(Float32Array.from(numbers).buffer);
  if (dtype === "bfloat16") return Uint16Array.from(bits, (bit) => bit >>> 16);
  return Uint16Array.from(bits, (bit) => {
    const exponent = ((bit >>> 23) & 0xff) - 112;
    const sign = (bit >>> 16) & 0x8000;
    return exponent <= 0 ? sign : sign | (Math.min(exponent, 30) << 10) | ((bit >>> 13) & 0x3ff);
  });
}
