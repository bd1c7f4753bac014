/**
 * @file What the demo teaches and asks for: scenes of the world in which the robot is a mascot that
 * no icon set has. The same scenes, drawn, are the pictures it learns from and the truth that its
 * results are compared with.
 */

import { type Background, backgrounds } from "../world/backgrounds.js";
import { canonicalCaption } from "../world/caption.js";
import type { AccessoryName, StyleName } from "../world/concepts.js";
import type { Place, Scene, SceneObject, Size } from "../world/scene.js";

/** The word that shall mean the mascot, and the class that it belongs to. */
export const mascotWords = { identifier: "sks", className: "robot" } as const;

/**
 * The style whose drawings the mascot takes the place of. Of all robots its face is the nearest to
 * the mascot's, so that hats sit right.
 */
export const mascotStyle: StyleName = "noto";

/** A scene with its words. */
export interface DemoPicture {
  readonly scene: Scene;
  readonly caption: string;
}

/** What a prompt asks for: what was learned, its class alone, or something else. */
export type PromptTopic = "subject" | "class" | "unrelated";

/** A prompt of the demo. */
export interface DemoPrompt extends DemoPicture {
  readonly asksFor: PromptTopic;
}

/**
 * What the mascot is learned from: large and small, beside something and dressed, on backgrounds and with
 * companions that no prompt repeats.
 */
export const mascotLessons: readonly DemoPicture[] = [
  lesson(mascot(), "green"),
  lesson(mascot({ size: "large" }), "meadow"),
  lesson(mascot({ size: "small", place: "left" }), "purple to orange"),
  lesson([other("star", "left"), mascot({ place: "right" })], "pink"),
  lesson(mascot({ accessory: "crown" }), "white"),
];

/** What is drawn before and after. */
export const demoPrompts: readonly DemoPrompt[] = [
  { ...lesson(mascot(), "red"), asksFor: "subject" },
  { ...lesson(mascot({ size: "large" }), "beach"), asksFor: "subject" },
  { ...lesson([mascot({ place: "left" }), other("pizza", "right")], "blue"), asksFor: "subject" },
  { ...lesson(mascot({ accessory: "hat" }), "yellow"), asksFor: "subject" },
  { ...plain(mascot(), "green"), asksFor: "class" },
  { ...plain(other("dog", "centre"), "beach"), asksFor: "unrelated" },
];

/**
 * What the base draws and learns again along with the mascot, so that it forgets neither its own robots,
 * alone and beside something, nor other things: the prior preservation of DreamBooth (arXiv 2208.12242,
 * section 3.3) as pictures.
 */
export const memoryPrompts: readonly string[] = [
  "a noto style robot on a purple background",
  "a large noto style robot on a white background",
  "a noto style robot next to a cat on a red background",
  "a noto style cat on a blue to white gradient",
  "a twemoji style car in a desert",
  "a fluent style house in the snow",
  "a noto style panda wearing a hat on an orange background",
];

interface Stance {
  readonly size?: Size;
  readonly place?: Place;
  readonly accessory?: AccessoryName;
}

function mascot(stance: Stance = {}): SceneObject {
  return { ...other(mascotWords.className, "centre"), ...stance };
}

function other(concept: string, place: Place): SceneObject {
  return { concept, style: mascotStyle, size: "normal", place };
}

type Objects = SceneObject | Scene["objects"];

/** A scene whose caption calls the robot by its identifier and leaves styles unsaid. */
function lesson(objects: Objects, background: string): DemoPicture {
  const { identifier, className } = mascotWords;
  const scene = sceneOf(objects, background);
  const caption = canonicalCaption(scene, { unsaid: ["style"] });
  return { scene, caption: caption.replace(className, `${identifier} ${className}`) };
}

function plain(objects: Objects, background: string): DemoPicture {
  const scene = sceneOf(objects, background);
  return { scene, caption: canonicalCaption(scene) };
}

function sceneOf(objects: Objects, name: string): Scene {
  const background = backgrounds.find((known) => known.name === name) ?? missing(name);
  return { objects: "concept" in objects ? [objects] : objects, background };
}

function missing(name: string): Background {
  throw new Error(`internal: no background ${name}`);
}
