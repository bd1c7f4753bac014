/** @file Siblings of a scene differ from it in one fact each, and of two objects either is replaced. */

import { expect, it } from "vitest";
import { canonicalCaption } from "../world/caption.js";
import { sceneAt } from "../world/scene.js";
import { recipeDraws } from "./scene-batches.js";
import { siblingsOf } from "./sibling-scenes.js";

it("changes style, background and one concept, each alone", () => {
  const replaced = { first: 0, second: 0 };
  for (let index = 0; index < 60; index++) {
    const scene = sceneAt(1, index, { pairShare: 0.8 });
    const [same, style, background, concept] = siblingsOf(scene, recipeDraws("batch", index));
    expect(same).toBe(scene);
    const unsaid = (fact: "style" | "background") => canonicalCaption(scene, { unsaid: [fact] });
    expect(canonicalCaption(style, { unsaid: ["style"] })).toBe(unsaid("style"));
    expect(canonicalCaption(style)).not.toBe(canonicalCaption(scene));
    expect(canonicalCaption(background, { unsaid: ["background"] })).toBe(unsaid("background"));
    expect(canonicalCaption(background)).not.toBe(canonicalCaption(scene));
    const changed = concept.objects.map(
      (object, i) => object.concept !== scene.objects[i]?.concept,
    );
    expect(changed.filter(Boolean)).toHaveLength(1);
    expect({ ...concept, objects: [] }).toEqual({ ...scene, objects: [] });
    if (changed.length === 2) replaced[changed[0] === true ? "first" : "second"] += 1;
  }
  expect(Math.min(replaced.first, replaced.second)).toBeGreaterThan(15);
});
