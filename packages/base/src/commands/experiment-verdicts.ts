/**
 * @file `npm run experiment:verdicts`: runs that learn, overfit, forget and fail, watched, with the truth beside
 * them; then what verdicts, replayed on their records, get right. A run that was cut off is done again.
 */

import { join } from "node:path";
import { openJudge } from "@atelier/diffusion/evaluate";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { openEmbeddedBase } from "../adapters/embedded-base.js";
import { openBench } from "../adapters/run-verdict-experiment.js";
import { readRecords, sit } from "../adapters/verdict-sitting.js";
import { embeddedBaseInWords } from "../embedded/names.js";
import { wholeDrawing } from "../experiments/verdicts/drawings.js";
import { fitText } from "../experiments/verdicts/fit-text.js";
import { judges } from "../experiments/verdicts/judges.js";
import { listRuns } from "../experiments/verdicts/run-list.js";
import { scoresText } from "../experiments/verdicts/scores-text.js";
import { wholeTruth } from "../experiments/verdicts/truth-rows.js";
import { experimentCommand, sittingOptions, writeParts } from "./experiment-command.js";
import { partOf, positive } from "./sitting-options.js";

/** In the marks of what it writes into its document. */
const command = "experiment:verdicts";

const usage = `npm run experiment:verdicts -- [options]

  --sitting MINUTES  trains for about so many minutes (until all runs are done)
  --score            trains nothing, and scores what is recorded
  --fit              the same, and fits the thresholds on a third of the runs, to compare with those in use
  --runs A,B         only runs whose names hold one of these
  --part I/N         only every N-th run, from the I-th on, for N sittings at once
  --threads N        of a run (all cores)
  --records FOLDER   docs/verdicts/runs; runs recorded in it are not done again
  --out FOLDER       runs/verdicts, for what can be deleted afterwards
  --document FILE    docs/verdicts.md, in which the scores stand

Ctrl-C stops; the same command goes on with the run that was cut off.`;

const options = {
  ...sittingOptions,
  score: { type: "boolean", default: false },
  fit: { type: "boolean", default: false },
  runs: { type: "string", default: "" },
  records: { type: "string", default: join("docs", "verdicts", "runs") },
  out: { type: "string", default: join("runs", "verdicts") },
  document: { type: "string", default: join("docs", "verdicts.md") },
} as const;

await experimentCommand({ usage, options }, async (values, signal) => {
  if (!values.score && !values.fit) await train(values, signal);
  if (!signal.aborted) await score(values);
});

interface Places {
  readonly records: string;
  readonly out: string;
  readonly document: string;
}

async function train(
  {
    records,
    out,
    ...values
  }: Places & {
    readonly sitting?: string | undefined;
    readonly runs: string;
    readonly part: string;
    readonly threads?: string | undefined;
  },
  signal: AbortSignal,
): Promise<void> {
  const minutes =
    values.sitting === undefined ? Number.POSITIVE_INFINITY : positive("sitting", values.sitting);
  const threads = values.threads === undefined ? undefined : positive("threads", values.threads);
  const [part, parts] = partOf(values.part);
  const names = values.runs.split(",");
  const runs = listRuns()
    .filter((_, index) => index % parts === part - 1)
    .filter(({ id }) => names.some((name) => id.includes(name)));
  const { path: base } = await openEmbeddedBase();
  const runtime = createOrtRuntime(threads === undefined ? {} : { threads });
  await using judge = await openJudge(nodeFiles, base, { runtime, name: embeddedBaseInWords });
  // Sittings at once do not wipe each other's pictures.
  const folder = join(out, `${part}-of-${parts}`);
  const sizes = { truth: wholeTruth, drawings: wholeDrawing };
  await using bench = await openBench({ base, runtime, judge, folder, threads, ...sizes });
  const began = performance.now();
  const spent = () => (performance.now() - began) / 60_000;
  let done = 0;
  await sit({
    ...{ runs, folder: records, run: bench.run, signal },
    // A run that would end more than half of itself too late is left to the next sitting.
    goesOn: () => spent() + (done === 0 ? 0 : spent() / done / 2) < minutes,
    onRecord({ run: { id }, seconds }, left) {
      done += 1;
      const { run: trained, truth, drawings, processor } = seconds;
      const parts = [trained, truth, drawings].map((value) => value.toFixed(0)).join(" + ");
      console.log(
        `${id}: ${parts} s (training, truth, drawings), ${processor.toFixed(0)} s of processors; ${left} of this list left`,
      );
    },
  });
}

async function score({
  records: folder,
  document,
  fit,
}: Places & { readonly fit: boolean }): Promise<void> {
  const records = await readRecords(folder);
  if (records.length === 0) return;
  const { markdown, plots } = scoresText(records, listRuns().length, judges);
  const fitted = fit ? fitText(records) : undefined;
  if (fitted !== undefined) console.log(fitted);
  const parts = [
    ...(fitted === undefined ? [] : [{ command, name: "fit", markdown: fitted }]),
    { command, name: "score", markdown },
  ];
  for (const [name, svg] of Object.entries(plots)) {
    await nodeFiles.write(join(folder, "..", name), [new TextEncoder().encode(svg)]);
  }
  await writeParts(document, { title: "Verdicts", parts });
}
