/**
 * @file Training in a child process: a crash or a kill for lack of memory there is an error here, not the
 * end of this process, and a step may block its thread.
 */

import { type ChildProcess, fork } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { AtelierError, said } from "@atelier/engine";
import { trainingEnvironment } from "@atelier/engine/node";
import type { GivenConfig } from "../train/config/train-config.js";
import type { TrainEvent } from "../train/events/train-event.js";
import type { ResumeOptions } from "../train/run.js";
import type { NodeTrainOptions } from "./train-deps.js";
import type { FromWorker, ToWorker } from "./train-messages.js";

/** Options of {@link runInChild}. */
export interface RunInChildOptions extends NodeTrainOptions {
  /** How long a child that was asked to stop may finish its step and save. */
  readonly graceMs?: number;
  /** Goes on with the run in the config's `output.run`; see `train`. */
  readonly resume?: ResumeOptions | undefined;
  /** Told the child's process number. */
  readonly onStart?: (pid: number) => void;
}

/** Longer than a step of a large model on a slow machine. */
const defaultGraceMs = 180_000;

/**
 * `train` in a process of its own: the same events, the same errors. On the signal the
 * child is asked to save and end, and is killed when the grace time is over.
 * @throws AtelierError as `train`; `training` when the process crashes or is killed.
 */
export async function* runInChild(
  config: GivenConfig,
  signal?: AbortSignal,
  { graceMs = defaultGraceMs, onStart, resume, ...options }: RunInChildOptions = {},
): AsyncGenerator<TrainEvent, void, undefined> {
  const child = fork(workerPath(), {
    // Numbers such as NaN survive this form, unlike JSON.
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    env: { ...process.env, ...trainingEnvironment },
  });
  if (child.pid !== undefined) onStart?.(child.pid);
  const inbox = listen(child);
  const stop = stopper(child, graceMs);
  signal?.addEventListener("abort", stop.ask);
  try {
    tell(child, { kind: "start", config, options, resume });
    if (signal?.aborted === true) stop.ask();
    for (let message = await inbox.next(); message.kind !== "end"; message = await inbox.next()) {
      if (message.kind === "error") {
        const { code, context } = message.error;
        throw new AtelierError(code, message.error.sentence, { context });
      }
      yield message.event;
    }
  } finally {
    signal?.removeEventListener("abort", stop.ask);
    stop.clear();
    // Reached early when the reader leaves the stream; nobody waits for the rest then.
    if (!inbox.isOver()) child.kill("SIGKILL");
  }
}

/** The built worker; beside this file, or in `dist` when the sources themselves are run. */
function workerPath(): string {
  const path = fileURLToPath(
    import.meta.url.endsWith(".ts")
      ? new URL("../../dist/adapters/train-worker.js", import.meta.url)
      : new URL("./train-worker.js", import.meta.url),
  );
  if (existsSync(path)) return path;
  throw new AtelierError(
    "training",
    said`training process: expected its program at ${path}, got nothing there. Run \`npm run build\`.`,
  );
}

function tell(child: ChildProcess, message: ToWorker): void {
  // A child that is gone is noticed by its exit.
  if (child.connected) child.send(message, () => {});
}

interface Stopper {
  readonly ask: () => void;
  readonly clear: () => void;
}

function stopper(child: ChildProcess, graceMs: number): Stopper {
  let timer: NodeJS.Timeout | undefined;
  return {
    ask() {
      tell(child, { kind: "stop" });
      timer ??= setTimeout(() => child.kill("SIGKILL"), graceMs);
    },
    clear: () => clearTimeout(timer),
  };
}

interface Inbox {
  /** The next message. @throws AtelierError `training` when the child ended without a last one. */
  next(): Promise<FromWorker>;
  /** Whether the child has ended, or said that it will. */
  isOver(): boolean;
}

/** Keeps messages until they are read. */
function listen(child: ChildProcess): Inbox {
  const messages: FromWorker[] = [];
  let failure: AtelierError | undefined;
  let isOver = false;
  let wake = (): void => {};
  let complaint = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(-4000);
  });
  // Sound: only train-worker.ts runs there, and it sends nothing else.
  child.on("message", (message: FromWorker) => {
    isOver ||= message.kind !== "event";
    messages.push(message);
    wake();
  });
  const end = (error: AtelierError): void => {
    isOver = true;
    failure ??= error;
    wake();
  };
  child.on("error", (cause) => end(crash(String(cause), complaint)));
  child.on("close", (code, endSignal) => end(crash(describeEnd(code, endSignal), complaint)));
  return {
    isOver: () => isOver,
    async next() {
      for (;;) {
        const message = messages.shift();
        if (message !== undefined) return message;
        if (failure !== undefined) throw failure;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

function describeEnd(code: number | null, endSignal: NodeJS.Signals | null): string {
  if (endSignal !== null) return `was ended by ${endSignal}`;
  return `ended with exit code ${code}`;
}

function crash(what: string, complaint: string): AtelierError {
  const isKill = what.includes("SIGKILL") || /out of memory|bad_alloc/i.test(complaint);
  const advice = isKill
    ? "The system probably ran out of memory: use a smaller data.width and data.height, a smaller batchSize, or gradientCheckpointing: on."
    : "This is a fault of a native library or of Atelier; run `atelier doctor`, and try another device.backend or fewer device.threads.";
  const last = complaint.trim() === "" ? "" : ` Its last words:\n${complaint.trim()}`;
  return new AtelierError(
    "training",
    said`training process: expected it to finish, but it ${what}. ${advice} The last snapshot in the run folder is whole.${last}`,
    { context: { what, complaint } },
  );
}
