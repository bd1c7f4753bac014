/** @file Watched runs: what watchers see, that nothing changes by it, and how they end a run and survive its end. */

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nodeFiles } from "@atelier/engine/node";
import { beforeAll, describe, expect, it } from "vitest";
import { warning, warningEvent } from "../../core/warnings/warning.js";
import { inEnglish } from "../../english/english-warnings.js";
import { encodePng } from "../../files/png/encode-png.js";
import { probeWatcher } from "../../testing/probe-watcher.js";
import {
  lossesOf,
  resumeTiny,
  runTiny,
  tensorsOf,
  tinyConfigs,
  tinyTrainings,
  watcherState,
} from "../../testing/tiny-runs.js";
import { drawPictures } from "../../testing/tiny-training.js";
import type { TrainConfig } from "../config/train-config.js";
import type { TrainEvent } from "../events/train-event.js";
import { readEvents } from "../folder/event-log.js";
import { openRun } from "../folder/run-record.js";
import { readNewestSnapshot, writeSnapshot } from "../folder/snapshots.js";
import type { ParameterValues } from "../parts/tuning-part.js";
import type { Watcher } from "./watcher.js";

let configOf: Awaited<ReturnType<typeof tinyConfigs>>;
beforeAll(async () => {
  configOf = await tinyConfigs(3);
});

const stateOf = (config: TrainConfig, name = "probe") => watcherState(config, name);
const warningsOf = (events: readonly TrainEvent[]) =>
  events.flatMap((event) => (event.type === "warning" ? [inEnglish(event)] : []));

describe("a run that is only observed", () => {
  it.each(tinyTrainings)("has the bits of one that is not: %s", async (name, fields) => {
    const plain = configOf(`plain ${name}`, fields);
    const losses = lossesOf(await runTiny(plain));
    const seen = configOf(`seen ${name}`, fields);
    const draws: Watcher["look"] = async function* ({ draw, values, latestValues }) {
      expect((await values()).size).toBe((await latestValues()).size);
      for await (const drawn of draw([{ prompt: "a dog", steps: 1, sampler: "ddim" }])) {
        if (drawn.type === "drawn") expect(drawn.image.picture.width).toBeGreaterThan(0);
        else yield drawn;
      }
      return { kind: "go" };
    };
    const watchers = () => [probeWatcher({ also: draws })];
    expect(lossesOf(await runTiny(seen, { watchers }))).toEqual(losses);
    expect(await tensorsOf(seen)).toEqual(await tensorsOf(plain));
  });
});

describe("a run of several shapes of pictures that is only observed", () => {
  it("has the bits of one that is not, and tells the loss of every shape", async () => {
    const own = await drawPictures(3);
    const wide = {
      width: 48,
      height: 16,
      data: new Uint8Array(48 * 16 * 3).map((_, i) => i % 251),
    };
    await writeFile(join(own, "wide.png"), await encodePng(wide));
    const data = { folder: own, buckets: { use: true, step: 8, maxAspect: 4 } };
    const [plain, seen] = [
      configOf("plain shapes", { data, batchSize: 1 }),
      configOf("seen shapes", { data, batchSize: 1 }),
    ];
    const events = await runTiny(plain);
    expect(events.find((event) => event.type === "plan")?.buckets).toHaveLength(2);
    const every: Watcher["look"] = async function* ({ batch, loss }) {
      for (let index = 0; index < 4; index++) {
        const { perSample } = await loss(batch(index).values);
        if (!perSample.data.every((value) => value > 0)) {
          yield warningEvent(warning("in-words", { message: `batch ${index}` }));
        }
      }
      return { kind: "go" };
    };
    const watchers = () => [probeWatcher({ also: every })];
    expect(lossesOf(await runTiny(seen, { watchers }))).toEqual(lossesOf(events));
    expect(await tensorsOf(seen)).toEqual(await tensorsOf(plain));
  });
});

