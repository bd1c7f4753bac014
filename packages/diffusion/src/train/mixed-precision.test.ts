/**
 * @file Trainings in mixed precision: float32 where the device does not compute in float16, losses near those of float32
 * where it does, and the same bits after a break. The processor computes float16 rightly but in float32's time, so that
 * it stands for such a device once its runtime says that it is one.
 */

import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Runtime } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeTrainDeps } from "../adapters/train-deps.js";
import { inEnglish } from "../english/english-warnings.js";
import { drawPictures, tinyConfig, tinyTokenizer } from "../testing/tiny-training.js";
import type { TrainConfig } from "./config/train-config.js";
import type { StepEvent, TrainEvent } from "./events/train-event.js";
import { readEvents } from "./folder/event-log.js";
import { readRunConfig } from "./folder/run-folder.js";
import type { ResumeOptions, TrainDeps } from "./run.js";
import { train } from "./train.js";

let pictures = "";
beforeAll(async () => {
  pictures = await drawPictures(3);
});
afterAll(() => rm(join(pictures, ".."), { recursive: true, force: true }));

const configOf = (run: string, fields: Readonly<Record<string, unknown>> = {}): TrainConfig =>
  tinyConfig(pictures, {
    ...{ mixedPrecision: "float16", steps: 4, saveEverySteps: 2, learningRate: 1e-3 },
    output: { run: join(pictures, "..", run) },
    ...fields,
  });

const plain = (config: TrainConfig): TrainDeps =>
  nodeTrainDeps(config, { tokenizerFolder: tinyTokenizer });

/** On a runtime that says that it computes in float16. */
function withHalf(config: TrainConfig): TrainDeps {
  const deps = plain(config);
  const { capabilities } = deps.runtime;
  const computes = [...capabilities.computes, "float16" as const];
  const runtime: Runtime = { ...deps.runtime, capabilities: { ...capabilities, computes } };
  return { ...deps, runtime };
}

async function run(
  config: TrainConfig,
  deps: TrainDeps,
  {
    isLast = () => false,
    ...resume
  }: ResumeOptions & { isLast?: (event: TrainEvent) => boolean } = {},
  resumes = false,
): Promise<TrainEvent[]> {
  const events: TrainEvent[] = [];
  for await (const event of train(config, deps, undefined, resumes ? resume : undefined)) {
    events.push(event);
    if (isLast(event)) break;
  }
  return events;
}

const stepsOf = (events: readonly TrainEvent[]): StepEvent[] =>
  events.filter((event) => event.type === "step");

describe("mixedPrecision", () => {
  it("trains in float32 where the device has no float16, says so, and records it", async () => {
    const config = configOf("fallback");
    const events = await run(config, plain(config));
    const warnings = events.flatMap((event) =>
      event.type === "warning" ? [inEnglish(event)] : [],
    );
    expect(warnings).toEqual([
      "mixedPrecision asks for float16, in which this device (cpu) does not compute: the run trains in float32.",
    ]);
    const off = configOf("off", { mixedPrecision: "off" });
    const losses = (each: readonly TrainEvent[]) => stepsOf(each).map(({ loss }) => loss);
    expect(losses(events)).toEqual(losses(await run(off, plain(off))));
    const recorded = await readRunConfig(nodeFiles, config.output.run ?? "");
    expect(recorded.mixedPrecision).toBe("off");
  });

  it.each([
    ["lora", {}],
    ["full", { tuning: "full", lora: undefined, gradientCheckpointing: "on" }],
  ])("follows float32, tells scales, and goes on with the same bits: %s", async (name, fields) => {
    const whole = configOf(`${name} whole`, fields);
    const events = await run(whole, withHalf(whole));
    const off = configOf(`${name} off`, { ...fields, mixedPrecision: "off" });
    const full = stepsOf(await run(off, plain(off)));
    for (const [index, { loss, lossScale, overflows }] of stepsOf(events).entries()) {
      const expected = full[index]?.loss ?? Number.NaN;
      expect(Math.abs(loss / expected - 1)).toBeLessThan(5e-3);
      expect(loss).not.toBe(expected);
      expect([lossScale, overflows]).toEqual([2 ** 16, 0]);
    }
    expect(full[0]).not.toHaveProperty("lossScale");
    const { events: logged, problems } = await readEvents(nodeFiles, whole.output.run ?? "");
    expect(problems).toEqual([]);
    expect(logged.filter(({ type }) => type === "step")[0]).toMatchObject({ lossScale: 2 ** 16 });

    const broken = configOf(`${name} broken`, fields);
    await run(broken, withHalf(broken), {
      isLast: (event) => event.type === "step" && event.step === 3,
    });
    const recorded = await readRunConfig(nodeFiles, broken.output.run ?? "");
    const resumed = stepsOf(await run(recorded, withHalf(recorded), {}, true));
    expect(resumed.map(({ step, loss }) => [step, loss])).toEqual(
      stepsOf(events)
        .slice(2)
        .map(({ step, loss }) => [step, loss]),
    );
    await expect(run(recorded, plain(recorded), {}, true)).rejects.toThrow(
      /mixedPrecision: expected a device that computes in float16, since this run has begun on one, got cpu/,
    );
  });

  it("says of a loss beyond float16 that it is computed in that", async () => {
    const config = configOf("beyond", { learningRate: 10, steps: 40, saveEverySteps: 0 });
    const attempt = run(config, withHalf(config));
    await expect(attempt).rejects.toThrow(
      /expected a finite loss at step \d+, got .*, with products in float16\. Train without it/,
    );
  });
});
