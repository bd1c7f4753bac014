/**
 * @file Entry point `@atelier/diffusion/training-child`: a process for a training, which may be started before it is
 * known what it trains. It loads its modules, as long as all else takes, while its parent reads its arguments; this
 * module therefore imports next to nothing.
 */

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { trainingEnvironment } from "@atelier/engine/training-environment";
import type { FromWorker, ToWorker } from "./train-messages.js";

/** How a process ended without a last message. */
export interface Ending {
  readonly kind: "gone";
  readonly how: string;
  /** The last that it wrote on its standard error. */
  readonly complaint: string;
}

/** A process that trains once, when it is told what. */
export interface TrainingChild {
  readonly pid: number | undefined;
  send(message: ToWorker): void;
  /** Its next message, or how it ended. */
  next(): Promise<FromWorker | Ending>;
  /** Whether it has ended, or said that it will. */
  isOver(): boolean;
  kill(): void;
}

/** The built program of the process; beside this file, or in `dist` when the sources themselves are run. */
export const workerPath: string = fileURLToPath(
  import.meta.url.endsWith(".ts")
    ? new URL("../../dist/adapters/train-worker.js", import.meta.url)
    : new URL("./train-worker.js", import.meta.url),
);

/** Starts a process, which keeps this one alive until it ends. */
export function startTrainingChild(): TrainingChild {
  const child = fork(workerPath, {
    // Numbers such as NaN survive this form, unlike JSON.
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    env: { ...process.env, ...trainingEnvironment },
  });
  const messages: FromWorker[] = [];
  let ending: Ending | undefined;
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
  const end = (how: string): void => {
    isOver = true;
    ending ??= { kind: "gone", how, complaint };
    wake();
  };
  child.on("error", (cause) => end(String(cause)));
  child.on("close", (code, signal) =>
    end(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`),
  );
  return {
    pid: child.pid,
    send(message) {
      // A child that is gone is noticed by its exit.
      if (child.connected) child.send(message, () => {});
    },
    async next() {
      for (;;) {
        const message = messages.shift() ?? ending;
        if (message !== undefined) return message;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    isOver: () => isOver,
    kill: () => void child.kill("SIGKILL"),
  };
}
