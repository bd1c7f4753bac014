/** @file Tunes with real trainings of a tiny model: whole, cut off at any event, stopped, and refused. */

import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nodeFiles } from "@atelier/engine/node";
import { beforeAll, describe, expect, it } from "vitest";
import { lockFolder } from "../adapters/lock-folder.js";
import { nodeTrainDeps } from "../adapters/train-deps.js";
import { drawPictures, tinyConfig, tinyTokenizer } from "../testing/tiny-training.js";
import { completeConfig } from "../train/config/complete-config.js";
import { parseTrainConfig } from "../train/config/config.js";
import { openRun } from "../train/folder/run-record.js";
import { train } from "../train/train.js";
import type { TuneSettings } from "./settings.js";
import { readTune, type TuneDeps, tune } from "./tune.js";
import type { TuneEvent } from "./tune-event.js";

const deps: TuneDeps = {
  files: nodeFiles,
  lockFolder,
  now: Date.now,
  train: (config, { signal, resume }) =>
    train(config, nodeTrainDeps(config, { tokenizerFolder: tinyTokenizer }), signal, resume),
};

let pictures = "";
let whole = "";
let settings: TuneSettings;
let events: TuneEvent[] = [];

const folderOf = (name: string) => join(pictures, "..", name);

/** Tunes until an event, then breaks off without a word, as a kill does. */
async function tuneUntil(
  folder: string,
  isLast: (event: TuneEvent) => boolean = () => false,
  given?: TuneSettings,
): Promise<TuneEvent[]> {
  const told: TuneEvent[] = [];
  for await (const event of tune(deps, { folder, settings: given })) {
    told.push(event);
    if (isLast(event)) break;
  }
  return told;
}

beforeAll(async () => {
  pictures = await drawPictures(4);
  const config = tinyConfig(pictures, {
    ...{ learningRate: 0.1, steps: 8, batchSize: 2, lora: { rank: 4 } },
    ...{ output: { folder: folderOf("runs"), formats: "kohya" } },
  });
  settings = { config, minutes: 600, prefer: "keep", vary: [] };
  whole = folderOf("whole");
  events = await tuneUntil(whole, undefined, settings);
}, 600_000);

/** A copy of the whole tune as it was when its range test was over: paces are measured once. */
async function afterRange(name: string): Promise<string> {
  const folder = folderOf(name);
  await mkdir(join(folder, "probes"), { recursive: true });
  await cp(join(whole, "probes", "range"), join(folder, "probes", "range"), { recursive: true });
  // As the tune wrote it.
  const record = JSON.parse(await readFile(join(whole, "tune.json"), "utf8")) as {
    readonly probes: readonly unknown[];
  };
  const probes = record.probes.slice(0, 1);
  await writeFile(join(folder, "tune.json"), JSON.stringify({ ...record, probes }));
  return folder;
}

describe("a tune", () => {
  it("tells what it tries, measures and decides, and ends with a training that was kept", async () => {
    expect(events[0]).toMatchObject({ type: "tune", folder: whole, minutes: 600, probes: [] });
    const tried = events.flatMap((event) => (event.type === "probe" ? [event.probe.id] : []));
    expect(tried.slice(0, 2)).toEqual(["range", "fast"]);
    expect(tried.at(-1)).toBe("final");
    const decided = events.flatMap((event) =>
      event.type === "decision" ? [event.decision.code] : [],
    );
    expect(decided).toEqual(
      expect.arrayContaining(["highest-rate", "fast-probe", "chosen", "final"]),
    );
    const end = events.at(-1);
    if (end?.type !== "done") throw new Error("not done");
    expect(end.results.map(({ path }) => path)).toEqual([join(whole, "final", "tiny.safetensors")]);
    const { state, config } = await openRun(nodeFiles, join(whole, "final"));
    expect(state).toEqual({ kind: "done" });
    expect(config.schedule.name).toBe("cosine");
    const { decisions, next } = await readTune(nodeFiles, whole);
    expect(next).toBeUndefined();
    expect(decisions.map(({ code }) => code)).toEqual(decided);
  });

  it("leaves a config to train with, and no state of probes that are over", async () => {
    const chosen = await readFile(join(whole, "chosen.json"), "utf8");
    const config = completeConfig(parseTrainConfig(JSON.parse(chosen)));
    const { config: trained } = await openRun(nodeFiles, join(whole, "final"));
    expect(config.learningRate).toBe(trained.learningRate);
    expect(config.steps).toBe(trained.steps);
    expect(config.output.run).toBeUndefined();
    const { probes } = await readTune(nodeFiles, whole);
    for (const { plan, end } of probes) {
      if (end === undefined || plan.stage === "final") continue;
      const left = await readdir(join(whole, "probes", plan.id));
      expect(left).not.toContain("kept");
      expect(await readdir(join(whole, "probes", plan.id, "checkpoints")).catch(() => [])).toEqual(
        [],
      );
    }
  });

  it("that is cut off anywhere goes on and measures and decides the same, to the last digit", async () => {
    const expected = await readTune(nodeFiles, whole);
    const folder = await afterRange("cut");
    // At a step, a look, a snapshot, a measurement; in the last training and at its end.
    const cuts: ((event: TuneEvent) => boolean)[] = [
      (event) => event.type === "probe",
      isTraining("fast", "step", 7),
      isTraining("fast", "look", 3),
      (event) => event.type === "measured" && event.record.plan.id === "fast",
      (event) => event.type === "training" && event.event.type === "snapshot",
      (event) => event.type === "measured" && event.record.plan.stage === "rates",
      (event) => event.type === "probe" && event.goesOn,
      isTraining("final", "step", 5),
      isTraining("final", "done", 1),
    ];
    for (const cut of cuts) {
      const told = await tuneUntil(folder, cut);
      expect(told.at(-1)?.type).not.toBe("done");
    }
    const told = await tuneUntil(folder);
    expect(told[0]).toMatchObject({ type: "tune", probes: expect.any(Array) as unknown });
    expect(told.at(-1)?.type).toBe("done");
    const { probes, decisions } = await readTune(nodeFiles, folder);
    expect(decisions).toEqual(expected.decisions);
    expect(probes).toEqual(expected.probes);
    const [before, after] = await Promise.all(
      [whole, folder].map((each) => readFile(join(each, "final", "tiny.safetensors"), "base64")),
    );
    expect(after).toBe(before);
  }, 600_000);

  it("that is done says so again and trains nothing", async () => {
    const told = await tuneUntil(whole);
    expect(told.filter(({ type }) => type === "probe" || type === "training")).toEqual([]);
    expect(told.at(-1)).toMatchObject({ type: "done", run: join(whole, "final") });
  });

  it("stops when it is asked to, and goes on", async () => {
    const folder = await afterRange("stopped");
    const controller = new AbortController();
    const isFourth = isTraining("fast", "step", 4);
    const told: TuneEvent[] = [];
    for await (const event of tune(deps, { folder, signal: controller.signal })) {
      told.push(event);
      if (isFourth(event)) controller.abort();
    }
    expect(told.at(-1)).toEqual({ type: "stopped", folder });
    const again = await tuneUntil(folder, (event) => event.type === "measured");
    expect(again.at(-1)).toMatchObject({ type: "measured", record: { plan: { id: "fast" } } });
  });
});

