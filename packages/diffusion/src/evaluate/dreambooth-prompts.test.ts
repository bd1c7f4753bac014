/** @file The benchmark's prompts. */

import { expect, it } from "vitest";
import { dreamboothPrompts } from "./dreambooth-prompts.js";

it("are 25 for objects, and for living subjects with outfits instead of half of the places", () => {
  const objects = dreamboothPrompts({ subject: "sks teapot", kind: "object" });
  const living = dreamboothPrompts({ subject: "sks dog", kind: "living" });
  for (const prompts of [objects, living]) expect(new Set(prompts).size).toBe(25);
  expect(objects).toContain("a sks teapot floating in an ocean of milk");
  expect(living).toContain("a sks dog in a purple wizard outfit");
  expect(living.at(-1)).toBe("a cube shaped sks dog");
  expect(living.filter((prompt) => prompt.includes("milk"))).toEqual([]);
});
