/**
 * @file The process: its streams, its signals and its exit code. The first Ctrl-C asks the work to
 * stop and save, the second ends the process.
 */

import { startTrainingChild } from "@atelier/diffusion/training-child";
import { preload } from "@atelier/engine/preload";
import type { CliIo } from "./cli-context.js";
import { willTrain } from "./will-train.js";

const argv = process.argv.slice(2);
// It loads what it needs while this process does.
const trainingChild = willTrain(argv) ? startTrainingChild() : undefined;

preload("./run.js", import.meta.url);
const { exitCodes } = await import("./exit.js");
const { messagesFor } = await import("./messages/messages.js");
const { run } = await import("./run.js");

const controller = new AbortController();
const text = await messagesFor(process.env);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    process.stderr.write(`\n${text.program.stopping}\n`);
    controller.abort();
  });
}

// A program that has started this one for itself holds its input open: it ends with that program, however that ends.
if (process.env["ATELIER_ENDS_WITH_INPUT"] === "1") {
  const end = (): void => {
    controller.abort();
    // Whatever does not heed it is for nobody any more.
    setTimeout(() => process.exit(exitCodes.interrupted), 60_000).unref();
  };
  process.stdin.on("end", end).on("error", end).resume().unref();
}

// A reader that ends early (`atelier … | head`) is no failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(exitCodes.ok);
  throw error;
});

const io: CliIo = {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  signal: controller.signal,
  trainingChild,
};
process.exitCode = await run(argv, io);
// Where nothing was trained, it waits still.
if (trainingChild?.isOver() === false) trainingChild.kill();
