/**
 * @file Which pictures a training step sees, as a pure function of seed and step, so that a
 * resumed run goes on with the very pictures it would have seen. Batches are always full (graphs
 * have static shapes): one that reaches the end of an epoch goes on into the next.
 */

import { AtelierError, createTorchGenerator } from "@atelier/engine";

/** Options of {@link createBatches}. */
export interface BatchOptions {
  /** Number of pictures. */
  readonly count: number;
  readonly batchSize: number;
  readonly seed: number;
  /** How often an epoch shows each picture; 1 by default. */
  readonly repeats?: number;
  /** `false` shows the pictures in their own order; `true` by default. */
  readonly shuffle?: boolean;
}

/** The batches of a run, by number. */
export interface Batches {
  /** Pictures of an epoch: `count × repeats`. */
  readonly samplesPerEpoch: number;
  /** Batches that an epoch lasts; not whole where the batch size does not divide it. */
  readonly batchesPerEpoch: number;
  /**
   * Indices of the pictures of batch `index` (from 0). With gradient accumulation over `n`
   * batches, micro-batch `m` of step `s` is batch `s × n + m`.
   */
  at(index: number): number[];
}

/**
 * The order of one epoch: `torch.randperm(length)` from a generator seeded with `seed + epoch`,
 * which is how PyTorch's `DistributedSampler` shuffles.
 */
export function epochOrder(seed: number, epoch: number, length: number): number[] {
  return createTorchGenerator(seed + epoch).randperm(length);
}

/**
 * Makes the batches of a run.
 * @throws AtelierError `config` when a number is no positive integer or the seed no integer.
 */
export function createBatches({
  count,
  batchSize,
  seed,
  repeats = 1,
  shuffle = true,
}: BatchOptions): Batches {
  for (const [name, value] of Object.entries({ count, batchSize, repeats })) {
    checkInteger(name, value, 1);
  }
  checkInteger("seed", seed, Number.MIN_SAFE_INTEGER);
  const samplesPerEpoch = count * repeats;
  let current: { readonly epoch: number; readonly order: readonly number[] } | undefined;

  function sampleAt(position: number): number {
    const epoch = Math.floor(position / samplesPerEpoch);
    const offset = position % samplesPerEpoch;
    if (!shuffle) return offset % count;
    if (current?.epoch !== epoch) {
      current = { epoch, order: epochOrder(seed, epoch, samplesPerEpoch) };
    }
    return (current.order[offset] ?? 0) % count;
  }

  return {
    samplesPerEpoch,
    batchesPerEpoch: samplesPerEpoch / batchSize,
    at(index) {
      checkInteger("batch index", index, 0);
      return Array.from({ length: batchSize }, (_, i) => sampleAt(index * batchSize + i));
    },
  };
}

function checkInteger(name: string, value: number, minimum: number): void {
  if (Number.isSafeInteger(value) && value >= minimum) return;
  throw new AtelierError(
    "config",
    `batches: expected ${name} to be an integer of at least ${minimum}, got ${value}.`,
    { context: { [name]: value } },
  );
}
