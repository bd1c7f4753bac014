/**
 * @file What a judge is asked about a picture of a prompt: which of these captions fits best? The
 * captions differ in one thing that the prompt asks for, so the answer says whether it is there.
 */

import { backgrounds } from "../world/backgrounds.js";
import { canonicalCaption, type Fact } from "../world/caption.js";
import { type AccessoryName, accessories, trainingConcepts } from "../world/concepts.js";
import type { Scene, SceneObject } from "../world/scene.js";
import type { DemoPrompt } from "./mascot-scenes.js";

/** Captions to choose from; the first is the right one. */
export interface PromptQuestion {
  readonly about: "background" | "companion" | "clothes" | "concept";
  readonly captions: readonly [right: string, ...wrong: string[]];
}

/**
 * The questions for a prompt. About the mascot itself none is asked: no caption has a word for it. Where
 * a style was learned, the thing that is drawn in it can be asked for.
 */
export function questionsOf(
  { scene, asksFor }: Pick<DemoPrompt, "scene" | "asksFor">,
  learned: "thing" | "style" = "thing",
): readonly PromptQuestion[] {
  const { objects, background } = scene;
  const [first, second] = objects;
  const ask = (about: PromptQuestion["about"], others: readonly Scene[]): PromptQuestion => ({
    about,
    captions: [write(scene, asksFor), ...others.map((other) => write(other, asksFor))],
  });
  const otherConcepts = (than: SceneObject): SceneObject[] =>
    trainingConcepts
      .filter(({ name }) => !objects.some(({ concept }) => concept === name))
      .map(({ name }) => ({ ...than, concept: name }));
  const elsewhere = backgrounds.filter(({ name }) => name !== background.name);
  const questions = [
    ask(
      "background",
      elsewhere.map((other) => ({ ...scene, background: other })),
    ),
  ];
  if (second !== undefined) {
    const others = otherConcepts(second).map(
      (other): Scene => ({ objects: [first, other], background }),
    );
    questions.push(ask("companion", others));
  }
  if (first.accessory !== undefined) questions.push(ask("clothes", clothed(scene)));
  if (asksFor === "unrelated" || (learned === "style" && second === undefined)) {
    const others = otherConcepts(first).map((other): Scene => ({ objects: [other], background }));
    questions.push(ask("concept", others));
  }
  return questions;
}

/** The same scene with nothing worn, and with everything else that can be. */
function clothed({ objects: [first], background }: Scene): Scene[] {
  const { accessory: worn, ...bare } = first;
  // The keys of a record of names are those names.
  const others = (Object.keys(accessories) as AccessoryName[]).filter((name) => name !== worn);
  const dressed = others.map((accessory): SceneObject => ({ ...bare, accessory }));
  return [bare, ...dressed].map((object): Scene => ({ objects: [object], background }));
}

/** The words of a prompt without the identifier, which no judge has read. */
function write(scene: Scene, asksFor: DemoPrompt["asksFor"]): string {
  const unsaid: readonly Fact[] = asksFor === "subject" ? ["style"] : [];
  return canonicalCaption(scene, { unsaid });
}
