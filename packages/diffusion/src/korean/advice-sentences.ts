/** @file What to look after before training, in Korean. */

import { option } from "../core/option-words.js";
import type { SentencesOf } from "../core/warnings/warning.js";
import { listed } from "./list.js";

const goals = {
  subject: "한 가지 대상을 배우기",
  style: "화풍을 배우기",
  word: "단어를 배우기",
  model: "다른 모델을 만들기",
};

/** By code. */
export const adviceSentences: SentencesOf<"advice"> = {
  "guessed-goal": ({ goal }) =>
    `${goals[goal]} 위한 사진으로 짐작했습니다. 아니라면 ${option("goal")} 옵션으로 알려 주세요.`,
  "one-picture": () =>
    "사진이 한 장이면 자세와 배경까지 배웁니다. 같은 것을 다른 곳에서 찍은 사진을 더 넣으세요.",
  duplicates: ({ pictures }) =>
    `같은 사진이 또 있습니다: ${listed(pictures, "장")}. 빼지 않으면 두 번 반영됩니다.`,
  "small-pictures": ({ pictures, edge }) =>
    `기반 모델의 ${edge}픽셀보다 작아 확대하면서 흐려지는 사진이 있습니다: ${listed(pictures, "장")}.`,
  "other-shapes": () =>
    `사진의 가로세로 비율이 서로 다릅니다. ${option("data.buckets.use", true)} 옵션을 쓰면 자르는 대신 비율을 유지합니다.`,
  uncaptioned: ({ count }) =>
    `사진 ${count}장에 설명(캡션)이 없습니다. 사진마다 옆에 둔 .txt 파일에 무엇이 있는지 적으면, 적은 것은 배우는 것과 구분됩니다.`,
};
