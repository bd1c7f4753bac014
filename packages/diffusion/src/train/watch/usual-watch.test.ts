/** @file Trainings that nobody has said how to watch: what they make, what they keep, and what they never cost. */

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { nodeTrainDeps } from "../../adapters/train-deps.js";
import { lossesOf, resumeTiny, runTiny, tensorsOf, tinyConfigs } from "../../testing/tiny-runs.js";
import { tinyTokenizer } from "../../testing/tiny-training.js";
import type { TrainConfig } from "../config/train-config.js";
import type { TrainEvent } from "../events/train-event.js";
import { keptBytes, neededBytes } from "../plan/needed-space.js";
import { train } from "../train.js";

/** Time for a few looks. */
const fields = { steps: 40, batchSize: 8, saveEverySteps: 10, watch: {} };

type Configs = Awaited<ReturnType<typeof tinyConfigs>>;
let ofFive: Configs;
let ofThree: Configs;
beforeAll(async () => {
  ofFive = await tinyConfigs(5);
  ofThree = await tinyConfigs(3);
});

const looksOf = (events: readonly TrainEvent[]) =>
  events.flatMap((event) => (event.type === "look" ? [{ ...event, seconds: 0 }] : []));
const watchOf = (events: readonly TrainEvent[]) => events.find(({ type }) => type === "watch");
const warningsOf = (events: readonly TrainEvent[]) =>
  events.flatMap((event) => (event.type === "warning" ? [event.code] : []));

const configPath = ({ output }: TrainConfig): string => join(output.run ?? "", "config.json");

describe("a training of five pictures", () => {
  it("holds one out, is looked at to its end, and does so again where it was killed", async () => {
    const whole = ofFive("whole", fields);
    const events = await runTiny(whole);
    expect(watchOf(events)).toMatchObject({ heldOut: [expect.stringMatching(/^p\d\.png$/)] });
    const looks = looksOf(events);
    expect(looks.length).toBeGreaterThan(3);
    expect(looks.at(-1)?.step).toBe(40);
    const broken = ofFive("broken", fields);
    await runTiny(broken, { until: (event) => event.type === "step" && event.step === 25 });
    const later = (events: readonly TrainEvent[]) =>
      looksOf(events).filter(({ step }) => step > 20);
    expect(later(await resumeTiny(broken))).toEqual(later(events));
    expect(await tensorsOf(broken)).toEqual(await tensorsOf(whole));
  });

  it("is not watched where it was told not to be", async () => {
    const events = await runTiny(ofFive("off", { ...fields, watch: { share: 0 } }));
    expect([watchOf(events), looksOf(events)]).toEqual([undefined, []]);
  });

  it("is watched with the pictures of a folder where one is named", async () => {
    const { data } = ofThree("", {});
    const watch = { validation: data.folder, allowOverlap: true };
    const events = await runTiny(ofFive("validated", { ...fields, watch }));
    expect(watchOf(events)).toMatchObject({ validation: { pictures: 3 } });
  });

  it("is not watched where the disk holds no more than the run, and says so", async () => {
    const config = ofFive("full disk", fields);
    const deps = nodeTrainDeps(config, { tokenizerFolder: tinyTokenizer });
    const until = async (free: number): Promise<TrainEvent[]> => {
      const events: TrainEvent[] = [];
      for await (const event of train(config, { ...deps, freeBytes: async () => free })) {
        events.push(event);
      }
      return events;
    };
    // As of an adapter of rank 16 in both forms.
    const probe = await runTiny(ofFive("probe", { ...fields, watch: { share: 0 } }));
    const plan = probe.find(({ type }) => type === "plan");
    const parameterCount = plan?.type === "plan" ? plan.trainedParameters : 0;
    // Both read no more of a plan than these.
    const written = { config, tuning: { parameterCount } } as Parameters<typeof keptBytes>[0];
    const events = await until(neededBytes(written) + keptBytes(written) - 1);
    expect(warningsOf(events)).toContain("unwatched");
    expect(watchOf(events)).toBeUndefined();
    expect(events.at(-1)?.type).toBe("done");
    const recorded = JSON.parse(await readFile(configPath(config), "utf8")) as TrainConfig;
    expect(recorded.watch.share).toBe(0);
  });
});

describe("a training of three pictures", () => {
  it("learns from all of them what it learns unwatched, and results in its last step", async () => {
    const watched = ofThree("watched", fields);
    const plain = ofThree("plain", { ...fields, watch: { share: 0 } });
    const events = await runTiny(watched);
    expect(watchOf(events)).toMatchObject({ heldOut: [] });
    expect(looksOf(events).length).toBeGreaterThan(3);
    expect(lossesOf(events)).toEqual(lossesOf(await runTiny(plain)));
    const end = events.at(-1);
    expect(end?.type === "done" && end.kept).toBeUndefined();
    expect(await tensorsOf(watched)).toEqual(await tensorsOf(plain));
  });

  it("holds one out where that is asked for", async () => {
    const events = await runTiny(ofThree("asked", { ...fields, watch: { heldOut: 1 } }));
    expect(watchOf(events)).toMatchObject({ heldOut: [expect.any(String)] });
  });
});

describe("a training whose record says nothing of a share", () => {
  it("goes on unwatched, as it was when it began", async () => {
    const plain = ofFive("of old", { ...fields, watch: { share: 0 } });
    const whole = ofFive("of old, whole", { ...fields, watch: { share: 0 } });
    await runTiny(whole);
    await runTiny(plain, { until: (event) => event.type === "step" && event.step === 25 });
    const { watch: _, ...recorded } = JSON.parse(
      await readFile(configPath(plain), "utf8"),
    ) as TrainConfig;
    await writeFile(configPath(plain), JSON.stringify(recorded));
    const events = await resumeTiny(plain);
    expect(watchOf(events)).toBeUndefined();
    expect(await tensorsOf(plain)).toEqual(await tensorsOf(whole));
  });
});
