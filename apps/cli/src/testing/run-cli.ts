/** @file Runs the command line inside a test, with its output collected. */

import type { ExitCode } from "../exit.js";
import { run } from "../run.js";

/** What a command line printed and ended with. */
export interface CliResult {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output parsed line by line as JSON. @throws SyntaxError when a line is none. */
  json(): Readonly<Record<string, unknown>>[];
}

/** Options of {@link runCli}. */
export interface RunCliOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

/** Runs `atelier` with these arguments. */
export async function runCli(
  argv: readonly string[],
  { env = {}, signal = new AbortController().signal }: RunCliOptions = {},
): Promise<CliResult> {
  let [stdout, stderr] = ["", ""];
  const code = await run(argv, {
    env,
    signal,
    stdout: {
      write: (text) => {
        stdout += text;
      },
    },
    stderr: {
      write: (text) => {
        stderr += text;
      },
    },
  });
  return {
    code,
    stdout,
    stderr,
    json: () =>
      stdout
        .split("\n")
        .filter((line) => line !== "")
        // Every command prints objects; tests look at their fields.
        .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>),
  };
}
