/** @file Texts of `atelier advise`. */

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
  measured: (pictures: number, tune: string): string => {
    const steps =
      "The steps show each picture as often as was best at most on Atelier's own base (docs/verdicts.md).";
    return pictures < 3
      ? `${steps} Yours may need fewer: the training says what is learned and forgotten; from three pictures on it can find the best step, too.`
      : `${steps} Yours may need fewer: ${pictures < 5 ? "with --held-out 1 " : ""}the best step is kept, found on a picture held out. Rate and steps by measurement: ${tune}`;
  },
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
  more: `
Examples:
  atelier advise photos/dog
  atelier advise art/ink --goal style --base models/sd15`,
};
