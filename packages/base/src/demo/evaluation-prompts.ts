/**
 * @file What the embedded base is asked in an evaluation. It knows two hundred words, so that the prompts of the
 * papers mean nothing to it; these are of their kinds, in its words.
 */

import { type PromptTemplate, subjectMark } from "@atelier/diffusion/evaluate";
import { backgrounds } from "../world/backgrounds.js";
import { canonicalCaption } from "../world/caption.js";
import { type AccessoryName, accessories } from "../world/concepts.js";
import { wearers } from "../world/faces.js";
import type { Scene, SceneObject } from "../world/scene.js";

/** Stands for every subject until the caption is written: it has a face, and can wear something. */
const standIn: SceneObject = { concept: "robot", style: "noto", size: "normal", place: "centre" };

const places = [
  ...["red", "blue", "yellow", "white", "black", "purple", "orange"],
  ...["blue to white", "pink to yellow", "black to purple"],
  ...["meadow", "beach", "desert", "snow", "night", "mountains", "city"],
];
const companions = ["cat", "car", "pizza", "tulip", "star", "house", "rocket", "penguin"] as const;
/** What is worn or stands beside it is on one of these. */
const plain = ["teal", "grey"] as const;

/**
 * 25 prompts of DreamBooth's kinds: places, company, clothes where the class can wear them, and sizes.
 * @param className a noun, also of a thing that the world does not have
 */
export function worldTemplates(className: string): PromptTemplate[] {
  const isWearer = wearers.includes(className);
  // The keys of a record of names are those names.
  const worn = isWearer ? (Object.keys(accessories) as AccessoryName[]) : [];
  const beside = companions.filter((concept) => concept !== className);
  const scenes = [
    ...places.map((name) => sceneOf([standIn], name)),
    ...beside.slice(0, 6 - worn.length).map((concept, index) => {
      const pair = [
        { ...standIn, place: "left" },
        { ...standIn, concept, place: "right" },
      ] as const;
      return sceneOf(pair, plain[index % plain.length]);
    }),
    ...worn.map((accessory) => sceneOf([{ ...standIn, accessory }], plain[0])),
    sceneOf([{ ...standIn, size: "small" }], plain[1]),
    sceneOf([{ ...standIn, size: "large" }], plain[0]),
  ];
  return scenes.map((scene) => ({ text: templateOf(scene), scores: "both" }));
}

/** Textual Inversion's kinds: the word alone, a place, a style and a composition. */
export const worldWordTemplates: readonly PromptTemplate[] = [
  { text: `a ${subjectMark}`, scores: "likeness" },
  { text: `a ${subjectMark} on a red background`, scores: "obedience" },
  { text: `a twemoji style ${subjectMark}`, scores: "obedience" },
  { text: `a ${subjectMark} next to a cat`, scores: "obedience" },
];

/** Of the class alone: a caption says all of a picture there, so that one prompt has one picture. */
export function worldClassPrompts(className: string): string[] {
  return ["red", "blue", "white", "green"].map((name) =>
    templateOf(sceneOf([standIn], name))
      .replace(subjectMark, className)
      .replace(/^a (?=[aeiou])/, "an "),
  );
}

/** A caption with the place of the subject, which leaves styles unsaid. */
function templateOf(scene: Scene): string {
  return canonicalCaption(scene, { unsaid: ["style"] }).replace(standIn.concept, subjectMark);
}

function sceneOf(objects: Scene["objects"], name: string | undefined): Scene {
  const background = backgrounds.find((known) => known.name === name);
  if (background === undefined) throw new Error(`internal: no background ${name}`);
  return { objects, background };
}
