/** @file Writes the demo's report and sheet, each whole or not at all, and says how it went. */

import { encodePng } from "@atelier/diffusion/files";
import { type CliContext, print, printJson } from "../cli-context.js";
import { assess } from "../report/assess.js";
import type { DemoReport } from "../report/demo-report.js";
import { reportPage } from "../report/report-page.js";
import { reportSheet } from "../report/report-sheet.js";

/** The files and the words. The report comes last: where it is, everything is. */
export async function finishDemo(
  context: CliContext,
  { folder, report, json }: { folder: string; report: DemoReport; json: boolean },
): Promise<void> {
  const { files, text } = context;
  const sheetPath = files.join(folder, "sheet.png");
  const reportPath = files.join(folder, "report.html");
  await files.write(sheetPath, [await encodePng(reportSheet(report, text))]);
  const page = await reportPage(report, text);
  await files.write(reportPath, [new TextEncoder().encode(page)]);
  const seconds = report.times.reduce((sum, [, part]) => sum + part, 0);
  const { measures } = report;
  if (json) {
    const findings = measures === undefined ? undefined : assess(measures);
    const worked = findings?.every(({ holds }) => holds);
    const { adapter } = report;
    const paths = { report: reportPath, sheet: sheetPath, adapter };
    printJson(context, { type: "done", ...paths, seconds, worked, findings, measures });
    return;
  }
  const { demo, report: own } = text;
  print(context, demo.finished(text.duration(seconds)));
  if (measures === undefined) print(context, own.verdict.unjudged);
  else {
    for (const finding of assess(measures)) {
      print(context, demo.finding(finding.holds, own.findings[finding.claim](finding, measures)));
    }
  }
  print(context, demo.look(reportPath, sheetPath));
}
