/**
 * @file Which pictures a training step sees, as a pure function of seed and step, so that a
 * resumed run goes on with the very pictures it would have seen. Batches are always full and of one
 * group (graphs have static shapes): one that reaches the end of an epoch goes on into the next.
 */

import { AtelierError, createTorchGenerator, internalError, said } from "@atelier/engine";

/** Options of {@link createBatches}. */
export interface BatchOptions {
  /**
   * How often an epoch shows each picture, above 0. It need not be whole: 1.5 shows a picture three
   * times in two epochs.
   */
  readonly repeats: readonly number[];
  /** Group of each picture; only pictures of one group share a batch. All are of group 0 by default. */
  readonly groups?: readonly number[];
  readonly batchSize: number;
  readonly seed: number;
}

/** A picture in a batch. */
export interface BatchSample {
  readonly picture: number;
  /** How often the run has shown it before. */
  readonly occurrence: number;
}

/** Pictures that are seen together. */
export interface Batch {
  readonly group: number;
  readonly samples: readonly BatchSample[];
}

/** The batches of a run, by number. */
export interface Batches {
  /**
   * Batch `index` (from 0). With gradient accumulation over `n` batches, micro-batch `m` of step `s`
   * is batch `s × n + m`.
   */
  at(index: number): Batch;
}

/**
 * The order of one epoch: `torch.randperm(length)` from a generator seeded with `seed + epoch`,
 * which is how PyTorch's `DistributedSampler` shuffles.
 */
export function epochOrder(seed: number, epoch: number, length: number): number[] {
  return createTorchGenerator(seed + epoch).randperm(length);
}

/**
 * Makes the batches of a run. Each group is an endless stream of its pictures, shuffled by epoch and
 * cut into batches; an epoch holds the batches that end in it, of all groups in random order. A group
 * smaller than a batch therefore has one every few epochs, and every picture its share.
 * @throws AtelierError `config` for numbers that are impossible.
 */
export function createBatches(options: BatchOptions): Batches {
  const { repeats, batchSize, seed } = options;
  const groups: readonly number[] = options.groups ?? repeats.map(() => 0);
  checkInteger("batchSize", batchSize, 1);
  checkInteger("seed", seed, Number.MIN_SAFE_INTEGER);
  checkRepeats(repeats);
  const members = (group: number) =>
    repeats.flatMap((rate, picture) => (groups[picture] === group ? [{ picture, rate }] : []));
  const streams = [...new Set(groups)]
    .sort((a, b) => a - b)
    .map((group) => ({ group, ...createStream(members(group), seed) }));
  /** Batches of a stream that end before an epoch begins. */
  const before = (stream: Stream, epoch: number) =>
    Math.floor(stream.samplesBefore(epoch) / batchSize);
  const allBefore = (epoch: number) =>
    streams.reduce((sum, stream) => sum + before(stream, epoch), 0);
  const orderOf = remembered((epoch: number) => {
    const owners = streams.flatMap((stream) =>
      Array.from({ length: before(stream, epoch + 1) - before(stream, epoch) }, () => stream),
    );
    const order = epochOrder(seed, epoch, owners.length);
    return order.map((place) => owners[place]);
  });

  return {
    at(index) {
      checkInteger("batch index", index, 0);
      const epoch = lastWhere((candidate) => allBefore(candidate) <= index);
      const order = orderOf(epoch);
      const place = index - allBefore(epoch);
      const stream = order[place];
      if (stream === undefined) throw internalError(`batches: no batch ${index}.`);
      const earlier = order.slice(0, place).filter((other) => other === stream).length;
      const start = (before(stream, epoch) + earlier) * batchSize;
      const samples = Array.from({ length: batchSize }, (_, i) => stream.sampleAt(start + i));
      return { group: stream.group, samples };
    },
  };
}

/** The endless sequence of the pictures of one group. */
interface Stream {
  /** Samples of all epochs before this one. */
  samplesBefore(epoch: number): number;
  sampleAt(position: number): BatchSample;
}

function createStream(
  pictures: readonly { readonly picture: number; readonly rate: number }[],
  seed: number,
): Stream {
  const samplesBefore = (epoch: number) =>
    pictures.reduce((sum, { rate }) => sum + shownBefore(rate, epoch), 0);
  /** The samples of an epoch: all pictures for the first time, then all for the second …, shuffled. */
  const samplesOf = remembered((epoch: number): BatchSample[] => {
    const due = pictures.map(({ picture, rate }) => {
      const first = shownBefore(rate, epoch);
      return { picture, first, times: shownBefore(rate, epoch + 1) - first };
    });
    const most = due.reduce((largest, { times }) => Math.max(largest, times), 0);
    const samples = Array.from({ length: most }, (_, round) =>
      due.flatMap(({ picture, first, times }) =>
        round < times ? [{ picture, occurrence: first + round }] : [],
      ),
    ).flat();
    const order = epochOrder(seed, epoch, samples.length);
    return order.flatMap((place) => samples[place] ?? []);
  });
  return {
    samplesBefore,
    sampleAt(position) {
      const epoch = lastWhere((candidate) => samplesBefore(candidate) <= position);
      const sample = samplesOf(epoch)[position - samplesBefore(epoch)];
      if (sample === undefined) throw internalError(`batches: no sample ${position}.`);
      return sample;
    },
  };
}

/** Times that a picture was shown before an epoch; the small term undoes the rounding of e.g. 3 · (1/3). */
const shownBefore = (rate: number, epoch: number): number => Math.floor(rate * epoch + 1e-9);

/** The largest number from 0 at which a claim holds that holds at 0 and fails from some number on. */
function lastWhere(claim: (value: number) => boolean): number {
  let high = 1;
  while (claim(high)) high *= 2;
  let low = Math.floor(high / 2);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (claim(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** A function of one number that keeps its two latest results: a batch may span two epochs. */
function remembered<T>(compute: (value: number) => T): (value: number) => T {
  const kept = new Map<number, T>();
  return (value) => {
    const found = kept.get(value) ?? compute(value);
    kept.set(value, found);
    const [oldest] = kept.keys();
    if (kept.size > 2 && oldest !== undefined) kept.delete(oldest);
    return found;
  };
}

function checkRepeats(repeats: readonly number[]): void {
  const bad = repeats.find((rate) => !(Number.isFinite(rate) && rate > 0));
  if (repeats.length > 0 && bad === undefined) return;
  const got = bad === undefined ? "no pictures" : `${bad}`;
  throw new AtelierError(
    "config",
    said`batches: expected pictures with repeats above 0, got ${got}. Remove pictures that must not be shown.`,
  );
}

function checkInteger(name: string, value: number, minimum: number): void {
  if (Number.isSafeInteger(value) && value >= minimum) return;
  throw new AtelierError(
    "config",
    said`batches: expected ${name} to be an integer of at least ${minimum}, got ${value}.`,
    { context: { [name]: value } },
  );
}
