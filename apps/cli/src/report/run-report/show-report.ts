/** @file What the terminal says at the end of a run: the verdict, the curve of a watched one, where the report is. */

import { unicode } from "@clack/prompts";
import { type CliContext, print } from "../../cli-context.js";
import { keptStep } from "./run-report.js";
import { textCurve } from "./text-curve.js";
import { finalVerdict } from "./verdict-line.js";
import type { WrittenReport } from "./write-run-report.js";

/** Prints it. */
export function showReport(context: CliContext, { path, report }: WrittenReport): void {
  const { text } = context;
  const { terminal } = text.runReport;
  const { watch } = report;
  if (watch !== undefined) {
    print(context, terminal.verdict(finalVerdict(report, text).sentence));
    const options = { kept: keptStep(report), isUnicode: unicode };
    for (const line of textCurve(watch, options, text)) print(context, line);
  }
  print(context, terminal.report(path));
}
