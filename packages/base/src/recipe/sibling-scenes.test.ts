/** @file Siblings of a scene differ from it in one fact each, and of two objects either is replaced. */

import { expect, it } from "vitest";
import { canonicalCaption } from "../world/caption.js";
import { sceneAt } from "../world/scene.js";
import { recipeDraws } from "./scene-batches.js";
import { siblingsOf, unseenSiblings } from "./sibling-scenes.js";

it("changes style or background, and twice one concept, each alone", () => {
  const seen = { style: 0, background: 0, first: 0, second: 0 };
  for (let index = 0; index < 60; index++) {
    const scene = sceneAt(1, index, { pairShare: 0.8 });
    const [same, otherwise, ...concepts] = siblingsOf(scene, recipeDraws("batch", index));
    expect(same).toBe(scene);
    const isStyle = otherwise.objects[0].style !== scene.objects[0].style;
    const fact = isStyle ? "style" : "background";
    seen[fact] += 1;
    expect(canonicalCaption(otherwise)).not.toBe(canonicalCaption(scene));
    expect(canonicalCaption(otherwise, { unsaid: [fact] })).toBe(
      canonicalCaption(scene, { unsaid: [fact] }),
    );
    for (const concept of concepts) {
      const changed = concept.objects.map(
        (object, i) => object.concept !== scene.objects[i]?.concept,
      );
      expect(changed.filter(Boolean)).toHaveLength(1);
      expect({ ...concept, objects: [] }).toEqual({ ...scene, objects: [] });
      if (changed.length === 2) seen[changed[0] === true ? "first" : "second"] += 1;
    }
    expect(canonicalCaption(concepts[0])).not.toBe(canonicalCaption(concepts[1]));
  }
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(15);
});

it("finds scenes that no sibling shows, with either object replaced", () => {
  for (let index = 0; index < 30; index++) {
    const draws = recipeDraws("batch", index);
    const group = siblingsOf(sceneAt(1, index, { pairShare: 0.5 }), draws);
    const shown = group.map((scene) => canonicalCaption(scene));
    const unseen = unseenSiblings(group, 2, draws);
    expect(unseen).toHaveLength(8);
    unseen.forEach((scene, i) => {
      expect(shown).not.toContain(canonicalCaption(scene));
      const origin = group[Math.floor(i / 2)];
      const changed = scene.objects.map(
        ({ concept }, object) => concept !== origin?.objects[object]?.concept,
      );
      const replaced = i % 2 === 0 ? [true, false] : [false, true];
      expect(changed).toEqual(scene.objects.length === 1 ? [true] : replaced);
      expect(scene.objects[0].accessory).toBe(origin?.objects[0].accessory);
    });
  }
});
