/**
 * @file What techniques are compared on: the mascot, which no icon set has, and the style that
 * pre-training never saw. Of both the world can draw the truth for every prompt.
 */

import {
  demoPrompts,
  mascotLessons,
  mascotWords,
  type PromptTopic,
} from "../demo/mascot-scenes.js";
import { withStyle } from "../recipe/sibling-scenes.js";
import { backgrounds } from "../world/backgrounds.js";
import { canonicalCaption } from "../world/caption.js";
import { heldOutStyles } from "../world/concepts.js";
import { plainScene, type Scene } from "../world/scene.js";

/** What stands for the subject in the texts of a goal until a technique says how it calls it. */
export const subjectMark = "{subject}";

/** A picture and its words. */
export interface GoalPicture {
  readonly scene: Scene;
  /** With {@link subjectMark}. */
  readonly caption: string;
}

/** A prompt with what it asks for. */
export interface GoalPrompt extends GoalPicture {
  readonly asksFor: PromptTopic;
  /** The prompt in words that a judge knows. */
  readonly readable: string;
  /** The scene with what was learned, also where the prompt does not ask for it. */
  readonly learned: Scene;
}

/** Something to learn. */
export interface Goal {
  readonly id: "subject" | "style";
  readonly learned: "thing" | "style";
  readonly lessons: readonly GoalPicture[];
  readonly prompts: readonly GoalPrompt[];
  /** What captions say instead of the mark: identifier and class, or a new word. */
  readonly identifier: string;
  readonly token: string;
  /** The word that the new one starts from. */
  readonly initializer: string;
  /** Given to all pictures by DreamBooth, which is a technique for subjects. */
  readonly instancePrompt: string | undefined;
  readonly classPrompt: string;
}

const { identifier, className } = mascotWords;
const named = `${identifier} ${className}`;
const marked = (caption: string): string => caption.replace(named, subjectMark);

const mascotGoal: Goal = {
  id: "subject",
  learned: "thing",
  lessons: mascotLessons.map(({ scene, caption }) => ({ scene, caption: marked(caption) })),
  prompts: demoPrompts.map(({ caption, ...prompt }) => ({
    ...prompt,
    caption: marked(caption),
    readable: caption.replace(named, className),
    learned: prompt.scene,
  })),
  identifier: named,
  token: "<mascot>",
  initializer: className,
  instancePrompt: `a ${named}`,
  classPrompt: `a ${className}`,
};

const [newStyle = "openmoji"] = heldOutStyles;
const styleWord = `${newStyle} style`;

const lessonsOfStyle = [
  ["cat", "red"],
  ["lion", "white"],
  ["frog", "pink"],
  ["burger", "blue"],
  ["strawberry", "green"],
  ["cactus", "grey"],
  ["sunflower", "blue to white"],
  ["car", "yellow"],
  ["rocket", "purple to orange"],
  ["umbrella", "meadow"],
  ["robot", "orange"],
  ["house", "snow"],
] as const;

const styleGoal: Goal = {
  id: "style",
  learned: "style",
  lessons: lessonsOfStyle.map(([concept, background]) =>
    inStyle(plainScene(concept, newStyle, { background: backgroundOf(background) })),
  ),
  prompts: [
    asked("subject", plainScene("rabbit", newStyle, { background: backgroundOf("green") })),
    asked("subject", plainScene("pizza", newStyle, { background: backgroundOf("blue") })),
    asked("subject", plainScene("castle", newStyle, { background: backgroundOf("beach") })),
    asked(
      "subject",
      plainScene("panda", newStyle, { background: backgroundOf("yellow"), accessory: "hat" }),
    ),
    asked("class", plainScene("rabbit", "noto", { background: backgroundOf("green") })),
    asked("unrelated", plainScene("dog", "fluent", { background: backgroundOf("beach") })),
  ],
  identifier: `${identifier} style`,
  token: "<ink>",
  initializer: "noto",
  instancePrompt: undefined,
  classPrompt: "a picture",
};

/** What there is to learn. */
export const goals: readonly Goal[] = [mascotGoal, styleGoal];

function inStyle(scene: Scene): GoalPicture {
  return { scene, caption: canonicalCaption(scene).replace(styleWord, subjectMark) };
}

function asked(asksFor: PromptTopic, scene: Scene): GoalPrompt {
  const unsaid = asksFor === "subject" ? (["style"] as const) : [];
  const readable = canonicalCaption(scene, { unsaid });
  return { ...inStyle(scene), asksFor, readable, learned: withStyle(scene, newStyle) };
}

function backgroundOf(name: string): (typeof backgrounds)[number] {
  const found = backgrounds.find((background) => background.name === name);
  if (found === undefined) throw new Error(`internal: no background ${name}`);
  return found;
}
