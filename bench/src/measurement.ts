/** @file What a worker measures in a process of its own and prints as its last line, and how it is run. */

import { spawnSync } from "node:child_process";
import { z } from "zod";

/** What a process measured. */
export interface Measurement {
  /** From the start of the program. */
  readonly secondsBeforeFirst: number;
  readonly firstSeconds: number;
  /** Of each later step or picture. */
  readonly seconds: readonly number[];
  /** Peak resident memory; not a number where it is not measured. */
  readonly peakBytes: number;
  /** Numbers that come out alike wherever the same is computed: losses and norms of gradients, or what pictures look like. */
  readonly checks: readonly number[];
}

const measurement: z.ZodType<Measurement> = z.object({
  secondsBeforeFirst: z.number(),
  firstSeconds: z.number(),
  seconds: z.array(z.number()),
  peakBytes: z.number(),
  checks: z.array(z.number()),
});

/** How {@link runWorker} runs. */
export interface WorkerOptions {
  /** Beside that of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** After which it is given up. */
  readonly timeoutMs?: number;
}

/** Runs a program to its end. @throws Error with the last of what it said on its standard error. */
export function runWorker(
  command: string,
  args: readonly string[],
  { env = {}, timeoutMs }: WorkerOptions = {},
): Measurement {
  const { status, signal, stdout, stderr, error } = spawnSync(command, args, {
    encoding: "utf8",
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    killSignal: "SIGKILL",
    ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
  });
  // Nothing was started, or it took too long.
  if (error !== undefined) throw error;
  if (status === 0) return measurement.parse(JSON.parse(lastLine(stdout)));
  const why = complaint(stderr);
  throw new Error(why === "" ? `${command} ended by ${status ?? signal ?? "nothing"}` : why, {
    cause: `${command} ${args.join(" ")}\n${stderr.slice(-4000)}`,
  });
}

/** The middle one, of an even number the higher one; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The error that a program ended with, of Python or Node; what it said last where there is none. */
function complaint(stderr: string): string {
  const lines = stderr.trim().split("\n");
  return lines.findLast((line) => /^[\w.]*(Error|Exception)\b/.test(line)) ?? lines.at(-1) ?? "";
}

const lastLine = (text: string): string => text.trim().split("\n").at(-1) ?? "";
