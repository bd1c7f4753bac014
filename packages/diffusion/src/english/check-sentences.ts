/** @file What is said of pictures and captions as a training would use them, and what to do. */

import { sentenceIn } from "@atelier/engine";
import { option } from "../core/option-words.js";
import type { SentencesOf } from "../core/warnings/warning.js";
import { counted, listed } from "./list.js";

/** By code. */
export const checkSentences: SentencesOf<"check"> = {
  "unusable-pictures": ({ pictures, problem }) =>
    `${counted(pictures.count, "picture", "pictures")} cannot be used, and ${pictures.count === 1 ? "ends" : "end"} a training before it begins: ${listed(pictures)}. Replace or remove ${them(pictures.count)}. The first: ${sentenceIn(problem, {})}`,
  "same-pictures": ({ pairs }) =>
    `The same picture more than once: ${listed(pairs)}. Each counts as often as it is there: keep one, and set repeats where it shall count more.`,
  "near-pictures": ({ pairs }) =>
    `Nearly the same picture (resized, compressed again or cut a little): ${listed(pairs)}. Each counts twice and is learned by heart sooner: keep the better one.`,
  "mirrored-pictures": ({ pairs }) =>
    `The same picture mirrored: ${listed(pairs)}. Keep one; training can mirror pictures itself, where left and right do not matter.`,
  "blank-pictures": ({ pictures }) =>
    `Of one colour all over: ${listed(pictures)}. There is nothing to learn: remove ${them(pictures.count)}.`,
  "blurred-pictures": ({ pictures }) =>
    `Blurred at the size that they are trained at: ${listed(pictures)}. A model learns the blur as well: replace ${them(pictures.count)}, or say "blurred" in the caption.`,
  "enlarged-pictures": ({ pictures, scale }) =>
    `Smaller than they are trained at, and enlarged up to ${scale.toFixed(2)} times: ${listed(pictures)}. A model learns their softness: find larger ones, or train smaller (${option("width")}, ${option("height")}).`,
  "outlying-pictures": ({ pictures }) =>
    `Far off all the others: ${listed(pictures)}. Look at ${them(pictures.count)}: what belongs to another subject or style is better left out.`,
  "missing-captions": ({ pictures, total }) =>
    `${pictures.count} of ${counted(total, "picture has", "pictures have")} no caption: ${listed(pictures)}. Write a .txt beside each, or give all of them ${option("prompt")}; DreamBooth and Textual Inversion bring captions along.`,
  "one-caption": ({ caption, pictures }) =>
    `All ${pictures} pictures have the caption "${caption}". That is right for one subject; of many things, say in each what differs, or all of it becomes part of what is learned.`,
  "unfitting-captions": ({ pictures }) =>
    `Captions that fit other pictures of these better than their own: ${listed(pictures)}. Read ${them(pictures.count)}; two may have changed places.`,
};

const them = (count: number): string => (count === 1 ? "it" : "them");
