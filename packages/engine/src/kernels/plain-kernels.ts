/**
 * @file The kernels of vector-kernels.wat on an ordinary buffer, with the same bits and a tenth of the speed: for
 * processes whose address space is limited, since WebAssembly reserves about 10 GB of it for each memory.
 */

/** What the module exports: addresses and lengths are in bytes. */
export interface KernelExports {
  readonly sumSquares: (x: number, bytes: number) => number;
  readonly add: (into: number, x: number, bytes: number) => number;
  readonly follow: (mean: number, x: number, bytes: number, share: number) => void;
  /** Addresses of values, gradient and moments, their length, and the factors in the module's order. */
  readonly adam: (
    ...numbers: readonly [number, number, number, number, number, ...(readonly number[])]
  ) => void;
}

const { fround } = Math;
/** Elements that are summed in float32, and how many strands of them. */
const BLOCK = 4096;
const STRANDS = 16;

/** Kernels on a buffer; addresses and lengths are in bytes, as those of the module. */
export function plainKernels(buffer: ArrayBuffer): KernelExports {
  const vector = (address: number, bytes: number): Float32Array =>
    new Float32Array(buffer, address, bytes / 4);
  const sumSquares = (address: number, bytes: number): number => {
    const x = vector(address, bytes);
    let total = 0;
    for (let start = 0; start < x.length; start += BLOCK) {
      total += blockSquares(x.subarray(start, start + BLOCK));
    }
    return total;
  };
  return {
    sumSquares,
    add(into, address, bytes) {
      const [total, x] = [vector(into, bytes), vector(address, bytes)];
      for (const [i, value] of x.entries()) total[i] = (total[i] ?? 0) + value;
      return sumSquares(into, bytes);
    },
    follow(address, values, bytes, share) {
      const [mean, x] = [vector(address, bytes), vector(values, bytes)];
      const shares = fround(share);
      for (const [i, before] of mean.entries()) {
        mean[i] = before - fround(shares * fround(before - (x[i] ?? 0)));
      }
    },
    adam(values, gradient, first, second, bytes, ...factors) {
      const [scale = 1, beta1 = 0, beta2 = 0, l2 = 0, keep = 1, size = 0, epsilon = 0] =
        factors.map(fround);
      const [w, g] = [vector(values, bytes), vector(gradient, bytes)];
      const [m, s] = [vector(first, bytes), vector(second, bytes)];
      for (const [i, value] of w.entries()) {
        const slope = fround(fround((g[i] ?? 0) * scale) + fround(value * l2));
        const mean = fround(fround((m[i] ?? 0) * beta1) + slope);
        const square = fround(fround((s[i] ?? 0) * beta2) + fround(slope * slope));
        m[i] = mean;
        s[i] = square;
        const direction = fround(mean / fround(fround(Math.sqrt(square)) + epsilon));
        w[i] = fround(value * keep) - fround(direction * size);
      }
    },
  };
}

/** Σ x² of a block in strands, four of which are one vector of the module. */
function blockSquares(x: Float32Array): number {
  const strands = new Float32Array(STRANDS);
  for (const [i, value] of x.entries()) {
    const strand = i % STRANDS;
    strands[strand] = (strands[strand] ?? 0) + fround(value * value);
  }
  const at = (i: number): number => strands[i] ?? 0;
  const lane = (i: number): number =>
    fround(fround(at(i) + at(i + 4)) + fround(at(i + 8) + at(i + 12)));
  return lane(0) + lane(1) + (lane(2) + lane(3));
}
