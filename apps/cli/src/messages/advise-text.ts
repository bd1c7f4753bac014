/** @file Texts of `atelier advise`. */

import type { AdviceNote } from "@atelier/diffusion/advise";

/** English. */
export const adviseText = {
  description: "Says which technique fits a folder of pictures, and why.",
  argument: "folder of pictures, with captions beside them or without",
  base: "the model to train",
  goal: "what the pictures are for; guessed by their number and captions by default: subject (one thing), style, word (a word for them and nothing else), model (another model)",
  reading: "Looking at the pictures",
  found: (pictures: number, captions: number): string =>
    `${pictures} ${pictures === 1 ? "picture" : "pictures"}, ${captions} with captions`,
  best: (technique: string): string => `Take ${technique}:`,
  also: (technique: string): string => `Or ${technique}:`,
  begin: "Begin with, your own words in place of those in angle brackets:",
  techniques: {
    dreambooth: "DreamBooth with a LoRA",
    lora: "a LoRA",
    "textual-inversion": "Textual Inversion",
    pivotal: "pivotal tuning, a word and a LoRA in one file",
    finetune: "full fine-tuning",
  },
  reasons: {
    "few-of-one-subject": "a few pictures of one thing are what it was made for",
    "class-kept": "pictures of the class, seen beside yours, keep what its word means",
    "many-things-in-one-manner": "it learns a manner from many things, in a file of some megabytes",
    "words-tell-apart": "your captions say what differs, so that the rest is what is learned",
    "smallest-file": "a file of a few kilobytes",
    "all-else-untouched": "nothing but the new word changes",
    "most-likeness": "more likeness than a word alone, and prompts need only the word",
    "many-captioned": "as many pictures with captions can change what a whole model draws",
    "memory-of-full": "this machine has the memory for all weights and their optimizer state",
    "too-little-memory-for-full":
      "training all weights would take more memory than this machine has; a LoRA of a high rank comes near",
  },
  goals: {
    subject: "one subject",
    style: "a style",
    word: "a word",
    model: "another model",
  },
  note(note: AdviceNote): string {
    const some = (names: readonly string[]): string =>
      `${names.slice(0, 5).join(", ")}${names.length > 5 ? ", …" : ""}`;
    switch (note.kind) {
      case "guessed":
        return `Guessed that they are for ${adviseText.goals[note.goal]}; say so otherwise with --goal.`;
      case "one-picture":
        return "One picture teaches its pose and its background as well: add others of the same thing elsewhere.";
      case "duplicates":
        return `The same picture again: ${some(note.names)}. Remove them, or they count twice.`;
      case "small":
        return `Smaller than the base's ${note.edge} pixels, and blurred by being enlarged: ${some(note.names)}.`;
      case "shapes":
        return "Their shapes differ: --buckets keeps their proportions instead of cropping.";
      case "uncaptioned":
        return `${note.count} have no caption. Words for what is in them (in a .txt beside each) keep it apart from what is learned.`;
      default:
        return note satisfies never;
    }
  },
  more: `
Examples:
  atelier advise photos/dog
  atelier advise art/ink --goal style --base models/sd15`,
};
