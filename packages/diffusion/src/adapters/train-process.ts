/**
 * @file Training in a child process: a crash or a kill for lack of memory there is an error here, not the
 * end of this process, and a step may block its thread.
 */

import { existsSync } from "node:fs";
import { AtelierError, said } from "@atelier/engine";
import type { GivenConfig } from "../train/config/train-config.js";
import type { TrainEvent } from "../train/events/train-event.js";
import type { ResumeOptions } from "../train/run.js";
import type { NodeTrainOptions } from "./train-deps.js";
import {
  type Ending,
  startTrainingChild,
  type TrainingChild,
  workerPath,
} from "./training-child.js";

/** Options of {@link runInChild}. */
export interface RunInChildOptions extends NodeTrainOptions {
  /** A process that was started before and waits; one is started by default. */
  readonly child?: TrainingChild | undefined;
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
  { child: given, graceMs = defaultGraceMs, onStart, resume, ...options }: RunInChildOptions = {},
): AsyncGenerator<TrainEvent, void, undefined> {
  requireWorker();
  const child = given ?? startTrainingChild();
  if (child.pid !== undefined) onStart?.(child.pid);
  const stop = stopper(child, graceMs);
  signal?.addEventListener("abort", stop.ask);
  try {
    child.send({ kind: "start", config, options, resume });
    if (signal?.aborted === true) stop.ask();
    for (let message = await child.next(); message.kind !== "end"; message = await child.next()) {
      if (message.kind === "gone") throw crash(message);
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
    if (!child.isOver()) child.kill();
  }
}

/** @throws AtelierError `training` in a checkout that is not built. */
function requireWorker(): void {
  if (existsSync(workerPath)) return;
  throw new AtelierError(
    "training",
    said`training process: expected its program at ${workerPath}, got nothing there. Run \`npm run build\`.`,
  );
}

interface Stopper {
  readonly ask: () => void;
  readonly clear: () => void;
}

function stopper(child: TrainingChild, graceMs: number): Stopper {
  let timer: NodeJS.Timeout | undefined;
  return {
    ask() {
      child.send({ kind: "stop" });
      timer ??= setTimeout(() => child.kill(), graceMs);
    },
    clear: () => clearTimeout(timer),
  };
}

function crash({ how, complaint }: Ending): AtelierError {
  const isKill = how.includes("SIGKILL") || /out of memory|bad_alloc/i.test(complaint);
  const advice = isKill
    ? said`The system probably ran out of memory: use a smaller data.width and data.height, a smaller batchSize, or gradientCheckpointing: on.`
    : said`This is a fault of a native library or of Atelier; run \`atelier doctor\`, and try another device.backend or fewer device.threads.`;
  const last = complaint.trim() === "" ? "" : said` Its last words:\n${complaint.trim()}`;
  return new AtelierError(
    "training",
    said`training process: expected it to finish, but it ${how}. ${advice} The last snapshot in the run folder is whole.${last}`,
    { context: { what: how, complaint } },
  );
}
