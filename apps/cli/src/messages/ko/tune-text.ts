/** @file Texts of `atelier tune`, and its decisions as sentences, in Korean. */

import type { Preference } from "@atelier/diffusion/core";
import type {
  FactorChange,
  ProbeEnd,
  ProbePlan,
  ProbePoint,
  TuneDecision,
} from "@atelier/diffusion/tune";
import { errorChange, share } from "../../report/run-report/percent.js";
import { tuneText as english } from "../tune-text.js";
import { duration } from "./duration.js";

const rateText = english.rate;

/** Each goes before what is done. */
const preferences: Readonly<Record<Preference, string>> = {
  likeness: "닮음을 가장 중요하게 보고",
  balance: "배운 것과 지킨 것을 똑같이 중요하게 보고",
  keep: "모델이 알던 것을 가장 중요하게 보고",
};

const changeText = (change: FactorChange): string => {
  switch (change.kind) {
    case "prior":
      return `“${change.classPrompt}” 유지`;
    case "layers":
      return change.targets.join() === "attention" ? "어텐션 레이어만" : "모든 레이어";
    case "rank":
      return `랭크 ${change.rank}`;
    case "parts":
      return `${change.parts.join(", ")}만`;
  }
};

/** What a probe is called. */
const probeName = ({ stage, learningRate, change }: ProbePlan): string => {
  switch (stage) {
    case "range":
      return "학습률 범위";
    case "fast":
    case "rates":
      return `학습률 ${rateText(learningRate)}`;
    case "factors":
      return change === undefined ? "다른 설정" : changeText(change);
    case "final":
      return "본 학습";
    case "defaults":
      return "기본 설정";
  }
};

const endings: Readonly<Record<ProbeEnd, string>> = {
  "last-step": "마지막 스텝까지 진행",
  "past-best": "가장 좋은 지점을 지남",
  overfitting: "그 뒤로 사진을 외움",
  "learned-enough": "더 얻을 것이 없음",
  broke: "무너짐",
  refused: "이 설정으로는 학습할 수 없음",
  found: "한계를 찾음",
  "too-slow": "시간이 모자람",
  "nothing-held-out": "남겨 둘 사진이 없음",
};

const numbersOf = ({ learned, generic, class: ofClass }: ProbePoint): string =>
  [
    `남겨 둔 사진 오차 ${errorChange(learned.ofThese.value)}`,
    ...(generic === undefined ? [] : [`다른 것 ${share(generic.value)} 나빠짐`]),
    ...(ofClass === undefined ? [] : [`종류 ${share(ofClass.value)} 나빠짐`]),
  ].join(", ");

/** Sentences of what is there. */
const sentences = (...some: readonly (string | false)[]): string =>
  some.filter((one) => one !== false).join(" ");

