/** @file Texts of `atelier check`, in Korean. */

import type { Unchecked } from "@atelier/diffusion/advise";
import type { checkText as english } from "../check-text.js";

const what: Readonly<Record<Unchecked["what"], string>> = {
  "far-off": "다른 사진과 동떨어진 사진이 있는지",
  "captions-fit": "설명이 사진에 맞는지",
  "captions-cut": "설명이 기반 모델에 너무 길지 않은지",
};

const why: Readonly<Record<Unchecked["why"], string>> = {
  "no-judge": "--judge <folder>로 CLIP이나 DINOv2를 지정하면 확인 가능",
  "reads-no-texts": "심사 모델이 글을 읽지 못함, CLIP은 가능",
  "too-few": "판단하기에 사진이나 설명이 너무 적음",
  "not-told-apart": "심사 모델이 이 설명들을 구별하지 못함",
  "no-tokenizer": "기반 모델에 토크나이저가 없음, --tokenizer <folder>로 지정 가능",
};

/** Korean. */
export const checkText: typeof english = {
  description:
    "학습하기 전에 사진과 설명(캡션)을 살펴봅니다: 중복, 흐림, 크기, 잘림, 동떨어진 사진, 설명.",
  argument: "사진 폴더(여러 개 가능), 사진 옆에 설명이 있거나 없음",
  base: "학습할 모델, 크기와 설명을 이 모델 기준으로 확인",
  prompt: "설명이 없는 사진에 쓸 설명",
  width: "학습에 쓸 가로 픽셀 수 (기본값: 기반 모델의 가로 크기)",
  height: "학습에 쓸 세로 픽셀 수 (기본값: 기반 모델의 세로 크기)",
  buckets: "--buckets로 학습할 때처럼 한 가지 모양 대신 사진마다의 모양으로 확인",
  judge:
    "다른 사진과 동떨어진 사진과, 맞지 않는 설명(CLIP만)을 찾는 CLIP이나 DINOv2의 폴더, Hub에 있는 그대로 (기본값: 내장 기반 모델을 학습할 때는 그 모델의 심사 모델)",
  looking: "사진 확인",
  opening: "기반 모델을 여는 중",
  shown: (pictures, width, height, isBucketed) =>
    `사진 ${pictures}장, ${isBucketed ? `넓이가 ${width}×${height}인 버킷` : `학습 크기 ${width}×${height}`} 기준`,
  finding: (sentence) => `  ! ${sentence}`,
  judged: (description) => `심사 모델: ${description}`,
  usable: (all, captioned, folder) => {
    const advice = `어느 쪽이 맞는지는 \`atelier advise ${folder}\` 명령이 알려 줍니다.`;
    if (captioned === all) {
      return `이 가운데 DreamBooth와 Textual Inversion에 ${all}장, LoRA와 전체 파인튜닝에도 똑같이 ${all}장을 쓸 수 있습니다. ${advice}`;
    }
    const others =
      captioned === 0
        ? "설명이 없어 한 장도 쓸 수 없습니다"
        : `설명이 없는 사진을 빼고 ${captioned}장을 쓸 수 있습니다`;
    return `이 가운데 DreamBooth와 Textual Inversion에 ${all}장을 쓸 수 있습니다. LoRA와 전체 파인튜닝에는 ${others}. ${advice}`;
  },
  summary: (pictures, findings, unchecked) => {
    const counts = `사진 ${pictures}장, ${findings === 0 ? "확인할 점 없음" : `확인할 점 ${findings}가지`}.`;
    if (unchecked.length === 0) return counts;
    const left = unchecked.map((one) => `${what[one.what]} (${why[one.why]})`);
    return `${counts} 확인하지 못한 것: ${left.join("; ")}.`;
  },
  more: `
예시:
  atelier check photos/dog --base models/sd15
  atelier check photos/dog --base models/sd15 --buckets --judge models/clip-vit-large-patch14
  atelier check art/ink art/wash --base org/model --width 768 --height 768 --json

확인할 점이 있어도 아무것도 막지 않으며 종료 코드는 0입니다. 쓸 수 있는 사진이 한 장도 없으면 1로 끝납니다.
학습할 때도 첫 스텝 전에 이 가운데 빨리 되는 부분을 알려 줍니다(심사 모델과 설명은 제외).`,
};
