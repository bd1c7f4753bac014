/**
 * @file `npm run experiment:remedies`: what keeps a training from forgetting, each beside the same training without it,
 * by the truth. A training that was cut off is done again.
 */

import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { AtelierError, messageOf } from "@atelier/engine";
import { remedyContenders } from "../adapters/remedy-contenders.js";
import { readTasks } from "../adapters/task-sitting.js";
import { listRemedyTasks } from "../experiments/remedies/remedies.js";
import { remediesText } from "../experiments/remedies/remedies-text.js";
import { insertPart } from "../experiments/verdicts/scores-text.js";
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
      remedies: { type: "boolean", default: false },
      tasks: { type: "string", default: "" },
      part: { type: "string", default: "1/1" },
      threads: { type: "string" },
      records: { type: "string", default: join("docs", "verdicts", "remedies") },
      out: { type: "string", default: join("runs", "remedies") },
      document: { type: "string", default: join("docs", "verdicts.md") },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const { records, document, out } = values;
  if (!values.remedies) {
    const tasks = chosenTasks(listRemedyTasks(), values);
    const contenders = remedyContenders;
    await runSitting({ tasks, contenders, records, out, values, signal: stop.signal });
  }
  const all = stop.signal.aborted ? [] : await readTasks(records);
  if (all.length === 0) return;
  const known = existsSync(document) ? await readFile(document, "utf8") : "# Verdicts";
  const part = { command: "experiment:remedies", name: "remedies", markdown: remediesText(all) };
  await writeFile(document, insertPart(known, part));
  console.log(`Look at ${document}`);
}
