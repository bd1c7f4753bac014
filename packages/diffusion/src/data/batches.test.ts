/** @file Batches: every picture its share, and the same order from the same seed. */

import { describe, expect, it } from "vitest";
import { type Batches, createBatches, epochOrder } from "./batches.js";

/** Pictures of the first batches, one list each. */
const picturesOf = (batches: Batches, count: number) =>
  Array.from({ length: count }, (_, index) =>
    batches.at(index).samples.map(({ picture }) => picture),
  );

/** How often each number is in a list. */
function countsOf(values: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

describe("epochOrder", () => {
  // list(DistributedSampler(range(n), num_replicas=1, rank=0, seed=seed)) of torch 2.13.
  it.each([
    [5, 0, [1, 0, 4, 2, 6, 5, 3]],
    [5, 2, [5, 0, 3, 1, 2, 6, 4]],
    [0, 0, [4, 1, 7, 5, 3, 9, 0, 8, 6, 2]],
  ])("is that of PyTorch's DistributedSampler for seed %i, epoch %i", (seed, epoch, order) => {
    expect(epochOrder(seed, epoch, order.length)).toEqual(order);
  });
});

describe("createBatches", () => {
  const options = { repeats: [1, 1, 1, 1, 1], batchSize: 4, seed: 7 };

  it("shows every picture equally often in each epoch", () => {
    const batches = createBatches({ ...options, repeats: [4, 4, 4, 4, 4] });
    const shown = picturesOf(batches, 10).flat();
    for (const epoch of [0, 1]) {
      const counts = countsOf(shown.slice(epoch * 20, (epoch + 1) * 20));
      expect([...counts.values()]).toEqual([4, 4, 4, 4, 4]);
    }
  });

  it("fills a batch across the end of an epoch", () => {
    const stream = picturesOf(createBatches(options), 5).flat();
    expect(stream).toEqual([0, 1, 2, 3].flatMap((epoch) => epochOrder(7, epoch, 5)));
  });

  it("shuffles the repeats of an epoch together, all pictures once before any twice", () => {
    const { samples } = createBatches({ repeats: [2, 2, 2], batchSize: 6, seed: 3 }).at(1);
    const expected = epochOrder(3, 1, 6).map((place) => ({
      picture: place % 3,
      occurrence: 2 + Math.floor(place / 3),
    }));
    expect(samples).toEqual(expected);
  });

  it("gives a batch larger than the data set", () => {
    const { samples } = createBatches({ repeats: [1, 1], batchSize: 5, seed: 1 }).at(0);
    expect(new Set(samples.map(({ picture }) => picture))).toEqual(new Set([0, 1]));
    expect(samples).toHaveLength(5);
  });

  it("shows pictures as often as their repeats say, whole or not", () => {
    const batches = createBatches({ repeats: [1, 3, 0.5, 1 / 3], batchSize: 1, seed: 2 });
    const counts = countsOf(picturesOf(batches, 29).flat());
    // Six epochs: 6 + 18 + 3 + 2.
    expect([0, 1, 2, 3].map((picture) => counts.get(picture))).toEqual([6, 18, 3, 2]);
  });

  it("counts how often a picture has been shown", () => {
    const batches = createBatches({ ...options, repeats: [2, 1, 1, 1, 1], batchSize: 3 });
    const samples = Array.from({ length: 8 }, (_, index) => batches.at(index).samples).flat();
    for (const picture of [0, 1, 2, 3, 4]) {
      const mine = samples.filter((sample) => sample.picture === picture);
      const occurrences = mine.map(({ occurrence }) => occurrence).sort((a, b) => a - b);
      expect(occurrences).toEqual(mine.map((_, i) => i));
    }
  });

  describe("with groups", () => {
    // Seven pictures of group 0, two of group 4, one of group 9.
    const grouped = {
      repeats: Array.from({ length: 10 }, () => 1),
      groups: [0, 0, 0, 9, 0, 4, 0, 4, 0, 0],
      batchSize: 3,
      seed: 11,
    };

    it("fills each batch from one group", () => {
      const batches = createBatches(grouped);
      for (let index = 0; index < 40; index++) {
        const { group, samples } = batches.at(index);
        expect(samples).toHaveLength(3);
        for (const { picture } of samples) expect(grouped.groups[picture]).toBe(group);
      }
    });

    it("gives every picture the same share, also of groups smaller than a batch", () => {
      // Ten batches of three last exactly three epochs of ten pictures.
      const counts = countsOf(picturesOf(createBatches(grouped), 10).flat());
      expect([...counts.values()]).toEqual(Array.from({ length: 10 }, () => 3));
    });

    it("mixes the groups within an epoch", () => {
      const two = { ...grouped, groups: grouped.repeats.map((_, i) => i % 2), batchSize: 1 };
      const batches = createBatches({ ...two, repeats: two.repeats.map(() => 10) });
      const order = Array.from({ length: 100 }, (_, index) => batches.at(index).group);
      expect(countsOf(order)).toEqual(new Map([50, 50].map((n, g) => [g, n])));
      const changes = order.filter((group, i) => i > 0 && group !== order[i - 1]).length;
      expect(changes).toBeGreaterThan(30);
    });

    it("depends only on seed and index, so a run can resume anywhere", () => {
      const first = createBatches(grouped);
      const forward = Array.from({ length: 30 }, (_, index) => first.at(index));
      const resumed = createBatches(grouped);
      for (const index of [29, 3, 17, 0]) expect(resumed.at(index)).toEqual(forward[index]);
      const other = createBatches({ ...grouped, seed: 12 });
      expect(Array.from({ length: 30 }, (_, index) => other.at(index))).not.toEqual(forward);
    });
  });

  it.each([
    [{ repeats: [] }, "got no pictures"],
    [{ repeats: [1, 0] }, "repeats above 0, got 0"],
    [{ repeats: [Number.NaN] }, "repeats above 0, got NaN"],
    [{ batchSize: 1.5 }, "expected batchSize"],
    [{ seed: 0.5 }, "expected seed"],
  ])("refuses %o", (wrong, message) => {
    expect(() => createBatches({ ...options, ...wrong })).toThrow(message);
  });

  it("refuses a batch before the first", () => {
    expect(() => createBatches(options).at(-1)).toThrow("expected batch index");
  });
});
