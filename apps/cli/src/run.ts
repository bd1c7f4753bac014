/**
 * @file The command line as a function: arguments in, exit code out. main.ts connects it to the
 * process; tests call it with their own streams.
 */

import { asAtelierError, messageOf } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { Command, CommanderError } from "commander";
import type { CliContext, CliIo } from "./cli-context.js";
import { printJson } from "./cli-context.js";
import { addAdviseCommand } from "./commands/advise.js";
import { addConvertCommand } from "./commands/convert.js";
import { addDemoCommand } from "./commands/demo.js";
import { addDoctorCommand } from "./commands/doctor.js";
import { addDreamboothCommand } from "./commands/dreambooth.js";
import { addExtractCommand } from "./commands/extract.js";
import { addFinetuneCommand } from "./commands/finetune.js";
import { addGenerateCommand } from "./commands/generate.js";
import { addImportCommand } from "./commands/import.js";
import { addInspectCommand } from "./commands/inspect.js";
import { addLoraCommand } from "./commands/lora.js";
import { addMergeCommand } from "./commands/merge.js";
import { addResumeCommand } from "./commands/resume.js";
import { addTextualInversionCommand } from "./commands/textual-inversion.js";
import { addTrainCommand } from "./commands/train.js";
import { addVerifyCommand } from "./commands/verify.js";
import { type ExitCode, exitCodeOf, exitCodes } from "./exit.js";
import { messagesFor } from "./messages/messages.js";
import { inFlags } from "./option-flags.js";
import { atelierVersion } from "./version.js";

const commands = [
  addDemoCommand,
  addAdviseCommand,
  addLoraCommand,
  addDreamboothCommand,
  addTextualInversionCommand,
  addFinetuneCommand,
  addTrainCommand,
  addResumeCommand,
  addGenerateCommand,
  addInspectCommand,
  addConvertCommand,
  addImportCommand,
  addMergeCommand,
  addExtractCommand,
  addVerifyCommand,
  addDoctorCommand,
] as const;

/** Runs one command line (without `node` and the script) and returns the exit code. Never throws. */
export async function run(argv: readonly string[], io: CliIo): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.ok;
  const context: CliContext = {
    io,
    text: messagesFor(io.env),
    files: nodeFiles,
    setExitCode(code) {
      exitCode = code;
    },
  };
  const program = createProgram(context);
  try {
    if (argv.length === 0) program.outputHelp();
    else await program.parseAsync(argv, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    }
    report(context, error, argv.includes("--json"));
    return exitCodeOf(error);
  }
}

function createProgram(context: CliContext): Command {
  const { io, text } = context;
  const program = new Command("atelier")
    .description(text.program.description)
    .version(atelierVersion, "-V, --version", text.program.version)
    .helpCommand("help [command]", text.program.help)
    .addHelpText("after", text.program.more)
    .configureOutput({
      writeOut: (line) => io.stdout.write(line),
      writeErr: (line) => io.stderr.write(line),
    })
    .configureHelp({ showGlobalOptions: false })
    .showHelpAfterError(false)
    .exitOverride();
  for (const add of commands) add(program, context);
  return program;
}

/** An error that we threw is a sentence for the user; anything else is a bug and says so. */
function report(context: CliContext, error: unknown, json: boolean): void {
  const { io, text } = context;
  const ours = asAtelierError(error);
  const code = ours?.code ?? "internal";
  const message = messageOf(ours ?? error);
  const sentence = ours?.sentence ?? {};
  if (json) printJson(context, { type: "error", code, ...sentence, message });
  else if (code === "aborted") io.stderr.write(`${text.program.interrupted}\n`);
  else {
    const { error: known, unexpected } = text.program;
    io.stderr.write(`${ours !== undefined ? known(inFlags(message)) : unexpected(message)}\n`);
  }
  if (io.env["ATELIER_DEBUG"] === "1") io.stderr.write(`${stackOf(error)}\n`);
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\nCaused by: ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
