/** @file The demo's scenes: words, pictures, and that the mascot is in them. */

import { describe, expect, it } from "vitest";
import { demoPrompts, mascotLessons } from "../demo/mascot-scenes.js";
import { captionWords } from "../world/caption.js";
import { plainScene } from "../world/scene.js";
import { createMascotRenderer, mascotSvg } from "./render-mascot.js";

const renderer = createMascotRenderer();
const subjectPrompts = demoPrompts.filter(({ asksFor }) => asksFor === "subject");

describe("the demo's captions", () => {
  it("call the mascot by its identifier in the words of the world", () => {
    expect(mascotLessons.map(({ caption }) => caption)).toEqual([
      "a sks robot on a green background",
      "a large sks robot in a meadow",
      "a small sks robot on the left, on a purple to orange gradient",
      "a star next to a sks robot on a pink background",
      "a sks robot wearing a crown on a white background",
    ]);
    expect(demoPrompts.map(({ asksFor, caption }) => [asksFor, caption])).toEqual([
      ["subject", "a sks robot on a red background"],
      ["subject", "a large sks robot on a beach"],
      ["subject", "a sks robot next to a pizza on a blue background"],
      ["subject", "a sks robot wearing a hat on a yellow background"],
      ["class", "a noto style robot on a green background"],
      ["unrelated", "a noto style dog on a beach"],
    ]);
  });

  it("use an identifier that the world has no meaning for", () => {
    expect(captionWords()).not.toContain("sks");
  });
});

describe("createMascotRenderer", () => {
  it("draws the eye's orange into every lesson and every truth", async () => {
    for (const { scene } of [...mascotLessons, ...subjectPrompts]) {
      const { data } = await renderer.render(scene);
      expect(countNear(data, [0xff, 0x8a, 0x3c])).toBeGreaterThan(8);
    }
  });

  it("has nothing of the icon sets", async () => {
    await expect(renderer.render(plainScene("dog", "noto"))).rejects.toThrow("no icon dog-face");
    expect(await mascotSvg()).toMatch(/^<svg /);
  });
});

/** Pixels within rounding of a colour. */
function countNear(data: Uint8Array, colour: readonly number[]): number {
  let count = 0;
  for (let at = 0; at < data.length; at += 3) {
    if (colour.every((value, i) => Math.abs((data[at + i] ?? 0) - value) < 16)) count++;
  }
  return count;
}
