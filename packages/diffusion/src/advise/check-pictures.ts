/** @file What is found about a set of pictures before a training, worst first, and what could not be checked. */

import { type FloatTensor, type Sentence, shorten } from "@atelier/engine";
import { whole } from "../core/warnings/param-kinds.js";
import { type Warning, type WarningCode, warning } from "../core/warnings/warning.js";
import { pictureWarnings, type SignedPicture } from "../data/picture-warnings.js";
import type { PictureSize } from "../data/resize-crop.js";
import type { BucketsConfig } from "../train/config/train-config.js";
import { type BucketPlan, cropWarnings } from "../train/plan/plan-buckets.js";
import { subjectPictures } from "./advise.js";
import {
  leastForCaptions,
  leastForOutliers,
  outlyingRows,
  unfittingRows,
} from "./judged-pictures.js";

/** A picture that can be trained on. */
export interface CheckedPicture extends SignedPicture {
  readonly size: PictureSize;
  /** Its own; a prompt for all is none. */
  readonly caption: string | undefined;
  /** What of the caption the text encoder does not read; `undefined` where there is no tokenizer. */
  readonly truncated: string | undefined;
}

/** A picture that ends a training. */
export interface UnusablePicture {
  readonly name: string;
  readonly problem: Sentence;
}

/** What findings follow from. */
export interface CheckFacts {
  readonly pictures: readonly CheckedPicture[];
  readonly unusable: readonly UnusablePicture[];
  /** Whether a prompt is the caption of those that have none. */
  readonly hasPrompt: boolean;
  readonly shapes: BucketPlan;
  readonly buckets: BucketsConfig;
  /** Unit vectors of the pictures `[pictures, width]` by a judge that tells things apart. */
  readonly instances?: FloatTensor | undefined;
  /** Unit vectors of the pictures and their captions `[pictures, width]` by one that reads. */
  readonly captioned?:
    | { readonly pictures: FloatTensor; readonly captions: FloatTensor }
    | undefined;
}

/** Something that was not checked, and why. */
export interface Unchecked {
  readonly what: "far-off" | "captions-fit" | "captions-cut";
  readonly why: "no-judge" | "reads-no-texts" | "too-few" | "not-told-apart" | "no-tokenizer";
}

/** Pictures that a technique can use, each counted once. */
export interface UsablePictures {
  /** DreamBooth and Textual Inversion, which bring captions of their own. */
  readonly withoutCaptions: number;
  /** A LoRA and full fine-tuning, which learn what captions say. */
  readonly withCaptions: number;
}

/** What was found; lists of pictures are whole. */
export interface CheckResult {
  /** Worst first. */
  readonly findings: readonly Warning[];
  readonly unchecked: readonly Unchecked[];
  readonly usable: UsablePictures;
}

/** From what ends a training to what is good to know. */
const severity: readonly WarningCode[] = [
  ...(["unusable-pictures", "missing-captions", "blank-pictures", "same-pictures"] as const),
  ...(["near-pictures", "unfitting-captions", "outlying-pictures", "blurred-pictures"] as const),
  ...(["enlarged-pictures", "mirrored-pictures", "much-cropped", "truncated-caption"] as const),
  "one-caption",
];

/** Checks pictures. */
export function checkPictures(facts: CheckFacts): CheckResult {
  const { pictures, shapes, buckets } = facts;
  const targeted = pictures.map((picture, index) => {
    const target = shapes.buckets.find((bucket) => bucket.pictures.includes(index));
    return { ...picture, target: target ?? picture.size };
  });
  const findings = [
    ...unusableWarnings(facts),
    ...captionWarnings(facts),
    ...pictureWarnings(targeted, whole),
    ...cropWarnings(shapes.report, buckets),
    ...judgedWarnings(facts),
  ];
  const rank = ({ code }: Warning) => severity.indexOf(code);
  return {
    findings: findings.sort((a, b) => rank(a) - rank(b)),
    unchecked: uncheckedOf(facts),
    usable: usableOf(facts),
  };
}

function unusableWarnings({ unusable }: CheckFacts): Warning[] {
  const [first] = unusable;
  if (first === undefined) return [];
  const names = whole(unusable.map(({ name }) => name));
  return [warning("unusable-pictures", { pictures: names, problem: first.problem })];
}

function captionWarnings({ pictures, hasPrompt }: CheckFacts): Warning[] {
  const without = pictures.filter(({ caption }) => caption === undefined);
  const texts = new Set(pictures.map(({ caption }) => caption));
  const [text] = texts;
  const isShared = texts.size === 1 && text !== undefined && pictures.length > subjectPictures;
  return [
    ...(without.length > 0 && !hasPrompt
      ? [
          warning("missing-captions", {
            pictures: whole(without.map(({ name }) => name)),
            total: pictures.length,
          }),
        ]
      : []),
    ...pictures.flatMap(({ name, truncated = "" }) =>
      truncated === ""
        ? []
        : [warning("truncated-caption", { picture: name, cut: shorten(truncated, 200) })],
    ),
    ...(isShared
      ? [warning("one-caption", { caption: shorten(text, 200), pictures: pictures.length })]
      : []),
  ];
}

function judgedWarnings(facts: CheckFacts): Warning[] {
  const { pictures, instances } = facts;
  const namesOf = (rows: readonly number[]) => whole(rows.map((row) => pictures[row]?.name ?? ""));
  const far = instances === undefined ? [] : outlyingRows(instances);
  const unfitting = unfittingOf(facts) ?? [];
  return [
    ...(unfitting.length > 0
      ? [warning("unfitting-captions", { pictures: namesOf(unfitting) })]
      : []),
    ...(far.length > 0 ? [warning("outlying-pictures", { pictures: namesOf(far) })] : []),
  ];
}

function unfittingOf({ pictures, captioned }: CheckFacts): number[] | undefined {
  if (captioned === undefined) return undefined;
  const texts = pictures.map(({ caption = "" }) => caption);
  return unfittingRows(captioned.pictures, captioned.captions, texts);
}

function uncheckedOf(facts: CheckFacts): Unchecked[] {
  const { pictures, instances, captioned } = facts;
  const captions = pictures.flatMap(({ caption }) => caption ?? []);
  const unchecked: Unchecked[] = [];
  const leave = (what: Unchecked["what"], why: Unchecked["why"]) => unchecked.push({ what, why });
  if (instances === undefined) leave("far-off", "no-judge");
  else if (pictures.length < leastForOutliers) leave("far-off", "too-few");
  if (captions.length === 0) return unchecked;
  if (new Set(captions).size < leastForCaptions || captions.length < pictures.length) {
    leave("captions-fit", "too-few");
  } else if (captioned === undefined) {
    leave("captions-fit", instances === undefined ? "no-judge" : "reads-no-texts");
  } else if (unfittingOf(facts) === undefined) leave("captions-fit", "not-told-apart");
  if (pictures.some(({ caption, truncated }) => caption !== undefined && truncated === undefined)) {
    leave("captions-cut", "no-tokenizer");
  }
  return unchecked;
}

function usableOf({ pictures, hasPrompt }: CheckFacts): UsablePictures {
  const different = (those: readonly CheckedPicture[]) =>
    new Set(those.map(({ signature }) => signature.pixels)).size;
  const captioned = pictures.filter(({ caption }) => hasPrompt || caption !== undefined);
  return { withoutCaptions: different(pictures), withCaptions: different(captioned) };
}
