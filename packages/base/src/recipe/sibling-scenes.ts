/**
 * @file Scenes that differ from another one in a single fact. Beside random pictures these teach
 * both encoders to look at styles and backgrounds, which random pictures are seldom told apart by.
 */

import { backgrounds } from "../world/backgrounds.js";
import { trainingConcepts, trainingStyles } from "../world/concepts.js";
import type { Draws } from "../world/draws.js";
import { wearers } from "../world/faces.js";
import type { Scene } from "../world/scene.js";

/**
 * A scene with another concept in place of one of its own. What that one wore is left on only where the
 * other can wear it, unless nobody is to draw it.
 */
export function withConcept(
  scene: Scene,
  concept: string,
  { replaced, isDrawn = true }: { replaced: "first" | "second"; isDrawn?: boolean },
): Scene {
  const [first, second] = scene.objects;
  if (second !== undefined && replaced === "second") {
    return { ...scene, objects: [first, { ...second, concept }] };
  }
  const { accessory, ...rest } = first;
  const keeps = accessory !== undefined && (!isDrawn || wearers.includes(concept));
  const changed = keeps ? { ...rest, concept, accessory } : { ...rest, concept };
  return { ...scene, objects: second === undefined ? [changed] : [changed, second] };
}

/** A scene with all its objects in a style. */
export function withStyle(
  { objects: [first, second], background }: Scene,
  style: Scene["objects"][0]["style"],
): Scene {
  const changed = { ...first, style };
  return {
    objects: second === undefined ? [changed] : [changed, { ...second, style }],
    background,
  };
}

/**
 * A scene, it with another style or background, and twice with another concept: of two objects first
 * the one, then the other. Concepts are many and the hardest to tell apart.
 */
export function siblingsOf(scene: Scene, draws: Draws): [Scene, Scene, Scene, Scene] {
  const { style } = scene.objects[0];
  const shown: readonly string[] = scene.objects.map(({ concept }) => concept);
  const others = trainingConcepts.filter(({ name }) => !shown.includes(name));
  const elsewhere = backgrounds.filter(({ name }) => name !== scene.background.name);
  const otherwise = draws.chance(0.5)
    ? withStyle(scene, draws.pick(trainingStyles.filter((name) => name !== style)))
    : { ...scene, background: draws.pick(elsewhere) };
  const { name } = draws.pick(others);
  const another = draws.pick(others.filter((concept) => concept.name !== name));
  return [
    scene,
    otherwise,
    withConcept(scene, name, { replaced: "first" }),
    withConcept(scene, another.name, { replaced: "second" }),
  ];
}

/**
 * For each sibling in turn `count` scenes that none of them shows: with another concept, of two
 * objects in turn the one and the other. They are for captions alone: a train may wear a hat, so that the hat
 * does not give away what wears it.
 */
export function unseenSiblings(siblings: readonly Scene[], count: number, draws: Draws): Scene[] {
  const shown = new Set(siblings.flatMap(({ objects }) => objects.map(({ concept }) => concept)));
  const others = trainingConcepts.filter(({ name }) => !shown.has(name));
  return siblings.flatMap((scene) =>
    Array.from({ length: count }, (_, index) =>
      withConcept(scene, draws.pick(others).name, {
        replaced: index % 2 === 0 ? "first" : "second",
        isDrawn: false,
      }),
    ),
  );
}
