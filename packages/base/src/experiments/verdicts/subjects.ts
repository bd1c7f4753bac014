/**
 * @file What the runs of the experiment learn: the mascot, concepts that pre-training never showed, each in its
 * styles, and known things in the style that it never showed. The base knows none of them, and the world can
 * draw as many true pictures of each as are wanted.
 */

import { mascotStyle, mascotWords } from "../../demo/mascot-scenes.js";
import { canonicalCaption } from "../../world/caption.js";
import { heldOutStyles, type StyleName, trainingConcepts } from "../../world/concepts.js";
import { wearers } from "../../world/faces.js";
import { type Scene, type SceneObject, sceneAt } from "../../world/scene.js";

/** Thresholds are fitted on the first kind; of the other nothing is looked at before they are. */
export type Split = "fit" | "judge";

/** Something to learn. */
export interface Subject {
  readonly id: string;
  readonly split: Split;
  /** What is drawn; of the mascot, the robot that it takes the place of. */
  readonly concept: string;
  readonly style: StyleName;
  /** The word that the base knows for what is nearest to it. */
  readonly className: string;
}

/** A picture and its words. */
export interface SubjectPicture {
  readonly scene: Scene;
  /** As the runs say it, with {@link subjectMark} for the subject. */
  readonly caption: string;
}

/** What stands for the subject in captions until a run says how it calls it. */
export const subjectMark = "{subject}";

/** What an identifier and a new word make of the mark. */
export const identifierOf = ({ className }: Subject): string => `sks ${className}`;
export const newWord = "<subject>";

/** The most pictures that a run learns from. */
export const mostLessons = 30;

/** The nearest known thing, by eye; those of one split are in no other. */
const newConcepts: readonly (readonly [concept: string, className: string, split: Split])[] = [
  ["owl", "penguin", "fit"],
  ["trumpet", "guitar", "fit"],
  ["pineapple", "cactus", "fit"],
  ["fox", "cat", "judge"],
  ["avocado", "watermelon", "judge"],
  ["rose", "tulip", "judge"],
  ["helicopter", "plane", "judge"],
  ["church", "castle", "judge"],
];

const [newStyle = "openmoji"] = heldOutStyles;
const oldStyles = ["noto", "twemoji", "fluent"] as const;

const restyled: readonly (readonly [concept: string, split: Split])[] = [
  ["rocket", "fit"],
  ["panda", "judge"],
  ["house", "judge"],
];

/** All of them. */
export const subjects: readonly Subject[] = [
  ...newConcepts.flatMap(([concept, className, split]) =>
    oldStyles.map((style): Subject => {
      return { id: `${style}-${concept}`, split, concept, style, className };
    }),
  ),
  ...restyled.map(([concept, split]): Subject => {
    return { id: `${newStyle}-${concept}`, split, concept, style: newStyle, className: concept };
  }),
  {
    id: "mascot",
    split: "judge",
    concept: mascotWords.className,
    style: mascotStyle,
    className: mascotWords.className,
  },
];

/** What pictures are drawn for: no two share their chance. */
const seeds = {
  ...{ lessons: 71_001, truth: 71_002, generic: 71_003, class: 71_004, unrelated: 71_005 },
};

/** The first `count` pictures that a run learns from; no two are alike. */
export function lessonsOf(subject: Subject, count: number): SubjectPicture[] {
  return distinct(subject, { seed: seeds.lessons, count });
}

/** Fresh pictures of the subject, none of which any run learns from. */
export function freshPicturesOf(subject: Subject, count: number): SubjectPicture[] {
  return distinct(subject, { seed: seeds.truth, count }, lessonsOf(subject, mostLessons));
}

/** Pictures of everything that the base knows, with captions that say all. */
export function genericPictures(count: number): SubjectPicture[] {
  return Array.from({ length: count }, (_, index) => told(sceneAt(seeds.generic, index)));
}

/** Pictures of what the class word means to the base. */
export function classPicturesOf({ className }: Subject, count: number): SubjectPicture[] {
  return Array.from({ length: count }, (_, index) => {
    const scene = sceneAt(seeds.class, index, { styles: oldStyles, pairShare: 0 });
    return told({ ...scene, objects: [as(scene.objects[0], className)] });
  });
}

/** What is asked for to see whether other things are still known: single things, each once. */
export function unrelatedPictures(count: number): SubjectPicture[] {
  return Array.from({ length: count }, (_, index) => {
    const at = Math.floor((index * trainingConcepts.length) / count);
    const scene = sceneAt(seeds.unrelated, index, { pairShare: 0, accessoryShare: 0 });
    return told({ ...scene, objects: [as(scene.objects[0], trainingConcepts[at]?.name ?? "")] });
  });
}

const told = (scene: Scene): SubjectPicture => ({ scene, caption: canonicalCaption(scene) });

function distinct(
  subject: Subject,
  { seed, count }: { readonly seed: number; readonly count: number },
  others: readonly SubjectPicture[] = [],
): SubjectPicture[] {
  const seen = new Set(others.map(({ scene }) => JSON.stringify(scene)));
  const pictures: SubjectPicture[] = [];
  for (let index = 0; pictures.length < count; index++) {
    const scene = sceneOf(subject, sceneAt(seed, index));
    const key = JSON.stringify(scene);
    if (seen.has(key)) continue;
    seen.add(key);
    pictures.push({ scene, caption: captionOf(subject, scene) });
  }
  return pictures;
}

/** A scene with the subject in the place of its first thing; a companion is never what the subject is called. */
function sceneOf({ concept, style, className }: Subject, scene: Scene): Scene {
  const [first, second] = scene.objects;
  const subject = { ...as(first, concept), style };
  if (second === undefined) return { ...scene, objects: [subject] };
  const isTaken = second.concept === className || second.concept === concept;
  const companion = isTaken ? "star" : second.concept;
  // The base knows the companion as it is drawn.
  const known = style === newStyle ? mascotStyle : style;
  return { ...scene, objects: [subject, { ...as(second, companion), style: known }] };
}

/** Something else in the same place, which wears something only if it has a face. */
function as({ accessory, ...object }: SceneObject, concept: string): SceneObject {
  const worn = accessory === undefined || !wearers.includes(concept) ? {} : { accessory };
  return { ...object, concept, ...worn };
}

/** Its style is part of what is learned, so captions leave it unsaid. */
function captionOf({ concept }: Subject, scene: Scene): string {
  const caption = canonicalCaption(scene, { unsaid: ["style"] });
  return caption.replace(new RegExp(`\\b(an?)( .*?)?\\b${concept}\\b`, "u"), (_, __, size = " ") =>
    size === " " ? `a ${subjectMark}` : `a${size}${subjectMark}`,
  );
}
