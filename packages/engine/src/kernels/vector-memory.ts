/**
 * @file Memory for long vectors on which kernels in WebAssembly pass: sums, moving averages and Adam's update,
 * each at the speed of memory. Runtimes read and write the same vectors, as any array.
 */

import { dtypes } from "../dtype.js";
import { AtelierError, internalError, messageOf, said } from "../errors.js";
import type { ValueType } from "../graph/node.js";
import { sizeOf } from "../shape.js";
import { type HostTensor, tensorOfBytes } from "../tensor.js";
import { vectorKernelsModule } from "./generated/vector-kernels.js";
import { type KernelExports, plainKernels } from "./plain-kernels.js";

/** What {@link VectorKernels.adam} works on, of one length. */
export interface AdamVectors {
  readonly values: Float32Array;
  readonly gradient: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
}

/** Numbers of Adam's update as `optim/adam.ts` names them. */
export interface AdamNumbers {
  readonly beta1: number;
  readonly beta2: number;
  /** Weight decay that is added to the gradient; 0 for none. */
  readonly l2: number;
  /** Share of the values that weight decay leaves; 1 for none. */
  readonly keep: number;
  readonly stepSize: number;
  readonly epsilon: number;
  /** Factor of the gradient before all else. */
  readonly gradientScale: number;
}

/** Passes over vectors that {@link allocateVectors} gave, rounded to float32 after each operation. */
export interface VectorKernels {
  /** Σ x², in float64 but for 4,096 elements each. */
  readonly sumSquares: (x: Float32Array) => number;
  /** `into += x`; gives Σ into² of the sum. */
  readonly add: (into: Float32Array, x: Float32Array) => number;
  /** `mean −= share·(mean − x)` */
  readonly follow: (mean: Float32Array, x: Float32Array, share: number) => void;
  /** One step; overwrites all but the gradient. */
  readonly adam: (vectors: AdamVectors, numbers: AdamNumbers) => void;
}

/** Vectors and what passes over them. */
export interface VectorMemory {
  /** Zeros, in the order of the types; arrays over larger memory. */
  readonly tensors: readonly (readonly HostTensor[])[];
  readonly kernels: VectorKernels;
}

/** Vectors begin at lines of a processor's cache, and kernels pass over whole ones. */
const LINE = 64;
const PAGE = 65_536;
/** 4 GiB without the last page, so that the end of a vector is an address, too. */
const MEMORY_BYTES = 65_535 * PAGE;

/**
 * Takes memory for vectors. Kernels reach those of one list together.
 * @throws AtelierError `runtime` where there is too little memory, or more than 4 GiB in one list.
 */
export function allocateVectors(lists: readonly (readonly ValueType[])[]): VectorMemory {
  const open: { readonly lists: (readonly ValueType[])[]; bytes: number }[] = [];
  for (const list of lists) {
    const bytes = list.reduce((sum, type) => sum + bytesOf(type), 0);
    let last = open.at(-1);
    if (last === undefined || last.bytes + bytes > MEMORY_BYTES) {
      last = { lists: [], bytes: 0 };
      open.push(last);
    }
    last.lists.push(list);
    last.bytes += bytes;
  }
  const byBuffer = new Map<ArrayBufferLike, KernelExports>();
  const tensors = open.flatMap(({ lists: inMemory, bytes }) => {
    const { buffer, exports } = createMemory(bytes);
    byBuffer.set(buffer, exports);
    let offset = 0;
    return inMemory.map((list) =>
      list.map((type) => {
        const tensor = tensorOfBytes(type, buffer, offset);
        offset += bytesOf(type);
        return tensor;
      }),
    );
  });
  return { tensors, kernels: kernelsOf(byBuffer) };
}

const bytesOf = ({ dtype, shape }: ValueType): number =>
  Math.ceil((sizeOf(shape) * dtypes[dtype].bytes) / LINE) * LINE;

/** Compiled once in a process. */
let compiled: WebAssembly.Module | undefined;

function createMemory(bytes: number): { buffer: ArrayBuffer; exports: KernelExports } {
  try {
    if (bytes > MEMORY_BYTES) throw new RangeError("more than an address reaches");
    return createModuleMemory(bytes) ?? createPlainMemory(bytes);
  } catch (cause) {
    throw new AtelierError(
      "runtime",
      said`training state: expected ${(bytes / 1e9).toFixed(1)} GB of memory in one piece of at most 4.2 GB, got none: ${messageOf(cause)}. Close other programs, train fewer weights, or keep a state of fewer bits.`,
      { cause },
    );
  }
}

/** Memory of WebAssembly with the module's kernels; `undefined` where there is none, or too little address space. */
function createModuleMemory(
  bytes: number,
): { buffer: ArrayBuffer; exports: KernelExports } | undefined {
  const pages = Math.max(1, Math.ceil(bytes / PAGE));
  try {
    compiled ??= new WebAssembly.Module(
      Uint8Array.from(atob(vectorKernelsModule), (character) => character.charCodeAt(0)),
    );
    // It never grows, since arrays over it would be left behind.
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const { exports } = new WebAssembly.Instance(compiled, { vectors: { memory } });
    if (!isExports(exports)) throw internalError("vector kernels: an export is missing.");
    return { buffer: memory.buffer, exports };
  } catch (error) {
    if (error instanceof AtelierError) throw error;
    return undefined;
  }
}

function createPlainMemory(bytes: number): { buffer: ArrayBuffer; exports: KernelExports } {
  const buffer = new ArrayBuffer(bytes);
  return { buffer, exports: plainKernels(buffer) };
}

function isExports(exports: object): exports is KernelExports {
  return ["sumSquares", "add", "follow", "adam"].every((name) => name in exports);
}

function kernelsOf(byBuffer: ReadonlyMap<ArrayBufferLike, KernelExports>): VectorKernels {
  /** Kernels for vectors of one memory and one length, and that length in bytes. */
  const reach = (first: Float32Array, ...others: readonly Float32Array[]) => {
    const exports = byBuffer.get(first.buffer);
    const areAlike = others.every(
      ({ buffer, length }) => buffer === first.buffer && length === first.length,
    );
    if (exports === undefined || !areAlike) {
      throw internalError("vector kernels: expected vectors of one memory and one length.");
    }
    const bytes = Math.ceil(first.byteLength / LINE) * LINE;
    return { exports, bytes };
  };
  return {
    sumSquares(x) {
      const { exports, bytes } = reach(x);
      return exports.sumSquares(x.byteOffset, bytes);
    },
    add(into, x) {
      const { exports, bytes } = reach(into, x);
      return exports.add(into.byteOffset, x.byteOffset, bytes);
    },
    follow(mean, x, share) {
      const { exports, bytes } = reach(mean, x);
      exports.follow(mean.byteOffset, x.byteOffset, bytes, share);
    },
    adam({ values, gradient, first, second }, numbers) {
      const { exports, bytes } = reach(values, gradient, first, second);
      const { gradientScale, beta1, beta2, l2, keep, stepSize, epsilon } = numbers;
      exports.adam(
        ...([values.byteOffset, gradient.byteOffset] as const),
        ...([first.byteOffset, second.byteOffset, bytes] as const),
        ...[gradientScale, beta1, beta2, l2, keep, stepSize, epsilon],
      );
    },
  };
}
