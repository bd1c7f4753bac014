/** @file What is said of trainings, in Korean. */

import { option } from "../core/option-words.js";
import type { SentencesOf, Warning } from "../core/warnings/warning.js";
import { listed } from "./list.js";

/** By code. */
export const trainingSentences: SentencesOf<"training"> = {
  "truncated-caption": ({ picture, cut }) => truncated(`${picture} 사진의 설명(캡션)이`, cut),
  "truncated-template": ({ cut }) => truncated("모든 사진의 설명(캡션)이", cut),
  "truncated-class-prompt": ({ cut }) => truncated("종류(클래스)의 설명(캡션)이", cut),
  "prompt-syntax-in-captions": ({ syntax, picture, count }) => {
    const where = count === 1 ? `${picture} 사진의` : `${picture} 외 ${count - 1}장의`;
    return `${where} 설명(캡션)에 프롬프트 문법이 들어 있습니다(예: ${syntax}). 학습할 때는 단어로 읽으므로 가중치, BREAK, 역슬래시, <lora:…>는 뜻이 없습니다. 설명에서 지우세요.`;
  },
  "small-epoch": ({ pictures, batch }) =>
    `한 스텝에 사진 ${batch}장을 쓰지만 데이터셋은 ${pictures}장뿐이어서 일부 사진을 한 번 넘게 보여 줍니다.`,
  "no-mask": ({ pictures }) =>
    `사진 ${pictures.count}장에 마스크가 없어 전체를 반영합니다: ${listed(pictures, "장")}.`,
  "much-cropped": ({ pictures, share, maxAspect, remedy }) => {
    const advice = {
      buckets: `${option("data.buckets.use", true)} 옵션을 쓰면 가로세로 비율이 유지됩니다.`,
      "longer-buckets": `버킷의 가로세로 비율은 ${maxAspect}:1까지입니다. data.buckets.maxAspect를 높이세요.`,
      "finer-buckets": "data.buckets.step을 낮추거나 해상도를 높이세요.",
    }[remedy];
    return `사진 ${pictures.count}장이 최대 ${Math.round(100 * share)} % 잘려 나갑니다: ${listed(pictures, "장")}. ${advice}`;
  },
  "unused-tensors": ({ path, tensors: { count, first } }) =>
    `${path}: 쓰이지 않는 텐서가 ${count}개 있습니다(예: ${first[0]}).`,
  "idle-modules": ({ path, modules: { count, first } }) =>
    `${path}: 레이어를 읽는 곳이 없어 모듈 ${count}개를 제외합니다(예: ${first[0]}).`,
  "no-identifier": ({ prompt, classPrompt }) =>
    `프롬프트 "${prompt}"에는 종류(클래스)의 프롬프트 "${classPrompt}"에 없는 단어가 하나도 없습니다. 대상은 자기 이름을 얻지 못하고, 종류는 바뀌는 동시에 그대로 있어야 합니다.`,
  "known-identifier": ({ words, rarer }) => {
    const advice =
      rarer.length === 0
        ? "뜻이 없는 단어를 고르세요."
        : `어휘에 있는 더 드문 단어: ${rarer.join(", ")}.`;
    return `기반 모델이 이미 아는 단어입니다: ${words.map((word) => `"${word}"`).join(", ")}. 대상이 그 뜻과 섞입니다. ${advice}`;
  },
  "no-half": ({ device }) =>
    `mixedPrecision가 float16을 요청하지만 이 기기(${device})는 float16으로 계산하지 못하므로 float32로 학습합니다.`,
  "low-prodigy-rate": ({ rate }) =>
    `Prodigy는 스텝 크기를 스스로 찾아 학습률(${rate})을 곱합니다. 이 학습률은 보통 1입니다.`,
  "high-learning-rate": ({ rate, usual }) =>
    `학습률(${rate})이 이 파인튜닝이 보통 견디는 값보다 훨씬 높습니다. 흔히 ${usual}에서 시작합니다.`,
  "moves-nothing": ({ steps }) =>
    `${steps}스텝이 지났지만 학습하는 값이 하나도 움직이지 않았습니다. 학습을 멈추고 학습률을 높이거나 무엇을 학습하는지 확인하세요.`,
  "learned-nothing": () =>
    "학습한 것의 예측이 기반 모델의 예측과 비트까지 같습니다. 아무것도 배우지 않았습니다. 학습률이 0보다 큰지, 학습하는 레이어가 쓰이는지 확인하세요(lora.targets, full.parts).",
  "overruled-stop": ({ watcher, step, reason }) =>
    `${watcher} 관찰기가 ${step}스텝에서 학습을 끝내려 합니다: ${reason} 이 관찰기와 상관없이 계속하도록 했으므로 계속합니다.`,
  "weights-in-files": ({ gigabytes, maxMemory }) =>
    `기반 모델의 가중치 중 ${gigabytes} GB는 스텝에 드는 메모리와 합치면 ${maxMemory} GB에 들어가지 않습니다. 디스크에 두고 스텝이 진행되면서 다시 읽으므로 몇 배나 오래 걸릴 수 있습니다. 비트 수를 줄이면 들어갑니다(base.dtype int8, int4).`,
  "card-too-small": ({ needed, free, maxMemory }) => {
    const way =
      maxMemory === undefined
        ? "어떤 설정으로도 들어가지 않습니다. 사진을 더 작게 하거나 학습하는 가중치를 줄이거나 프로세서로 학습하세요."
        : `${option("maxMemory")} ${maxMemory} 설정을 쓰면 배치를 줄이고 다 담지 못하는 값은 다시 계산하여 들어갑니다.`;
    return `학습에 그래픽 카드 메모리가 약 ${needed} GB 필요하지만 여유는 ${free} GB입니다. ${way}`;
  },
  "too-short-to-watch": ({ steps, rows }) =>
    `학습을 관찰하지 않습니다. 사진 ${rows}장씩 ${steps}스텝으로는 무언가를 알 수 있을 만큼 관찰할 시간이 없습니다. 더 오래 학습하거나 관찰에 시간을 더 주세요(${option("watch.share")}).`,
  unwatched: ({ lacks }) => {
    const why = {
      memory: "관찰에 쓸 메모리가 학습 자체에 필요합니다",
      space: "디스크에 스냅숏과 결과를 저장하고 나면 가장 좋은 스텝을 보관할 자리가 없습니다",
    }[lacks];
    return `학습을 관찰하지 않습니다. ${why}. 마지막 스텝이 결과가 됩니다.`;
  },
  "fewer-held-out": ({ wanted, held }) => {
    const why = "학습하는 다른 사진과 비슷하거나, 대부분의 사진과 모양이 다릅니다";
    return held === 0
      ? `사진 ${wanted}장을 남겨 두려 했지만 한 장도 남겨 두지 못했습니다. 모두 ${why}. 대신 확대한 학습 사진을 관찰하는데, 이것으로는 어느 스텝이 가장 좋은지 알 수 없습니다. 다른 사진의 폴더를 주면 알 수 있습니다(${option("watch.validation")}).`
      : `사진 ${wanted}장 중 ${held}장만 남겨 둡니다. 나머지는 ${why}.`;
  },
  "class-not-kept": ({ lacks }) => {
    const why = {
      class: `대상이 속한 종류를 알 수 없습니다. 종류를 알려 주세요(${option("watch.classPrompt")})`,
      memory: "쓸 수 있는 메모리가 너무 적습니다",
    }[lacks];
    return `망각이 시작되어도 기반 모델의 종류 예측을 유지할 수 없습니다. ${why}.`;
  },
  "class-kept": ({ step, classPrompt }) =>
    `${step}스텝부터 기반 모델의 "${classPrompt}" 예측을 유지하면서 학습합니다.`,
  "weak-base": ({ share }) =>
    `기반 모델이 자기가 그린 것조차 거의 예측하지 못합니다(오차가 ${Math.round(100 * share)} % 남음). 그래서 망각 판정에는 의미가 없습니다. 가중치가 손상되었거나, 예측 방식을 잘못 읽었을 수 있습니다(${option("predictionType")}).`,
  "validation-overlap": ({ pairs }) =>
    `검증 사진이 학습 사진과 같은 것을 보여 줍니다: ${listed(pairs)}. 이 사진들의 결과는 실제보다 좋게 나오고, 다른 사진도 배웠는지는 덜 알려 줍니다.`,
  "validation-cropped": ({ pictures, share, width, height }) =>
    `검증 사진 ${pictures.count}장이 최대 ${Math.round(100 * share)} % 잘려 나갑니다: ${listed(pictures, "장")}. 관찰은 대부분의 학습 사진과 같은 한 가지 모양(${width}x${height})으로 합니다.`,
  "best-lost": ({ step, problem }) =>
    `가장 좋았던 ${step}스텝의 값을 읽을 수 없어 마지막 스텝이 결과가 됩니다: ${problem}`,
  "lost-watcher": ({ watcher }) =>
    `이 학습을 관찰하던 ${watcher} 관찰기가 더는 관찰하지 않습니다. 지금까지 관찰한 것은 잃었습니다.`,
  "damaged-snapshot": ({ problem, step }) =>
    `스냅숏을 쓸 수 없습니다(${problem}). 대신 ${step === undefined ? "처음" : `${step}스텝`}부터 학습합니다.`,
  "changed-input": (params) => changed(changeText({ code: "changed-input", params })),
  "changed-caption": (params) => changed(changeText({ code: "changed-caption", params })),
};

function truncated(what: string, cut: string): string {
  return `${what} 텍스트 인코더가 읽는 길이보다 길어 다음 부분이 잘렸습니다: "${cut}".`;
}

function changed(what: string): string {
  return `학습을 시작할 때와 다릅니다: ${what}. 결과가 끊김 없이 학습했을 때와 달라집니다.`;
}

/** What of a run's inputs is not as it was, without a full stop. */
function changeText(change: Warning<"changed-input" | "changed-caption">): string {
  if (change.code === "changed-caption") {
    const { picture, before, after } = change.params;
    return `${picture} 사진의 설명(캡션)이 바뀜("${before}" → "${after}")`;
  }
  const { name } = change.params;
  return {
    "record-damaged": `${name} 파일이 손상됨`,
    "other-weights": `기반 모델의 ${name} 가중치가 다름`,
    "new-picture": `${name} 사진이 새로 생김`,
    "other-picture": `${name} 사진이 다른 사진으로 바뀜`,
    "no-picture": `${name} 사진이 없어짐`,
  }[change.params.change];
}
