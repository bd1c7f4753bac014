/**
 * @file The process: its streams, its signals and its exit code. The first Ctrl-C asks the work to
 * stop and save, the second ends the process.
 */

import type { CliIo } from "./cli-context.js";
import { exitCodes } from "./exit.js";
import { messagesFor } from "./messages/messages.js";
import { run } from "./run.js";

const controller = new AbortController();
const text = messagesFor(process.env);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    process.stderr.write(`\n${text.program.stopping}\n`);
    controller.abort();
  });
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
};
process.exitCode = await run(process.argv.slice(2), io);
