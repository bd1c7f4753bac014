/** @file Exit codes of `atelier`, for scripts that react to them. */

import { AtelierError } from "@atelier/engine";

/** What the process ends with. */
export const exitCodes = {
  ok: 0,
  /** The work failed, or a check did. */
  failed: 1,
  /** The command line or a config is wrong; nothing was started. */
  usage: 2,
  /** Stopped by Ctrl-C, as shells number it (128 + SIGINT). */
  interrupted: 130,
} as const;

/** One of {@link exitCodes}. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The exit code of something thrown. */
export function exitCodeOf(error: unknown): ExitCode {
  if (!(error instanceof AtelierError)) return exitCodes.failed;
  if (error.code === "aborted") return exitCodes.interrupted;
  return error.code === "config" ? exitCodes.usage : exitCodes.failed;
}