/** The sentence of a decision. @param nameOf what a probe is called, by its id */
const decisionText = (decision: TuneDecision, nameOf: (id: string) => string): string => {
  const names = (ids: readonly string[]) => ids.map(nameOf).join(", ");
  switch (decision.code) {
    case "highest-rate":
      return decision.isOpen
        ? `학습률 ${rateText(decision.rate)}까지 올려도 학습이 무너지지 않았습니다.`
        : `학습률 약 ${rateText(decision.rate)}부터 학습이 무너집니다.`;
    case "too-short":
      return `여기서 무엇을 시험해 보기에 ${decision.minutes}분은 너무 짧습니다. 약 ${decision.enough}분이면 됩니다(--minutes ${decision.enough}). 대신 기본 설정으로 학습하며 관찰합니다.`;
    case "nothing-held-out":
      return "아무것도 시험해 보지 못했습니다. 사진이 3장보다 적거나 모두 비슷해서 남겨 둘 수 있는 사진이 없었고, 어느 설정이 더 좋은지는 남겨 둔 사진으로만 알 수 있습니다. 대신 기본 설정으로 학습합니다. 사진을 더 넣거나, 2장이라면 --held-out 1로 한 장을 남겨 두세요.";
    case "nothing-measured":
      return "시험한 설정이 모두 측정하기도 전에 무너졌습니다. 대신 기본 설정으로 학습하며 관찰합니다. 먼저 사진과 기반 모델을 살펴보세요.";
    case "fast-probe": {
      const { rate, step, end, isStillLearning } = decision;
      if (isStillLearning) {
        return `학습률 ${rateText(rate)}에서는 마지막 스텝(${step}스텝)까지도 계속 좋아지고 있었습니다.`;
      }
      if (step === 0) return `학습률 ${rateText(rate)}에서는 학습이 곧바로 무너졌습니다.`;
      return `학습률 ${rateText(rate)}에서는 ${step}스텝에서 가장 좋았습니다(${endings[end]}).`;
    }
    case "rates":
      return sentences(
        decision.tried.length > 0 &&
          `더 시험할 학습률: ${decision.tried.map(rateText).join(", ")}.`,
        decision.left.length > 0 &&
          `시간이 없어 시험하지 않는 학습률: ${decision.left.map(rateText).join(", ")}.`,
      );
    case "factors":
      return sentences(
        decision.tried.length > 0 &&
          `그 학습률에서 더 시험할 설정: ${decision.tried.map(changeText).join(", ")}.`,
        decision.left.length > 0 &&
          `시간이 없어 시험하지 않는 설정: ${decision.left.map(changeText).join(", ")}.`,
      );
    case "halved":
      return `같은 만큼 학습했을 때 앞선 설정: ${names(decision.kept)}. 여기서 그만두는 설정: ${names(decision.left)}.`;
    case "rate":
      return `시험한 학습률 가운데 가장 좋은 값은 ${rateText(decision.rate)}입니다.`;
    case "chosen": {
      const { id, over, dominated, beatsBase } = decision;
      return sentences(
        `선택한 설정: ${nameOf(id)}.`,
        over !== undefined &&
          `${nameOf(over)} 쪽이 조금 더 좋게 나왔지만 우연을 넘지 않는 차이이고, 선택한 설정이 덜 잊거나 더 짧습니다.`,
        dominated.length > 0 &&
          `다른 설정보다 덜 배우고 더 많이 잊었거나, 한쪽이 뒤지면서 다른 쪽도 나을 것이 없는 설정: ${names(dominated)}.`,
        !beatsBase &&
          "원하는 기준으로는 기반 모델 자체보다 나은 설정이 없습니다. 모두 배우는 것보다 잊는 것이 많습니다. --prefer likeness를 쓰면 망각을 덜 중요하게 봅니다.",
      );
    }
    case "outcome":
      return decision.isWorse
        ? `본 학습의 결과가 시험 학습(${nameOf(decision.id)})에서 기대한 것보다 나쁩니다. 여기서는 학습률을 점점 낮추는 것이 도움이 되지 않습니다. 시험 학습의 결과는 이 명령으로 그대로 다시 얻을 수 있습니다: atelier train probes/${decision.id}/config.json --run <new folder> --steps ${decision.step}`
        : "본 학습의 결과가 시험 학습에서 기대한 만큼 좋습니다.";
    case "final":
      return decision.steps < decision.wanted
        ? `학습률을 점점 낮추며 ${decision.steps}스텝 동안 본 학습을 합니다. ${decision.wanted}스텝이면 더 좋지만 그럴 시간이 없습니다.`
        : `학습률을 점점 낮추며 ${decision.steps}스텝 동안 본 학습을 합니다. 가장 좋은 지점까지 걸린 스텝의 두 배이고, 전체 학습량은 같습니다.`;
  }
};

