/**
 * @file What the judge is asked about a picture of a scene: which of these captions fits best? The
 * captions differ in one fact of the scene and the first is the true one.
 */

import { backgrounds } from "../../world/backgrounds.js";
import { canonicalCaption } from "../../world/caption.js";
import {
  type AccessoryName,
  accessories,
  trainingConcepts,
  trainingStyles,
} from "../../world/concepts.js";
import type { Scene, SceneObject } from "../../world/scene.js";
import { withStyle } from "../sibling-scenes.js";

/** A fact of a scene that captions can be wrong about; `second` is the concept of a second object. */
export type JudgedFact = "concept" | "second" | "style" | "background" | "accessory";

/** Captions to choose from, the true one first. */
export interface FactQuestion {
  readonly about: JudgedFact;
  readonly captions: readonly string[];
}

/**
 * The questions about a scene. What an object wears is said in all captions of a question, also of things
 * that can wear nothing: a caption that is silent about a hat is wrong about the picture.
 */
export function factQuestions(scene: Scene): readonly FactQuestion[] {
  const [first, second] = scene.objects;
  const { accessory: worn, ...bare } = first;
  const others = withOtherConcepts(scene);
  const ask = (about: JudgedFact, truth: Scene, wrong: readonly Scene[]): FactQuestion => ({
    about,
    captions: [truth, ...wrong].map((other) => canonicalCaption(other)),
  });
  const questions = [
    ask(
      "concept",
      scene,
      others(first).map(
        (other): Scene => ({ ...scene, objects: second === undefined ? [other] : [other, second] }),
      ),
    ),
    ask(
      "style",
      scene,
      trainingStyles
        .filter((style) => style !== first.style)
        .map((style) => withStyle(scene, style)),
    ),
    ask(
      "background",
      scene,
      backgrounds
        .filter(({ name }) => name !== scene.background.name)
        .map((background) => ({ ...scene, background })),
    ),
  ];
  if (second !== undefined) {
    const wrong = others(second).map((other): Scene => ({ ...scene, objects: [first, other] }));
    questions.push(ask("second", scene, wrong));
  }
  if (worn !== undefined) {
    // The keys of a record of names are those names.
    const names = (Object.keys(accessories) as AccessoryName[]).filter((name) => name !== worn);
    const dressed = names.map(
      (accessory): Scene => ({ ...scene, objects: [{ ...bare, accessory }] }),
    );
    questions.push(ask("accessory", scene, [{ ...scene, objects: [bare] }, ...dressed]));
  }
  return questions;
}

/** An object as each concept of pre-training that the scene does not show. */
function withOtherConcepts({ objects }: Scene): (object: SceneObject) => SceneObject[] {
  const shown: readonly string[] = objects.map(({ concept }) => concept);
  const names = trainingConcepts.map(({ name }) => name).filter((name) => !shown.includes(name));
  return (object) => names.map((concept) => ({ ...object, concept }));
}
