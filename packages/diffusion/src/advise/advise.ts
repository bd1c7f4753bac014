/**
 * @file Which technique fits a folder of pictures, and with what settings. The rules follow the comparison
 * in docs/techniques.md; reasons and notes are names here, and sentences where they are shown.
 */

import { some } from "../core/warnings/param-kinds.js";
import { type Warning, warning } from "../core/warnings/warning.js";
import type { WarningGroups } from "../core/warnings/warning-table.js";
import type { PictureSize } from "../data/resize-crop.js";
import type { TuningName } from "../train/config/train-config.js";
import { settingsFor, type TrainingAdvice } from "../train/config/training-advice.js";

/** What somebody wants of their pictures. */
export const adviceGoals = ["subject", "style", "word", "model"] as const;

/** One of {@link adviceGoals}. */
export type AdviceGoal = (typeof adviceGoals)[number];

/** A technique by its command; `pivotal` is Textual Inversion with an adapter. */
export type AdvisedTechnique = "dreambooth" | "lora" | "textual-inversion" | "pivotal" | "finetune";

/** What is known of a picture. */
export interface AdvisedPicture {
  readonly name: string;
  readonly size: PictureSize;
  readonly caption: string | undefined;
  /** The same for files of the same bytes. */
  readonly hash: string;
}

/** What advice depends on. */
export interface AdviceFacts {
  readonly pictures: readonly AdvisedPicture[];
  /** Guessed by the pictures where it is not given. */
  readonly goal?: AdviceGoal | undefined;
  /** Of the base's own pictures, in pixels along an edge. */
  readonly edge: number;
  /** Of the base. */
  readonly training?: TrainingAdvice | undefined;
  /** What training all weights of the base takes, in bytes. */
  readonly fullTrainingBytes: number;
  /** Of this machine. */
  readonly memoryBytes: number;
}

/** Why a technique fits, or another one may. */
export type AdviceReason =
  | "few-of-one-subject"
  | "class-kept"
  | "many-things-in-one-manner"
  | "words-tell-apart"
  | "smallest-file"
  | "all-else-untouched"
  | "most-likeness"
  | "many-captioned"
  | "memory-of-full"
  | "too-little-memory-for-full";

/** What to look after before training. */
export type AdviceNote = Warning<keyof WarningGroups["advice"]>;

/** A technique and why. */
export interface AdvisedChoice {
  readonly technique: AdvisedTechnique;
  readonly reasons: readonly AdviceReason[];
}

/** What fits. */
export interface Advice {
  readonly goal: AdviceGoal;
  readonly best: AdvisedChoice;
  readonly others: readonly AdvisedChoice[];
  readonly steps: number;
  /** Whether the pictures' shapes differ so much that they should keep them. */
  readonly buckets: boolean;
  readonly notes: readonly AdviceNote[];
}

/** More pictures than this are seldom of one subject. */
export const subjectPictures = 8;
/** From here on captions carry enough to change a whole model. */
const modelPictures = 200;
/** The most of a machine's memory that a run may plan with: other programs are on it too. */
const usableShare = 0.9;
/** Largest ratio of aspect ratios that one shape for all still suits. */
const similarAspects = 1.25;
/**
 * How often each picture has been seen at the best step, at most: what predicts fresh pictures of the subject best,
 * at the advised rate held constant, of 3 to 10 pictures; an adapter, all weights and a prior beside it hardly differ
 * (docs/verdicts.md, "How often pictures are seen"). Of a word the best step is too flat a place to tell.
 */
const showings = 80;
/** The same of 30 pictures, which have more in common. */
const showingsOfMany = 40;
/** From here on they count as many. */
const many = 20;
/** A rate that falls to nothing moves as far in twice the steps; times rate, the best step is about the same. */
const fallingFactor = 2;

/** Advises. */
export function advise(facts: AdviceFacts): Advice {
  const { pictures } = facts;
  const goal = facts.goal ?? guess(facts);
  const hasCaptions = pictures.every(({ caption }) => caption !== undefined);
  const fitsFull = facts.fullTrainingBytes <= facts.memoryBytes * usableShare;
  const [best, ...others] = choices(goal, { hasCaptions, fitsFull });
  return {
    goal,
    best,
    others,
    steps: stepsOf(best.technique, facts),
    buckets: aspectSpread(pictures) > similarAspects,
    notes: notesOf(facts, goal),
  };
}

