/**
 * @file A watched run that is killed at random moments and resumed until its watcher ends it: its
 * watchers know what those of a run without a break know, and it ends at the same step with the same bits.
 */

import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createTorchGenerator } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { expect, it } from "vitest";
import { drawPictures, tinyConfig } from "../testing/tiny-training.js";
import { openRun } from "../train/folder/run-record.js";
import { readNewestSnapshot } from "../train/folder/snapshots.js";

const kills = 20;
const program = fileURLToPath(new URL("../../dist/testing/watched-training.js", import.meta.url));

/** Runs the program; whether it came to its end by itself. @throws Error for one that failed. */
function attempt(args: readonly string[], killAfterMs: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let complaint = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      complaint += text;
    });
    const timer =
      killAfterMs === Infinity ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve(true);
      else if (signal === "SIGKILL" && timer !== undefined) resolve(false);
      else reject(new Error(complaint));
    });
  });
}

it(`watchers survive ${kills} kills at random moments`, async () => {
  const pictures = await drawPictures(3);
  const runOf = async (name: string) => {
    const run = join(pictures, "..", name);
    const config = tinyConfig(pictures, {
      ...{ steps: 400, saveEverySteps: 5, learningRate: 1e-3, output: { run } },
      samples: { everySteps: 0, steps: 1, sampler: "ddim" },
    });
    const path = join(pictures, "..", `${name}.json`);
    await writeFile(path, JSON.stringify(config));
    return { run, path };
  };
  const whole = await runOf("whole");
  expect(await attempt([whole.path], Infinity)).toBe(true);
  const broken = await runOf("broken");
  const draws = createTorchGenerator(1);
  let wasKilled = 0;
  for (let isDone = false; !isDone; ) {
    const begun = (await nodeFiles.stat(join(broken.run, "config.json"))) !== undefined;
    const [draw = 0] = draws.rand(1);
    const killAfterMs = wasKilled < kills ? 300 + draw * 2500 : Infinity;
    isDone = await attempt(begun ? [broken.path, "resume"] : [broken.path], killAfterMs);
    if (!isDone) wasKilled += 1;
  }
  expect(wasKilled).toBeGreaterThan(0);
  const [expected, found] = await Promise.all(
    [whole, broken].map(async ({ run }) => {
      const { state, step } = await openRun(nodeFiles, run);
      const snapshot = (await readNewestSnapshot(nodeFiles, run)).found;
      const adapter = await readFile(join(run, "tiny.safetensors"), "base64");
      return { state, step, adapter, watch: snapshot?.watch };
    }),
  );
  expect(found).toEqual(expected);
  expect(found).toMatchObject({ step: 70, state: { kind: "done", stop: { watcher: "rare" } } });
});
