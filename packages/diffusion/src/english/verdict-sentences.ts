/** @file What is said of a watched training, in English. */

import { option } from "../core/option-words.js";
import {
  type Change,
  type Estimate,
  type Kept,
  type Learned,
  type LearnedBank,
  type Moved,
  type Verdict,
  type VerdictNumbers,
  type VerdictSentences,
  verdictSentence,
} from "../core/verdict.js";

/** By state, and by code. */
export const englishVerdicts: VerdictSentences = {
  states: {
    "nothing-happens": ({ step, numbers: { train } }) =>
      `Nothing happens: after ${step} steps the error on ${inTraining(train)} has hardly changed (${error(train.ofThese.value)}).`,
    learning: ({ bank, numbers: { learned } }) => `Learning: error on ${levelOf(bank, learned)}.`,
    "learned-enough": ({ since, bank, numbers: { learned }, kept }) =>
      `Learned enough since about step ${since}: error on ${levelOf(bank, learned)}, and hardly falling any more. ${keptStep(kept)}`,
    overfitting: ({ since, bank, numbers, kept }) =>
      `Overfitting ${sinceStep(since)}: ${stillImproving(numbers.train)}, ${gettingWorse(bank, numbers)}. ${keptStep(kept)}`,
    forgetting: ({ numbers }) => forgettingOf(numbers),
    diverging: ({ step, since, bank, numbers, kept }) =>
      `Diverging ${howDiverging({ step, since, bank }, numbers)}. ${keptStep(kept)}`,
  },
  advice: {
    "raise-rate": ({ factor }) =>
      `Try ${factor} times the learning rate (${option("learningRate")}).`,
    "lower-rate": ({ factor }) =>
      `Begin anew with ${factor} times the learning rate (${option("learningRate")}).`,
    stop: () => "It can stop here.",
    "less-strength": () => "Drawn with less strength, it forgets less.",
    "prediction-prior": () => `${option("prior.source", "prediction")} keeps what the base knows.`,
  },
  kept: ({ step, prefer, learned, generic, class: ofClass }, bank) => {
    if (step === 0) return `No step is better than the base${bestFor(prefer)}.`;
    if (prefer === undefined) {
      return `Kept step ${step}: ${lowestThere(bank, learned)}.`;
    }
    const forgotten = [
      ...(generic === undefined ? [] : [`other things ${share(generic.value)} worse`]),
      ...(ofClass === undefined ? [] : [`the class ${share(ofClass.value)} worse`]),
    ];
    return `Kept step ${step}, the best${bestFor(prefer)}: ${[`error on ${learnedFrom(bank, learned)} ${error(learned.ofThese.value)}`, ...forgotten].join(", ")}.`;
  },
};

/** The English sentences of a verdict with its advice; they name options as the library does. */
export function verdictInEnglish(verdict: Verdict): string {
  return verdictSentence(verdict, englishVerdicts);
}

const reasons = {
  likeness: "likeness",
  balance: "a balance of what is learned and what is kept",
  keep: "keeping what the base knows",
};

const bestFor = (prefer: Kept["prefer"]) => (prefer === undefined ? "" : ` for ${reasons[prefer]}`);

const keptStep = ({ step }: Kept) =>
  step === 0 ? "No step is better than the base." : `Kept step ${step}.`;

const sinceStep = (step: number) => (step === 0 ? "from the start" : `since about step ${step}`);

const inTraining = ({ pictures }: Learned) =>
  pictures === 1 ? "the picture in training" : "pictures in training";

function learnedFrom(bank: LearnedBank, { pictures }: Learned): string {
  if (bank === "echo") return `enlarged views of the ${pictures === 1 ? "picture" : "pictures"}`;
  return pictures === 1 ? "the picture held out" : `the ${pictures} pictures held out`;
}

/** Views of pictures in training are not like others: of others they tell nothing. */
function levelOf(bank: LearnedBank, learned: Learned): string {
  const level = `${learnedFrom(bank, learned)} ${error(learned.ofThese.value)}`;
  return bank === "echo" ? level : `${level} (${othersLike(learned)})`;
}

