/**
 * @file The log of a run as lists need it: losses and rates as numbers, everything else as events. A log that has grown
 * is read from where it ended; one of 100,000 steps is kept as two arrays.
 */

import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import { type LoggedEvent, readEventLine } from "@atelier/diffusion/train";
import { attempt, orAbsent } from "../folder/library-error.js";

/** Events but finished steps and progress, of which there are too many. */
export type KeptEvent = Exclude<LoggedEvent, { readonly type: "step" | "progress" }>;

/** What a log says. */
export interface RunLog {
  /** Finished steps; of a run that went on from a snapshot those of the later process. */
  readonly steps: readonly number[];
  /** Of each step. */
  readonly losses: readonly number[];
  readonly rates: readonly number[];
  /** As the last step tells it. */
  readonly memoryBytes: number | undefined;
  readonly events: readonly KeptEvent[];
  readonly lastType: LoggedEvent["type"] | undefined;
  /** Seconds that processes worked at it. */
  readonly seconds: number;
  /** What its steps took; nothing where there are too few to tell. */
  readonly stepping: { readonly startSeconds: number; readonly secondsPerStep: number } | undefined;
  readonly hasProblems: boolean;
}

/** Reads logs by their runs' folders. */
export interface RunLogs {
  read(folder: string): Promise<RunLog>;
}

/** Logs that are held in memory: those that were asked for last. */
const mostHeld = 32;

/** Fewer steps than these say little of the next. */
const fewestTimed = 4;

/** Bytes that are read at once; others' work goes on in between. */
const chunkBytes = 2 ** 22;

/** The logs of runs. */
export function createRunLogs(): RunLogs {
  const held = new Map<string, FollowedLog>();
  const reading = new Map<string, Promise<RunLog>>();
  const readOne = async (folder: string): Promise<RunLog> => {
    const path = join(folder, "events.jsonl");
    const info = await attempt("events.jsonl", () => orAbsent(stat(path)));
    const before = held.get(folder);
    const isSame = info?.ino === before?.inode && (info?.size ?? 0) >= (before?.readTo ?? 0);
    const log = before !== undefined && isSame ? before : emptyLog(info?.ino);
    held.delete(folder);
    if (info !== undefined) await follow(log, path, info.size);
    held.set(folder, log);
    const [oldest] = held.keys();
    if (held.size > mostHeld && oldest !== undefined) held.delete(oldest);
    return summaryOf(log);
  };
  return {
    async read(folder) {
      const known = reading.get(folder) ?? readOne(folder);
      reading.set(folder, known);
      try {
        return await known;
      } finally {
        reading.delete(folder);
      }
    },
  };
}

/** A log as far as it was read. */
interface FollowedLog {
  readonly inode: number | undefined;
  /** The end of the last whole line. */
  readTo: number;
  readonly steps: number[];
  readonly losses: number[];
  readonly rates: number[];
  memoryBytes: number | undefined;
  readonly events: KeptEvent[];
  lastType: LoggedEvent["type"] | undefined;
  /** Of processes that have ended. */
  milliseconds: number;
  /** When the process at work began, and when it was heard of last. */
  begun: number | undefined;
  heard: number | undefined;
  /** From the plan to the first step, of the process that was heard of last. */
  starting: number;
  /** From step to step, of all processes. */
  stepped: number;
  timedSteps: number;
  /** The latest step of the process at work. */
  lastStep: number | undefined;
  hasProblems: boolean;
}

const emptyLog = (inode: number | undefined): FollowedLog => ({
  ...{ inode, readTo: 0, steps: [], losses: [], rates: [], memoryBytes: undefined },
  ...{ events: [], lastType: undefined, milliseconds: 0, begun: undefined, heard: undefined },
  ...{ starting: 0, stepped: 0, timedSteps: 0, lastStep: undefined },
  hasProblems: false,
});

function summaryOf({ milliseconds, begun, heard, ...log }: FollowedLog): RunLog {
  const open = begun === undefined || heard === undefined ? 0 : heard - begun;
  const { starting, stepped, timedSteps } = log;
  const stepping =
    timedSteps < fewestTimed
      ? undefined
      : { startSeconds: starting / 1000, secondsPerStep: stepped / timedSteps / 1000 };
  return { ...log, stepping, seconds: (milliseconds + open) / 1000 };
}

async function follow(log: FollowedLog, path: string, size: number): Promise<void> {
  if (size <= log.readTo) return;
  await attempt("events.jsonl", async () => {
    const handle = await open(path, "r");
    try {
      let rest: Uint8Array = new Uint8Array(0);
      for (let at = log.readTo; at < size; ) {
        const length = Math.min(chunkBytes, size - at);
        const { bytesRead, buffer } = await handle.read(new Uint8Array(length), 0, length, at);
        if (bytesRead === 0) break;
        at += bytesRead;
        const bytes = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
        const end = bytes.lastIndexOf(0x0a) + 1;
        const lines = bytes.subarray(0, end).toString("utf8").split("\n");
        for (const line of lines) if (line !== "") take(log, line);
        log.readTo += end;
        rest = bytes.subarray(end);
      }
    } finally {
      await handle.close();
    }
  });
}

function take(log: FollowedLog, line: string): void {
  const step = readStep(line);
  if (step !== undefined) {
    log.steps.push(step.step);
    log.losses.push(step.loss);
    log.rates.push(step.learningRate);
    log.memoryBytes = step.memoryBytes;
    log.lastType = "step";
    takeTime(log, Date.parse(step.time));
    return;
  }
  const read = readEventLine(line);
  if (read.kind !== "event") {
    log.hasProblems = true;
    return;
  }
  takeEvent(log, read.event);
}

function takeTime(log: FollowedLog, time: number): void {
  log.heard = time;
  if (log.lastStep === undefined) log.starting = time - (log.begun ?? time);
  else {
    log.stepped += time - log.lastStep;
    log.timedSteps += 1;
  }
  log.lastStep = time;
}

function takeEvent(log: FollowedLog, event: LoggedEvent): void {
  const time = Date.parse(event.time);
  if (event.type === "plan") {
    // Each process that works at a run begins with its plan.
    if (log.begun !== undefined && log.heard !== undefined) {
      log.milliseconds += log.heard - log.begun;
    }
    log.begun = time;
    log.lastStep = undefined;
  }
  log.heard = time;
  log.lastType = event.type;
  if (event.type === "step" || event.type === "progress") return;
  if (event.type === "resumed") {
    const kept = log.steps.findIndex((step) => step > event.step);
    if (kept >= 0) for (const each of [log.steps, log.losses, log.rates]) each.length = kept;
  }
  log.events.push(event);
}

/** A finished step as the log's own schema has it, without the schema: there may be a million of them. */
function readStep(line: string) {
  if (!line.includes('"type":"step"')) return undefined;
  try {
    // Sound: whatever it is, each field is looked at before it is used.
    const value = JSON.parse(line) as Readonly<Record<string, unknown>> | null;
    if (value === null || value["type"] !== "step") return undefined;
    const { time, step, loss, learningRate, memoryBytes } = value;
    const isWhole =
      typeof time === "string" &&
      typeof step === "number" &&
      typeof loss === "number" &&
      typeof learningRate === "number" &&
      typeof memoryBytes === "number";
    return isWhole ? { time, step, loss, learningRate, memoryBytes } : undefined;
  } catch {
    return undefined;
  }
}
