/** @file `atelier resume` on a run that one of its watchers has ended, and on one that is to be finished. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { nodeTrainDeps } from "@atelier/diffusion/node";
import { parseTrainConfig, train, type Watcher } from "@atelier/diffusion/train";
import { expect, it } from "vitest";
import { writePictures } from "../testing/pictures.js";
import { fixture, runCli, temporaryFolder } from "../testing/run-cli.js";

const tokenizer = fixture("tokenizer-small");

const judge: Watcher = {
  name: "judge",
  due: (step) => step === 2,
  // biome-ignore lint/correctness/useYield: it has nothing to tell.
  async *look() {
    return { kind: "stop", reason: "It is good enough." };
  },
  state: () => null,
  restore: () => {},
};

it("resume says that a watcher ended the run, why, and how to train on", async () => {
  const folder = temporaryFolder();
  const pictures = await writePictures(join(folder, "pictures"), 2);
  const run = join(folder, "run");
  const config = parseTrainConfig({
    base: { path: fixture("tiny-checkpoints", "tiny-sd1") },
    data: { folder: pictures, prompt: "a cat" },
    ...{ lora: { rank: 2 }, steps: 4, samples: { everySteps: 0 } },
    ...{ output: { run }, cacheFolder: join(folder, "cache") },
  });
  const deps = nodeTrainDeps(config, { tokenizerFolder: tokenizer });
  for await (const event of train(config, { ...deps, watchers: () => [judge] })) {
    if (event.type === "done") expect(event.stop?.watcher).toBe("judge");
  }
  const again = await runCli(["resume", run, "--tokenizer", tokenizer]);
  expect(again.code).toBe(1);
  expect(again.stderr).toContain(
    `resume ${run}: expected a run that is not done, got one that judge ended at step 2: It is good enough.`,
  );
  expect(again.stderr).toContain("To train on all the same, resume it with --past-stop, which");
  const on = await runCli(["resume", run, "--past-stop", "--tokenizer", tokenizer, "--json"]);
  expect(on.code).toBe(0);
  const events = on.json();
  expect(events.filter(({ type }) => type === "step").map(({ step }) => step)).toEqual([3, 4]);
  expect(events.at(-1)).toMatchObject({
    ...{ type: "done", step: 4 },
    results: [
      { kind: "adapter", form: "kohya" },
      { kind: "adapter", form: "diffusers" },
    ],
  });
});

it("a training that was stopped says how it is finished, and is done with result and report then", async () => {
  const folder = temporaryFolder();
  const pictures = await writePictures(join(folder, "pictures"), 2);
  const run = join(folder, "run");
  const more = ["--tokenizer", tokenizer];
  const hand = new AbortController();
  const stopped = await runCli(
    [
      ...["lora", pictures, "--base", fixture("tiny-checkpoints", "tiny-sd1"), ...more],
      ...["--prompt", "a cat", "--rank", "2", "--steps", "100000", "--run", run],
      ...["--cache-folder", join(folder, "cache"), "--samples-every-steps", "0"],
      ...["--save-every-steps", "2"],
    ],
    {
      signal: hand.signal,
      onStderr: (text) => {
        if (text.includes("step-000002")) hand.abort();
      },
    },
  );
  expect(stopped.code, stopped.stderr).toBe(130);
  const command = `atelier resume ${run} --tokenizer ${tokenizer} --finish`;
  expect(stopped.stdout).toContain(
    `Or end it here, with the best so far as its result:\n  ${command}\n`,
  );
  const finished = await runCli(["resume", run, ...more, "--finish"]);
  expect(finished.code, finished.stderr).toBe(0);
  expect(finished.stdout).toContain("Ended by request.\n");
  expect(finished.stdout).toContain(`Saved: ${join(run, "lora.safetensors")}\n`);
  expect(finished.stdout).toContain(`Report: ${join(run, "report.html")}\n`);
  expect(existsSync(join(run, "report.html"))).toBe(true);
  const again = await runCli(["resume", run, ...more, "--finish"]);
  expect(again.code).toBe(1);
  expect(again.stderr).toContain("expected a run that is not done, got one that ended at step");
});
