/** @file Runs listed and opened: what they are, how they stand, what they made. */

import { cp, mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { nodeFiles } from "@atelier/engine/node";
import { beforeAll, describe, expect, it } from "vitest";
import { isFolderLocked, lockFolder } from "../../adapters/lock-folder.js";
import { nodeTrainDeps } from "../../adapters/train-deps.js";
import { drawPictures, tinyConfig, tinyTokenizer } from "../../testing/tiny-training.js";
import type { TrainEvent } from "../events/train-event.js";
import { train } from "../train.js";
import { listRuns, openRun } from "./run-record.js";

let folder = "";
let done = "";
const told: TrainEvent[] = [];
beforeAll(async () => {
  const pictures = await drawPictures(2);
  const config = tinyConfig(pictures, {
    saveEverySteps: 2,
    samples: { everySteps: 2, steps: 1, sampler: "ddim" },
  });
  const deps = nodeTrainDeps(config, { tokenizerFolder: tinyTokenizer });
  for await (const event of train(config, deps)) told.push(event);
  const plan = told.find((event) => event.type === "plan");
  done = plan?.folder ?? "";
  folder = dirname(done);
});

/** A copy of the run whose log ends after so many lines, and with others. */
async function copyOf(keep: (lines: string[]) => string[]): Promise<string> {
  const copy = join(await mkdtemp(join(tmpdir(), "atelier-record-")), "run");
  await cp(done, copy, { recursive: true });
  const log = join(copy, "events.jsonl");
  const lines = (await readFile(log, "utf8")).trim().split("\n");
  await writeFile(log, `${keep(lines).join("\n")}\n`);
  return copy;
}

const untilStep = (step: number) => (lines: string[]) =>
  lines.slice(0, 1 + lines.findIndex((line) => line.includes(`"type":"step","step":${step}`)));

describe("a run on disk", () => {
  it("tells its config, every event, how far it came and what it made", async () => {
    const run = await openRun(nodeFiles, done);
    expect(run.events).toEqual(
      told.map((event): unknown => ({
        ...JSON.parse(JSON.stringify(event)),
        time: expect.stringMatching(/^\d{4}-.*Z$/),
      })),
    );
    expect(run).toMatchObject({ folder: done, state: { kind: "done" }, step: 3, problems: [] });
    expect(run.config).toMatchObject({ name: "tiny", steps: 3, output: { run: done } });
    expect(run.results.map(({ form }) => form)).toEqual(["kohya", "diffusers"]);
  });

  it.each([
    ["interrupted", untilStep(2), 2],
    ["interrupted", (lines: string[]) => [...lines, ...lines.slice(0, 1)], 3],
    ["stopped", (lines: string[]) => lines.map((line) => line.replace('"done"', '"stopped"')), 3],
    [
      "unknown",
      (lines: string[]) => lines.map((line) => line.replace('"version":4,', '"version":5,')),
      0,
    ],
  ])("is %s where its log ends so (%#)", async (kind, keep, step) => {
    expect(await openRun(nodeFiles, await copyOf(keep))).toMatchObject({ state: { kind }, step });
  });

  it("has failed with a reason where its last word is an error", async () => {
    const error = '{"version":2,"time":"2026-11-24T09:30:15Z","type":"error","message":"No disk."}';
    const { state, step } = await openRun(
      nodeFiles,
      await copyOf((lines) => [...untilStep(1)(lines), error]),
    );
    expect(state).toEqual({ kind: "failed", reason: "No disk." });
    expect(step).toBe(1);
  });

  it("is running while a process holds its folder", async () => {
    const copy = await copyOf(untilStep(2));
    const options = { isLocked: isFolderLocked };
    {
      await using lock = await lockFolder(copy);
      expect(lock).toBeDefined();
      expect((await openRun(nodeFiles, copy, options)).state).toEqual({ kind: "running" });
    }
    expect((await openRun(nodeFiles, copy, options)).state).toEqual({ kind: "interrupted" });
    // The lock of a process that is gone.
    await writeFile(join(copy, "run.lock"), JSON.stringify({ pid: 0 }));
    expect((await openRun(nodeFiles, copy, options)).state).toEqual({ kind: "interrupted" });
  });

  it("is listed beside the others of its folder, and a broken one does not hide them", async () => {
    const broken = join(folder, "a broken one");
    await cp(done, broken, { recursive: true });
    await writeFile(join(broken, "config.json"), '{"version": 99}');
    await mkdir(join(folder, "no run"));
    const { runs, unreadable } = await listRuns(nodeFiles, folder);
    expect(runs.map((run) => run.folder)).toEqual([done]);
    expect(unreadable).toEqual([
      { folder: broken, message: expect.stringMatching(/^training config: .*\n {2}version: /) },
    ]);
    await expect(openRun(nodeFiles, join(folder, "no run"))).rejects.toThrow(
      /expected the folder of a run, got one without config\.json/,
    );
  });
});
