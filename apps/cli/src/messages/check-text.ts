/** @file Texts of `atelier check`. */

import type { Unchecked } from "@atelier/diffusion/advise";

const what: Readonly<Record<Unchecked["what"], string>> = {
  "far-off": "which pictures are far off the others",
  "captions-fit": "whether captions fit their pictures",
  "captions-cut": "whether captions are too long for the base",
};

const why: Readonly<Record<Unchecked["why"], string>> = {
  "no-judge": "--judge <folder> names a CLIP or DINOv2 that can tell",
  "reads-no-texts": "the judge reads no texts, a CLIP does",
  "too-few": "too few pictures or captions to tell",
  "not-told-apart": "the judge does not tell these captions apart",
  "no-tokenizer": "the base has no tokenizer, --tokenizer <folder> names one",
};

/** English. */
export const checkText = {
  description:
    "Looks at pictures and captions before a training: doubles, blur, size, crops, strangers, captions.",
  argument: "folders of pictures, with captions beside them or without",
  base: "the model to train, whose size and captions count",
  prompt: "the caption of pictures that have none",
  width: "pixels that the training will use; the base's own by default",
  height: "pixels that the training will use; the base's own by default",
  buckets: "as a training with --buckets: shapes of their own instead of one for all",
  judge:
    "folder of a CLIP or DINOv2, as the Hub has it, that finds pictures far off the others and captions that do not fit (CLIP); by default the embedded base's own judge where that base is to be trained",
  looking: "pictures looked at",
  opening: "Opening the base",
  shown: (pictures: number, width: number, height: number, isBucketed: boolean): string =>
    `${counted(pictures, "picture", "pictures")}, as trained ${isBucketed ? `in buckets of the area of ${width}×${height}` : `at ${width}×${height}`}`,
  finding: (sentence: string): string => `  ! ${sentence}`,
  judged: (description: string): string => `Judged by ${description}.`,
  usable: (all: number, captioned: number, folder: string): string => {
    const others =
      captioned === all
        ? "as many"
        : `${captioned === 0 ? "none" : captioned} for want of captions`;
    return `DreamBooth and Textual Inversion can use ${all} of them, a LoRA and full fine-tuning ${others}. \`atelier advise ${folder}\` says which fits.`;
  },
  summary: (pictures: number, findings: number, unchecked: readonly Unchecked[]): string => {
    const counts = `${counted(pictures, "picture", "pictures")}, ${findings === 0 ? "nothing found" : counted(findings, "finding", "findings")}.`;
    if (unchecked.length === 0) return counts;
    const left = unchecked.map((one) => `${what[one.what]} (${why[one.why]})`);
    return `${counts} Not checked: ${left.join("; ")}.`;
  },
  more: `
Examples:
  atelier check photos/dog --base models/sd15
  atelier check photos/dog --base models/sd15 --buckets --judge models/clip-vit-large-patch14
  atelier check art/ink art/wash --base org/model --width 768 --height 768 --json

Findings stop nothing and end with exit code 0; a set of which no picture can be used ends with 1.
Trainings say the quick part of this, without judge and captions, before their first step.`,
};

const counted = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`;
