/**
 * @file Shows how far work is: one line that is drawn again on a terminal, a plain line now and then
 * where the output is a file or a pipe, with `--json` nothing but the library's warnings.
 *
 * The line is drawn here and not by clack's spinner, which puts the keyboard into raw mode and ends
 * the process itself on Ctrl-C; training must be able to save first. Its symbols are clack's.
 */

import { sentenceOf, type Warning, warningEvent } from "@atelier/diffusion/core";
import { fitColumns } from "@atelier/engine";
import { S_STEP_ACTIVE, S_STEP_SUBMIT, S_WARN } from "@clack/prompts";
import { type CliContext, printJson } from "./cli-context.js";
import { inFlags } from "./option-flags.js";
import { worded } from "./worded.js";

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

/** Shows progress on standard error, and warnings as JSON on standard output. */
export interface Progress {
  /** Replaces the line. */
  update(state: ProgressState): void;
  /** A line that stays: a finished part. */
  done(line: string): void;
  /** A line that stays, with the library's options as flags. */
  warn(line: string): void;
  /** Warnings of the library: lines that stay, or with `--json` what they say. */
  tell(warnings: readonly Warning[]): void;
  /** Removes the line. */
  clear(): void;
}

/** Progress for a command. */
export function createProgress(
  context: CliContext,
  { json }: { readonly json: boolean },
): Progress {
  if (json) {
    const tellOne = (told: Warning) => printJson(context, worded(context, warningEvent(told)));
    return { update() {}, done() {}, warn() {}, tell: (all) => all.forEach(tellOne), clear() {} };
  }
  const {
    io: { stderr, env },
    text: { warnings: sentences },
  } = context;
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
  const warn = (text: string): void => line(S_WARN, inFlags(text));
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
    warn,
    tell(all) {
      for (const told of all) warn(sentenceOf(told, sentences));
    },
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