describe("the loss of inputs", () => {
  // A part is what is computed at once: a batch in one.
  const batchParts = 1;

  it.each([
    ["as they are", {}],
    ["with a prior", { prior: { classPrompt: "a dog", source: "prediction" } }],
    ["of a text encoder, too", { textEncoder: { train: true } }],
  ])("is what the next step tells of the same batch: %s", async (name, fields) => {
    const foretold: number[] = [];
    const foretelling: Watcher = {
      ...probeWatcher(),
      // biome-ignore lint/correctness/useYield: it has nothing to tell.
      async *look({ step, batch, loss }) {
        foretold.push((await loss(batch(step).values)).loss);
        return { kind: "go" };
      },
    };
    const losses = lossesOf(
      await runTiny(configOf(`loss ${name}`, { ...fields, batchParts }), {
        watchers: () => [foretelling],
      }),
    );
    expect(foretold.slice(0, -1)).toEqual(losses.slice(1));
  });
});

describe("a watcher's word that the run is done", () => {
  const stopping = () => [probeWatcher({ stopFrom: 3 })];

  it("ends the run, is recorded, and is no break to resume from", async () => {
    const config = configOf("enough");
    const events = await runTiny(config, { watchers: stopping });
    const end = { type: "done", step: 3, stop: { watcher: "probe", reason: "Step 3 is enough." } };
    expect(events.at(-1)).toMatchObject(end);
    const folder = config.output.run ?? "";
    expect((await readEvents(nodeFiles, folder)).events.at(-1)).toMatchObject(end);
    const { state, step, results } = await openRun(nodeFiles, folder);
    expect(state).toEqual({ kind: "done", stop: end.stop });
    expect(step).toBe(3);
    expect(results.map(({ form }) => form)).toEqual(["kohya", "diffusers"]);
    await expect(resumeTiny(config, { watchers: stopping })).rejects.toThrow(
      /resume .*: expected a run that is not done, got one that probe ended at step 3: Step 3 is enough\. Its result is .*tiny\.safetensors, .*\. To train on all the same, resume it with `pastStop: true`, which heeds probe no more\./,
    );
  });

  it("is overruled where the run is told to train on, and stays so", async () => {
    const whole = configOf("whole");
    await runTiny(whole);
    const config = configOf("overruled");
    await runTiny(config, { watchers: stopping });
    // Killed on the way, before there is another snapshot.
    await resumeTiny(config, {
      ...{ watchers: stopping, resume: { pastStop: true } },
      until: (event) => event.type === "step",
    });
    const events = await resumeTiny(config, { watchers: stopping });
    expect(events.at(-1)).toMatchObject({ type: "done", step: 6 });
    expect(events.at(-1)).not.toHaveProperty("stop");
    expect(warningsOf(events)).toEqual(
      [4, 5, 6].map((step): unknown =>
        expect.stringMatching(
          `^probe would end the run at step ${step}: Step ${step} is enough\\.`,
        ),
      ),
    );
    // The snapshot of step 3, which the word left behind, is all that differs.
    const [expected, found] = [await tensorsOf(whole), await tensorsOf(config)];
    for (const [path, bytes] of expected) {
      if (found.has(path)) expect(found.get(path) === bytes).toBe(true);
    }
    expect([...found.keys()]).toEqual(expect.arrayContaining(["/tiny.safetensors"]));
  });

  it("holds for a run that is killed before it has saved its result", async () => {
    const config = configOf("cut short");
    await runTiny(config, {
      watchers: stopping,
      until: (event) => event.type === "progress" && event.stage === "check",
    });
    expect((await openRun(nodeFiles, config.output.run ?? "")).state.kind).toBe("interrupted");
    const events = await resumeTiny(config, { watchers: stopping });
    expect(lossesOf(events)).toEqual([]);
    expect(events.at(-1)).toMatchObject({ type: "done", step: 3, stop: { watcher: "probe" } });
  });

  it("at the last step changes nothing", async () => {
    const config = configOf("late");
    const events = await runTiny(config, { watchers: () => [probeWatcher({ stopFrom: 6 })] });
    expect(events.at(-1)).toMatchObject({ type: "done", step: 6 });
    expect(events.at(-1)).not.toHaveProperty("stop");
  });
});