/** The Korean texts. */
export const tuneText: typeof english = {
  description:
    "내 사진으로 짧은 학습을 여러 번 해서 학습률, 스텝 수, 그 밖의 중요한 설정을 찾고, 찾은 설정으로 학습합니다.",
  argument:
    "사진이 3장 이상인 폴더 (JPEG, PNG, WebP, AVIF), 설명(캡션)은 사진 옆에 두거나 --prompt로 지정",
  minutes: "걸려도 되는 시간(분), 이 컴퓨터에서 한 스텝에 걸리는 시간으로 계산",
  prefer:
    "닮음과 모델이 알던 것이 맞설 때 중요하게 볼 것: likeness(닮음), balance(균형), keep(모델이 알던 것)",
  configFile: "학습 설정 파일 (옵션이 파일보다 우선)",
  run: "튜닝 폴더 (기본값: --output 안의 새 폴더)",
  opening: "기반 모델을 살펴보는 중",
  begun: (folder, minutes, prefer) =>
    `${preferences[prefer]} ${minutes}분 동안 튜닝합니다. 폴더: ${folder}`,
  goesOn: (folder, probes) => `튜닝을 이어서 합니다. 폴더: ${folder}, 마친 시험 학습: ${probes}개`,
  probe: (plan, seconds) =>
    `시험 학습: ${probeName(plan)}${seconds === undefined ? "" : `, 최대 ${duration(seconds)}`}`,
  full: (plan, seconds) =>
    `${probeName(plan)}: ${plan.steps}스텝${seconds === undefined ? "" : `, 약 ${duration(seconds)}`}`,
  stage: (plan, stage) => `${probeName(plan)}: ${stage}`,
  steps: (plan, left) => `스텝 (${probeName(plan)}), 최대 ${left} 남음`,
  measured: ({ plan, end, problem }, best) => {
    const name = probeName(plan);
    if (problem !== undefined) return `${name}: ${problem}`;
    if (plan.stage === "range") return `${name}: ${end === undefined ? "" : endings[end]}`;
    if (best === undefined) return `${name}: ${end === undefined ? "측정값 없음" : endings[end]}`;
    if (end === undefined) return `${name}, 지금까지: ${numbersOf(best)} (${best.step}스텝)`;
    return `${name}: ${best.step}스텝에서 가장 좋음, ${numbersOf(best)}; ${endings[end]}`;
  },
  name: (plan) => probeName(plan),
  decision: (decision, nameOf) => decisionText(decision, nameOf),
  ending: (end) => endings[end],
  rate: (rate) => rateText(rate),
  table: {
    head: {
      tried: "시험한 설정",
      step: "가장 좋은 스텝",
      learned: "남겨 둔 사진 오차",
      generic: "다른 것",
      ofClass: "종류",
      fate: "결과",
    },
    fates: {
      chosen: () => "선택함",
      result: () => "최종 결과",
      dominated: (ending) => `모든 면에서 더 나은 설정이 있음; ${ending}`,
      left: () => "도중에 제외: 다른 설정이 앞섬",
      other: (ending) => ending,
    },
    worse: (value) => `${share(value)} 나빠짐`,
    none: "–",
  },
  pareto: {
    described: "시험 학습마다 배운 것과 잊은 것.",
    gained: "남겨 둔 사진 오차",
    forgotten: (what) => `${what === "generic" ? "다른 것" : "종류"}의 예측이 나빠진 정도`,
    better: "더 좋음",
    base: "기반 모델",
  },
  curves: {
    described: "학습량에 따른 남겨 둔 사진의 오차, 시험 학습마다.",
    amount: "학습량 (학습률 × 스텝 수)",
  },
  range: {
    described: "학습률을 올리는 동안 학습 사진의 오차.",
    rate: "학습률",
    error: "학습 사진 오차",
    breaks: (rate) => `${rateText(rate)}부터 무너짐`,
  },
  page: {
    title: "이 사진에 맞는 설정",
    summary: ({ minutes, prefer, config }) =>
      `${config.data.folder} 폴더의 사진으로, ${preferences[prefer]} ${minutes}분 동안 튜닝했습니다.`,
    chosen: (plan) =>
      `시험한 것 가운데 가장 좋은 설정: 학습률 ${rateText(plan.learningRate)}${plan.change === undefined ? "" : `, ${changeText(plan.change)}`}`,
    nothingChosen: (goesOn) =>
      goesOn
        ? "튜닝이 아직 끝나지 않았습니다."
        : "아무것도 시험해 볼 수 없어 기본 설정으로 학습했습니다.",
    result: (plan, best) =>
      `${plan.stage === "final" ? "본 학습" : "기본 설정 학습"}의 ${plan.steps}스텝 중 ${best.step}스텝 지점을 보관했습니다: ${numbersOf(best)}.`,
    goesOn: (folder) => `이어서 하려면: atelier resume ${folder}`,
    again: "이 설정은 설정 파일로 저장되어, 비슷한 사진을 더 넣어 다시 학습할 때도 쓸 수 있습니다:",
    command: english.page.command,
    runReport: "이 학습의 보고서: 곡선, 사진, 그림",
    headings: {
      drawings: "결과로 그린 그림",
      pareto: "설정마다 얻은 것과 잃은 것",
      probes: "시험한 것",
      decisions: "이렇게 정했습니다",
      curves: "학습이 흘러간 모습",
      range: "어디부터 너무 빠른가",
      trust: "얼마나 믿을 수 있는가",
    },
    paretoExplained:
      "점 하나는 설정을 바꿔 해 본 짧은 학습의 가장 좋은 순간입니다. 위로 갈수록 더 잘 배운 것이고 오른쪽으로 갈수록 모델이 알던 것을 더 많이 잊은 것이어서, 왼쪽 위 모서리가 가장 좋습니다. 고리는 선택한 설정이고, 별은 그 설정으로 본 학습을 한 결과입니다. 흐린 점은 다른 설정보다 덜 배우고 더 많이 잊었거나 도중에 제외된 설정입니다.",
    curvesExplained:
      "학습하는 동안 남겨 둔 사진의 오차이며, 아래로 갈수록 좋습니다. 빠른 학습률과 느린 학습률의 선이 가로축의 같은 자리에 있으면 같은 만큼 학습한 것이고, 느린 쪽은 더 많은 스텝이 걸렸습니다. 선이 위로 꺾이면 사진을 외우고 있거나 학습이 무너지는 것입니다.",
    rangeExplained:
      "스텝마다 학습률을 올리는 학습 하나입니다. 선이 내려가는 동안은 배우고 있고, 위로 꺾이는 곳부터는 학습률이 너무 높습니다.",
    trusted: ({ heldOut, minutes }) => [
      heldOut.length === 0
        ? "남겨 둔 사진이 없어 아무것도 비교할 수 없었습니다."
        : `${heldOut.length === 1 ? `모두 어느 학습에도 쓰지 않은 사진 한 장(${heldOut[0] ?? ""})으로 측정했습니다` : `모두 어느 학습에도 쓰지 않은 사진 ${heldOut.length}장으로 측정했습니다`}. 오차가 몇 %만 차이 나는 설정은 다른 사진에서 순서가 바뀔 수 있어, 그럴 때는 덜 잊는 쪽을 골랐습니다. 큰 차이, 무너지는 학습, 두 배로 잊는 설정은 실제로 그렇습니다.`,
      `${minutes}분은 여기서 한 스텝에 걸린 시간으로 미리 계산한 시간입니다. 컴퓨터가 바쁘면 더 오래 걸립니다.`,
      "잊은 정도는 기반 모델이 직접 그린 것으로 측정합니다. 예측이 얼마나 달라졌는지를 알려 줄 뿐, 그림이 나빠졌는지를 알려 주지는 않습니다. 중요하게 여기는 것을 그려서 비교해 보세요.",
    ],
  },
  config: (path) => `다시 학습할 때 쓸 설정: ${path} (atelier train ${path})`,
  report: (path) => `보고서: ${path}`,
  reports: (tune, final) =>
    [...(tune === undefined ? [] : [`보고서: ${tune}`]), `본 학습 보고서: ${final}`].join("\n"),
  reportFailed: (folder, reason) =>
    `${folder} 폴더의 보고서를 쓰지 못했습니다: ${reason} 튜닝 자체는 온전합니다. \`atelier report\` 명령으로 다시 쓸 수 있습니다.`,
  result: (path) => `저장했습니다: ${path}`,
  stopped: (folder) =>
    `중단했습니다. 지금까지 측정한 것은 보관했습니다. 이어서 하려면:\n  atelier resume ${folder}`,
  over: (time) => `튜닝을 마쳤습니다 (${time})`,
  more: (rule) => `
먼저 학습이 무너질 때까지 학습률을 올립니다. 그런 다음 더 낮은 학습률로, 그리고 가장 좋은 학습률에서 다른 설정을
바꿔 가며 짧은 시험 학습을 하고, 가장 좋은 지점을 지날 때까지 하나씩 관찰합니다. 배운 것은 어느 학습에도 쓰지
않는 사진으로, 잊은 것은 기반 모델이 직접 그린 것으로 측정합니다. 그 가운데 가장 좋은 설정으로 본 학습을 합니다.
직접 지정한 설정은 바꾸지 않습니다. 중단했거나 강제로 끝난 튜닝은 \`atelier resume <folder>\` 명령으로 이어집니다.

예시:
  atelier tune photos/robot
  atelier tune photos/dog --base models/sd15 --prompt "a photo of sks dog" --minutes 240 --prefer keep
  atelier tune photos/style --tuning full --minutes 60
  atelier resume runs/tune-20261124-093015

\`atelier train\` 명령에 쓸 수 있는 설정 chosen.json, 그 설정으로 학습한 결과가 담긴 final/, 그리고 tune.html을 남깁니다.
결과를 얼마나 믿을 수 있는지는 docs/tune.md에 있습니다.

${rule}`,
};
