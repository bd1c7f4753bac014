/**
 * @file `npm run experiment:tune`: `atelier tune` against what other trainers ship, on unseen subjects and few pictures,
 * by the truth. A training that was cut off is done again.
 */

import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openJudge } from "@atelier/diffusion/evaluate";
import { AtelierError, messageOf } from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { openEmbeddedBase } from "../adapters/embedded-base.js";
import { beginTask, type TaskSetup } from "../adapters/run-tune-task.js";
import { openTrueWorld } from "../adapters/true-world.js";
import { embeddedBaseInWords } from "../embedded/names.js";
import { duelsText } from "../experiments/tune/duels-text.js";
import { readTask, type TaskRecord } from "../experiments/tune/task-record.js";
import { listTasks, type TuneTask } from "../experiments/tune/tune-tasks.js";
import { wholeDrawing } from "../experiments/verdicts/drawings.js";
import { recordText } from "../experiments/verdicts/record.js";
import { insertPart } from "../experiments/verdicts/scores-text.js";
import { wholeTruth } from "../experiments/verdicts/truth-rows.js";
import { partOf, positive } from "./sitting-options.js";

const usage = `npm run experiment:tune -- [options]

  --sitting MINUTES  trains for about so many minutes (until all tasks are done)
  --minutes M        that a tune is given (10)
  --score            trains nothing, and scores what is recorded
  --tasks A,B        only tasks whose names hold one of these
  --part I/N         only every N-th task, from the I-th on, for N sittings at once
  --threads N        of a training (all cores)
  --records FOLDER   docs/tune/tasks; what is recorded in it is not done again
  --out FOLDER       runs/tune, for what can be deleted afterwards
  --document FILE    docs/tune.md, in which the scores stand

Ctrl-C stops; the same command goes on with the training that was cut off.`;

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.abort(signal));

await run().catch((error: unknown) => {
  if (!stop.signal.aborted) console.error(error instanceof AtelierError ? messageOf(error) : error);
  process.exitCode = 1;
});

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      sitting: { type: "string" },
      minutes: { type: "string", default: "10" },
      score: { type: "boolean", default: false },
      tasks: { type: "string", default: "" },
      part: { type: "string", default: "1/1" },
      threads: { type: "string" },
      records: { type: "string", default: join("docs", "tune", "tasks") },
      out: { type: "string", default: join("runs", "tune") },
      document: { type: "string", default: join("docs", "tune.md") },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const { records, document, out, tasks: named, score } = values;
  if (!score) {
    const minutes = positive("minutes", values.minutes);
    const threads = values.threads === undefined ? undefined : positive("threads", values.threads);
    const sitting =
      values.sitting === undefined ? Number.POSITIVE_INFINITY : positive("sitting", values.sitting);
    const [part, parts] = partOf(values.part);
    const names = named.split(",");
    const tasks = listTasks()
      .filter((_, index) => index % parts === part - 1)
      .filter(({ id }) => names.some((name) => id.includes(name)));
    // Sittings at once do not wipe each other's pictures.
    await train(tasks, {
      records,
      folder: join(out, `${part}-of-${parts}`),
      minutes,
      threads,
      sitting,
    });
  }
  if (!stop.signal.aborted) await tell(records, document);
}

interface TrainOptions {
  readonly records: string;
  readonly folder: string;
  readonly minutes: number;
  readonly threads: number | undefined;
  readonly sitting: number;
}

/** Each contender's entry is added to its task's record as soon as it is there. */
async function train(
  tasks: readonly TuneTask[],
  { records, folder, minutes, threads, sitting }: TrainOptions,
): Promise<void> {
  const { path: base } = await openEmbeddedBase();
  const runtime = createOrtRuntime(threads === undefined ? {} : { threads });
  await using judge = await openJudge(nodeFiles, base, { runtime, name: embeddedBaseInWords });
  await using world = await openTrueWorld({ base, runtime, judge, truth: wholeTruth });
  const setup: TaskSetup = { world, base, folder, threads, drawings: wholeDrawing, minutes };
  const ends = performance.now() + 60_000 * sitting;
  for (const task of tasks) {
    const path = join(records, `${task.id}.json`);
    const begun = await beginTask(setup, task);
    const { id, subject, pictures, seed } = task;
    let record: TaskRecord = existsSync(path)
      ? readTask(await readFile(path, "utf8"), path)
      : {
          ...{ version: 1, task: { id, subject: subject.id, pictures, seed, minutes } },
          ...{ base: begun.ofBase, entries: [] },
        };
    for (const contender of begun.contenders) {
      if (record.entries.some((entry) => entry.contender === contender)) continue;
      if (performance.now() > ends) return;
      const tuneSeconds = record.entries.find((entry) => entry.contender === "tune")?.whole
        ?.seconds;
      const began = performance.now();
      const { signal } = stop;
      const entry = await begun.run(contender, { tuneSeconds: tuneSeconds ?? 0, signal });
      record = { ...record, entries: [...record.entries, entry] };
      await nodeFiles.write(path, [new TextEncoder().encode(recordText(record))]);
      const seconds = ((performance.now() - began) / 1000).toFixed(0);
      console.log(`${id}, ${contender}: ${seconds} s`);
    }
    await begun.remove();
  }
}

async function tell(records: string, document: string): Promise<void> {
  if (!existsSync(records)) return;
  const names = (await readdir(records)).filter((name) => name.endsWith(".json")).sort();
  const all = await Promise.all(
    names.map(async (name) => readTask(await readFile(join(records, name), "utf8"), name)),
  );
  const { markdown, plot } = duelsText(all, listTasks().length);
  const known = existsSync(document) ? await readFile(document, "utf8") : "# Tune";
  await writeFile(
    document,
    insertPart(known, { command: "experiment:tune", name: "score", markdown }),
  );
  await nodeFiles.write(join(records, "..", "duels.svg"), [new TextEncoder().encode(plot)]);
  console.log(`Look at ${document}`);
}