describe("a watcher's word to go back", () => {
  // It keeps the values of step 2, and goes back to them after step 4 at rates that fall to 0.
  const returning = (): Watcher[] => [
    {
      name: "returning",
      due: (step) => step === 2 || step === 4,
      async *look({ step, keep }) {
        if (step === 2) await keep(() => 2);
        const reason = "Step 2 was better.";
        if (step === 2) return { kind: "go" };
        return { kind: "return", to: 2, rateFactor: 0.5, fallsOver: 4, reason };
      },
    },
  ];
  const fields = { steps: 8, saveEverySteps: 3 };
  const ratesOf = (events: readonly TrainEvent[]) =>
    events.flatMap((event) => (event.type === "step" ? [event.learningRate] : []));

  it("takes the values of that step, a fresh optimizer, and other rates", async () => {
    const config = configOf("returned", fields);
    const events = await runTiny(config, { watchers: returning });
    const rates = [1, 1, 1, 1, 1 / 2, 3 / 8, 1 / 4, 1 / 8].map((factor) => factor * 1e-3);
    expect(ratesOf(events)).toEqual(rates);
    // The first step of an optimizer that remembers nothing moves every number by its rate, here from step 2's.
    let before: ParameterValues = new Map();
    const moves: number[] = [];
    const measuring = (): Watcher[] => [
      ...returning(),
      {
        name: "measuring",
        due: (step) => step === 2 || step === 5,
        async *look({ step, latestValues }) {
          if (step === 2) before = structuredClone(await latestValues());
          else {
            for (const [name, { data }] of await latestValues()) {
              const old = before.get(name)?.data ?? [];
              moves.push(...data.map((value, i) => Math.abs(value - (old[i] ?? Number.NaN))));
            }
          }
          return { kind: "go" };
        },
      },
    ];
    await runTiny(configOf("measured return", fields), { watchers: measuring });
    expect(Math.max(...moves)).toBeLessThan(0.52e-3);
    expect(Math.max(...moves)).toBeGreaterThan(0.45e-3);
  });

  it.each([3, 4, 5, 7])("survives a kill after step %i", async (last) => {
    const whole = configOf(`whole return ${last}`, fields);
    const expected = await runTiny(whole, { watchers: returning });
    const broken = configOf(`broken return ${last}`, fields);
    const isLast = (event: TrainEvent) => event.type === "step" && event.step === last;
    await runTiny(broken, { watchers: returning, until: isLast });
    const events = await resumeTiny(broken, { watchers: returning });
    expect(lossesOf(events)).toEqual(lossesOf(expected).slice(-events.filter(isStep).length));
    expect(ratesOf(events)).toEqual(ratesOf(expected).slice(-events.filter(isStep).length));
    expect((await tensorsOf(broken)).get("/tiny.safetensors")).toBe(
      (await tensorsOf(whole)).get("/tiny.safetensors"),
    );
  });
});

const isStep = ({ type }: TrainEvent): boolean => type === "step";

