/** @file A run whose watcher switches the prior on: before it the bits of a run without, from then on of one with. */

import { nodeFiles } from "@atelier/engine/node";
import { beforeAll, describe, expect, it } from "vitest";
import {
  lossesOf,
  resumeTiny,
  runTiny,
  tensorsOf,
  tinyConfigs,
  tinyTrainings,
} from "../../testing/tiny-runs.js";
import type { TrainConfig } from "../config/train-config.js";
import type { TrainEvent } from "../events/train-event.js";
import { readEvents } from "../folder/event-log.js";
import { readRunConfig } from "../folder/run-folder.js";
import { readNewestSnapshot } from "../folder/snapshots.js";
import { historyOf } from "../folder/watch-record.js";
import type { Watcher } from "./watcher.js";

let configOf: Awaited<ReturnType<typeof tinyConfigs>>;
beforeAll(async () => {
  configOf = await tinyConfigs(3);
});

const watch = {
  ...{ share: 1, heldOut: 0, prompts: ["a dog", "a photo"] },
  ...{ classPrompt: "a cat", act: true },
};

/** Asks for the prior at a step, and again at each later one. */
const asking = (from: number): Watcher => ({
  name: "asking",
  due: (step) => step >= from,
  // biome-ignore lint/correctness/useYield: it has nothing to tell.
  async *look() {
    return { kind: "prior" };
  },
});

/** Of all snapshots: adapters say in their metadata what they were trained with. */
const statesOf = async (config: TrainConfig) =>
  [...(await tensorsOf(config))].filter(([path]) => path.endsWith("state.safetensors"));

const isSnapshotOf = (step: number) => (event: TrainEvent) =>
  event.type === "snapshot" && event.step === step;

const watchers = () => [asking(2)];
/** With dropout and accumulation; of all weights; of a word and an adapter. */
const some = tinyTrainings.filter((_, at) => [0, 1, 4].includes(at));

describe("a prior that is switched on", () => {
  it.each(some)("is that of a run which goes on with it: %s", async (name, fields) => {
    const plain = configOf(`plain ${name}`, { batchSize: 4, ...fields, watch });
    const before = lossesOf(await runTiny(plain, { until: isSnapshotOf(2) }));
    const again = await readRunConfig(nodeFiles, plain.output.run ?? "");
    const prior = {
      classPrompt: "a cat",
      source: "prediction",
      count: 1,
      lossWeight: 1,
    } as const;
    const after = lossesOf(await runTiny({ ...again, prior }, { resume: {} }));

    const switched = configOf(`switched ${name}`, { batchSize: 4, ...fields, watch });
    expect(lossesOf(await runTiny(switched, { watchers }))).toEqual([...before, ...after]);
    expect(await statesOf(switched)).toEqual(await statesOf(plain));
    const { found } = await readNewestSnapshot(nodeFiles, switched.output.run ?? "");
    expect(found?.watch?.priorSince).toBe(2);
  });

  it("is what a run that acts does about forgetting, and proposed no more", async () => {
    const fields = { batchSize: 4, learningRate: 2, lora: { rank: 4 }, steps: 12 };
    const config = configOf("forgetting", { ...fields, watch: { ...watch, heldOut: 1 } });
    const events = await runTiny(config);
    const [first, ...later] = events.flatMap((event) =>
      event.type === "verdict" && event.state === "forgetting" ? [event] : [],
    );
    expect(first?.actions).toEqual([{ kind: "prediction-prior" }]);
    expect(later.length).toBeGreaterThan(0);
    for (const { advice, actions } of later) {
      expect(advice.map(({ code }) => code)).toEqual(["less-strength"]);
      expect(actions).toEqual([]);
    }
    const since = first?.step ?? 0;
    const told = events.filter(({ type }) => type === "warning");
    const kept = { type: "warning", code: "class-kept" };
    expect(told.filter((event) => "code" in event && event.code === kept.code)).toEqual([
      { ...kept, params: { step: since + 1, classPrompt: "a cat" } },
    ]);
    const { events: logged } = await readEvents(nodeFiles, config.output.run ?? "");
    expect(historyOf(logged)?.priorSince).toBe(since);
  });

  it("survives a kill", async () => {
    const whole = configOf("whole", { batchSize: 4, ...some[0]?.[1], watch });
    await runTiny(whole, { watchers });
    const killed = configOf("killed", { batchSize: 4, ...some[0]?.[1], watch });
    await runTiny(killed, { watchers, until: isSnapshotOf(4) });
    await resumeTiny(killed, { watchers });
    expect(await tensorsOf(killed)).toEqual(await tensorsOf(whole));
  });

  it("is none where the run does not act", async () => {
    const still = { ...watch, act: false };
    const plain = configOf("watched", { batchSize: 4, watch: still });
    const asked = configOf("asked", { batchSize: 4, watch: still });
    expect(lossesOf(await runTiny(asked, { watchers }))).toEqual(lossesOf(await runTiny(plain)));
  });
});
