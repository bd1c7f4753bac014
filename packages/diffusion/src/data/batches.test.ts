/** @file Batches: every picture equally often, and the same order from the same seed. */

import { describe, expect, it } from "vitest";
import { createBatches, epochOrder } from "./batches.js";

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
  const options = { count: 5, batchSize: 4, seed: 7 };

  it("shows every picture equally often in each epoch", () => {
    const batches = createBatches({ ...options, repeats: 4 });
    expect(batches.samplesPerEpoch).toBe(20);
    expect(batches.batchesPerEpoch).toBe(5);
    for (const epoch of [0, 1]) {
      const shown = [0, 1, 2, 3, 4].flatMap((batch) => batches.at(epoch * 5 + batch));
      expect(shown.sort()).toEqual(
        [0, 1, 2, 3, 4].flatMap((index) => [index, index, index, index]),
      );
    }
  });

  it("fills a batch across the end of an epoch", () => {
    const batches = createBatches(options);
    const stream = [0, 1, 2, 3, 4].flatMap((batch) => batches.at(batch));
    expect(stream).toEqual([0, 1, 2, 3].flatMap((epoch) => epochOrder(7, epoch, 5)));
  });

  it("gives a batch larger than the data set", () => {
    const batch = createBatches({ count: 2, batchSize: 5, seed: 1 }).at(0);
    expect(batch).toHaveLength(5);
    expect(new Set(batch)).toEqual(new Set([0, 1]));
  });

  it("depends only on seed and index, so a run can resume anywhere", () => {
    const first = createBatches(options);
    const forward = Array.from({ length: 12 }, (_, index) => first.at(index));
    const resumed = createBatches(options);
    expect(resumed.at(11)).toEqual(forward[11]);
    expect(resumed.at(3)).toEqual(forward[3]);
    expect(createBatches({ ...options, seed: 8 }).at(11)).not.toEqual(forward[11]);
  });

  it("keeps the pictures' own order when asked to", () => {
    const batches = createBatches({ ...options, shuffle: false });
    expect([batches.at(0), batches.at(1)]).toEqual([
      [0, 1, 2, 3],
      [4, 0, 1, 2],
    ]);
  });

  it.each([
    [{ count: 0 }, "expected count"],
    [{ batchSize: 1.5 }, "expected batchSize"],
    [{ repeats: -1 }, "expected repeats"],
    [{ seed: 0.5 }, "expected seed"],
  ])("refuses %o", (wrong, message) => {
    expect(() => createBatches({ ...options, ...wrong })).toThrow(message);
  });

  it("refuses a batch before the first", () => {
    expect(() => createBatches(options).at(-1)).toThrow("expected batch index");
  });
});