/** The n-th event of a type that the training of a probe tells. */
function isTraining(probe: string, type: string, count: number): (event: TuneEvent) => boolean {
  let seen = 0;
  return (event) => {
    if (event.type !== "training" || event.probe !== probe || event.event.type !== type)
      return false;
    seen += 1;
    return seen === count;
  };
}

describe("what a tune refuses", () => {
  const refusal = async (folder: string, given?: TuneSettings): Promise<string> => {
    try {
      await tuneUntil(folder, () => true, given);
    } catch (error) {
      return String(error);
    }
    return "nothing";
  };

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e6])("%s minutes", async (minutes) => {
    expect(await refusal(folderOf("refused"), { ...settings, minutes })).toContain(
      `tune minutes: expected a number above 0 and at most 10080, which is a week, got ${minutes}.`,
    );
  });

  it("a folder that holds one already, and one that holds none to go on with", async () => {
    expect(await refusal(whole, settings)).toContain(
      `tune ${whole}: expected a new folder, got one that holds a tune already. Go on with it (atelier resume ${whole})`,
    );
    expect(await refusal(folderOf("none"))).toContain(
      "expected the folder of a tune, got one without tune.json",
    );
  });

  it("an optimizer that finds its own rate, and nothing held out", async () => {
    const { config } = settings;
    const optimizer = tinyConfig(pictures, { optimizer: { name: "prodigy" } }).optimizer;
    const own = { ...settings, config: { ...config, optimizer } };
    expect(await refusal(folderOf("refused"), own)).toContain("got prodigy, which finds its own");
    const watch = { ...config.watch, heldOut: 0 };
    const none = { ...settings, config: { ...config, watch } };
    expect(await refusal(folderOf("refused"), none)).toContain(
      "tune watch.heldOut: expected one picture",
    );
  });

  it("a record that is damaged", async () => {
    const folder = folderOf("damaged");
    await mkdir(folder);
    await writeFile(join(folder, "tune.json"), '{"version":1,"probes":[]}');
    expect(await refusal(folder)).toContain(
      "expected what a tune of this version of Atelier has measured",
    );
  });

  it("pictures that have changed since it began", async () => {
    const folder = await afterRange("changed");
    const other = await drawPictures(4);
    const picture = join(pictures, "p1.png");
    const before = await readFile(picture);
    await writeFile(picture, await readFile(join(other, "p3.png")));
    await expect(tuneUntil(folder)).rejects.toThrow(
      "tune: expected the pictures, captions and base that it began with, got others",
    );
    await writeFile(picture, before);
  });
});

describe("fewer than three pictures", () => {
  it("are trained with the usual settings, and watched; two of them are tuned if one is held out", async () => {
    const two = await drawPictures(2);
    const config = tinyConfig(two, {
      ...{ learningRate: 1e-2, steps: 12, batchSize: 4, lora: { rank: 2 } },
    });
    const folder = join(two, "..", "two");
    const told = await tuneUntil(folder, undefined, { ...settings, config });
    const decided = told.flatMap((event) => (event.type === "decision" ? [event.decision] : []));
    expect(decided).toEqual([{ code: "nothing-held-out" }]);
    const steps = told.filter(
      ({ type, ...event }) => type === "training" && "probe" in event && event.probe === "range",
    );
    expect(steps.some((event) => event.type === "training" && event.event.type === "step")).toBe(
      false,
    );
    expect(told.at(-1)).toMatchObject({ type: "done", run: join(folder, "defaults") });
    const held = { ...config, watch: { ...config.watch, heldOut: 1 } };
    const next = await tuneUntil(
      join(two, "..", "held"),
      (event) => event.type === "training" && event.event.type === "watch",
      { ...settings, config: held },
    );
    expect(next.at(-1)).toMatchObject({ event: { heldOut: [expect.any(String)] } });
  });
});
