/** @file What `atelier inspect` says of files and folders, in Korean. */

import { sentenceIn } from "@atelier/engine";
import { option } from "../core/option-words.js";
import type { SentencesOf } from "../core/warnings/warning.js";
import { koreanErrors } from "./korean-errors.js";
import { listed } from "./list.js";

const kindOf = (kind: string): string => sentenceIn({ template: kind, params: [] }, koreanErrors);

/** By code. */
export const inspectionSentences: SentencesOf<"inspection"> = {
  error: ({ message }) => sentenceIn(message, koreanErrors),
  "unreadable-adapter": ({ kinds }) =>
    `이 버전의 Atelier에서 쓸 수 없는 어댑터입니다: ${kinds.map(kindOf).join(", ")}.`,
  "zero-adapter": () =>
    "모든 모듈이 0이어서 어댑터가 아무것도 바꾸지 않습니다. 첫 스텝 전에 저장되었습니다.",
  "zero-modules": ({ tensors, modules }) =>
    `모듈 ${modules}개 중 ${tensors.count}개가 0이어서 아무것도 바꾸지 않습니다: ${listed(tensors)}.`,
  "no-alpha": ({ recorded }) => {
    const counts =
      recorded === undefined
        ? ""
        : ` 메타데이터에 ss_network_alpha 값(${recorded})이 있지만 이 값을 읽는 프로그램은 없습니다.`;
    return `파일에 알파가 없습니다. 그러면 프로그램은 랭크를 알파로 쓰는데, 학습할 때의 값과 다를 수 있습니다.${counts}`;
  },
  "tensors-of-no-adapter": ({ tensors }) =>
    `알려진 어떤 어댑터의 것도 아닌 텐서가 ${tensors.count}개 있습니다: ${listed(tensors)}.`,
  "tensors-of-no-layer": ({ base, tensors }) =>
    `${base}: 맞는 레이어가 없는 텐서가 ${tensors.count}개 있습니다: ${listed(tensors)}.`,
  "misfitting-modules": ({ base, count, list }) =>
    `${base}: 맞지 않는 모듈이 ${count}개 있습니다. 필요한 것은 다음과 같습니다.\n${sentenceIn(list, koreanErrors)}`,
  "tensors-of-no-model": ({ tensors }) =>
    `어떤 모델도 쓰지 않는 텐서가 ${tensors.count}개 있습니다: ${listed(tensors)}.`,
  "useless-tensors": ({ tensors }) =>
    `쓸모없는 텐서 ${tensors.count}개를 제외합니다: ${listed(tensors)}.`,
  "not-finite": ({ path, tensors }) =>
    `${path}: 텐서 ${tensors.count}개에 NaN이나 무한대가 있습니다: ${listed(tensors)}. 이 파일을 만든 학습이 발산했거나, 파일을 fp16으로 줄인 것입니다. 다른 사본을 쓰세요.`,
  "unread-not-finite": ({ path, tensors }) =>
    `${path}: 아무도 읽지 않는 텐서 ${tensors.count}개에 NaN이나 무한대가 있습니다: ${listed(tensors)}.`,
  "zero-weights": ({ path, tensors }) =>
    `${path}: 모두 0인 가중치가 ${tensors.count}개 있습니다: ${listed(tensors)}.`,
  "zero-vectors": ({ tensor }) => `"${tensor}" 벡터가 모두 0입니다.`,
  "no-tokenizer": ({ problem }) =>
    `${sentenceIn(problem, koreanErrors)} 그때까지는 ${option("tokenizerFolder")} 옵션으로 토크나이저를 지정하세요.`,
  "other-part": ({ path }) => `나머지 부분: ${path}`,
  "captions-in-metadata": () => "설명(캡션)은 metadata.jsonl에 있습니다.",
  "no-captions": () =>
    `설명(캡션)이 있는 사진이 없습니다. 학습하려면 공통 설명이 필요합니다(${option("data.prompt")}).`,
  "no-drawing-parameters": () => "무엇으로 그렸는지 적혀 있지 않습니다.",
  "picture-with-embedding": () =>
    `A1111의 임베딩이 들어 있습니다. ${option("embeddings")} 옵션에 쓸 수 있습니다.`,
  "word-with-space": ({ word }) => `단어 "${word}"에 공백이 있어 프롬프트의 단어로 쓸 수 없습니다.`,
  "other-name-with-space": ({ name }) =>
    `다른 이름 "${name}"에 공백이 있어 프롬프트의 단어로 쓸 수 없습니다.`,
  "word-of-file-name": () => "파일 이름이 프롬프트에 쓸 단어입니다.",
  "two-names": ({ name, other }) =>
    `이름이 두 개입니다: ${name}, ${other}. 두 번째 이름을 쓰려면 ${option("token", other)} 옵션을 주세요.`,
};
