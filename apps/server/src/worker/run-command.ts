/** @file One command line in a process group of its own, which ends with the worker. */

import { spawn } from "node:child_process";
import type { Printed } from "../jobs/commands/command.js";
import { answerType } from "../jobs/commands/looking.js";
import { type Line, readLines } from "./read-lines.js";

/** How a command is run. */
export interface CommandOptions {
  /** Path of the command line's program. */
  readonly program: string;
  readonly folder: string;
}

/** How a command ended. */
export interface Ending {
  readonly code: number | undefined;
  readonly signal: string | undefined;
  /** The last that it wrote on its standard error. */
  readonly complaint: string;
}

/** A command that runs. */
export interface RunningCommand {
  /** What it prints, as it comes; has to be read to its end. */
  readonly events: AsyncGenerator<Printed, void, undefined>;
  readonly ended: Promise<Ending>;
  /** Asks it to save and end, as Ctrl-C does. */
  readonly interrupt: () => void;
  /** Ends it and all that it has started. */
  readonly kill: () => void;
}

const complaintLength = 4_000;

/** Starts a command. */
export function startCommand(
  command: readonly string[],
  { program, folder }: CommandOptions,
): RunningCommand {
  const child = spawn(process.execPath, [program, ...command, "--json"], {
    cwd: folder,
    // A group of its own: a terminal's Ctrl-C is for the worker, and all of the group can be killed.
    detached: process.platform !== "win32",
    // Its standard input stays open as long as this process lives, however that ends.
    env: { ...process.env, ATELIER_ENDS_WITH_INPUT: "1" },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.on("error", () => {});
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(-complaintLength);
  });
  const ended = new Promise<Ending>((resolve) => {
    child.on("error", (error) =>
      resolve({ code: undefined, signal: undefined, complaint: error.message }),
    );
    child.on("close", (code, signal) =>
      resolve({ code: code ?? undefined, signal: signal ?? undefined, complaint }),
    );
  });
  return {
    events: eventsOf(readLines(child.stdout.setEncoding("utf8"))),
    ended,
    interrupt: () => void child.kill("SIGINT"),
    kill() {
      if (child.pid === undefined || process.platform === "win32") child.kill("SIGKILL");
      else killGroup(child.pid);
    },
  };
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
  } catch {
    // It is gone already.
  }
}

async function* eventsOf(lines: AsyncIterable<Line>): AsyncGenerator<Printed, void, undefined> {
  for await (const line of lines) {
    yield "cut" in line ? { type: "cut", characters: line.cut } : eventOf(line.text);
  }
}

/** What a line says; commands that answer with a value print it without a type. */
function eventOf(text: string): Printed {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return { type: answerType, answer: value };
    }
    const type: unknown = "type" in value ? value.type : undefined;
    return typeof type === "string" ? { ...value, type } : { type: answerType, answer: value };
  } catch {
    return { type: "text", text };
  }
}
