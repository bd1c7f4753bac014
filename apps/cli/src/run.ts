/**
 * @file The command line as a function: arguments in, exit code out. main.ts connects it to the
 * process; tests call it with their own streams.
 */

import { asAtelierError, columnsOf } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { preload } from "@atelier/engine/preload";
import { Command, CommanderError, Help } from "commander";
import type { CliContext, CliIo } from "./cli-context.js";
import { printJson } from "./cli-context.js";
import { errorWords } from "./error-words.js";
import { type ExitCode, exitCodeOf, exitCodes } from "./exit.js";
import { type Messages, messagesFor } from "./messages/messages.js";
import { inFlags } from "./option-flags.js";
import { atelierVersion } from "./version.js";

/** Adds a command to the program. */
type AddCommand = (program: Command, context: CliContext) => void;

/** Commands in the order of the help. Each loads its own modules, half a second's worth together. */
const commands: Readonly<Record<string, () => Promise<AddCommand>>> = {
  studio: async () => (await import("./commands/studio.js")).addStudioCommand,
  demo: async () => (await import("./commands/demo.js")).addDemoCommand,
  advise: async () => (await import("./commands/advise.js")).addAdviseCommand,
  check: async () => (await import("./commands/check.js")).addCheckCommand,
  lora: async () => (await import("./commands/lora.js")).addLoraCommand,
  dreambooth: async () => (await import("./commands/dreambooth.js")).addDreamboothCommand,
  "textual-inversion": async () =>
    (await import("./commands/textual-inversion.js")).addTextualInversionCommand,
  finetune: async () => (await import("./commands/finetune.js")).addFinetuneCommand,
  train: async () => (await import("./commands/train.js")).addTrainCommand,
  tune: async () => (await import("./commands/tune.js")).addTuneCommand,
  resume: async () => (await import("./commands/resume.js")).addResumeCommand,
  strength: async () => (await import("./commands/strength.js")).addStrengthCommand,
  report: async () => (await import("./commands/report.js")).addReportCommand,
  generate: async () => (await import("./commands/generate.js")).addGenerateCommand,
  evaluate: async () => (await import("./commands/evaluate.js")).addEvaluateCommand,
  inspect: async () => (await import("./commands/inspect.js")).addInspectCommand,
  convert: async () => (await import("./commands/convert.js")).addConvertCommand,
  download: async () => (await import("./commands/download.js")).addDownloadCommand,
  import: async () => (await import("./commands/import.js")).addImportCommand,
  merge: async () => (await import("./commands/merge.js")).addMergeCommand,
  extract: async () => (await import("./commands/extract.js")).addExtractCommand,
  verify: async () => (await import("./commands/verify.js")).addVerifyCommand,
  worker: async () => (await import("./commands/worker.js")).addWorkerCommand,
  doctor: async () => (await import("./commands/doctor.js")).addDoctorCommand,
};

/** The command that is called; all where none is, for help and for what is mistyped. */
async function commandsFor([name = ""]: readonly string[]): Promise<AddCommand[]> {
  if (name === "-V" || name === "--version") return [];
  const called = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (called !== undefined) preload(`./commands/${name}.js`, import.meta.url);
  return Promise.all(
    (called === undefined ? Object.values(commands) : [called]).map((load) => load()),
  );
}

/** Runs one command line (without `node` and the script) and returns the exit code. Never throws. */
export async function run(argv: readonly string[], io: CliIo): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.ok;
  const context: CliContext = {
    io,
    text: await messagesFor(io.env),
    files: nodeFiles,
    setExitCode(code) {
      exitCode = code;
    },
  };
  try {
    const program = createProgram(context, await commandsFor(argv));
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

function createProgram(context: CliContext, added: readonly AddCommand[]): Command {
  const { io, text } = context;
  const program = new Command("atelier")
    .description(text.program.description)
    .version(atelierVersion, "-V, --version", text.program.version)
    .helpCommand("help [command]", text.program.help)
    .helpOption("-h, --help", text.usage.helpOption)
    .addHelpText("after", text.program.more)
    .configureOutput({
      writeOut: (line) => io.stdout.write(line),
      writeErr: (line) => io.stderr.write(line),
      outputError: (message, write) => write(text.usage.mistyped(message)),
    })
    .configureHelp({ showGlobalOptions: false, ...helpIn(text) })
    .showHelpAfterError(false)
    .exitOverride();
  for (const add of added) add(program, context);
  return program;
}

/** The frame of the help in a language. */
function helpIn({
  usage,
}: Messages): Pick<
  Help,
  "styleTitle" | "displayWidth" | "optionDescription" | "argumentDescription"
> {
  const plain = new Help();
  return {
    styleTitle: usage.heading,
    // What styles there are add no columns.
    displayWidth: columnsOf,
    optionDescription: (option) => usage.described(plain.optionDescription(option)),
    argumentDescription: (argument) => usage.described(plain.argumentDescription(argument)),
  };
}

/** An error that we threw is a sentence for the user; anything else is a bug and says so. */
function report(context: CliContext, error: unknown, json: boolean): void {
  const { io, text } = context;
  const ours = asAtelierError(error);
  const code = ours?.code ?? "internal";
  const message = errorWords(ours ?? error, text);
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
