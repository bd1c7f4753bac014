/**
 * @file `npm run experiment:tune`: `atelier tune` against what other trainers ship, on unseen subjects and few pictures,
 * by the truth. A training that was cut off is done again.
 */

import { join } from "node:path";
import { nodeFiles } from "@atelier/engine/node";
import { readTasks } from "../adapters/task-sitting.js";
import { tuneContenders } from "../adapters/tune-contenders.js";
import { duelsText } from "../experiments/tune/duels-text.js";
import { listTasks } from "../experiments/tune/tune-tasks.js";
import { experimentCommand, sittingOptions, writeParts } from "./experiment-command.js";
import { chosenTasks, positive, runSitting } from "./sitting-options.js";

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

const options = {
  ...sittingOptions,
  minutes: { type: "string", default: "10" },
  score: { type: "boolean", default: false },
  tasks: { type: "string", default: "" },
  records: { type: "string", default: join("docs", "tune", "tasks") },
  out: { type: "string", default: join("runs", "tune") },
  document: { type: "string", default: join("docs", "tune.md") },
} as const;

await experimentCommand({ usage, options }, async (values, signal) => {
  const { records, document, out } = values;
  if (!values.score) {
    const minutes = positive("minutes", values.minutes);
    const tasks = chosenTasks(listTasks(), values);
    const contenders = tuneContenders(minutes);
    await runSitting({ tasks, contenders, minutes, records, out, values, signal });
  }
  const all = signal.aborted ? [] : await readTasks(records);
  if (all.length === 0) return;
  const { markdown, plot } = duelsText(all, listTasks().length);
  await nodeFiles.write(join(records, "..", "duels.svg"), [new TextEncoder().encode(plot)]);
  const part = { command: "experiment:tune", name: "score", markdown };
  await writeParts(document, { title: "Tune", parts: [part] });
});
