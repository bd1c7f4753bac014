/**
 * @file PyTorch's CPU generator: the same seed gives the same numbers as `torch.Generator`,
 * so that noise, initial weights and shuffles can be compared with PyTorch's bit for bit.
 *
 * Uniforms and integers are equal to PyTorch's. Normals are computed in float64 where PyTorch's
 * vectorised path uses float32 polynomials, so 16 or more differ from it in the last place;
 * fewer than 16 are equal.
 */

import { AtelierError, said } from "../errors.js";
import { createMt19937, type Mt19937, type Mt19937State } from "./mt19937.js";

/** Everything that the next draws of a {@link TorchGenerator} depend on; survives JSON. */
export interface TorchGeneratorState {
  readonly bits: Mt19937State;
  /** The second value of the last Box–Muller pair, waiting for the next small `randn`. */
  readonly cachedNormal: number | null;
}

/** A seeded stream of random numbers; every draw moves it on as PyTorch's does. */
export interface TorchGenerator {
  /** `torch.rand(n)`: float32 in [0, 1). */
  rand(count: number): Float32Array;
  /** `torch.empty(n).uniform_(low, high)`: float32 in [low, high). */
  uniform(count: number, low: number, high: number): Float32Array;
  /** `torch.randn(n)`: float32 standard normals. */
  randn(count: number): Float32Array;
  /**
   * `torch.randint(low, high, (n,))`: integers from `low` to `high - 1`.
   * @throws AtelierError `config` when the bounds are no safe integers or hold no integer.
   */
  randint(low: number, high: number, count: number): number[];
  /** `torch.randperm(n)`: the integers 0 to n − 1 in random order. */
  randperm(count: number): number[];
  state(): TorchGeneratorState;
  /** Goes on as the generator whose state this is. @throws AtelierError `format`. */
  restore(state: TorchGeneratorState): void;
}

/** Below this many values PyTorch draws normals one pair at a time. */
const BLOCK = 16;
const MANTISSA_24 = 2 ** 24;
/** From this range on `random_from_to` spends 64 bits on an integer (torch ≥ 2.7). */
const WIDE_RANGE = 2 ** 28;
/** From this length on `randperm` spends 64 bits on a step. */
const WIDE_PERMUTATION = Math.floor(0xffffffff / 20);

/**
 * A generator in the state that `torch.Generator().manual_seed(seed)` leaves. As there, a
 * negative seed means its two's complement and only the lower 32 bits count.
 * @throws AtelierError `config` when the seed is no integer from −2⁶³ to 2⁶⁴ − 1.
 */
export function createTorchGenerator(seed: number | bigint): TorchGenerator {
  const source = createMt19937(lowerSeedBits(seed));
  const normals = createNormals(source);
  const uniform = (count: number, low: number, high: number) =>
    drawUniform(source, checkCount("uniform", count), low, high);
  return {
    rand: (count) => uniform(count, 0, 1),
    uniform,
    randn: (count) => normals.draw(checkCount("randn", count)),
    randint: (low, high, count) => drawIntegers(source, low, high, checkCount("randint", count)),
    randperm: (count) => drawPermutation(source, checkCount("randperm", count)),
    state: () => ({ bits: source.state(), cachedNormal: normals.cached() }),
    restore({ bits, cachedNormal }) {
      if (cachedNormal !== null && !Number.isFinite(cachedNormal)) {
        throw new AtelierError(
          "format",
          said`random state: expected cachedNormal to be a number or null, got ${String(cachedNormal)}. Restore a state that state() returned.`,
        );
      }
      source.restore(bits);
      normals.setCached(cachedNormal);
    },
  };
}

function drawUniform(source: Mt19937, count: number, low: number, high: number): Float32Array {
  // PyTorch rounds the bounds and their difference to float32, then scales in float64.
  const start = Math.fround(low);
  const width = Math.fround(Math.fround(high) - start);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    values[i] = ((source.nextUint32() & (MANTISSA_24 - 1)) / MANTISSA_24) * width + start;
  }
  return values;
}

