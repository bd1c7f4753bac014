/** @file Writes the report of a run into its folder. */

import { isFolderLocked, sharpPictures } from "@atelier/diffusion/node";
import { openRun } from "@atelier/diffusion/train";
import type { CliContext } from "../../cli-context.js";
import { readRunReport } from "./read-run-report.js";
import { runPage } from "./run-page.js";
import type { RunReport } from "./run-report.js";

/** Name of the file in a run's folder. */
const reportName = "report.html";

/** What was written, and where. */
export interface WrittenReport {
  readonly path: string;
  readonly report: RunReport;
}

/**
 * Reads the run and writes its report.
 * @throws AtelierError `training` where there is no run, `config` for a config of another version, `file`.
 */
export async function writeRunReport(
  { files, text }: Pick<CliContext, "files" | "text">,
  folder: string,
  path: string = files.join(folder, reportName),
): Promise<WrittenReport> {
  const run = await openRun(files, folder, { isLocked: isFolderLocked });
  const report = await readRunReport({ files, decoder: sharpPictures }, run);
  const page = await runPage(report, text);
  await files.write(path, [new TextEncoder().encode(page)]);
  return { path, report };
}
