/** @file Runs that are asked to keep the best and stop: they end as if they had been to end there. */

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nodeFiles } from "@atelier/engine/node";
import { beforeAll, describe, expect, it } from "vitest";
import { byRequest } from "../core/by-request.js";
import { probeWatcher } from "../testing/probe-watcher.js";
import {
  type Fields,
  lossesOf,
  numbersOf,
  resumeTiny,
  runTiny,
  tensorsOf,
  tinyConfigs,
  tinyTrainings,
} from "../testing/tiny-runs.js";
import type { TrainConfig } from "./config/train-config.js";
import type { DoneEvent, TrainEvent } from "./events/train-event.js";
import { readEvents } from "./folder/event-log.js";
import { openRun } from "./folder/run-record.js";

let configOf: Awaited<ReturnType<typeof tinyConfigs>>;
beforeAll(async () => {
  configOf = await tinyConfigs(3);
});

const folderOf = ({ output }: TrainConfig): string => output.run ?? "";
const stop = {
  watcher: byRequest,
  reason: "It was asked to keep the best and stop.",
};
const finish = { finish: true };

const isStep = (last: number) => (event: TrainEvent) =>
  event.type === "step" && event.step === last;
const isCheck = (event: TrainEvent) => event.type === "progress" && event.stage === "check";
const isCompiled = (event: TrainEvent) =>
  event.type === "progress" && event.stage === "compile" && event.done === 1;

/** A run that was killed after a step. */
async function brokenAt(last: number, run: string, fields: Fields = {}): Promise<TrainConfig> {
  const config = configOf(run, fields);
  await runTiny(config, { watchers: () => [probeWatcher()], until: isStep(last) });
  return config;
}

const finishTiny = (config: TrainConfig, until?: (event: TrainEvent) => boolean) => {
  const watchers = () => [probeWatcher()];
  return resumeTiny(config, { watchers, resume: finish, ...(until && { until }) });
};

function endOf(events: readonly TrainEvent[]): DoneEvent {
  const end = events.at(-1);
  if (end?.type !== "done") throw new Error(`expected a run that is done, got ${end?.type}`);
  return end;
}

describe("a run that is asked to finish", () => {
  it.each(tinyTrainings)(
    "has the files of one that a watcher ended there: %s",
    async (name, fields) => {
      const ended = configOf(`ended ${name}`, fields);
      await runTiny(ended, { watchers: () => [probeWatcher({ stopFrom: 4 })] });
      // Killed after its snapshot at step 4, and a step beyond it that is lost.
      const broken = await brokenAt(5, `broken ${name}`, fields);
      const events = await finishTiny(broken);
      expect(lossesOf(events)).toEqual([]);
      expect(endOf(events)).toMatchObject({ step: 4, stop });
      expect(await tensorsOf(broken)).toEqual(await tensorsOf(ended));
    },
  );

  it("has the numbers of one with as many steps", async () => {
    const schedule = { name: "constant" };
    const short = configOf("short", { steps: 4, schedule });
    await runTiny(short);
    const broken = await brokenAt(5, "long", { schedule });
    const [result] = endOf(await finishTiny(broken)).results;
    expect(await numbersOf(result?.path ?? "")).toEqual(
      await numbersOf(join(folderOf(short), "tiny.safetensors")),
    );
  });

  it("is done where it was stopped by hand, with what it had saved then", async () => {
    const config = configOf("by hand", { saveEverySteps: 0 });
    const hand = new AbortController();
    await runTiny(config, {
      signal: hand.signal,
      until: (event) => {
        if (isStep(3)(event)) hand.abort();
        return false;
      },
    });
    const before = await tensorsOf(config);
    expect(endOf(await resumeTiny(config, { resume: finish }))).toMatchObject({ step: 3, stop });
    expect(await tensorsOf(config)).toEqual(before);
    const { state, step, results } = await openRun(nodeFiles, folderOf(config));
    expect([state, step]).toEqual([{ kind: "done", stop }, 3]);
    expect(results.map(({ form }) => form)).toEqual(["kohya", "diffusers"]);
  });

  it.each([
    ["before it has written anything", isCompiled],
    ["before it has said that it is done", isCheck],
  ])("survives a kill %s", async (name, until) => {
    const whole = await brokenAt(5, `whole, ${name}`);
    await finishTiny(whole);
    const broken = await brokenAt(5, `killed ${name}`);
    await finishTiny(broken, until);
    expect((await openRun(nodeFiles, folderOf(broken))).state.kind).toBe("interrupted");
    expect(endOf(await finishTiny(broken))).toMatchObject({ step: 4, stop });
    expect(await tensorsOf(broken)).toEqual(await tensorsOf(whole));
  });

  it("stays so once it has begun to, also where it is only resumed", async () => {
    const config = await brokenAt(5, "resumed");
    await finishTiny(config, isCheck);
    const events = await resumeTiny(config, { watchers: () => [probeWatcher()] });
    expect(lossesOf(events)).toEqual([]);
    expect(endOf(events)).toMatchObject({ step: 4, stop });
  });

  it("says so, and trains on where it is told to, with the bits of a run without a break", async () => {
    const whole = configOf("unbroken");
    await runTiny(whole);
    const config = await brokenAt(3, "trained on");
    const result = join(folderOf(config), "tiny.safetensors");
    await finishTiny(config);
    await expect(resumeTiny(config)).rejects.toThrow(
      `resume ${folderOf(config)}: expected a run that is not done, got one that was finished by request at step 2. Its result is ${result}, `,
    );
    await expect(resumeTiny(config, { resume: finish })).rejects.toThrow(
      `got one that ended at step 2. Its result is ${result}, `,
    );
    // Neither is what is asked of it later bound to what was overruled before.
    await resumeTiny(config, { resume: { pastStop: true }, until: isStep(5) });
    expect(endOf(await resumeTiny(config, { resume: finish }))).toMatchObject({ step: 4, stop });
    const events = await resumeTiny(config, { resume: { pastStop: true } });
    expect(endOf(events).step).toBe(6);
    expect(endOf(events)).not.toHaveProperty("stop");
    expect(await readFile(result)).toEqual(
      await readFile(join(folderOf(whole), "tiny.safetensors")),
    );
    await expect(resumeTiny(config, { resume: finish })).rejects.toThrow("that ended at step 6.");
  });
});

