/** @file Writes the report of a tune into its folder, and that of its full training into the training's. */

import { warning } from "@atelier/diffusion/core";
import { isFolderLocked, sharpPictures } from "@atelier/diffusion/node";
import { openRun, type RunRecord } from "@atelier/diffusion/train";
import { folderOf, readTune } from "@atelier/diffusion/tune";
import type { CliContext } from "../../cli-context.js";
import { errorWords } from "../../error-words.js";
import type { Progress } from "../../progress.js";
import { readRunReport } from "../run-report/read-run-report.js";
import { writeRunReport } from "../run-report/write-run-report.js";
import { probeLines, probeTable } from "./probe-table.js";
import { tunePage } from "./tune-page.js";
import { type TuneReport, tuneReport } from "./tune-report.js";

/** Name of the page in a tune's folder. */
const pageName = "tune.html";

/** What was written, and what the terminal says of it. */
export interface WrittenTuneReport {
  readonly path: string;
  readonly report: TuneReport;
  readonly lines: readonly string[];
}

/** Reads a tune and writes its page. @throws AtelierError `training` where there is none, `format`, `config`, `file`. */
export async function writeTunePage(
  { files, text }: Pick<CliContext, "files" | "text">,
  folder: string,
  path: string = files.join(folder, pageName),
): Promise<WrittenTuneReport> {
  const state = await readTune(files, folder);
  const full = state.probes.find(({ plan }) => plan.stage === "final" || plan.stage === "defaults");
  const run =
    full &&
    (await openRun(files, folderOf(files, folder, full.plan), { isLocked: isFolderLocked }));
  const report = tuneReport(folder, state, {
    results: run?.results ?? [],
    keptStep: run && keptStepOf(run),
    drawn: run && (await readRunReport({ files, decoder: sharpPictures }, run)),
  });
  await files.write(path, [new TextEncoder().encode(await tunePage(report, text))]);
  return { path, report, lines: probeLines(probeTable(report, text)) };
}

/** Both reports; that one cannot be written makes no tune fail, and is told. */
export async function writeTuneReport(
  context: CliContext,
  folder: string,
  { run, progress }: { readonly run: string; readonly progress: Progress },
): Promise<WrittenTuneReport | undefined> {
  const { runReport, tune } = context.text;
  const tell = (message: string) => progress.tell([warning("in-words", { message })]);
  try {
    await writeRunReport(context, run);
  } catch (error) {
    tell(runReport.failed(run, errorWords(error, context.text)));
  }
  try {
    return await writeTunePage(context, folder);
  } catch (error) {
    tell(tune.reportFailed(folder, errorWords(error, context.text)));
    return undefined;
  }
}

function keptStepOf({ events, step }: RunRecord): number {
  const done = events.findLast((event) => event.type === "done");
  return done?.kept?.best.step ?? step;
}
