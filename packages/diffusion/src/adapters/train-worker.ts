/**
 * @file The training process: takes one config, trains, sends events. Runs as a child of
 * train-process.ts, since a training step may block its thread and can run out of memory.
 */

import { preload } from "@atelier/engine/preload";
import type { FromWorker, ToWorker } from "./train-messages.js";

const stopping = new AbortController();

/** Resolves when the message has left, so that nothing is lost when the process ends. */
function send(message: FromWorker): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });
}

async function run({
  config,
  options,
  resume,
}: Extract<ToWorker, { kind: "start" }>): Promise<void> {
  const { nodeTrainDeps, toSent, train } = await loading;
  try {
    for await (const event of train(
      config,
      nodeTrainDeps(config, options),
      stopping.signal,
      resume,
    )) {
      await send({ kind: "event", event });
    }
    await send({ kind: "end" });
  } catch (error) {
    await send({ kind: "error", error: toSent(error) });
  }
  process.disconnect();
}

/** While the parent makes up what to train, and behind the listeners below: a signal may come first. */
const loading = loadModules();

async function loadModules(): Promise<typeof import("./train-modules.js")> {
  // Behind the listeners.
  await Promise.resolve();
  preload("./train-modules.js", import.meta.url);
  const modules = await import("./train-modules.js");
  modules.openRuntime();
  return modules;
}

// A terminal sends Ctrl-C to both processes; the parent decides and tells this one.
process.on("SIGINT", () => {});
process.on("disconnect", () => stopping.abort(new Error("the parent process is gone")));
// Sound: only train-process.ts starts this file, and it sends nothing else.
process.on("message", (message: ToWorker) => {
  if (message.kind === "start") void run(message);
  else stopping.abort(new Error("the parent process asked for it"));
});