interface Normals {
  draw(count: number): Float32Array;
  cached(): number | null;
  setCached(value: number | null): void;
}

function createNormals(source: Mt19937): Normals {
  let cached: number | null = null;

  /** One float64 normal of a Box–Muller pair; the other waits in the cache, also between calls. */
  function single(): number {
    if (cached !== null) {
      const value = cached;
      cached = null;
      return value;
    }
    const angle = 2 * Math.PI * nextUniform53(source);
    const radius = Math.sqrt(-2 * Math.log1p(-nextUniform53(source)));
    cached = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  return {
    draw: (count) =>
      count < BLOCK ? Float32Array.from({ length: count }, single) : drawBlocks(source, count),
    cached: () => cached,
    setCached(value) {
      cached = value;
    },
  };
}

/** The block form of `normal_fill`: uniforms first, then pairs eight apart become normals. */
function drawBlocks(source: Mt19937, count: number): Float32Array {
  const values = drawUniform(source, count, 0, 1);
  for (let start = 0; start + BLOCK <= count; start += BLOCK) transformBlock(values, start);
  if (count % BLOCK !== 0) {
    // The last 16 values are drawn anew, over some that are normals already.
    values.set(drawUniform(source, BLOCK, 0, 1), count - BLOCK);
    transformBlock(values, count - BLOCK);
  }
  return values;
}

function transformBlock(values: Float32Array, start: number): void {
  for (let i = start; i < start + BLOCK / 2; i++) {
    const radius = Math.sqrt(-2 * Math.log(1 - (values[i] ?? 0)));
    // float32 as in PyTorch: the rounding of an angle up to 2π is larger than that of a result.
    const angle = Math.fround(Math.fround(2 * Math.PI) * (values[i + BLOCK / 2] ?? 0));
    values[i] = radius * Math.cos(angle);
    values[i + BLOCK / 2] = radius * Math.sin(angle);
  }
}

function drawIntegers(source: Mt19937, low: number, high: number, count: number): number[] {
  const range = high - low;
  const areSafe = [low, high, range].every(Number.isSafeInteger);
  if (!areSafe || range <= 0) {
    throw new AtelierError(
      "config",
      said`randint: expected integers low < high no further apart than 2^53, got ${low} and ${high}.`,
    );
  }
  const next = range < WIDE_RANGE ? () => source.nextUint32() % range : () => next64(source, range);
  return Array.from({ length: count }, () => next() + low);
}

function drawPermutation(source: Mt19937, count: number): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  const isWide = count >= WIDE_PERMUTATION;
  for (let i = 0; i < count - 1; i++) {
    const left = count - i;
    const j = i + (isWide ? next64(source, left) : source.nextUint32() % left);
    const swapped = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = swapped;
  }
  return order;
}

/** `random64() % range`; the first draw is the high word. */
function next64(source: Mt19937, range: number): number {
  const high = BigInt(source.nextUint32());
  return Number(((high << 32n) | BigInt(source.nextUint32())) % BigInt(range));
}

/** A float64 uniform in [0, 1): the lower 53 of 64 bits, first draw high. */
function nextUniform53(source: Mt19937): number {
  const high = source.nextUint32() & 0x1fffff;
  return (high * 2 ** 32 + source.nextUint32()) / 2 ** 53;
}

function lowerSeedBits(seed: number | bigint): number {
  if (
    typeof seed === "bigint" ? seed >= -(2n ** 63n) && seed < 2n ** 64n : Number.isSafeInteger(seed)
  ) {
    return Number(BigInt.asUintN(32, BigInt(seed)));
  }
  throw new AtelierError(
    "config",
    said`seed: expected an integer from -2^63 to 2^64 - 1, got ${String(seed)}. Give integers above 2^53 as a bigint.`,
    { context: { seed: String(seed) } },
  );
}

function checkCount(where: string, count: number): number {
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new AtelierError("config", said`${where}: expected a count of 0 or more, got ${count}.`);
}
