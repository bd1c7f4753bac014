/**
 * @file Words for a scene. A caption says everything that a judge needs: concepts, style,
 * background, and size, place and accessory where they are not the usual. What it leaves unsaid is
 * the default: a normal size, the middle of the picture, nothing worn, and for a second object the
 * style of the first.
 */

import { backgroundPhrases, backgrounds } from "./backgrounds.js";
import { accessories, allConcepts, conceptOf, heldOutStyles, trainingStyles } from "./concepts.js";
import { createDraws } from "./draws.js";
import { drawStreams, type Place, type Scene, type SceneObject, type Size } from "./scene.js";

/** What a caption may say beside the concepts. */
export type Fact = "style" | "background" | "size" | "place" | "accessory";

/** Options of captions. */
export interface CaptionOptions {
  /** Facts to leave out, as people do who write "a dog"; none by default. */
  readonly unsaid?: readonly Fact[];
}

type Choose = <T>(values: readonly T[]) => T;

const sizeWords: Readonly<Record<Size, readonly string[]>> = {
  small: ["small", "little"],
  normal: [""],
  large: ["large", "big"],
};
const placePhrases: Readonly<Record<Place, readonly string[]>> = {
  centre: ["", "", "in the middle"],
  left: ["on the left", "on the left side"],
  right: ["on the right", "on the right side"],
  top: ["at the top", "near the top"],
  bottom: ["at the bottom", "near the bottom"],
};
const endsInPlace = / (?:left|right|top|bottom|middle|side)$/;
const wearingWords = ["wearing", "with"];
/** `{a}` stands on the left or at the top. */
const relations = {
  horizontal: ["{a} next to {b}", "{a} to the left of {b}", "{b} to the right of {a}"],
  vertical: ["{a} above {b}", "{b} below {a}", "{a} over {b}", "{b} under {a}"],
} as const;
const styledSubjects = [
  "a {size} {style} style {noun} {worn}",
  "a {size} {style} {noun} {worn}",
  "a {size} {noun} {worn} in {style} style",
];
const plainSubject = "a {size} {noun} {worn}";
const styledPictures = [
  "a {style} style picture of {text}",
  "a {style} picture of {text}",
  "{text}, {style} style",
];
const plainPictures = ["{text}", "{text}", "a picture of {text}"];

/**
 * A caption whose wording depends on the seed.
 * @throws AtelierError `config` when the seed is no safe integer or a name is unknown.
 */
export function captionOf(scene: Scene, seed: number, options: CaptionOptions = {}): string {
  const draws = createDraws({ seed, index: 0, stream: drawStreams.caption });
  return write(scene, (values) => draws.pick(values), options);
}

/**
 * The plainest caption. Scenes that differ have different ones.
 * @example "a small noto style dog wearing a hat on the left, on a green background"
 */
export function canonicalCaption(scene: Scene, options: CaptionOptions = {}): string {
  const first: Choose = ([value]) => {
    if (value !== undefined) return value;
    throw new RangeError("internal: a wording has no variants");
  };
  return write(scene, first, options);
}

/** Every word that captions can hold, held-out names included, in alphabetical order. */
export function captionWords(): string[] {
  const texts = [
    ...Object.values(sizeWords).flat(),
    ...Object.values(placePhrases).flat(),
    ...wearingWords,
    ...Object.values(relations).flat(),
    ...[...styledSubjects, plainSubject, ...styledPictures, ...plainPictures, "an"],
    ...backgrounds.flatMap(backgroundPhrases),
    ...Object.values(accessories).map((accessory) => accessory.phrase),
    ...allConcepts.map((concept) => concept.name),
    ...[...trainingStyles, ...heldOutStyles],
  ];
  const words = texts
    .join(" ")
    .replaceAll(/\{\w+\}/g, " ")
    .match(/[a-z]+/g);
  return [...new Set(words)].sort();
}

function write(scene: Scene, choose: Choose, { unsaid = [] }: CaptionOptions): string {
  const said = (["style", "background", "size", "place", "accessory"] as const).filter(
    (fact) => !unsaid.includes(fact),
  );
  const styleAt = said.includes("style") ? chooseStyleAt(scene, choose) : "nowhere";
  const things = describeObjects(scene, { choose, said, styleAt });
  const background = said.includes("background") ? choose(backgroundPhrases(scene.background)) : "";
  if (background !== "" && styleAt !== "picture" && choose([false, false, false, true])) {
    return tidy(`${background}, ${things}`);
  }
  // A comma keeps "on the left" and "on a beach" apart.
  const joint = background !== "" && endsInPlace.test(things) ? "," : "";
  const text = tidy(`${things}${joint} ${background}`);
  const frames = styleAt === "picture" ? styledPictures : plainPictures;
  return tidy(fill(choose(frames), { style: scene.objects[0].style, text }));
}

interface Telling {
  readonly choose: Choose;
  readonly said: readonly Fact[];
  readonly styleAt: "objects" | "first" | "picture" | "nowhere";
}

function chooseStyleAt({ objects: [first, second] }: Scene, choose: Choose): Telling["styleAt"] {
  if (second !== undefined && second.style !== first.style) return "objects";
  return choose(["first", "first", "picture"]);
}

function describeObjects({ objects: [first, second] }: Scene, telling: Telling): string {
  const { choose, said } = telling;
  if (second === undefined) {
    const place = said.includes("place") ? choose(placePhrases[first.place]) : "";
    return tidy(`${describeObject(first, telling, true)} ${place}`);
  }
  const isHorizontal = first.place === "left";
  const relation = choose(isHorizontal ? relations.horizontal : relations.vertical);
  const isFirstAhead = relation.startsWith("{a}");
  return fill(relation, {
    a: describeObject(first, telling, isFirstAhead),
    b: describeObject(second, telling, !isFirstAhead),
  });
}

function describeObject(object: SceneObject, telling: Telling, isAhead: boolean): string {
  const { choose, said, styleAt } = telling;
  const isStyled = styleAt === "objects" || (styleAt === "first" && isAhead);
  const worn = said.includes("accessory") ? object.accessory : undefined;
  const words = {
    size: said.includes("size") ? choose(sizeWords[object.size]) : "",
    style: object.style,
    noun: conceptOf(object.concept).name,
    worn: worn === undefined ? "" : `${choose(wearingWords)} ${accessories[worn].phrase}`,
  };
  return tidy(fill(isStyled ? choose(styledSubjects) : plainSubject, words));
}

function fill(wording: string, words: Readonly<Record<string, string>>): string {
  return wording.replaceAll(/\{(\w+)\}/g, (_, name: string) => words[name] ?? "");
}

/** One space between words, and the article that the next word needs. */
function tidy(text: string): string {
  return text
    .trim()
    .replaceAll(/ {2,}/g, " ")
    .replaceAll(/\ba(?= [aeiou])/g, "an");
}
