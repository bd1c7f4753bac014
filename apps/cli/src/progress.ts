/**
 * @file Shows how far work is: one line that is drawn again on a terminal, a plain line now and then
 * where the output is a file or a pipe, nothing with `--json`.
 *
 * The line is drawn here and not by clack's spinner, which puts the keyboard into raw mode and ends
 * the process itself on Ctrl-C; training must be able to save first. Its symbols are clack's.
 */

import { fitColumns } from "@atelier/engine";
import { S_STEP_ACTIVE, S_STEP_SUBMIT, S_WARN } from "@clack/prompts";
import type { CliContext } from "./cli-context.js";
import { inFlags } from "./option-flags.js";

/** Milliseconds between two drawings of the line, and between two plain lines. */
const redrawMs = 80;
const plainLineMs = 5000;
const defaultColumns = 80;

/** How far one piece of work is. */
export interface ProgressState {
  readonly label: string;
  readonly done?: number;
  readonly total?: number;
}

/** Shows progress on standard error. */
export interface Progress {
  /** Replaces the line. */
  update(state: ProgressState): void;
  /** A line that stays: a finished part. */
  done(line: string): void;
  /** A line that stays, with the library's options as flags. */
  warn(line: string): void;
  /** Removes the line. */
  clear(): void;
}

/** Progress for a command; with `json` it shows nothing. */
export function createProgress(
  { io: { stderr, env } }: CliContext,
  { json }: { readonly json: boolean },
): Progress {
  if (json) return { update() {}, done() {}, warn() {}, clear() {} };
  const isLive = stderr.isTTY === true && env["CI"] === undefined && env["TERM"] !== "dumb";
  let lastDrawn = Number.NEGATIVE_INFINITY;
  let lastLabel = "";
  let isShown = false;

  const clear = (): void => {
    if (isShown) stderr.write("\r\x1b[2K");
    isShown = false;
  };
  const line = (symbol: string, text: string): void => {
    clear();
    stderr.write(`${isLive ? `${symbol}  ` : ""}${text}\n`);
  };
  return {
    update(state) {
      const now = performance.now();
      const isNew = state.label !== lastLabel && state.total === undefined;
      if (!isNew && now - lastDrawn < (isLive ? redrawMs : plainLineMs)) return;
      lastDrawn = now;
      lastLabel = state.label;
      if (!isLive) {
        stderr.write(`${describe(state)}\n`);
        return;
      }
      const columns = stderr.columns ?? defaultColumns;
      const bar = drawBar(state, Math.min(24, Math.floor(columns / 4)));
      const text = `${S_STEP_ACTIVE}  ${bar}${describe(state)}`;
      stderr.write(`\r\x1b[2K${fitColumns(text, columns - 1)}`);
      isShown = true;
    },
    done: (text) => line(S_STEP_SUBMIT, text),
    warn: (text) => line(S_WARN, inFlags(text)),
    clear,
  };
}

function describe({ label, done, total }: ProgressState): string {
  return total === undefined ? label : `${done ?? 0}/${total} ${label}`;
}

function drawBar({ done = 0, total }: ProgressState, width: number): string {
  if (total === undefined || total === 0) return "";
  const filled = Math.round((Math.min(done, total) / total) * width);
  return `${"━".repeat(filled)}${"─".repeat(width - filled)} `;
}
