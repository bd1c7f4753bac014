/** @file `atelier report`: writes the report of a run again. */

import { isTuneFolder } from "@atelier/diffusion/tune";
import { AtelierError } from "@atelier/engine";
import type { Command } from "commander";
import { type CliContext, print, printJson } from "../cli-context.js";
import { showReport } from "../report/run-report/show-report.js";
import { writeRunReport } from "../report/run-report/write-run-report.js";

interface ReportFlags {
  readonly out?: string;
  readonly json?: boolean;
}

/** Adds the command. */
export function addReportCommand(program: Command, context: CliContext): void {
  const { text } = context;
  const { command: own } = text.runReport;
  program
    .command("report")
    .description(own.description)
    .argument("<run>", own.argument)
    .option("--out <file>", own.out)
    .option("--json", text.program.json)
    .addHelpText("after", own.more)
    .action(async (run: string, { out, json = false }: ReportFlags) => {
      if (out !== undefined && !/\.html?$/i.test(out)) {
        throw new AtelierError("config", own.notHtml(out));
      }
      if (await isTuneFolder(context.files, run)) {
        const { writeTunePage } = await import("../report/tune-report/write-tune-report.js");
        const { path, lines } = await writeTunePage(context, run, out);
        if (json) printJson(context, { type: "report", path });
        else for (const line of [...lines, text.tune.report(path)]) print(context, line);
        return;
      }
      const written = await writeRunReport(context, run, out);
      if (json) printJson(context, { type: "report", path: written.path });
      else showReport(context, written);
    });
}
