/** @file The paper's captions, each once. */

import { expect, it } from "vitest";
import { captionsOfWord } from "./caption-templates.js";

it("has 27 captions of objects and the distinct ones of 19 of styles", () => {
  const objects = captionsOfWord("<cat>", "subject");
  const styles = captionsOfWord("<ink>", "style");
  expect([objects.length, styles.length]).toEqual([27, 17]);
  for (const captions of [objects, styles]) expect(new Set(captions).size).toBe(captions.length);
  expect(objects[0]).toBe("a photo of a <cat>");
  expect(objects.at(-1)).toBe("the photo of a <cat>");
  expect(styles[0]).toBe("a painting in the style of <ink>");
});
