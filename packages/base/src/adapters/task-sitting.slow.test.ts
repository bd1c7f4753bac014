/** @file Contenders of a task on the shipped base: what is measured of them, and that sittings add up. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openJudge } from "@atelier/diffusion/evaluate";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Entry, TaskRecord } from "../experiments/tune/task-record.js";
import { listTasks } from "../experiments/tune/tune-tasks.js";
import { embeddedBaseFolder } from "./embedded-base.js";
import { remedyContenders } from "./remedy-contenders.js";
import type { Contender } from "./task-bench.js";
import { readTasks, sitTasks } from "./task-sitting.js";
import { openTrueWorld, type TrueWorld } from "./true-world.js";
import { tuneContenders } from "./tune-contenders.js";

const isThere = (await nodeFiles.stat(embeddedBaseFolder)) !== undefined;
if (!isThere) console.warn(`skipped: no shipped base in ${embeddedBaseFolder}`);

describe.skipIf(!isThere)("a task", () => {
  const runtime = createOrtRuntime();
  let folder = "";
  let judge: Awaited<ReturnType<typeof openJudge>>;
  let world: TrueWorld;
  let record: TaskRecord | undefined;

  const chosen = (all: readonly Contender[], id: string): Contender[] =>
    all.filter(({ ids }) => ids.includes(id));
  const done: string[] = [];
  const sit = (contenders: readonly Contender[], most: number): Promise<void> =>
    sitTasks({
      setup: {
        ...{ world, base: embeddedBaseFolder, folder: join(folder, "work") },
        drawings: { subject: 1, unrelated: 1 },
      },
      ...{ tasks: listTasks().slice(0, 1), contenders, records: join(folder, "records") },
      goesOn: () => done.length < most,
      onEntry: (_, contender) => done.push(contender),
      signal: new AbortController().signal,
    });
  /** A tune that has taken two seconds. */
  const tuned: Contender = {
    ids: ["tune"],
    run: async (_, { before }) => {
      const { whole } = before[0] ?? {};
      return whole === undefined ? [] : [{ contender: "tune", whole: { ...whole, seconds: 2 } }];
    },
  };
  const madeBy = (id: string): Entry | undefined =>
    record?.entries.find(({ contender }) => contender === id);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "atelier-tasks-"));
    judge = await openJudge(nodeFiles, embeddedBaseFolder, { runtime, name: "the base" });
    const truth = { fresh: 8, generic: 8, class: 4, train: 4, spare: 4 };
    world = await openTrueWorld({ base: embeddedBaseFolder, runtime, judge, truth });
    const contenders = [
      ...chosen(remedyContenders, "nothing"),
      tuned,
      ...chosen(tuneContenders(1), "diffusers"),
    ];
    await sit(contenders, 1);
    await sit(contenders, 3);
    await sit(contenders, 9);
    [record] = await readTasks(join(folder, "records"));
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
    await judge[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  it("is done by each contender once, in sittings", () => {
    expect(done).toEqual(["nothing and strength-0.8 and strength-0.6", "tune", "diffusers"]);
    expect(record?.entries.map(({ contender }) => contender)).toEqual([
      ...["nothing", "strength-0.8", "strength-0.6", "tune", "diffusers"],
    ]);
  });

  it("is forgotten less for, the less the strength", () => {
    const lost = ["nothing", "strength-0.8", "strength-0.6"].map(
      (id) => madeBy(id)?.whole?.truth.generic ?? Number.NaN,
    );
    expect(lost[0]).toBeGreaterThan(0.05);
    expect(lost.toSorted((a, b) => b - a)).toEqual(lost);
  });

  it("is cut off after the tune's time", () => {
    const { whole, cut } = madeBy("diffusers") ?? {};
    expect(whole?.step).toBe(500);
    expect(cut?.step).toBeLessThan(500);
    expect(cut?.seconds).toBeGreaterThanOrEqual(2);
    expect(whole?.seconds).toBeGreaterThan(cut?.seconds ?? Number.NaN);
    expect(whole?.truth.train).toBeLessThan(cut?.truth.train ?? Number.NaN);
  });
});
