/** @file Texts of `atelier advise`, in Korean. */

import type { adviseText as english } from "../advise-text.js";

/** Korean. */
export const adviseText: typeof english = {
  description: "사진 폴더에 맞는 기법과 그 까닭을 알려 줍니다.",
  argument: "사진 폴더, 사진 옆에 설명(캡션)이 있거나 없음",
  base: "학습할 모델",
  goal: "사진의 쓰임 (기본값: 장수와 설명으로 짐작): subject(한 가지 대상), style(화풍), word(그것을 부를 단어만), model(다른 모델)",
  reading: "사진을 살펴보는 중",
  found: (pictures, captions) => `사진 ${pictures}장, 설명이 있는 사진 ${captions}장`,
  best: (technique) => `추천: ${technique}`,
  also: (technique) => `다른 방법: ${technique}`,
  begin: "이 명령으로 시작하세요. 꺾쇠괄호 안은 원하는 단어로 바꾸세요:",
  measured: (pictures, tune) => {
    const steps =
      "스텝 수는 Atelier의 내장 모델에서 가장 좋았던 횟수의 위쪽 값만큼 사진을 한 장씩 보도록 정했습니다(docs/verdicts.md).";
    return pictures < 3
      ? `${steps} 더 적어도 충분할 수 있습니다. 학습하면서 무엇을 배우고 잊는지 알려 주고, 사진이 3장 이상이면 가장 좋은 스텝도 찾을 수 있습니다.`
      : `${steps} 더 적어도 충분할 수 있습니다. ${pictures < 5 ? "--held-out 1을 쓰면 " : ""}남겨 둔 사진으로 가장 좋은 스텝을 찾아 보관합니다. 학습률과 스텝 수를 직접 측정해 정하려면: ${tune}`;
  },
  techniques: {
    dreambooth: "DreamBooth (LoRA로)",
    lora: "LoRA",
    "textual-inversion": "Textual Inversion",
    pivotal: "pivotal tuning, 단어와 LoRA를 파일 하나에",
    finetune: "전체 파인튜닝",
  },
  reasons: {
    "few-of-one-subject": "한 가지를 찍은 사진 몇 장을 위해 만들어진 기법입니다",
    "class-kept": "종류 사진을 내 사진과 함께 보여 주어 종류를 뜻하는 단어의 뜻이 유지됩니다",
    "many-things-in-one-manner":
      "여러 가지를 그린 그림에서 화풍을 배우고, 파일은 몇 메가바이트입니다",
    "words-tell-apart": "설명이 서로 다른 점을 말해 주므로 나머지 공통점을 배웁니다",
    "smallest-file": "파일이 몇 킬로바이트입니다",
    "all-else-untouched": "새 단어 말고는 아무것도 바뀌지 않습니다",
    "most-likeness": "단어만 배울 때보다 더 닮고, 프롬프트에는 단어만 있으면 됩니다",
    "many-captioned": "설명이 달린 사진이 이만큼이면 모델 전체가 그리는 것을 바꿀 수 있습니다",
    "memory-of-full": "이 컴퓨터의 메모리에 모든 가중치와 옵티마이저 상태가 들어갑니다",
    "too-little-memory-for-full":
      "모든 가중치를 학습하려면 이 컴퓨터보다 많은 메모리가 필요하지만, 랭크가 높은 LoRA로도 가까운 결과를 얻습니다",
  },
  more: `
예시:
  atelier advise photos/dog
  atelier advise art/ink --goal style --base models/sd15`,
};
