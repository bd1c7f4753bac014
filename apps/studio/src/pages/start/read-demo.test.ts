import type { JobEvent } from "@atelier/server/api";
import { describe, expect, it } from "vitest";
import { demoAddress, readDemo } from "./read-demo.js";

const events = (list: readonly JobEvent["event"][], attempt = 1): JobEvent[] =>
  list.map((event, id) => ({ id, attempt, time: "2026-01-01T00:00:00.000Z", event }));

const image = (part: string, seed: string) => ({
  type: "image",
  part,
  prompt: "a sks robot",
  asksFor: "subject",
  seed,
  path: `/library/runs/mascot/${part}/1-${seed}.png`,
});

describe("readDemo", () => {
  it("puts pictures of one prompt and seed beside each other", () => {
    const state = readDemo(
      events([
        { type: "folder", path: "/library/runs/mascot" },
        {
          type: "lesson",
          caption: "a sks robot",
          path: "/library/runs/mascot/pictures/mascot-1.png",
        },
        image("before", "7"),
        image("before", "8"),
        image("after", "7"),
      ]),
      1,
    );
    expect(state.lessons).toEqual([{ caption: "a sks robot", path: "pictures/mascot-1.png" }]);
    expect(state.prompts).toEqual([
      {
        prompt: "a sks robot",
        asksFor: "subject",
        pairs: [
          { seed: "7", before: "before/1-7.png", after: "after/1-7.png" },
          { seed: "8", before: "before/1-8.png" },
        ],
      },
    ]);
    expect(demoAddress("mascot 1", "before/1-8.png")).toBe(
      "/api/runs/mascot%201/files/before/1-8.png",
    );
  });

  it("knows paths of Windows", () => {
    const state = readDemo(
      events([
        { type: "folder", path: "C:\\Atelier\\runs\\m" },
        { type: "lesson", caption: "a", path: "C:\\Atelier\\runs\\m\\pictures\\mascot-1.png" },
      ]),
      1,
    );
    expect(state.lessons[0]?.path).toBe("pictures/mascot-1.png");
  });

  it("collects the loss of each step and says where it is", () => {
    const at = (done: number, loss: number) => ({
      ...{ type: "progress", part: "train", done, total: 250, secondsLeft: 60 - done },
      loss,
    });
    const state = readDemo(events([at(1, 0.5), at(2, 0.4), { type: "unheard-of" }]), 1);
    expect(state.losses).toEqual([
      { step: 1, loss: 0.5 },
      { step: 2, loss: 0.4 },
    ]);
    expect(state.progress).toMatchObject({ part: "train", done: 2, secondsLeft: 58 });
    expect(state.end).toBeUndefined();
  });

  it("forgets an attempt that broke off", () => {
    const done = { type: "done", seconds: 70, worked: true, findings: [] };
    const first = events([image("before", "7"), done]);
    const begun = { type: "progress", part: "before", done: 0, total: 31, secondsLeft: 60 };
    const state = readDemo([...first, ...events([begun], 2)], 2);
    expect(state.prompts).toEqual([]);
    expect(state.end).toBeUndefined();
    expect(state.progress?.total).toBe(31);
  });
});