describe("what watchers remember", () => {
  const probing = () => [probeWatcher()];

  it("survives a kill: it is that of a run without a break", async () => {
    const whole = configOf("unbroken");
    await runTiny(whole, { watchers: probing });
    const expected = await stateOf(whole);
    expect(expected).toHaveLength(4);
    const broken = configOf("broken");
    // Behind the snapshot of step 2 and a look at step 3, which is lost and repeated.
    const isThird = (event: TrainEvent) => event.type === "step" && event.step === 4;
    await runTiny(broken, { watchers: probing, until: isThird });
    expect(await stateOf(broken)).toHaveLength(2);
    await resumeTiny(broken, { watchers: probing });
    expect(await stateOf(broken)).toEqual(expected);
  });

  it("lacks no look that the signal cut off, and has none twice", async () => {
    const whole = configOf("uncut");
    const both = () => [probeWatcher(), probeWatcher({ name: "second" })];
    await runTiny(whole, { watchers: both });
    const config = configOf("cut");
    const stop = new AbortController();
    const cuts: Watcher["look"] = async function* ({ step, draw }) {
      if (step === 3) stop.abort();
      for await (const drawn of draw([{ prompt: "a dog", steps: 1, sampler: "ddim" }])) {
        if (drawn.type === "warning") yield drawn;
      }
      return { kind: "go" };
    };
    const cutting = () => [probeWatcher(), probeWatcher({ name: "second", also: cuts })];
    const events = await runTiny(config, { watchers: cutting, signal: stop.signal });
    expect(events.at(-1)).toMatchObject({ type: "stopped", step: 3 });
    expect(await stateOf(config)).toHaveLength(3);
    expect(await stateOf(config, "second")).toHaveLength(2);
    await resumeTiny(config, { watchers: both });
    for (const name of ["probe", "second"]) {
      expect(await stateOf(config, name)).toEqual(await stateOf(whole, name));
    }
  });

  it("is lost with its watcher, and that is said", async () => {
    const config = configOf("unwatched");
    const isLast = (event: TrainEvent) => event.type === "step" && event.step === 3;
    await runTiny(config, { watchers: probing, until: isLast });
    expect(warningsOf(await resumeTiny(config))).toEqual([
      "The run was watched by probe, which does not watch any more: what it had seen is lost.",
    ]);
  });

  it("is refused by a watcher that it is not of", async () => {
    const config = configOf("mistaken");
    const other = (): Watcher[] => [{ ...probeWatcher(), state: () => ({ losses: 1 }) }];
    const isLast = (event: TrainEvent) => event.type === "step" && event.step === 3;
    await runTiny(config, { watchers: other, until: isLast });
    await expect(resumeTiny(config, { watchers: probing })).rejects.toThrow(
      'probe: expected a list of losses, got {"losses":1}.',
    );
  });

  it("makes a snapshot damaged where it was changed", async () => {
    const config = configOf("forged");
    await runTiny(config, { watchers: probing, until: ({ type }) => type === "snapshot" });
    const folder = config.output.run ?? "";
    const record = join(folder, "checkpoints", "step-000002", "checkpoint.json");
    const text = await readFile(record, "utf8");
    await writeFile(record, text.replace('"decisions": []', '"decisions":[]'));
    expect((await readNewestSnapshot(nodeFiles, folder)).damaged).toEqual([]);
    await writeFile(record, text.replace('"pending": []', '"pending": ["probe"]'));
    expect((await readNewestSnapshot(nodeFiles, folder)).damaged).toEqual([
      expect.stringMatching(/step-000002: the state is not the one that was saved/),
    ]);
  });
});

describe("watching", () => {
  it("is refused to two watchers of one name", async () => {
    const twice = () => [probeWatcher({ name: "samples" })];
    await expect(runTiny(configOf("twice"), { watchers: twice })).rejects.toThrow(
      'watchers: expected names of their own, got two called "samples". Rename one.',
    );
  });

  it("begins in a run whose snapshots were written before there were watchers", async () => {
    const whole = configOf("new");
    await runTiny(whole);
    const config = configOf("old");
    const isLast = (event: TrainEvent) => event.type === "step" && event.step === 5;
    await runTiny(config, { until: isLast });
    const folder = join(config.output.run ?? "", "checkpoints", "step-000004");
    const { found } = await readNewestSnapshot(nodeFiles, config.output.run ?? "");
    if (found === undefined) throw new Error("no snapshot");
    await writeSnapshot(nodeFiles, folder, { ...found, watch: undefined });
    const record = join(folder, "checkpoint.json");
    const text = await readFile(record, "utf8");
    await writeFile(record, text.replace('"version": 2', '"version": 1'));
    const events = await resumeTiny(config, { watchers: () => [probeWatcher()] });
    expect(events.find(({ type }) => type === "resumed")).toMatchObject({ step: 4 });
    expect(warningsOf(events)).toEqual([]);
    expect((await tensorsOf(config)).get("/tiny.safetensors")).toBe(
      (await tensorsOf(whole)).get("/tiny.safetensors"),
    );
  });
});