function guess({ pictures }: AdviceFacts): AdviceGoal {
  const captions = new Set(pictures.flatMap(({ caption }) => caption ?? []));
  if (pictures.length <= subjectPictures) return "subject";
  const isDescribed = captions.size > pictures.length / 2;
  return pictures.length >= modelPictures && isDescribed ? "model" : "style";
}

function choices(
  goal: AdviceGoal,
  { hasCaptions, fitsFull }: { readonly hasCaptions: boolean; readonly fitsFull: boolean },
): readonly [AdvisedChoice, ...AdvisedChoice[]] {
  const word: AdvisedChoice = {
    technique: "textual-inversion",
    reasons: ["smallest-file", "all-else-untouched"],
  };
  const pivotal: AdvisedChoice = { technique: "pivotal", reasons: ["most-likeness"] };
  switch (goal) {
    case "subject":
      return [
        { technique: "dreambooth", reasons: ["few-of-one-subject", "class-kept"] },
        pivotal,
        word,
      ];
    case "style":
      return [
        {
          technique: "lora",
          reasons: [
            "many-things-in-one-manner",
            ...(hasCaptions ? (["words-tell-apart"] as const) : []),
          ],
        },
        pivotal,
        word,
      ];
    case "word":
      return [word, pivotal];
    case "model": {
      const lora: AdvisedChoice = { technique: "lora", reasons: ["too-little-memory-for-full"] };
      if (!fitsFull) return [lora];
      return [
        { technique: "finetune", reasons: ["many-captioned", "memory-of-full"] },
        { technique: "lora", reasons: ["many-things-in-one-manner"] },
      ];
    }
    default:
      return goal satisfies never;
  }
}

const tuningOf: Readonly<Record<AdvisedTechnique, TuningName>> = {
  dreambooth: "lora",
  lora: "lora",
  "textual-inversion": "textual_inversion",
  pivotal: "pivotal",
  finetune: "full",
};

/** As many as pictures need, and no fewer than the base advises, whose makers have drawn with what they trained. */
function stepsOf(technique: AdvisedTechnique, { pictures, training = {} }: AdviceFacts): number {
  const tuning = tuningOf[technique];
  const { withPrior, ...alone } = training;
  const own = settingsFor({ tuning, prior: undefined }, alone);
  const advised = { ...own, ...(technique === "dreambooth" ? withPrior : {}) };
  const { batchSize = 1, schedule, steps: least = 0 } = advised;
  const each = pictures.length < many ? showings : showingsOfMany;
  const isFalling = schedule !== undefined && schedule.name !== "constant";
  const wanted = (each * pictures.length * (isFalling ? fallingFactor : 1)) / batchSize;
  return Math.max(least, 10 * Math.ceil(wanted / 10));
}

function aspectSpread(pictures: readonly AdvisedPicture[]): number {
  const aspects = pictures.map(({ size: { width, height } }) => width / height);
  return Math.max(...aspects) / Math.min(...aspects);
}

function notesOf(facts: AdviceFacts, goal: AdviceGoal): AdviceNote[] {
  const { pictures, edge } = facts;
  const notes: AdviceNote[] = [];
  if (facts.goal === undefined) notes.push(warning("guessed-goal", { goal }));
  if (pictures.length === 1) notes.push(warning("one-picture", {}));
  const byHash = new Map<string, string[]>();
  for (const { name, hash } of pictures) byHash.set(hash, [...(byHash.get(hash) ?? []), name]);
  const duplicates = [...byHash.values()].flatMap(([, ...again]) => again);
  if (duplicates.length > 0) notes.push(warning("duplicates", { pictures: some(duplicates) }));
  const small = pictures.filter(({ size }) => Math.min(size.width, size.height) < edge);
  if (small.length > 0) {
    notes.push(warning("small-pictures", { pictures: some(small.map(({ name }) => name)), edge }));
  }
  if (aspectSpread(pictures) > similarAspects) notes.push(warning("other-shapes", {}));
  const uncaptioned = pictures.filter(({ caption }) => caption === undefined).length;
  if (uncaptioned > 0 && (goal === "style" || goal === "model")) {
    notes.push(warning("uncaptioned", { count: uncaptioned }));
  }
  return notes;
}
