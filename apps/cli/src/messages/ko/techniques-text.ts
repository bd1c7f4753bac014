/** @file Texts of the commands for single techniques, in Korean. */

import { families } from "@atelier/diffusion/families";
import type { techniquesText as english } from "../techniques-text.js";

const familyTitles = Object.values(families)
  .map(({ title }) => title)
  .join(", ");

/** Korean. */
export const techniquesText: typeof english = {
  finetune: {
    description: "사진 폴더로 모델의 가중치 전체나 일부를 학습합니다.",
    argument: "사진 폴더 (JPEG, PNG, WebP, AVIF), 설명(캡션)은 사진 옆에 두거나 --prompt로 지정",
    more: (rule) =>
      `
완전한 모델을 저장합니다. diffusers 폴더이며, --checkpoint single-file을 주면 파일 하나입니다.

예시:
  atelier finetune photos/style --prompt "a flower"
  atelier finetune photos/style --base models/sd15 --parts cross-attention --ema-decay 0.999
  atelier finetune photos/style --base models/sd15 --text-encoder-train --checkpoint single-file

${rule}`,
  },
  dreambooth: {
    description:
      "사진 3–5장으로 모델에 대상 하나를 가르칩니다. 대상은 종류 앞에 식별자를 붙여 부릅니다: sks dog.",
    argument: "대상을 찍은 사진 폴더",
    token: "식별자: sks처럼 모델에 아직 아무 뜻이 없는 단어",
    class: "대상의 종류(클래스), 예: dog",
    noPrior: "대상만으로 학습, 종류가 대상을 닮아 갈 수 있음",
    paperPrompts:
      "논문 벤치마크의 프롬프트 25개를 샘플로 그림, 물건용(object)이나 살아 있는 대상용(living)",
    more: (rule) =>
      `
종류의 뜻은 유지됩니다. 모델은 대상 사진마다 종류 사진을 한 장씩 함께 봅니다. 종류 사진은 학습 전에 모델이
직접 그리거나(--prior-count) 따로 준 것입니다(--prior-folder). 사진 대신 모델이 학습 전에 종류를 어떻게
예측했는지를 지키게 할 수도 있습니다(--prior-source prediction).

예시:
  atelier dreambooth photos/robot --token sks --class robot
  atelier dreambooth photos/dog --base models/sd15 --token sks --class dog --tuning full
  atelier dreambooth photos/dog --base models/sd15 --token sks --class dog --prior-folder photos/dogs

${rule}`,
  },
  textualInversion: {
    description: "모델에 새 단어 하나를 가르치고 나머지는 그대로 둡니다.",
    argument: "단어의 뜻을 보여 주는 사진 폴더",
    init: "벡터의 시작값: 뜻이 가까운 단어들, mean(어휘의 평균) 또는 random",
    more: (rule) =>
      `
결과는 diffusers, A1111, ComfyUI에서 쓰는 몇 킬로바이트짜리 파일입니다. --kind를 주면 논문의 템플릿으로 설명을
만들고, 주지 않으면 사진 설명과 --prompt에 그 단어가 들어 있어야 합니다. --tuning pivotal은 단어와 함께
어댑터도 학습합니다.

예시:
  atelier textual-inversion art/ink --base models/sd15 --token "<ink>" --init painting --kind style
  atelier textual-inversion photos/mug --base models/sd15 --token "<mug>" --init mug --kind subject --vectors 4
  atelier textual-inversion photos/robot --token "<robo>" --init robot --prompt "a <robo>"

${rule}`,
  },
  import: {
    description:
      "다른 학습 도구의 설정을 학습 설정 파일로 바꾸고, 대응하는 것이 없는 항목을 보여 줍니다.",
    argument:
      "kohya의 .toml 파일이나 kohya GUI의 .json, ai-toolkit의 .yaml, OneTrainer의 .json, 또는 diffusers나 kohya 스크립트의 명령줄을 담은 텍스트 파일",
    out: "저장할 설정 파일 (기본값: 화면에 출력)",
    force: "이미 있는 파일 덮어쓰기",
    exists: (path) =>
      `${path}: 새 파일이어야 하지만 이미 있는 파일입니다. 다른 이름을 쓰거나 --force로 덮어쓰세요.`,
    folder: (path) => `${path}: 설정이 담긴 파일이어야 하지만 폴더입니다. 파일을 직접 지정하세요.`,
    tooLarge: (path, maxBytes) =>
      `${path}: 설정은 ${maxBytes / 2 ** 20} MiB 이하여야 하지만 더 큰 파일입니다. 맞는 파일인지 확인하세요.`,
    notToml: (path, message) =>
      `${path}: TOML이어야 하지만 읽을 수 없는 내용입니다: ${message}\n파일을 고쳐 주세요.`,
    written: (path) => `저장했습니다: ${path}`,
    left: (option, value, why) => `옮기지 않음: ${option} = ${value} (${why})`,
    incomplete: (problems) => `학습하려면 먼저 고쳐야 합니다: ${problems}`,
    strength: ({ scaledRate, picturesPerStep, picturesShown }) =>
      `비교용 강도: 학습률 × 알파 / 랭크 = ${scaledRate.toPrecision(3)}, 스텝마다 사진 ${picturesPerStep}장, 모두 ${picturesShown}장을 보여 줍니다.`,
    more: `
예시:
  atelier import lora.toml dataset.toml --out dog.yaml
  atelier import config/dog.yaml --out dog.yaml
  atelier import preset.json concepts.json --out dog.yaml
  atelier import train.sh --out dog.yaml && atelier train dog.yaml

각 프로그램의 설정이 무엇으로 바뀌는지와 그 프로그램의 기본값은 docs/import.md에 있습니다.`,
  },
  merge: {
    description: "어댑터 여러 개를 하나로, 또는 기반 모델의 가중치에 합칩니다.",
    argument: "LoRA 파일, 폴더, 저장소, 강도는 콜론 뒤에: style.safetensors:0.7",
    out: "저장할 파일, --base를 주면 폴더(.safetensors로 끝나면 파일 하나)",
    base: "어댑터를 합쳐 넣을 모델, 없으면 어댑터끼리 합침",
    layersOf: `어댑터가 바꾸는 레이어가 있는 모델, 이름으로 알 수 없을 때 지정: ${familyTitles} 모델도 아니고 Atelier 내장 기반 모델도 아닌 경우`,
    ignoreUnknown: "어댑터의 텐서 중 기반 모델의 어느 레이어에도 맞지 않는 것을 제외",
    rank: "남길 최대 랭크, 가장 큰 방향부터 남김 (기본값: 전부)",
    working: "합치는 중",
    layers: "레이어 합침",
    merged: (path, rank, kept) =>
      `저장했습니다: ${path}, 랭크 ${rank}${kept === 1 ? ", 빠진 것 없음" : `, 변화의 ${(100 * kept).toFixed(1)} % 유지`}`,
    wordStays: (path, token) =>
      `${path} 파일에는 단어 ${token}도 들어 있지만 모델의 가중치에는 담을 수 없습니다. 합친 모델과 함께 이 단어의 임베딩 파일을 쓰세요.`,
    mixedPredictions: (adapters) =>
      `어댑터들이 서로 다른 유형의 모델에서 학습되어 함께 쓰면 대개 잘 맞지 않습니다: ${adapters.map(({ path, type }) => `${path} (예측하는 것: ${type})`).join(", ")}.`,
    intoBase: (path, layers) => `저장했습니다: ${path}, 바뀐 레이어 ${layers}개`,
    more: `
예시:
  atelier merge dog.safetensors:0.8 style.safetensors:0.5 --out both.safetensors
  atelier merge dog.safetensors style.safetensors --rank 16 --out small.safetensors
  atelier merge dog.safetensors --base models/sd15 --out models/dog`,
  },
  extract: {
    description: "파인튜닝한 모델과 기반 모델의 차이를 LoRA로 추출합니다.",
    argument: "파인튜닝한 모델: 폴더, 파일, 또는 Hub의 owner/name",
    out: "저장할 LoRA, kohya 형식 파일",
    base: "파인튜닝의 바탕이 된 모델",
    rank: "레이어마다의 랭크, 클수록 모델에 가깝고 파일도 커짐",
    dtype: "실수를 저장하는 방식",
    tensors: "두 모델의 텐서 비교",
    leftOut: (names) =>
      `바뀐 텐서 가운데 LoRA에 담을 수 없는 ${names.length}개는 제외했습니다(정규화, 편향, 임베딩, 오토인코더): ${names.slice(0, 3).join(", ")}${names.length > 3 ? ", …" : ""}`,
    written: ({ path, layers, kept, size }) =>
      `저장했습니다: ${path} (${size}), 레이어 ${layers}개, 변화의 ${(100 * kept).toFixed(1)} %`,
    more: `
마지막 비율은 변화의 크기(프로베니우스 노름) 가운데 이 랭크에 담긴 몫입니다. 전체 파인튜닝은 모든 방향을
조금씩 바꾸므로, 절반만 담겨도 똑같아 보일 수 있습니다. atelier generate --adapter로 비교해 보세요.

예시:
  atelier extract models/my-style --base models/sd15 --rank 32 --out my-style.safetensors
  atelier extract my-model.safetensors --base sd15.safetensors --out my-model-lora.safetensors`,
  },
  resume: {
    description: "중단했거나 도중에 끊긴 학습이나 튜닝을 이어서 합니다.",
    argument: "학습 기록이나 튜닝의 폴더",
    allowChanges: "사진, 설명, 기반 모델이 전과 달라졌어도 계속",
    pastStop: "관찰 기능이 조기 종료한 학습도 계속, 그 판단은 더 따르지 않음",
    finish: "더 학습하지 않고 가장 최근의 스냅숏에서 마침, 결과는 가장 좋은 지점",
    more: `
학습은 가장 최근의 온전한 스냅숏에서 이어지고, 쉬지 않고 학습했을 때와 비트까지 똑같은 결과로 끝납니다.
충분히 배운 것으로 보이면 멈춘 뒤 --finish로 마치세요. 결과와 보고서까지 갖추고 끝납니다. 관찰하지 않은
학습이라면 스냅숏의 스텝이 결과가 됩니다.

예시:
  atelier resume runs/lora-20261124-093015
  atelier resume runs/lora-20261124-093015 --finish
  atelier resume runs/tune-20261124-093015`,
  },
};
