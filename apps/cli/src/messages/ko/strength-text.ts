/** @file Texts of `atelier strength`, in Korean. */

import { errorText, shareText } from "@atelier/diffusion/english";
import type { MeasuredStrength } from "@atelier/diffusion/verdicts";
import type { strengthText as english } from "../strength-text.js";

// Both end alike, so that one particle fits them.
const bankNames = { "held-out": "남겨 둔 사진", echo: "확대한 사진" };

const preferences = {
  likeness: "닮음",
  balance: "배운 것과 지킨 것의 균형",
  keep: "기반 모델이 알던 것의 유지",
};

const worse = (value: number): string => `${shareText(value)} 나빠짐`;

/** `−16~−44 %`: the smaller change first. */
const errorRange = ({ low, high }: MeasuredStrength["learned"]["ofThese"]): string => {
  const [first, second] = high <= 0 ? [high, low] : [low, high];
  return `${errorText(first).replace(" %", "")}~${errorText(second)}`;
};

/** The Korean texts. */
export const strengthText: typeof english = {
  description: "학습 결과에 가장 좋은 강도를 측정해서 고르고, 그 강도로 결과를 저장합니다.",
  argument: "학습 기록 폴더",
  strengths: "측정할 강도를 쉼표로 구분, 1은 학습한 그대로",
  prefer:
    "원하는 것: likeness(닮음), balance(균형), keep(기반 모델이 알던 것) (기본값: 학습을 관찰한 기준, 없으면 가장 낮은 오차)",
  out: "결과를 저장할 곳: .safetensors 파일, 아니면 diffusers 형식의 폴더 (기본값: 학습 기록의 파일 옆)",
  allowChanges: "사진, 설명, 기반 모델이 전과 달라졌어도 측정",
  draw: "기반 모델과 가장 좋은 두 강도로 각각 그릴 장수, strength.png에 저장",
  dryRun: "측정만 하고 저장하지 않음",
  force: "이미 있는 파일 덮어쓰기",
  measuring: "배치 예측",
  drawing: "그리는 중",
  rows: ({ bank, step }) =>
    `${step}스텝의 학습 결과를 ${bankNames[bank]}과 기반 모델이 그린 그림으로 측정합니다`,
  head: ({ bank, classPrompt }) => [
    "강도",
    `${bankNames[bank]} 오차`,
    "학습 사진",
    "다른 것",
    ...(classPrompt === undefined ? [] : [`"${classPrompt}"`]),
  ],
  row: ({ strength, learned, train, generic, class: ofClass }) => [
    String(strength),
    `${errorText(learned.ofThese.value)} (${errorRange(learned.ofThese)})`,
    errorText(train.ofThese.value),
    ...[generic, ofClass].flatMap((moved) => (moved === undefined ? [] : [worse(moved.value)])),
  ],
  chosen: (
    { strength, reason, prefer, lowest, beatsBase },
    measured,
    { bank, classPrompt },
  ): string => {
    const at = (wanted: number) => measured.find((one) => one.strength === wanted);
    const error = (wanted: number) => errorText(at(wanted)?.learned.ofThese.value ?? 0);
    if (!beatsBase) {
      return `${prefer === undefined ? "" : `${preferences[prefer]} 기준으로 `}기반 모델 자체보다 나은 강도가 없어 아무것도 저장하지 않습니다.`;
    }
    switch (reason) {
      case "lowest":
        return `강도 ${strength}: ${bankNames[bank]} 오차가 여기서 가장 낮습니다(${error(strength)}).`;
      case "as-good":
        return `강도 ${strength}: ${bankNames[bank]} 오차가 가장 낮은 것과 다름없고(${error(strength)}, 강도 ${lowest}에서 ${error(lowest)}) 덜 잊습니다.`;
      case "preferred": {
        const { generic, class: ofClass } = at(strength) ?? {};
        const parts = [
          `${bankNames[bank]} 오차 ${error(strength)}`,
          ...(generic === undefined ? [] : [`다른 것 ${worse(generic.value)}`]),
          ...(ofClass === undefined ? [] : [`"${classPrompt ?? ""}" ${worse(ofClass.value)}`]),
        ];
        return `강도 ${strength}: ${preferences[prefer ?? "balance"]} 기준으로 가장 좋습니다(${parts.join(", ")}).`;
      }
    }
  },
  atEdge: (strength) =>
    `강도 ${strength}: 측정한 강도 가운데 맨 끝입니다. 그 너머가 더 좋을 수 있으니 --strengths로 더 측정해 보세요.`,
  own: "학습 기록의 파일이 이미 이 강도여서 따로 저장하지 않습니다.",
  written: (path) => `저장했습니다: ${path}`,
  record: (path) => `측정한 강도: ${path}`,
  sheet: (path) => `그림: ${path}`,
  // Labels on a picture, whose pixel font has Latin letters only.
  base: (seed) => `base, seed ${seed}`,
  drawn: (strength, seed) => `strength ${strength}, seed ${seed}`,
  more: `
학습 결과를 강도마다 시험합니다. 학습을 관찰할 때와 같은 것으로 측정합니다: 학습에서 보여 주지 않는 확대한
사진(또는 남겨 둔 사진), 학습 사진, 기반 모델이 직접 그린 latent. 차이가 우연을 넘지 않는 강도가 여럿이면 가장
작은 강도를 고릅니다. 그래야 가장 덜 잊기 때문입니다. --prefer를 쓰면 잊은 것도 함께 따집니다. 학습 기록의 파일은
그대로 둡니다. 어댑터는 알파를 조절해서, 모델은 기반 모델과 학습 결과의 사이 값으로 저장합니다.

예시:
  atelier strength runs/lora-20261124-093015
  atelier strength runs/lora-20261124-093015 --prefer balance --draw 4
  atelier strength runs/dog --strengths 0.5,0.7,0.9 --dry-run
  atelier strength runs/dog --out dog-softer.safetensors`,
};
