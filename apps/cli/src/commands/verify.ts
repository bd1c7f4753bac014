/** @file `atelier verify`: prints every comparison of a fixture folder, and how many held. */

import { type FixtureCheck, verifyFolder } from "@atelier/diffusion/verify";
import type { Command } from "commander";
import { addBackendOptions, type BackendOptions, createRuntime } from "../backend-options.js";
import { type CliContext, print, printJson } from "../cli-context.js";
import { exitCodes } from "../exit.js";
import { formatError } from "../format.js";

interface VerifyOptions extends BackendOptions {
  readonly json?: boolean;
}

/** Adds the command. */
export function addVerifyCommand(program: Command, context: CliContext): void {
  const { text } = context;
  const command = program
    .command("verify")
    .description(text.verify.description)
    .argument("<folder>", text.verify.argument);
  addBackendOptions(command, context)
    .option("--json", text.program.json)
    .addHelpText("after", text.verify.more)
    .action((folder: string, options: VerifyOptions) => verify(context, folder, options));
}

async function verify(context: CliContext, folder: string, options: VerifyOptions): Promise<void> {
  const { files, io, text } = context;
  const counts = { ok: 0, FAIL: 0, skip: 0 };
  const runtime = createRuntime(options);
  for await (const check of verifyFolder(folder, { files, runtime, signal: io.signal })) {
    counts[check.status] += 1;
    if (options.json) printJson(context, { type: "check", ...check });
    else print(context, lineOf(context, check));
  }
  const [passed, failed, skipped] = [counts.ok, counts.FAIL, counts.skip];
  if (options.json) printJson(context, { type: "summary", passed, failed, skipped });
  else print(context, text.verify.summary(passed, failed, skipped));
  if (failed > 0) context.setExitCode(exitCodes.failed);
}

function lineOf({ text }: CliContext, check: FixtureCheck): string {
  const { status, name, error, tolerance, detail } = check;
  const numbers =
    error === undefined || tolerance === undefined
      ? []
      : [text.verify.numbers(formatError(error), formatError(tolerance))];
  // A detail may have several lines; a check is one.
  const details = detail === undefined ? [] : [detail.replace(/\s*\n\s*/g, "; ")];
  return [`${status} ${name}`, ...numbers, ...details].join("  ");
}
