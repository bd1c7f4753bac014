/** @file Files on their way to a data set. */

import type { Added } from "@atelier/server/api";
import { describe, expect, it } from "vitest";
import { createUploads, type Post, type Uploads } from "./uploads.js";

const file = (name: string) => ({ file: new File(["abc"], name), folders: [] });
const taken = (names: readonly string[]): Added => ({
  ...{ added: [...names], captions: 0, masks: 0, renamed: [] },
  skipped: [{ name: "bad.png", reason: "no picture" }],
});

/** Once nothing is on its way. */
async function settled(uploads: Uploads): Promise<void> {
  while (uploads.areSending()) await new Promise((resolve) => setTimeout(resolve, 1));
}

describe("createUploads", () => {
  it("sends in portions and tells what was skipped, and by whom", async () => {
    const sizes: number[] = [];
    let told = 0;
    const post: Post = async (_, batch) => {
      sizes.push(batch.length);
      return taken(batch.map(({ name }) => name));
    };
    const uploads = createUploads(post, () => told++);
    const files = Array.from({ length: 50 }, (_, index) => file(`${100 + index}.png`));
    uploads.send("dog", { files: [...files, file("a.psd"), file(".DS_Store")], unread: ["x"] });
    expect(uploads.of("dog")).toMatchObject({ state: "sending", files: { done: 0, total: 50 } });
    await settled(uploads);
    expect(sizes).toEqual([40, 10]);
    expect(told).toBe(2);
    expect(uploads.of("dog")).toMatchObject({
      ...{ state: "done", added: 50, bytes: { done: 150, total: 150 } },
      skipped: [
        { name: "x", why: "unread" },
        { name: "a.psd", why: "unsupported" },
        { name: "bad.png", why: { reason: "no picture" } },
        { name: "bad.png", why: { reason: "no picture" } },
      ],
    });
    uploads.close("dog");
    expect(uploads.of("dog")).toBeUndefined();
  });

  it("goes on after a failure where it broke off, with what was added meanwhile", async () => {
    let isDown = true;
    const sent: string[] = [];
    const post: Post = async (_, batch) => {
      if (isDown) throw new TypeError("unreachable");
      sent.push(...batch.map(({ name }) => name));
      return { added: sent, captions: 0, masks: 0, renamed: [], skipped: [] };
    };
    const uploads = createUploads(post, () => {});
    uploads.send("dog", { files: [file("a.png")], unread: [] });
    await settled(uploads);
    expect(uploads.of("dog")).toMatchObject({ state: "failed", files: { done: 0, total: 1 } });
    isDown = false;
    uploads.send("dog", { files: [file("b.png")], unread: [] });
    await settled(uploads);
    expect(sent).toEqual(["a.png", "b.png"]);
    expect(uploads.of("dog")).toMatchObject({ state: "done", files: { done: 2, total: 2 } });
  });
});
