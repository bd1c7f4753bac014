/** @file Runs a command and watches how much memory its processes take. */

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** A line of a command's `--json`. */
export interface Line {
  /** Since the command was given. */
  readonly seconds: number;
  readonly event: Readonly<Record<string, unknown>>;
}

/** What a command said and took. */
export interface Outcome {
  readonly lines: readonly Line[];
  /** Peak resident memory of the largest of the command's processes. */
  readonly peakBytes: number;
}

/** Runs a program of Node.js to its end while it watches the memory of its processes. */
export function watch(argv: readonly string[]): Promise<Outcome> {
  const begun = performance.now();
  const child = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "pipe"] });
  const lines: Line[] = [];
  let [peak, complaint] = [0, ""];
  const look = (): void => {
    peak = Math.max(peak, ...familyOf(child.pid ?? 0).map(peakOf));
  };
  const timer = setInterval(look, 100);
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint += text;
  });
  createInterface({ input: child.stdout }).on("line", (text) => {
    look();
    if (!text.startsWith("{")) return;
    const seconds = (performance.now() - begun) / 1000;
    // With --json every line is an object; tests look at their fields.
    lines.push({ seconds, event: JSON.parse(text) as Line["event"] });
  });
  return new Promise((resolve, reject) => {
    child.on("close", (code) => {
      clearInterval(timer);
      if (code === 0) resolve({ lines, peakBytes: peak });
      else reject(new Error(`${argv.join(" ")} ended with ${code}:\n${complaint}`));
    });
  });
}

/** A process and its children. */
function familyOf(pid: number): number[] {
  return [pid, ...read(`/proc/${pid}/task/${pid}/children`).trim().split(" ").map(Number)];
}

function peakOf(pid: number): number {
  const kibibytes = /VmHWM:\s*(\d+)/.exec(read(`/proc/${pid}/status`))?.[1];
  return Number(kibibytes ?? 0) * 1024;
}

/** A file's text, or none where its process has ended. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** The steps of a training. */
export function stepsOf({ lines }: Outcome): { readonly seconds: number; readonly loss: number }[] {
  return lines
    .filter(({ event }) => event["type"] === "step")
    .map(({ seconds, event }) => ({ seconds, loss: Number(event["loss"]) }));
}

/** The peak in words. */
export const gigabytes = ({ peakBytes: bytes }: Outcome): string =>
  `${(bytes / 1e9).toFixed(2)} GB at most`;
