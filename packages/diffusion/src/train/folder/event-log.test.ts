/** @file Logs of runs, whole and damaged. */

import { appendFile, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeFiles } from "@atelier/engine/node";
import { beforeEach, describe, expect, it } from "vitest";
import { warning, warningEvent } from "../../core/warnings/warning.js";
import { inEnglish } from "../../english/english-warnings.js";
import { appendEvent, type LoggedEvent, mendEventLog, readEvents } from "./event-log.js";

const time = "2026-11-24T09:30:15.000Z";
const step: LoggedEvent = {
  ...{ time, type: "step", step: 1, steps: 3, loss: 0.5, gradNorm: 1, learningRate: 1e-4 },
  ...{ secondsPerStep: 2, secondsLeft: 4, memoryBytes: 1e9 },
};
const result = { kind: "adapter", form: "kohya", path: "run/a.safetensors" } as const;
const done: LoggedEvent = {
  ...{ time, type: "done", step: 3, folder: "run", results: [result], seconds: 9 },
  stop: { watcher: "probe", reason: "Enough." },
};

let folder = "";
let path = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-log-"));
  path = join(folder, "events.jsonl");
});

const read = () => readEvents(nodeFiles, folder);

describe("the log of a run", () => {
  it("gives back what was written, and is empty where there is none", async () => {
    expect(await read()).toEqual({ events: [], problems: [] });
    const told: LoggedEvent = { time, ...warningEvent(warning("moves-nothing", { steps: 10 })) };
    for (const event of [step, told, done]) await appendEvent(nodeFiles, folder, event);
    expect(await read()).toEqual({ events: [step, told, done], problems: [] });
    const [first = ""] = (await readFile(path, "utf8")).split("\n");
    expect(JSON.parse(first)).toEqual({ version: 4, ...step });
  });

  it("leaves out a last line that was cut off at any place, and goes on behind it", async () => {
    await appendEvent(nodeFiles, folder, step);
    const line = (await readFile(path, "utf8")).trim();
    for (const length of [1, 20, line.length - 1]) {
      await writeFile(path, `${line}\n${line.slice(0, length)}`);
      expect(await read()).toEqual({ events: [step], problems: [] });
      await mendEventLog(nodeFiles, folder);
      await appendEvent(nodeFiles, folder, done);
      expect(await read()).toEqual({ events: [step, done], problems: [] });
    }
  });

  it.each([
    ["half a line", "no JSON"],
    ["[1, 2]", "no object"],
    [JSON.stringify({ version: 4, ...step, type: "stp" }), 'the type "stp"'],
    [JSON.stringify({ version: 4, ...step, time: "noon" }), 'the time "noon"'],
    [
      JSON.stringify({ version: 4, ...step, loss: null }),
      "step with loss: Invalid input: expected number, received null",
    ],
    [
      JSON.stringify({ version: 4, time, type: "warning", code: "moves-nothing", params: {} }),
      "warning with params.steps: Invalid input: expected number, received undefined",
    ],
    [
      JSON.stringify({ version: 4, time, type: "warning", code: "moves-all", params: {} }),
      "warning with code: Invalid input: expected the code of a warning",
    ],
    [JSON.stringify({ version: 4, ...step, los: 1 }), 'step with Unrecognized key: "los"'],
    [
      JSON.stringify({ version: 4, ...done, results: [{ ...result, form: "zip" }] }),
      /^.*, line 2: expected an event, got done with results\.0\.form: Invalid option/,
    ],
  ])("names a line that is none: %s", async (line, problem) => {
    await appendEvent(nodeFiles, folder, step);
    await appendFile(path, `${line}\n`);
    await appendEvent(nodeFiles, folder, done);
    const { events, problems } = await read();
    expect(events).toEqual([step, done]);
    expect(problems).toEqual([
      typeof problem === "string"
        ? `${path}, line 2: expected an event, got ${problem}. Remove the line, or restore the file.`
        : expect.stringMatching(problem),
    ]);
  });

  it("of version 1 is read with its warnings, which were sentences, and goes on in the newest", async () => {
    const message = "After 10 steps no trained number has moved.";
    const old = [step, { time, type: "warning", message }, done];
    const lines = old.map((event) => `${JSON.stringify({ version: 1, ...event })}\n`);
    await writeFile(path, lines.join(""));
    await appendEvent(nodeFiles, folder, step);
    const { events, problems } = await read();
    const told = { time, type: "warning", code: "in-words", params: { message } };
    expect(events).toEqual([step, told, done, step]);
    expect(events.flatMap((event) => (event.type === "warning" ? [inEnglish(event)] : []))).toEqual(
      [message],
    );
    expect(problems).toEqual([]);
  });

  it.each([
    [2, "knew of no watch"],
    [3, "knew of no loss scale"],
  ])("of version %i, which %s, is read as it was", async (version) => {
    const told = { time, ...warningEvent(warning("moves-nothing", { steps: 10 })) };
    const old: readonly LoggedEvent[] = [step, told, done];
    const lines = old.map((event) => `${JSON.stringify({ version, ...event })}\n`);
    await writeFile(path, lines.join(""));
    expect(await read()).toEqual({ events: old, problems: [] });
  });

  it("says of a watch what it was, also of pictures of a folder of their own", async () => {
    const row = { picture: "held/a.png", time: 120, half: "a" } as const;
    const watch: LoggedEvent = {
      ...{ time, type: "watch", steps: [1, 3], heldOut: ["held/a.png"] },
      ...{ validation: { folder: "held", pictures: 30 }, classPrompt: "a cat" },
      banks: { "held-out": [row], train: [{ ...row, picture: "b.png", half: "b" }] },
    };
    const gradNorm = { median: 1, largest: 2 };
    const rows = { "held-out": [0.5], train: [Number.NaN] };
    const look: LoggedEvent = { time, type: "look", step: 1, rows, gradNorm, seconds: 2 };
    for (const event of [watch, look]) await appendEvent(nodeFiles, folder, event);
    expect(await read()).toEqual({ events: [watch, look], problems: [] });
  });

  it("names events of other versions, each version once", async () => {
    const foreign = (version: unknown) => `${JSON.stringify({ version, type: "step" })}\n`;
    await writeFile(path, foreign(undefined) + foreign(undefined) + foreign(7));
    await appendEvent(nodeFiles, folder, step);
    expect(await read()).toEqual({
      events: [step],
      problems: [
        `${path}, lines 1 to 2: expected events of version 1 to 4, got 2 of no version. Read them with the Atelier that wrote them.`,
        `${path}, line 3: expected events of version 1 to 4, got 1 of version 7. Read them with the Atelier that wrote them.`,
      ],
    });
  });
});
