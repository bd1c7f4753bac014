/**
 * @file `npm run experiment:remedies`: what keeps a training from forgetting, each beside the same training without it,
 * by the truth. A training that was cut off is done again.
 */

import { join } from "node:path";
import { remedyContenders } from "../adapters/remedy-contenders.js";
import { readTasks } from "../adapters/task-sitting.js";
import { listRemedyTasks } from "../experiments/remedies/remedies.js";
import { remediesText } from "../experiments/remedies/remedies-text.js";
import { experimentCommand, sittingOptions, writeParts } from "./experiment-command.js";
import { chosenTasks, runSitting } from "./sitting-options.js";

const usage = `npm run experiment:remedies -- [options]

  --sitting MINUTES  trains for about so many minutes (until all tasks are done)
  --remedies         trains nothing, and writes what is recorded
  --tasks A,B        only tasks whose names hold one of these
  --part I/N         only every N-th task, from the I-th on, for N sittings at once
  --threads N        of a training (all cores)
  --records FOLDER   docs/verdicts/remedies; what is recorded in it is not done again
  --out FOLDER       runs/remedies, for what can be deleted afterwards
  --document FILE    docs/verdicts.md, in which the results stand

Ctrl-C stops; the same command goes on with the training that was cut off.`;

const options = {
  ...sittingOptions,
  remedies: { type: "boolean", default: false },
  tasks: { type: "string", default: "" },
  records: { type: "string", default: join("docs", "verdicts", "remedies") },
  out: { type: "string", default: join("runs", "remedies") },
  document: { type: "string", default: join("docs", "verdicts.md") },
} as const;

await experimentCommand({ usage, options }, async (values, signal) => {
  const { records, document, out } = values;
  if (!values.remedies) {
    const tasks = chosenTasks(listRemedyTasks(), values);
    await runSitting({ tasks, contenders: remedyContenders, records, out, values, signal });
  }
  const all = signal.aborted ? [] : await readTasks(records);
  if (all.length === 0) return;
  const part = { command: "experiment:remedies", name: "remedies", markdown: remediesText(all) };
  await writeParts(document, { title: "Verdicts", parts: [part] });
});
