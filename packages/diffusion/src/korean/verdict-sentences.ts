/** @file What is said of a watched training, in Korean. */

import { option } from "../core/option-words.js";
import type {
  Change,
  Estimate,
  Kept,
  Learned,
  LearnedBank,
  Verdict,
  VerdictNumbers,
  VerdictSentences,
} from "../core/verdict.js";
import { errorText, shareText } from "../english/verdict-sentences.js";

/** By state, and by code. */
export const koreanVerdicts: VerdictSentences = {
  states: {
    "nothing-happens": ({ step, numbers: { train } }) =>
      `변화 없음: ${step}스텝이 지났지만 학습 사진의 오차가 거의 달라지지 않았습니다 (${errorText(train.ofThese.value)}).`,
    learning: ({ bank, numbers: { learned } }) =>
      `배우는 중: ${learnedFrom(bank, learned)}의 오차가 ${moved(learned)}습니다${bank === "echo" ? "" : ` (${othersLike(learned)})`}.`,
    "learned-enough": ({ since, bank, numbers: { learned }, kept }) =>
      `약 ${since}스텝부터 충분히 배웠습니다. ${learnedFrom(bank, learned)}의 오차가 ${moved(learned)}고${bank === "echo" ? "" : `(${othersLike(learned)})`}, 이제 거의 줄지 않습니다. ${keptStep(kept)}`,
    overfitting: ({ since, bank, numbers, kept }) =>
      `${sinceStep(since)} 과적합입니다. 학습 사진은 계속 좋아지지만(${errorText(numbers.train.ofThese.value)}) ${gettingWorse(bank, numbers)}. ${keptStep(kept)}`,
    forgetting: ({ numbers }) => forgettingOf(numbers),
    diverging: ({ step, since, bank, numbers, kept }) =>
      `${howDiverging({ step, since, bank }, numbers)}. ${keptStep(kept)}`,
  },
  advice: {
    "raise-rate": ({ factor }) => `학습률(${option("learningRate")})을 ${factor}배로 높여 보세요.`,
    "lower-rate": ({ factor }) =>
      `학습률(${option("learningRate")})을 ${factor}배로 낮춰 처음부터 다시 학습하세요.`,
    stop: () => "여기서 마쳐도 됩니다.",
    "less-strength": () => "강도를 낮춰 그리면 망각이 줄어듭니다.",
    "prediction-prior": () =>
      `${option("prior.source", "prediction")} 옵션을 쓰면 기반 모델이 아는 것이 유지됩니다.`,
  },
  kept: ({ step, prefer, learned, generic, class: ofClass }, bank) => {
    const best = prefer === undefined ? "" : `${reasons[prefer]} 면에서 `;
    if (step === 0) return `${best}${noneBetter}`;
    if (prefer === undefined) return `${step}스텝을 보관했습니다: ${lowestThere(bank, learned)}.`;
    const facts = [
      `${learnedFrom(bank, learned)}의 오차 ${errorText(learned.ofThese.value)}`,
      ...(generic === undefined ? [] : [`다른 것은 ${shareText(generic.value)} 나빠짐`]),
      ...(ofClass === undefined ? [] : [`종류는 ${shareText(ofClass.value)} 나빠짐`]),
    ];
    return `${best}가장 좋은 ${step}스텝을 보관했습니다: ${facts.join(", ")}.`;
  },
};

const reasons = {
  likeness: "닮음",
  balance: "배운 것과 유지한 것의 균형",
  keep: "기반 모델이 아는 것을 유지하는",
};

const noneBetter = "기반 모델보다 나은 스텝이 없습니다.";

const keptStep = ({ step }: Kept) => (step === 0 ? noneBetter : `${step}스텝을 보관했습니다.`);

const sinceStep = (step: number) => (step === 0 ? "처음부터" : `약 ${step}스텝부터`);

const heldOut = (pictures: number) =>
  pictures === 1 ? "남겨 둔 사진" : `남겨 둔 사진 ${pictures}장`;

