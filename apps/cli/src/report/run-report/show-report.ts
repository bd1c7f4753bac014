/** @file What the terminal says at the end of a run: the verdict, the curve of a watched one, where the report is. */

import { unicode } from "@clack/prompts";
import { type CliContext, print } from "../../cli-context.js";
import { keptStep } from "./run-report.js";
import { textCurve } from "./text-curve.js";
import { courseLines, resultLine } from "./verdict-line.js";
import type { WrittenReport } from "./write-run-report.js";

/** Prints it. */
export function showReport(context: CliContext, { path, report }: WrittenReport): void {
  const { text } = context;
  const { terminal } = text.runReport;
  const { watch } = report;
  if (watch !== undefined) {
    print(context, terminal.verdict(resultLine(report, text).sentence));
    const last = watch.history.looks.at(-1)?.step ?? 0;
    const course = courseLines(report, text);
    if (course.length > 0) print(context, text.runReport.lastLook(last, course));
    const { judgement, bank } = watch;
    // Files of the last step are there all the same.
    if (bank === "held-out" && judgement.kept.step === 0 && report.results.files.length > 0) {
      const reason = text.verdicts.kept(judgement.kept, bank);
      print(context, text.runReport.keptNot(reason, report.results.step));
    }
    if (bank === "echo" && report.results.files.length > 0) {
      const { lastOfEchoes, holdOut } = text.runReport;
      // Where none could be held out the training has said why.
      const isChoice = report.config.watch.heldOut === 0 && (report.plan?.pictures ?? 0) > 2;
      print(context, isChoice ? `${lastOfEchoes} ${holdOut}` : lastOfEchoes);
    }
    const options = { kept: keptStep(report), isUnicode: unicode };
    for (const line of textCurve(watch, options, text)) print(context, line);
  }
  print(context, terminal.report(path));
}
