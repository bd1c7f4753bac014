/**
 * @file Run by `atelier doctor` in a process of its own: a convolution, an attention-like product and
 * a gradient on one backend, compared with the same numbers in JavaScript. Prints one JSON object.
 */

import {
  AtelierError,
  floatTensor,
  gradients,
  input,
  internalError,
  matmul,
  mean,
  messageOf,
  parameter,
  silu,
  square,
} from "@atelier/engine";
import { createOrtRuntime, type OrtProvider } from "@atelier/engine/node";
import { backends } from "./backend-options.js";

const size = 8;
/** Two matrices without symmetry. */
const x: Float32Array = Float32Array.from({ length: size * size }, (_, i) => Math.sin(i));
const weight: Float32Array = Float32Array.from({ length: size * size }, (_, i) => Math.cos(i));

try {
  const backend = backends.find((name) => name === process.argv[2]);
  if (backend === undefined) throw new Error(`expected one of ${backends.join(", ")}`);
  const begun = performance.now();
  const error = await probe(backend);
  console.log(JSON.stringify({ error, milliseconds: performance.now() - begun }));
} catch (error) {
  // The runtime's own reason: ours advises the very command that runs this.
  const cause = error instanceof AtelierError ? error.cause : undefined;
  console.log(JSON.stringify({ reason: messageOf(cause ?? error) }));
}

/** The largest error of a loss and its gradient. */
async function probe(provider: OrtProvider): Promise<number> {
  const shape = [size, size];
  const w = parameter("w", shape);
  const loss = mean(square(silu(matmul(input("x", shape), w))));
  const [gradient] = gradients(loss, [w]);
  if (gradient === undefined) throw internalError("no gradient.");
  await using compiled = await createOrtRuntime({ provider }).compile(
    { outputs: { loss, gradient } },
    { parameters: new Map([["w", floatTensor(weight, shape)]]) },
  );
  const results = await compiled.run({ x: floatTensor(x, shape) });
  const got = [results["loss"], results["gradient"]].flatMap((tensor) =>
    Array.from(tensor?.data ?? [], Number),
  );
  return Math.max(...compute().map((value, i) => Math.abs(value - (got[i] ?? Number.NaN))));
}

/** The loss, then its gradient by the weight, in double precision. */
function compute(): number[] {
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
