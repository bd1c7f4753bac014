/** @file What those are told who work with the embedded base, in Korean. */

import type { NoteSentences } from "../note-text.js";

/** In Korean. */
export const noteText: NoteSentences = {
  "small-base": ({ edge }) =>
    `Atelier에 내장된 기반 모델을 씁니다. 이것저것 시험해 보기 위한 작은 모델로, 자기만의 작은 세계를 ${edge}×${edge} 그림으로 그립니다. Stable Diffusion을 쓰려면 지정하세요: --base <폴더, .safetensors 파일 또는 Hugging Face 저장소>.`,
  "unknown-words": ({ words }) =>
    `내장 기반 모델이 읽은 적이 없어 아무 뜻도 없는 단어입니다: ${words.join(", ")}. 이 모델은 "a noto style dog next to a pizza on a green background"처럼 자기 세계의 단어를 압니다. 그 밖의 단어를 쓰려면 --base로 Stable Diffusion을 지정하세요.`,
  "unknown-training-words": ({ words }) =>
    `내장 기반 모델이 읽은 적 없는 단어입니다: ${words.join(", ")}. 가르치려는 것을 나타내는 새 단어 하나는 그대로 두면 됩니다. 나머지는 빼 주세요. 남겨 두면 모두 같은 뜻이 됩니다.`,
  "unknown-captions": ({ unread, captions, words }) =>
    `설명 ${captions}개 중 ${unread}개가 대부분 내장 기반 모델이 읽은 적 없는 단어로 되어 있습니다 (예: ${words.first.join(", ")}). 이 모델에는 아무 뜻이 없는 단어여서 나중에 이 단어로 불러낼 수 있는 것이 거의 없습니다. "a sks dog on a green background"처럼 이 모델의 세계에 있는 단어로 사진을 설명하거나, --base로 Stable Diffusion을 지정하세요.`,
};
