/** @file What is said of pictures and captions as a training would use them, and what to do, in Korean. */

import { sentenceIn } from "@atelier/engine";
import { option } from "../core/option-words.js";
import type { SentencesOf } from "../core/warnings/warning.js";
import { koreanErrors } from "./korean-errors.js";
import { listed } from "./list.js";

/** By code. */
export const checkSentences: SentencesOf<"check"> = {
  "unusable-pictures": ({ pictures, problem }) =>
    `쓸 수 없는 사진이 ${pictures.count}장 있어 학습이 시작되기 전에 끝납니다: ${listed(pictures, "장")}. 바꾸거나 빼세요. 첫 번째 사진의 문제: ${sentenceIn(problem, koreanErrors)}`,
  "same-pictures": ({ pairs }) =>
    `같은 사진이 여러 번 있습니다: ${listed(pairs)}. 있는 횟수만큼 반영되므로 하나만 두고, 더 반영할 사진에는 repeats를 설정하세요.`,
  "near-pictures": ({ pairs }) =>
    `거의 같은 사진이 있습니다(크기를 바꾸거나, 다시 압축하거나, 조금 자름): ${listed(pairs)}. 두 번 반영되어 더 빨리 외우게 되므로 더 좋은 쪽만 두세요.`,
  "mirrored-pictures": ({ pairs }) =>
    `좌우를 뒤집은 같은 사진이 있습니다: ${listed(pairs)}. 하나만 두세요. 좌우가 중요하지 않다면 학습할 때 사진을 뒤집을 수 있습니다.`,
  "blank-pictures": ({ pictures }) =>
    `전체가 한 가지 색인 사진이 있습니다: ${listed(pictures, "장")}. 배울 것이 없으므로 빼세요.`,
  "blurred-pictures": ({ pictures }) =>
    `학습할 크기에서 흐린 사진이 있습니다: ${listed(pictures, "장")}. 모델이 흐림까지 배우므로 다른 사진으로 바꾸거나 설명에 "blurred"라고 쓰세요.`,
  "enlarged-pictures": ({ pictures, scale }) =>
    `학습할 크기보다 작아 최대 ${scale.toFixed(2)}배로 확대하는 사진이 있습니다: ${listed(pictures, "장")}. 모델이 흐릿함까지 배우므로 더 큰 사진을 찾거나 더 작게 학습하세요(${option("width")}, ${option("height")}).`,
  "outlying-pictures": ({ pictures }) =>
    `다른 사진과 동떨어진 사진이 있습니다: ${listed(pictures, "장")}. 살펴보고, 다른 대상이나 화풍의 사진이면 빼는 편이 좋습니다.`,
  "missing-captions": ({ pictures, total }) =>
    `사진 ${total}장 중 ${pictures.count}장에 설명(캡션)이 없습니다: ${listed(pictures, "장")}. 사진마다 옆에 .txt 파일을 두거나 ${option("prompt")} 옵션으로 공통 설명을 주세요. DreamBooth와 Textual Inversion은 설명을 스스로 붙입니다.`,
  "one-caption": ({ caption, pictures }) =>
    `사진 ${pictures}장의 설명이 모두 같습니다: "${caption}". 한 가지 대상이라면 괜찮지만, 여러 가지라면 사진마다 다른 점을 적으세요. 적지 않으면 모두 배우는 것의 일부가 됩니다.`,
  "unfitting-captions": ({ pictures }) =>
    `설명이 자기 사진보다 다른 사진에 더 맞습니다: ${listed(pictures, "장")}. 설명을 읽어 보세요. 둘이 서로 바뀌었을 수 있습니다.`,
};
