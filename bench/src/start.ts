/**
 * @file Measures from a command to its training's first step, with nothing computed before (cold) and again with what
 * that has kept (warm): when each part begins, and when the first step begins and ends. Cells are seconds since the
 * start and, on Linux, behind a slash the processor time of all processes until then: medians of the rounds.
 * Weights are in the system's file cache in both.
 *
 * Usage: node bench/dist/start.js [--rounds <n>] [--program <atelier.mjs>]… -- <command with its arguments>
 *   Several programs, such as two checkouts, take turns.
 *
 * @example node bench/dist/start.js -- lora ../shared/photos/dog --prompt "a photo of sks dog"
 */

import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values: options, positionals: command } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "3" },
    program: {
      type: "string",
      multiple: true,
      default: [fileURLToPath(new URL("../../apps/cli/bin/atelier.mjs", import.meta.url))],
    },
  },
});

/** What is told of, in its order; `ready` is where the first step begins. */
const marks = ["plan", "weights", "captions", "latents", "compile", "ready", "step"] as const;
type Mark = (typeof marks)[number];
/** Seconds since the start, and of processor time. */
interface Moment {
  readonly wall: number;
  readonly processor: number;
}
type Times = Partial<Record<Mark, Moment>>;

/** The mark of a line of JSON. */
function markOf(line: string): Mark | undefined {
  const event: unknown = JSON.parse(line);
  const { type, stage, done } = Object.fromEntries(Object.entries(event ?? {}));
  if (type === "progress" && stage === "compile" && done === 1) return "ready";
  return marks.find((mark) => mark === (type === "progress" ? stage : type));
}

/** Seconds of processor time of a process and those that it started, which bear its group. */
function processorSeconds(group: number): number {
  if (process.platform !== "linux") return Number.NaN;
  let ticks = 0;
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      // What stands in brackets is the program's name; its group, user and system time are the 3rd, 12th and 13th after.
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
      if (Number(fields[2]) === group) ticks += Number(fields[11]) + Number(fields[12]);
    } catch {
      // It has ended meanwhile.
    }
  }
  return ticks / 100;
}

/** One start, ended after its first step. */
async function measure(program: string, cache: string): Promise<Times> {
  const folder = mkdtempSync(join(tmpdir(), "atelier-start-"));
  const begun = performance.now();
  const child = spawn(
    process.execPath,
    [program, ...command, "--json", "--run", join(folder, "run")],
    {
      env: { ...process.env, ATELIER_CACHE: cache },
      stdio: ["ignore", "pipe", "inherit"],
      // With a group of its own it can be ended with all that it has started.
      detached: true,
    },
  );
  const { pid = 0 } = child;
  const ended = new Promise((resolve) => child.once("close", resolve));
  const times: Times = {};
  for await (const line of createInterface(child.stdout)) {
    const mark = markOf(line);
    if (mark === undefined) {
      if (line.includes('"type":"error"')) throw new Error(line);
      continue;
    }
    const wall = (performance.now() - begun) / 1000;
    times[mark] ??= { wall, processor: processorSeconds(pid) };
    if (mark === "step") break;
  }
  process.kill(-pid, "SIGKILL");
  await ended;
  rmSync(folder, { recursive: true, force: true });
  return times;
}

const rows = new Map<string, Times[]>();
for (let round = 0; round < Number(options.rounds); round++) {
  for (const program of options.program) {
    const cache = mkdtempSync(join(tmpdir(), "atelier-start-cache-"));
    for (const state of ["cold", "warm"]) {
      const key = options.program.length === 1 ? state : `${state} ${program}`;
      rows.set(key, [...(rows.get(key) ?? []), await measure(program, cache)]);
    }
    rmSync(cache, { recursive: true, force: true });
  }
}

const median = (values: readonly number[]): string => {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)]?.toFixed(2) ?? "–";
};
console.log(`| | ${marks.join(" | ")} |\n|${"---|".repeat(marks.length + 1)}`);
for (const [name, runs] of [...rows].sort(([a], [b]) => a.localeCompare(b))) {
  const cells = marks.map((mark) => {
    const moments = runs.flatMap((times) => times[mark] ?? []);
    const [wall, processor] = (["wall", "processor"] as const).map((kind) =>
      median(moments.map((moment) => moment[kind])),
    );
    return `${wall} / ${processor}`;
  });
  console.log(`| ${name} | ${cells.join(" | ")} |`);
}
