/** @file Tiny runs of the experiment on the shipped base: what is recorded, and that sittings add up. */

import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openJudge } from "@atelier/diffusion/evaluate";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunRecord, readRecord, recordText } from "../experiments/verdicts/record.js";
import type { RunKind, RunSpec } from "../experiments/verdicts/run-list.js";
import { subjects } from "../experiments/verdicts/subjects.js";
import { embeddedBaseFolder } from "./embedded-base.js";
import { type Bench, openBench } from "./run-verdict-experiment.js";
import { readRecords, sit } from "./verdict-sitting.js";

const isThere = (await nodeFiles.stat(embeddedBaseFolder)) !== undefined;
if (!isThere) console.warn(`skipped: no shipped base in ${embeddedBaseFolder}`);

const tinyRun = (kind: RunKind, pictures: number): RunSpec => {
  const [subject] = subjects;
  if (subject === undefined) throw new Error("no subject");
  return { id: `0-${kind}`, subject, kind, pictures, rateFactor: 1, steps: 4, seed: 3 };
};
const runs = [tinyRun("lora", 9), tinyRun("word", 2)];
/** Without what the clock says. */
const timeless = (record: RunRecord) => ({ ...record, seconds: undefined });

describe.skipIf(!isThere)("sittings", () => {
  const runtime = createOrtRuntime();
  let folder = "";
  let judge: Awaited<ReturnType<typeof openJudge>>;
  let bench: Bench;
  let records: readonly RunRecord[];

  /** Sits until `most` runs are done. */
  const sitFor = async (name: string, most: number, signal = new AbortController().signal) => {
    let done = 0;
    const options = { runs, folder: join(folder, name), run: bench.run, signal };
    await sit({ ...options, goesOn: () => done < most, onRecord: () => done++ });
    return done;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "atelier-verdicts-"));
    judge = await openJudge(nodeFiles, embeddedBaseFolder, { runtime, name: "the base" });
    bench = await openBench({
      ...{ base: embeddedBaseFolder, runtime, judge, folder: join(folder, "work") },
      truth: { fresh: 4, generic: 3, class: 2, train: 2, spare: 4 },
      drawings: { subject: 1, unrelated: 1 },
    });
    await sitFor("one", 2);
    records = await readRecords(join(folder, "one"));
  });
  afterAll(async () => {
    await bench[Symbol.asyncDispose]();
    await judge[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  it("record what the watch saw and what was true, of runs with and without pictures held out", () => {
    const [lora, word] = records;
    expect([lora?.heldOut, lora?.spare.bank, word?.heldOut, word?.spare.bank]).toEqual([
      ...[1, "echo", 0, "held-out"],
    ]);
    for (const record of records) {
      expect(record.looks.map(({ step }) => step)).toEqual([2, 3, 4]);
      expect(record.truth.map(({ step }) => step)).toEqual([2, 3, 4]);
      expect(record.truth.map(({ generic }) => generic !== undefined)).toEqual([true, false, true]);
      expect(record.fixedLosses).toHaveLength(1);
      expect(readRecord(recordText(record), "a.json")).toEqual(record);
    }
    // A word changes nothing that is said without it; an adapter changes everything.
    expect(word?.truth.at(-1)?.generic).toBe(0);
    expect(Math.abs(lora?.truth.at(-1)?.generic ?? 0)).toBeGreaterThan(1e-4);
    expect(lora?.truth.at(-1)?.train).toBeLessThan(-0.01);
  });

  it("add up: two have the records of one", async () => {
    expect(await sitFor("two", 1)).toBe(1);
    expect((await readRecords(join(folder, "two"))).map(({ run }) => run.id)).toEqual(["0-lora"]);
    expect(await sitFor("two", 2)).toBe(1);
    expect(await sitFor("two", 2)).toBe(0);
    const again = await readRecords(join(folder, "two"));
    expect(again.map(timeless)).toEqual(records.map(timeless));
  });

  it("leave no record of a run that is cut off", async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 300);
    await expect(sitFor("three", 2, stop.signal)).rejects.toThrow();
    expect(await readdir(join(folder, "three")).catch(() => [])).toEqual([]);
  });
});
