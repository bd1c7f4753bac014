/** @file A run that nobody has said how to watch: watched where that costs nothing else, and the same when it is resumed. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeTrainDeps } from "../../adapters/train-deps.js";
import type { OwnedPipeline } from "../../pipeline/pipeline.js";
import {
  type TinyOverrides,
  tinyBase,
  tinyConfig,
  tinyTokenizer,
} from "../../testing/tiny-training.js";
import { planRun, type RunPlan } from "./plan-run.js";

let pipeline: OwnedPipeline;
beforeAll(async () => {
  const deps = nodeTrainDeps(tinyConfig("pictures"), { tokenizerFolder: tinyTokenizer });
  const { base } = tinyConfig("pictures", { base: { path: tinyBase } });
  pipeline = await deps.openBase(base, { signal: undefined, onProgress: () => {} });
});
afterAll(() => pipeline[Symbol.asyncDispose]());

const picture = { path: "p.png", sizeBytes: 1, captionFiles: [] };
const shown = { repeats: 1, flip: false, lossWeight: 1, size: { width: 32, height: 32 } };
const listed = (count: number) => ({
  pictures: Array.from({ length: count }, (_, i) => ({
    ...{ ...picture, ...shown, name: `p${i}.png`, caption: "a cat", captionSource: "prompt" },
  })),
  warnings: [],
});

/** The plan of a run of 200 steps of four pictures. */
function planOf(overrides: TinyOverrides = {}, pictures = 5): Promise<RunPlan> {
  const fields = { steps: 200, batchSize: 4, watch: {}, ...overrides };
  return planRun(tinyConfig("pictures", fields), pipeline, listed(pictures));
}

const codesOf = ({ warnings }: RunPlan): string[] => warnings.map(({ code }) => code);

describe("a run that nobody has said how to watch", () => {
  it("is watched, and records with what share", async () => {
    const plan = await planOf();
    expect(plan.watch?.steps.at(-1)).toBe(200);
    const { share, heldOut } = plan.config.watch;
    expect(share).toBeGreaterThan(0.05);
    expect(share).toBeLessThan(0.1);
    expect(heldOut).toBeUndefined();
  });

  it("looks at the same steps with the same rows where it goes on from its record", async () => {
    for (const steps of [80, 100, 200, 333, 1000]) {
      const { watch, config } = await planOf({ steps });
      const recorded: unknown = JSON.parse(JSON.stringify(config.watch));
      const again = await planOf({ steps, watch: recorded });
      expect(watch).toBeDefined();
      expect(again.watch).toEqual(watch);
      expect(again.config.watch).toEqual(config.watch);
    }
  });

  it.each([1, 5, 20])("is not watched in %i steps, and says so in one line", async (steps) => {
    const plan = await planOf({ steps });
    expect([plan.watch, plan.config.watch.share]).toEqual([undefined, 0]);
    expect(codesOf(plan).filter((code) => code === "too-short-to-watch")).toHaveLength(1);
    expect(codesOf(await planOf({ steps, watch: { share: 0 } }))).not.toContain(
      "too-short-to-watch",
    );
  });

  it.each<[string, TinyOverrides, number, number | undefined]>([
    ["all of four pictures", {}, 4, 0],
    ["all of three pictures", {}, 3, 0],
    ["all but the usual one of five", {}, 5, undefined],
    ["all but as many as were asked for", { heldOut: 2 }, 4, 2],
    ["all but the usual one of three where a share was asked for", { share: 0.1 }, 3, undefined],
    ["the same where it may act", { act: true }, 3, undefined],
    ["the same where a preference was given", { prefer: "balance" }, 3, undefined],
  ])("trains on %s", async (_, watch, pictures, heldOut) => {
    expect((await planOf({ watch }, pictures)).config.watch.heldOut).toBe(heldOut);
  });

  it("is not watched where it would be computed in another way for that, and says so", async () => {
    const fields = { batchSize: 4, gradientCheckpointing: "on", batchParts: 1 } as const;
    const unwatched = await planOf({ ...fields, watch: { share: 0 } });
    const watched = await planOf({ ...fields, watch: { share: 0.1 } });
    const tight = { ...fields, maxMemory: (unwatched.memory.total + 1) / 1e9 };
    const plan = await planOf(tight);
    const plain = await planOf({ ...tight, watch: { share: 0 } });
    expect(watched.memory.total).toBeGreaterThan(unwatched.memory.total);
    expect(plan.memory).toEqual(plain.memory);
    expect(plan.graph.batch).toBe(plain.graph.batch);
    expect(plan.graph.blocks).toEqual(plain.graph.blocks);
    expect([plan.watch, plan.config.watch.share]).toEqual([undefined, 0]);
    expect(codesOf(plan)).toContain("unwatched");
    // Who has asked for it has it, in smaller batches.
    expect((await planOf({ ...tight, watch: { share: 0.1 } })).config.batchSize).toBeLessThan(4);
    const roomy = await planOf({ ...fields, maxMemory: 100 });
    expect(roomy.watch).toBeDefined();
    expect(codesOf(roomy)).not.toContain("unwatched");
  });

  it("is refused all the same where all pictures were to be held out", async () => {
    await expect(planOf({ watch: { heldOut: 5 } })).rejects.toThrow("watch.heldOut: expected");
  });
});
