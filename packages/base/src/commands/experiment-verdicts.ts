/**
 * @file `npm run experiment:verdicts`: runs that learn, overfit, forget and fail, watched, with the truth beside
 * them; then what verdicts, replayed on their records, get right. A run that was cut off is done again.
 */

import { existsSync } from "node:fs";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openJudge } from "@atelier/diffusion/evaluate";
import { AtelierError, messageOf, said } from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { embeddedBaseFolder, openEmbeddedBase } from "../adapters/embedded-base.js";
import { openBench } from "../adapters/run-verdict-experiment.js";
import { embeddedBaseInWords } from "../embedded/names.js";
import { wholeDrawing } from "../experiments/verdicts/drawings.js";
import { writeRecord } from "../experiments/verdicts/record.js";
import { listRuns } from "../experiments/verdicts/run-list.js";
import { wholeTruth } from "../experiments/verdicts/truth-rows.js";

const usage = `npm run experiment:verdicts -- [options]

  --sitting MINUTES  begins no run after so many minutes (all runs)
  --runs A,B         only runs whose names hold one of these
  --part I/N         only every N-th run, from the I-th on, for N sittings at once
  --threads N        of a run (all cores)
  --records FOLDER   docs/verdicts/runs; runs recorded in it are not done again
  --out FOLDER       runs/verdicts, for what can be deleted afterwards

Ctrl-C stops; the same command goes on with the run that was cut off.`;

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.abort(signal));

await run().catch((error: unknown) => {
  if (!stop.signal.aborted) console.error(error instanceof AtelierError ? messageOf(error) : error);
  process.exitCode = 1;
});

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      sitting: { type: "string", default: "Infinity" },
      runs: { type: "string", default: "" },
      part: { type: "string", default: "1/1" },
      threads: { type: "string" },
      records: { type: "string", default: join("docs", "verdicts", "runs") },
      out: { type: "string", default: join("runs", "verdicts") },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const threads = values.threads === undefined ? undefined : Number(values.threads);
  const [part = 1, parts = 1] = values.part.split("/").map(Number);
  const names = values.runs.split(",");
  const runs = listRuns()
    .filter((_, index) => index % parts === part - 1)
    .filter(({ id }) => names.some((name) => id.includes(name)));
  await mkdir(values.records, { recursive: true });
  const { path: base } = await openEmbeddedBase();
  const runtime = createOrtRuntime(threads === undefined ? {} : { threads });
  await using judge = await openJudge(nodeFiles, base, { runtime, name: embeddedBaseInWords });
  const folder = values.out;
  const options = { base, runtime, judge, folder, threads };
  await using bench = await openBench({ ...options, truth: wholeTruth, drawings: wholeDrawing });
  const began = performance.now();
  const minutes = () => (performance.now() - began) / 60_000;
  for (const spec of runs) {
    const path = join(values.records, `${spec.id}.json`);
    if (existsSync(path)) continue;
    if (minutes() >= Number(values.sitting)) break;
    const record = await bench.run(spec, stop.signal);
    await nodeFiles.write(path, [new TextEncoder().encode(writeRecord(record))]);
    console.log(spec.id, JSON.stringify(record.seconds));
  }
}
