/** @file Sittings of experiments that compare trainings: what contenders come to is recorded task by task. */

import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { nodeFiles } from "@atelier/engine/node";
import { readTask, type TaskRecord } from "../experiments/tune/task-record.js";
import type { TuneTask } from "../experiments/tune/tune-tasks.js";
import { recordText } from "../experiments/verdicts/record.js";
import { beginTask, type Contender, type TaskSetup } from "./task-bench.js";

/** A sitting. */
export interface TaskSittingOptions {
  readonly setup: TaskSetup;
  readonly tasks: readonly TuneTask[];
  readonly contenders: readonly Contender[];
  /** Holds a file for each task that has begun. */
  readonly records: string;
  /** That a tune is given, where there is one. */
  readonly minutes?: number;
  /** Whether another training may begin. */
  readonly goesOn: () => boolean;
  readonly onEntry: (task: string, contender: string, seconds: number) => void;
  readonly signal: AbortSignal;
}

/** Does what is not recorded; entries are added as soon as they are there. @throws what contenders throw. */
export async function sitTasks(options: TaskSittingOptions): Promise<void> {
  const { setup, tasks, contenders, records, minutes, goesOn, onEntry, signal } = options;
  for (const task of tasks) {
    const { id, subject, pictures, seed } = task;
    const path = join(records, `${id}.json`);
    const known = existsSync(path) ? readTask(await readFile(path, "utf8"), path) : undefined;
    const left = contenders.filter(
      ({ ids }) => known?.entries.some(({ contender }) => ids.includes(contender)) !== true,
    );
    if (left.length === 0) continue;
    if (!goesOn()) return;
    const begun = await beginTask(setup, task);
    const fields = { id, subject: subject.id, pictures, seed };
    let record: TaskRecord = known ?? {
      ...{ version: 1, task: { ...fields, ...(minutes === undefined ? {} : { minutes }) } },
      ...{ base: begun.ofBase, entries: [] },
    };
    for (const { ids, run } of left) {
      if (!goesOn()) return;
      const began = performance.now();
      const entries = await run(begun, { before: record.entries, signal });
      record = { ...record, entries: [...record.entries, ...entries] };
      await nodeFiles.write(path, [new TextEncoder().encode(recordText(record))]);
      onEntry(id, ids.join(" and "), (performance.now() - began) / 1000);
    }
    await begun.remove();
  }
}

/** All records of a folder, in the order of tasks. @throws AtelierError `format` for a damaged one. */
export async function readTasks(folder: string): Promise<TaskRecord[]> {
  if (!existsSync(folder)) return [];
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json")).sort();
  return Promise.all(
    names.map(async (name) => readTask(await readFile(join(folder, name), "utf8"), name)),
  );
}