describe("a run that cannot be finished", () => {
  it("is one without a snapshot: nothing of it changes, and what to do is said", async () => {
    const config = await brokenAt(1, "early");
    const folder = folderOf(config);
    const { events } = await readEvents(nodeFiles, folder);
    await expect(resumeTiny(config, { resume: finish })).rejects.toThrow(
      `resume ${folder}: expected a snapshot to finish the run with, got none. Train on first: atelier resume ${folder}`,
    );
    expect((await readEvents(nodeFiles, folder)).events).toEqual(events);
  });

  it("is one whose snapshots are all damaged", async () => {
    const config = await brokenAt(3, "damaged");
    const state = join(folderOf(config), "checkpoints", "step-000002", "state.safetensors");
    await writeFile(state, "");
    await expect(finishTiny(config)).rejects.toThrow("expected a snapshot to finish the run with");
  });

  it("is none with a watcher of the name that stands for the request", async () => {
    const watchers = () => [probeWatcher({ name: byRequest })];
    await expect(runTiny(configOf("taken"), { watchers })).rejects.toThrow(
      'watchers: expected names of their own, got two called "request". Rename one.',
    );
  });
});

describe("a watched run that is asked to finish", () => {
  it("results in its best step, as one that ends there", async () => {
    // Rates at which the tiny model soon falls apart.
    const fields = {
      watch: { share: 1, heldOut: 1, prompts: ["a dog", "a photo"], classPrompt: "a cat" },
      ...{ learningRate: 0.1, lora: { rank: 4 }, steps: 12, saveEverySteps: 4, batchSize: 4 },
    };
    const ended = configOf("watched, ended", fields);
    const watchers = () => [probeWatcher({ stopFrom: 8 })];
    const expected = endOf(await runTiny(ended, { watchers }));
    const broken = await brokenAt(10, "watched, broken", fields);
    const found = endOf(await finishTiny(broken));
    const step = expected.kept?.best.step ?? 0;
    expect(step).toBeGreaterThan(0);
    expect(step).toBeLessThan(8);
    expect(found).toMatchObject({ step: 8, stop, kept: { best: expected.kept?.best } });
    const paths = ["tiny.safetensors", join("last", "tiny.safetensors")];
    for (const path of paths) {
      expect(await readFile(join(folderOf(broken), path))).toEqual(
        await readFile(join(folderOf(ended), path)),
      );
    }
  });
});