const learnedFrom = (bank: LearnedBank, { pictures }: Learned) =>
  bank === "echo" ? "확대한 학습 사진" : heldOut(pictures);

/** Held out are a few of many that are like them: by these and by those in training it is said of all. */
function lowestThere(bank: LearnedBank, learned: Learned): string {
  const from = learnedFrom(bank, learned);
  const seen = errorText(learned.ofThese.value);
  return bank === "echo"
    ? `${from}의 오차가 여기서 가장 작았습니다 (${seen})`
    : `${from}과 비슷한 사진의 오차가 여기서 가장 작을 것으로 보입니다 (남겨 둔 사진: ${seen})`;
}

/** Views of pictures in training are not like others: of others they tell nothing. */
const othersLike = ({ ofOthersLikeThem }: Learned) =>
  `비슷한 사진이라면 ${errorRange(ofOthersLikeThem)}`;

function gettingWorse(
  bank: LearnedBank,
  { learned, worsening }: VerdictNumbers["overfitting"],
): string {
  const worse = `${learnedFrom(bank, worsening)}은 ${fromTo(learned)} 나빠졌습니다`;
  if (bank === "echo") return worse;
  return `${worse} (비슷한 사진이라면 그 뒤로 ${errorRange(worsening.ofOthersLikeThem)})`;
}

function forgettingOf({ isSevere, generic, class: ofClass }: VerdictNumbers["forgetting"]): string {
  const forgotten = [
    ...(generic === undefined ? [] : [{ name: "다른 것을 그리는 오차", ...generic }]),
    ...(ofClass === undefined ? [] : [{ name: `‘${ofClass.prompt}’ 프롬프트의 오차`, ...ofClass }]),
  ];
  const now = forgotten.map(({ name, now: { value } }, index) =>
    index === 0
      ? `${name}가 기반 모델보다 ${shareText(value)} 커졌`
      : `${name}는 ${shareText(value)} 커졌`,
  );
  const atEnd = forgotten.flatMap((each) => (each.atEnd ? [shareText(each.atEnd.value)] : []));
  const each = atEnd.length > 1 ? "각각 " : "";
  const pace = atEnd.length === 0 ? "" : ` 이대로면 끝에는 ${each}${atEnd.join(", ")}가 됩니다.`;
  return `${isSevere ? "심한 망각" : "망각"}: ${now.join("고, ")}습니다.${pace}`;
}

function howDiverging(
  { step, since, bank }: Pick<Verdict, "step" | "since" | "bank">,
  numbers: VerdictNumbers["diverging"],
): string {
  switch (numbers.cause) {
    case "not-finite":
      return `${step}스텝에서 발산했습니다. 오차나 그래디언트가 더는 유한한 수가 아닙니다`;
    case "gradients":
      return `${step}스텝에서 발산했습니다. 그래디언트가 평소의 ${Math.round(numbers.times)}배입니다`;
    case "rising": {
      const others = bank === "echo" ? "확대한 학습 사진" : "남겨 둔 사진";
      return `${sinceStep(since)} 발산합니다. 학습 사진의 오차는 ${fromTo(numbers.train)}, ${others}의 오차는 ${fromTo(numbers.learned)} 커졌습니다`;
    }
  }
}

/** `31 % 줄었`, to be ended. */
function moved({ ofThese: { value } }: Learned): string {
  const change = errorText(value);
  const size = change.replace(/^[−+]/, "");
  if (size === change) return "달라지지 않았";
  return `${size} ${value < 0 ? "줄었" : "커졌"}`;
}

/** `−31 %에서 −23 %로`. */
const fromTo = ({ from, to }: Change) => `${errorText(from)}에서 ${errorText(to)}로`;

/** `−16 ~ −44 %`: the smaller change first. */
function errorRange({ low, high }: Estimate): string {
  const [first, second] = high <= 0 ? [high, low] : [low, high];
  return `${errorText(first).replace(" %", "")} ~ ${errorText(second)}`;
}
