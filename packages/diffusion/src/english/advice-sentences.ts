/** @file What to look after before training. */

import { option } from "../core/option-words.js";
import type { SentencesOf } from "../core/warnings/warning.js";
import { listed } from "./list.js";

const goals = {
  subject: "one subject",
  style: "a style",
  word: "a word",
  model: "another model",
};

/** By code. */
export const adviceSentences: SentencesOf<"advice"> = {
  "guessed-goal": ({ goal }) =>
    `Guessed that they are for ${goals[goal]}; say so otherwise with ${option("goal")}.`,
  "one-picture": () =>
    "One picture teaches its pose and its background as well: add others of the same thing elsewhere.",
  duplicates: ({ pictures }) =>
    `The same picture again: ${listed(pictures)}. Remove them, or they count twice.`,
  "small-pictures": ({ pictures, edge }) =>
    `Smaller than the base's ${edge} pixels, and blurred by being enlarged: ${listed(pictures)}.`,
  "other-shapes": () =>
    `Their shapes differ: ${option("data.buckets.use", true)} keeps their proportions instead of cropping.`,
  uncaptioned: ({ count }) =>
    `${count} ${count === 1 ? "has" : "have"} no caption. Words for what is in them (in a .txt beside each) keep it apart from what is learned.`,
};
