/** @file What experiments have in common as commands: options, Ctrl-C, errors, and the document that their results stand in. */

import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { type ParseArgsConfig, parseArgs } from "node:util";
import { AtelierError, messageOf } from "@atelier/engine";
import { insertPart, type MadePart } from "../experiments/verdicts/scores-text.js";

/** Options of experiments that are done in sittings. */
export const sittingOptions = {
  sitting: { type: "string" },
  part: { type: "string", default: "1/1" },
  threads: { type: "string" },
} as const;

type Options = NonNullable<ParseArgsConfig["options"]>;
type Values<O extends Options> = ReturnType<typeof parseArgs<{ options: O }>>["values"];

/** Runs a command with its options; Ctrl-C aborts the signal, and is no error. */
export async function experimentCommand<O extends Options>(
  { usage, options }: { readonly usage: string; readonly options: O },
  work: (values: Values<O>, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.abort(signal));
  try {
    if (process.argv.includes("--help")) console.log(usage);
    else await work(parseArgs({ options }).values, stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) {
      console.error(error instanceof AtelierError ? messageOf(error) : error);
    }
    process.exitCode = 1;
  }
}

/** Puts parts into a document; one that is not there begins with a title. */
export async function writeParts(
  document: string,
  { title, parts }: { readonly title: string; readonly parts: readonly MadePart[] },
): Promise<void> {
  const known = existsSync(document) ? await readFile(document, "utf8") : `# ${title}`;
  await writeFile(document, parts.reduce(insertPart, known));
  console.log(`Look at ${document}`);
}
