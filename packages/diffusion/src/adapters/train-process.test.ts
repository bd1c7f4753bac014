/** @file Training in a child process: events, errors, kills. */

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { drawPictures, tinyConfig, tinyTokenizer } from "../testing/tiny-training.js";
import type { TrainConfig } from "../train/config/train-config.js";
import type { TrainEvent } from "../train/events/train-event.js";
import { type RunInChildOptions, runInChild } from "./train-process.js";
import { startTrainingChild } from "./training-child.js";

interface Watch {
  readonly signal?: AbortSignal;
  readonly options?: RunInChildOptions;
  readonly onEvent?: (event: TrainEvent) => void;
}

async function train(config: TrainConfig, { signal, options, onEvent }: Watch = {}) {
  const events: TrainEvent[] = [];
  const child = runInChild(config, signal, { tokenizerFolder: tinyTokenizer, ...options });
  for await (const event of child) {
    events.push(event);
    onEvent?.(event);
  }
  return events;
}

/** So many steps that a training cannot be over before it is stopped, however fast the machine. */
const endless = { steps: 1_000_000 };

/** Whether a process of this number is there. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

let pictures = "";
beforeAll(async () => {
  pictures = await drawPictures(2);
});

describe("runInChild", () => {
  it("passes on the events of a training in another process", async () => {
    let pid = 0;
    const onStart = (number: number) => {
      pid = number;
    };
    const events = await train(tinyConfig(pictures), { options: { onStart } });
    expect(pid).not.toBe(process.pid);
    expect(events.filter(({ type }) => type === "step")).toHaveLength(3);
    expect(events.at(-1)).toMatchObject({ type: "done", step: 3 });
  });

  it("trains in a child that waits already", async () => {
    const child = startTrainingChild();
    const pids: number[] = [];
    const onStart = (pid: number) => pids.push(pid);
    const events = await train(tinyConfig(pictures), { options: { child, onStart } });
    expect(pids).toEqual([child.pid]);
    expect(events.at(-1)).toMatchObject({ type: "done", step: 3 });
    expect(child.isOver()).toBe(true);
  });

  it("throws the errors of the child as they are", async () => {
    const config = tinyConfig(pictures, { lora: { targets: "nothing" } });
    const failure = train(config);
    await expect(failure).rejects.toMatchObject({ name: "AtelierError", code: "config" });
    await expect(failure).rejects.toThrow('got "nothing", which means none of them');
  });

  it("turns a kill into an error that says what to do, and the next run takes the folder over", async () => {
    const run = join(pictures, "..", "killed");
    // All snapshots stay: the child is some steps further when it is killed.
    const keep = { last: 1000 };
    const config = tinyConfig(pictures, { ...endless, keep, saveEverySteps: 1, output: { run } });
    let pid = 0;
    const onStart = (number: number) => {
      pid = number;
    };
    const onEvent = (event: TrainEvent) => {
      if (event.type === "snapshot" && event.step === 2) process.kill(pid, "SIGKILL");
    };
    const failure = train(config, { options: { onStart }, onEvent });
    await expect(failure).rejects.toMatchObject({ name: "AtelierError", code: "training" });
    await expect(failure).rejects.toThrow(
      /was ended by SIGKILL\. The system probably ran out of memory/,
    );
    expect(await readdir(join(run, "checkpoints"))).toContain("step-000002");
    // The lock of the dead process does not keep the next run out; the finished files do.
    await expect(train(config)).rejects.toThrow(
      /expected a new folder, got one that holds a run already/,
    );
    expect(await readdir(run)).not.toContain("run.lock");
  });

  it("asks the child to save and end when the signal comes", async () => {
    const controller = new AbortController();
    const config = tinyConfig(pictures, endless);
    const events = await train(config, {
      signal: controller.signal,
      onEvent: (event) => {
        if (event.type === "step" && event.step === 3) controller.abort();
      },
    });
    expect(events.at(-1)).toMatchObject({
      type: "stopped",
      results: [{ form: "kohya" }, { form: "diffusers" }],
    });
  });

  // Windows cannot hold a process.
  const itHolds = it.skipIf(process.platform === "win32");
  itHolds("kills a child that does not end within the grace time", async () => {
    const controller = new AbortController();
    let pid = 0;
    const onStart = (number: number) => {
      pid = number;
    };
    const config = tinyConfig(pictures, endless);
    const watch: Watch = {
      signal: controller.signal,
      options: { graceMs: 0, onStart },
      onEvent: (event) => {
        if (event.type !== "step" || event.step !== 1) return;
        // Held, it cannot end by itself, be the grace time as short as it is.
        process.kill(pid, "SIGSTOP");
        controller.abort();
      },
    };
    await expect(train(config, watch)).rejects.toThrow(/SIGKILL/);
  });

  it("ends the child when the reader leaves", async () => {
    let pid = 0;
    const onStart = (number: number) => {
      pid = number;
    };
    const config = tinyConfig(pictures, endless);
    const options = { tokenizerFolder: tinyTokenizer, onStart };
    for await (const event of runInChild(config, undefined, options)) {
      if (event.type === "step") break;
    }
    await expect.poll(() => isAlive(pid), { timeout: 600_000 }).toBe(false);
  });
});
