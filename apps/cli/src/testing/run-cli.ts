/** @file Runs the command line inside a test, with its output collected. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { ExitCode } from "../exit.js";
import { run } from "../run.js";

/** A path below test/fixtures. */
export function fixture(...names: string[]): string {
  return join(fileURLToPath(new URL("../../../../test/fixtures", import.meta.url)), ...names);
}

/** A new folder that is removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "atelier-cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

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
  /** Told each piece of standard output. */
  readonly onStdout?: (text: string) => void;
  /** Told each piece of standard error. */
  readonly onStderr?: (text: string) => void;
}

/** Runs `atelier` with these arguments. */
export async function runCli(
  argv: readonly string[],
  {
    env = {},
    signal = new AbortController().signal,
    onStdout = () => {},
    onStderr = () => {},
  }: RunCliOptions = {},
): Promise<CliResult> {
  let [stdout, stderr] = ["", ""];
  const code = await run(argv, {
    env,
    signal,
    stdout: {
      write: (text) => {
        stdout += text;
        onStdout(text);
      },
    },
    stderr: {
      write: (text) => {
        stderr += text;
        onStderr(text);
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
