/** @file What every command works with: where it prints, its texts, its files, and when to stop. */

import type { TrainingChild } from "@atelier/diffusion/training-child";
import type { FileStore } from "@atelier/engine";
import type { ExitCode } from "./exit.js";
import type { Messages } from "./messages/messages.js";

/** A stream that text is printed on. */
export interface TextOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** The outside of the command line, so that tests can run it in their own process. */
export interface CliIo {
  /** Results. */
  readonly stdout: TextOutput;
  /** Progress, warnings and errors. */
  readonly stderr: TextOutput;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** A process that waits for a training; one is started for it by default. */
  readonly trainingChild?: TrainingChild | undefined;
}

/** What commands are given. */
export interface CliContext {
  readonly io: CliIo;
  readonly text: Messages;
  readonly files: FileStore;
  /** The code to end with when the command returns; 0 unless it says otherwise. */
  setExitCode(code: ExitCode): void;
}

/** Prints a line of results. */
export function print({ io }: CliContext, line: string): void {
  io.stdout.write(`${line}\n`);
}

/** Prints a value as one line of JSON; numbers that JSON lacks become strings. */
export function printJson({ io }: CliContext, value: unknown): void {
  const json = JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner === "bigint") return inner.toString();
    return typeof inner === "number" && !Number.isFinite(inner) ? String(inner) : inner;
  });
  io.stdout.write(`${json}\n`);
}
