/** @file The history of a watch, read from a recorded log. */

import { fileURLToPath } from "node:url";
import { nodeFiles } from "@atelier/engine/node";
import { expect, it } from "vitest";
import { judge } from "../../verdicts/judge.js";
import { type LoggedEvent, readEvents } from "./event-log.js";
import { historyOf } from "./watch-record.js";

const folder = fileURLToPath(
  new URL("../../../../../test/fixtures/runs/overfitting", import.meta.url),
);
const { events, problems } = await readEvents(nodeFiles, folder);

it("is judged as the run was while it went on", () => {
  expect(problems).toEqual([]);
  const history = historyOf(events);
  expect(history?.steps).toBe(100);
  expect(history?.looks.map(({ step }) => step)).toEqual([
    6, 7, 9, 12, 16, 21, 27, 35, 46, 59, 77, 100,
  ]);
  if (history === undefined) return;
  const { verdicts, now, kept } = judge(history);
  const told = events.filter((event) => event.type === "verdict");
  const keysOf = (all: readonly { state: string; step: number; since: number }[]) =>
    all.map(({ state, step, since }) => ({ state, step, since }));
  expect(keysOf([...verdicts, ...now.slice(0, 1)])).toEqual(keysOf(told));
  const done = events.find((event) => event.type === "done");
  expect(kept.step).toBe(done?.kept?.best.step);
  // The log's looks are rounded to five digits.
  expect(kept.learned.ofThese.value).toBeCloseTo(done?.kept?.best.learned.ofThese.value ?? 0, 4);
});

it("forgets looks that a run from a snapshot makes again", () => {
  const time = "2026-11-30T07:00:00.000Z";
  const again = events.filter((event) => event.type === "look" && event.step >= 59);
  const halved = again.map((event): LoggedEvent => {
    if (event.type !== "look") return event;
    return {
      ...event,
      rows: { ...event.rows, train: event.rows.train?.map((loss) => loss / 2) ?? [] },
    };
  });
  const resumed: LoggedEvent = { type: "resumed", step: 50, time };
  const history = historyOf([...events, resumed, ...halved.slice(0, 1)]);
  expect(history?.looks.map(({ step }) => step)).toEqual([6, 7, 9, 12, 16, 21, 27, 35, 46, 59]);
  expect(history?.looks.at(-1)?.rows).toEqual(
    halved[0]?.type === "look" ? halved[0].rows : undefined,
  );
  // Killed before its next snapshot, it begins at its look of the start again.
  const start = events.filter((event) => event.type === "look" && event.step === 0);
  const anew = historyOf([...events, { ...resumed, step: 0 }, ...start, ...halved.slice(0, 1)]);
  expect(anew?.looks.map(({ step }) => step)).toEqual([59]);
});

it("is none where nobody watched, or nothing was seen yet", () => {
  expect(historyOf(events.filter(({ type }) => type !== "watch"))).toBeUndefined();
  const unseen = events.filter((event) => event.type !== "look" || event.step === 0);
  expect(historyOf(unseen)).toBeUndefined();
});