/** Held out are a few of many that are like them: by these and by those in training it is said of all. */
function lowestThere(bank: LearnedBank, learned: Learned): string {
  const seen = error(learned.ofThese.value);
  if (bank === "echo")
    return `the error on ${learnedFrom(bank, learned)} was lowest there (${seen})`;
  const { pictures } = learned;
  return pictures === 1
    ? `pictures like the one held out should have their lowest error there (that one: ${seen})`
    : `pictures like the ${pictures} held out should have their lowest error there (these: ${seen})`;
}

const othersLike = ({ pictures, ofOthersLikeThem }: Learned) =>
  `others like ${pictures === 1 ? "it" : "them"}: ${errors(ofOthersLikeThem)}`;

const stillImproving = (train: Learned) =>
  `${inTraining(train)} still ${train.pictures === 1 ? "improves" : "improve"} (${error(train.ofThese.value)})`;

function gettingWorse(
  bank: LearnedBank,
  { train, learned, worsening }: VerdictNumbers["overfitting"],
): string {
  if (bank === "echo") {
    return `enlarged views of ${train.pictures === 1 ? "it" : "them"} went ${fromTo(learned)}`;
  }
  const { pictures } = worsening;
  const these = pictures === 1 ? "the one" : `the ${pictures}`;
  return `${these} held out went ${fromTo(learned)} (${othersLike(worsening)} since then)`;
}

function forgettingOf({ isSevere, generic, class: ofClass }: VerdictNumbers["forgetting"]): string {
  const forgotten: readonly (readonly [name: string, moved: Moved])[] = [
    ...(generic === undefined ? [] : [["other things", generic] as const]),
    ...(ofClass === undefined ? [] : [[`"${ofClass.prompt}"`, ofClass] as const]),
  ];
  const now = forgotten.map(
    (
      [
        name,
        {
          now: { value },
        },
      ],
      index,
    ) =>
      index === 0
        ? `${name} ${name === "other things" ? "are" : "is"} predicted ${share(value)} worse than by the base`
        : `${name} ${share(value)}`,
  );
  const atEnd = forgotten.flatMap(([, moved]) =>
    moved.atEnd === undefined ? [] : share(moved.atEnd.value),
  );
  const pace = atEnd.length === 0 ? "" : `; at this pace ${atEnd.join(" and ")} at the end`;
  return `Forgetting${isSevere ? " much" : ""}: ${now.join(", ")}${pace}.`;
}

function howDiverging(
  { step, since, bank }: Pick<Verdict, "step" | "since" | "bank">,
  numbers: VerdictNumbers["diverging"],
): string {
  switch (numbers.cause) {
    case "not-finite":
      return `at step ${step}: an error or a gradient is no finite number any more`;
    case "gradients":
      return `at step ${step}: gradients are ${Math.round(numbers.times)} times as large as usual`;
    case "rising": {
      const others = bank === "echo" ? "enlarged views of them" : "what is held out";
      return `${sinceStep(since)}: the error rose on pictures in training (${fromTo(numbers.train)}) and on ${others} (${fromTo(numbers.learned)})`;
    }
  }
}

/** `from −31 to −23 %`. */
const fromTo = ({ from, to }: Change) => `from ${signed(percent(from))} to ${error(to)}`;

/** `−16 to −44 %`: the smaller change first. */
function errors({ low, high }: Estimate): string {
  const [first, second] = high <= 0 ? [high, low] : [low, high];
  return `${signed(percent(first))} to ${error(second)}`;
}

/** `−31 %`, of a mean log-ratio. */
const error = (logRatio: number): string => `${signed(percent(logRatio))} %`;

const percent = (logRatio: number) => 100 * (Math.exp(logRatio) - 1);

/** `14 %`. */
const share = (value: number): string => `${rounded(100 * value)} %`;

/** With a sign, and a real minus. */
function signed(value: number): string {
  const text = rounded(Math.abs(value));
  if (Number(text) === 0) return text;
  return `${value < 0 ? "−" : "+"}${text}`;
}

/** Whole, or with a decimal below 1. */
const rounded = (value: number) =>
  value < 0.95 ? String(Math.round(10 * value) / 10) : String(Math.round(value));

// For whoever shows measured numbers in other sentences.
export { error as errorText, errors as errorRange, share as shareText };
