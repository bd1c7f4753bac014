/** @file `atelier doctor`: what works on this machine, proved, and what to do about the rest. */

import type { OrtProvider } from "@atelier/engine/node";
import { type Command, Option } from "commander";
import { backends } from "../backend-options.js";
import { type CliContext, print, printJson } from "../cli-context.js";
import {
  type Finding,
  findBackend,
  findCaches,
  findDisk,
  findEmbeddedBase,
  findMemory,
  findPlacement,
  findVersions,
} from "../doctor-findings.js";
import { findHub } from "../doctor-hub.js";
import { exitCodes } from "../exit.js";
import { createProgress } from "../progress.js";

interface DoctorFlags {
  readonly json?: boolean;
  /** Only this one, and more closely; all by default. */
  readonly backend?: OrtProvider;
}

/** Adds the command. */
export function addDoctorCommand(program: Command, context: CliContext): void {
  const { text } = context;
  program
    .command("doctor")
    .description(text.doctor.description)
    .addOption(new Option("--backend <name>", text.doctor.backend).choices(backends))
    .option("--json", text.program.json)
    .addHelpText("after", text.doctor.more)
    .action((flags: DoctorFlags) => examine(context, flags));
}

async function examine(
  context: CliContext,
  { json = false, backend: asked }: DoctorFlags,
): Promise<void> {
  const { text } = context;
  const progress = createProgress(context, { json: json || context.io.stderr.isTTY !== true });
  let problems = 0;
  const show = (finding: Finding): void => {
    progress.clear();
    if (finding.status === "problem") problems += 1;
    if (finding.isFatal === true) context.setExitCode(exitCodes.failed);
    if (json) {
      printJson(context, finding);
      return;
    }
    const mark = { ok: "ok", problem: "!!", absent: "--" }[finding.status];
    print(context, `${mark} ${finding.label}: ${finding.message}`);
    if (finding.advice !== undefined) print(context, text.doctor.advice(finding.advice));
  };
  show(findVersions(text));
  for (const backend of asked === undefined ? backends : [asked]) {
    progress.update({ label: text.doctor.probing(backend) });
    const found = await findBackend(backend, context);
    show(found);
    if (asked === undefined || backend === "cpu" || found.status !== "ok") continue;
    progress.update({ label: text.doctor.placing(backend) });
    show(await findPlacement(backend, context));
  }
  show(await findEmbeddedBase(context));
  show(findMemory(text));
  for (const finding of await findDisk(context)) show(finding);
  for (const finding of await findHub(context)) show(finding);
  for (const finding of await findCaches(context)) show(finding);
  if (!json) print(context, text.doctor.summary(problems));
}
