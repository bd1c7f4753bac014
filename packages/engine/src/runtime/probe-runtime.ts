/**
 * @file Whether a runtime computes right numbers: a product with its gradient, and attention of as many queries as
 * pictures have, compared with the same in JavaScript. Drivers and shaders differ from device to device.
 */

import { gradients } from "../autodiff/gradient.js";
import { internalError } from "../errors.js";
import { attention } from "../graph/ops/attention.js";
import { cos, silu, square } from "../graph/ops/elementwise.js";
import { matmul } from "../graph/ops/linalg.js";
import { mean } from "../graph/ops/reduce.js";
import { input, parameter } from "../graph/ops/source.js";
import { floatTensor } from "../tensor.js";
import type { Runtime } from "./runtime.js";

/** Largest error of {@link probeRuntime} that rounding explains. */
export const probeTolerance = 1e-4;

const size = 8;
/** Two matrices without symmetry. */
const x: Float32Array = Float32Array.from({ length: size * size }, (_, i) => Math.sin(i));
const weight: Float32Array = Float32Array.from({ length: size * size }, (_, i) => Math.cos(i));
/** Of attention. Kernels change with the number of queries: one that is wrong from 32 on is right for a few. */
const [tokens, heads, depth] = [80, 2, 8];

/** The largest error that was found. @throws AtelierError `runtime` where it does not compute at all. */
export async function probeRuntime(runtime: Runtime): Promise<number> {
  const errors = [
    await probeProduct(runtime),
    await probeAttention(runtime),
    await probeCosines(runtime),
  ];
  return Math.max(...errors);
}

/** The largest error of a loss and its gradient. */
async function probeProduct(runtime: Runtime): Promise<number> {
  const shape = [size, size];
  const w = parameter("w", shape);
  const loss = mean(square(silu(matmul(input("x", shape), w))));
  const [gradient] = gradients(loss, [w]);
  if (gradient === undefined) throw internalError("no gradient.");
  await using compiled = await runtime.compile(
    { outputs: { loss, gradient } },
    { parameters: new Map([["w", floatTensor(weight, shape)]]) },
  );
  const results = await compiled.run({ x: floatTensor(x, shape) });
  const got = [results["loss"], results["gradient"]].flatMap((tensor) =>
    Array.from(tensor?.data ?? [], Number),
  );
  return largestError(got, computeProduct());
}

function largestError(got: readonly number[], expected: readonly number[]): number {
  return Math.max(...expected.map((value, k) => Math.abs(value - (got[k] ?? Number.NaN))));
}

/** The largest error of self-attention over {@link tokens} with two heads. */
async function probeAttention(runtime: Runtime): Promise<number> {
  const shape = [1, tokens, heads * depth];
  const operand = (frequency: number) =>
    Float32Array.from({ length: tokens * heads * depth }, (_, i) => 2 * Math.sin(i * frequency));
  const [query, key, value] = [operand(1.3), operand(2.3), operand(3.3)] as const;
  const result = attention(input("q", shape), input("k", shape), input("v", shape), { heads });
  await using compiled = await runtime.compile({ outputs: { result } });
  const { result: got } = await compiled.run({
    q: floatTensor(query, shape),
    k: floatTensor(key, shape),
    v: floatTensor(value, shape),
  });
  return largestError(Array.from(got?.data ?? [], Number), computeAttention(query, key, value));
}

/** The largest error of the cosines of timesteps. */
async function probeCosines(runtime: Runtime): Promise<number> {
  const angles = Float32Array.from({ length: 1000 }, (_, timestep) => timestep);
  const shape = [angles.length];
  await using compiled = await runtime.compile({ outputs: { y: cos(input("x", shape)) } });
  const { y } = await compiled.run({ x: floatTensor(angles, shape) });
  return largestError(Array.from(y?.data ?? [], Number), Array.from(angles, Math.cos));
}

/** softmax(q·kᵀ/√d)·v for each head, in double precision. */
function computeAttention(query: Float32Array, key: Float32Array, value: Float32Array): number[] {
  const width = heads * depth;
  const at = (data: Float32Array, token: number, channel: number): number =>
    data[token * width + channel] ?? 0;
  const all = Array.from({ length: tokens }, (_, token) => token);
  const channels = Array.from({ length: depth }, (_, channel) => channel);
  return all.flatMap((token) =>
    Array.from({ length: width }, (_, channel) => {
      const first = channel - (channel % depth);
      const weights = all.map((other) => {
        const products = channels.map(
          (c) => at(query, token, first + c) * at(key, other, first + c),
        );
        return Math.exp(products.reduce((sum, product) => sum + product, 0) / Math.sqrt(depth));
      });
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      return (
        weights.reduce((sum, weight, other) => sum + weight * at(value, other, channel), 0) / total
      );
    }),
  );
}

/** The loss, then its gradient by the weight, in double precision. */
function computeProduct(): number[] {
  const at = (data: Float32Array, row: number, column: number): number =>
    data[row * size + column] ?? 0;
  const indices = Array.from({ length: size }, (_, i) => i);
  const dot = (terms: readonly number[]): number => terms.reduce((sum, term) => sum + term, 0);
  const y = indices.map((i) =>
    indices.map((j) => dot(indices.map((k) => at(x, i, k) * at(weight, k, j)))),
  );
  const count = size * size;
  const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));
  const mid = y.flat().map((value) => value * sigmoid(value));
  const slope = y.map((row) =>
    row.map((value) => {
      const s = sigmoid(value);
      return ((2 * value * s) / count) * (s + value * s * (1 - s));
    }),
  );
  const total = dot(mid.map((value) => value ** 2)) / count;
  const byWeight = indices.flatMap((k) =>
    indices.map((j) => dot(indices.map((i) => at(x, i, k) * (slope[i]?.[j] ?? 0)))),
  );
  return [total, ...byWeight];
}
