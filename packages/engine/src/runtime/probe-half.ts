/**
 * @file Whether a device computes products in float16. Graphics cards and their drivers have 16-bit shaders or not
 * (WebGPU's feature `shader-f16`), which ONNX Runtime tells only by running one.
 */

import { AtelierError } from "../errors.js";
import { mixedPrecision } from "../graph/mixed-precision.js";
import { matmul } from "../graph/ops/linalg.js";
import { input } from "../graph/ops/source.js";
import { floatTensor } from "../tensor.js";
import type { Runtime } from "./runtime.js";

const size = 64;
const shape = [size, size];
/** Sines are no multiples of each other; rounded to float16 their products are off by less than this. */
const tolerance = 2e-2;

/** Whether products in float16 run on a runtime's device, and are right. */
export async function probeHalf(runtime: Runtime): Promise<boolean> {
  if (!runtime.capabilities.computes.includes("float16")) return false;
  const [a, b] = [1.3, 2.3].map((frequency) =>
    Float32Array.from({ length: size * size }, (_, i) => Math.sin(i * frequency)),
  );
  if (a === undefined || b === undefined) return false;
  const y = matmul(input("a", shape), input("b", shape));
  try {
    await using compiled = await runtime.compile(mixedPrecision({ outputs: { y } }));
    const { y: got } = await compiled.run({ a: floatTensor(a, shape), b: floatTensor(b, shape) });
    return Array.from({ length: size * size }, (_, i) => i).every((i) => {
      const [row, column] = [Math.floor(i / size), i % size];
      let expected = 0;
      for (let k = 0; k < size; k++) {
        expected += (a[row * size + k] ?? 0) * (b[k * size + column] ?? 0);
      }
      return Math.abs(Number(got?.data[i]) - expected) <= tolerance;
    });
  } catch (error) {
    if (error instanceof AtelierError && error.code === "runtime") return false;
    throw error;
  }
}
