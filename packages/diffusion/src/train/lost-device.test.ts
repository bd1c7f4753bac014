/** @file A run whose device is lost in the middle of a step: it ends with its snapshot, and says how to go on. */

import { type Runtime, runError } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { expect, it } from "vitest";
import { nodeTrainDeps } from "../adapters/train-deps.js";
import { lossesOf, resumeTiny, runTiny, tinyConfigs } from "../testing/tiny-runs.js";
import { tinyTokenizer } from "../testing/tiny-training.js";
import type { TrainEvent } from "./events/train-event.js";
import { readEvents } from "./folder/event-log.js";
import { listSnapshots } from "./folder/snapshots.js";
import { train } from "./train.js";

/** A device that is lost when the loss is computed for the n-th time, and stays so. */
function losing(runtime: Runtime, time: number): Runtime {
  let begun = 0;
  return {
    ...runtime,
    async compile(graph, options) {
      const compiled = await runtime.compile(graph, options);
      return {
        async run(values, runOptions) {
          if ("loss" in graph.outputs) begun += 1;
          if (begun < time) return compiled.run(values, runOptions);
          throw runError(new Error('[Device "WebGPU"] is lost.'));
        },
        [Symbol.asyncDispose]: () => compiled[Symbol.asyncDispose](),
      };
    },
  };
}

it("keeps what was learned, and goes on with the losses of a run that never broke", async () => {
  const configOf = await tinyConfigs(2);
  const whole = await runTiny(configOf("whole"));
  const config = configOf("a broken run");
  const deps = nodeTrainDeps(config, { tokenizerFolder: tinyTokenizer });
  const before: TrainEvent[] = [];
  const broken = async () => {
    // Two parts of a batch are two runs.
    const runtime = losing(deps.runtime, 7);
    for await (const event of train(config, { ...deps, runtime })) before.push(event);
  };
  await expect(broken()).rejects.toThrow(
    /^runtime: expected the device to stay, got a lost one: .* The result of step 3, .* Go on from the newest snapshot: atelier resume ["'].*a broken run["']$/,
  );
  const { run = "" } = config.output;
  const [newest] = (await listSnapshots(nodeFiles, run)).reverse();
  expect(newest?.step).toBe(3);
  const { events } = await readEvents(nodeFiles, run);
  expect(JSON.stringify(events.at(-1))).toContain("Go on from the newest snapshot");
  const after = await resumeTiny(config);
  expect(after.at(-1)).toMatchObject({ type: "done", step: 6 });
  expect([...lossesOf(before), ...lossesOf(after)]).toEqual(lossesOf(whole));
});
