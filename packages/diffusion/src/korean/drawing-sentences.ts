/** @file What is said of settings and parts of prompts without effect, in Korean. */

import { option } from "../core/option-words.js";
import type { SentencesOf, WarningParams } from "../core/warnings/warning.js";
import { listed } from "./list.js";

/** By code. */
export const drawingSentences: SentencesOf<"drawing"> = {
  "unknown-scheduler-fields": ({ fields }) =>
    `scheduler config: 효과가 없는 항목이 있습니다: ${listed(fields)}. 이 항목을 아는 샘플러가 없습니다.`,
  "unused-eta": ({ eta, sampler }) =>
    `${sampler} 샘플러에서는 eta 값(${eta})은 효과가 없습니다. ddim만 이 값을 읽습니다. ${option("eta")} 옵션을 빼거나 ${option("sampler", "ddim")} 옵션으로 그리세요.`,
  "unused-negative-prompt": ({ guidanceScale }) =>
    `${option("guidanceScale", guidanceScale)} 설정에서는 ${option("negativePrompt")} 옵션은 효과가 없습니다. 쓰려면 가이던스를 1보다 크게 하세요.`,
  "unused-guidance-rescale": ({ guidanceRescale, guidanceScale }) =>
    `${option("guidanceScale", guidanceScale)} 설정에서는 ${option("guidanceRescale", guidanceRescale)} 옵션은 효과가 없습니다. 쓰려면 가이던스를 1보다 크게 하세요.`,
  "unused-sizes": ({ model }) =>
    `sizes: ${model} 모델은 크기를 입력으로 받지 않아 효과가 없습니다. 빼 주세요.`,
  "unused-negative-sizes": () =>
    "negativeSizes: 가이던스가 없으면 효과가 없습니다. 쓰려면 가이던스를 1보다 크게 하세요.",
  "unused-second-prompt": ({ model, options }) =>
    `${options.join(", ")}: ${model} 모델에는 텍스트 인코더가 하나뿐이어서 효과가 없습니다. 모두 프롬프트에 쓰세요.`,
  "unused-tag": ({ prompt, tag, ...meant }) =>
    `${option(prompt)}: ${tag} 태그는 텍스트가 아니므로 뺐습니다. ${insteadOf(meant)}`,
  "unsupported-syntax": ({ prompt, typed }) =>
    `${option(prompt)}: ${typed} 문법은 여기에서 뜻이 없어 단어로 읽습니다. 그리는 동안 바뀌거나 조합되는 프롬프트는 지원하지 않습니다.`,
  "unused-embedding": ({ token, inside }) => {
    const found = inside === undefined ? "" : ` "${inside}" 안에 든 것은 반영되지 않습니다.`;
    return `${token} 임베딩: 텍스트 인코더가 읽는 길이 안에 이 단어가 든 프롬프트가 없어 효과가 없습니다.${found} 필요한 자리에 ${token} 단어를 쓰세요.`;
  },
  "truncated-prompt": ({ prompt, cut, chunkTokens }) => {
    const advice =
      chunkTokens === undefined
        ? "줄여 주세요."
        : `줄이거나, 토큰 ${chunkTokens}개가 새로 시작될 자리에 BREAK를 쓰세요.`;
    return `${option(prompt)}: 끝부분이 텍스트 인코더에 들어가지 않아 효과가 없습니다: "${cut}". ${advice}`;
  },
};

function insteadOf({
  means,
  name,
  strength,
}: Pick<WarningParams<"unused-tag">, "means" | "name" | "strength">): string {
  switch (means) {
    case "hypernetwork":
      return "하이퍼네트워크는 지원하지 않습니다.";
    case "used-adapter":
      return `${name} 어댑터는 프롬프트와 따로 지정한 강도(${strength ?? 1})로 쓰고 있습니다.`;
    case "adapter-file": {
      const file = `${name}.safetensors${strength === undefined ? "" : `:${strength}`}`;
      return `LoRA는 파일로 지정합니다: ${option("adapters", file)}.`;
    }
    default:
      return means satisfies never;
  }
}
