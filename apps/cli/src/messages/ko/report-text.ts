/** @file The demo's report in Korean. */

import { totalRecognised } from "../../report/assess.js";
import type { reportText as english } from "../report-text.js";

const percent = (share: number): string =>
  Number.isFinite(share) ? `${Math.round(100 * share)} %` : "정해지지 않은 비율";

const comfySteps: readonly string[] = [
  "학습 기록 폴더의 dog.safetensors를 ComfyUI/models/loras에 복사하고 R 키를 눌러 새로 고치세요.",
  "“Load Checkpoint”와 나머지 사이에 “Load LoRA” 노드를 추가하세요. MODEL은 샘플러로, CLIP은 두 프롬프트 노드로 이어집니다.",
  "파일을 고르고 두 강도를 1로 두세요. 학습에 쓴 체크포인트를 불러오고 프롬프트에 “a photo of sks dog …”를 쓰세요.",
];

const a1111Steps: readonly string[] = [
  "학습 기록 폴더의 dog.safetensors를 stable-diffusion-webui/models/Lora에 복사하세요.",
  "학습에 쓴 체크포인트를 고르세요.",
  "프롬프트에 “a photo of sks dog … <lora:dog:1>”을 쓰세요. 숫자는 강도입니다.",
];

/** Korean. */
export const reportText: typeof english = {
  language: "ko",
  title: (subject) => `Atelier에 가르친 “${subject}”`,
  portrait: "안테나에 별이 달리고 커다란 주황색 눈이 하나 있는 청록색 로봇",
  summary: (pictures, time, base) =>
    `기반 모델 ${base} 위에서 그림 ${pictures}장으로 학습했습니다. 이 페이지의 모든 것에 ${time} 걸렸습니다.`,
  headings: {
    lessons: "배운 그림",
    prompts: "학습 전과 후",
    scores: "심사 모델의 평가",
    loss: "손실",
    settings: "설정",
    times: "시간이 든 곳",
    usage: "어댑터와 사용 방법",
  },
  lessons: (subject) =>
    `기반 모델은 이 로봇을 본 적이 없습니다. 그림마다 설명(캡션)이 있으며, 모든 설명에 똑같이 든 말은 “${subject}”뿐입니다. 다른 것을 잊지 않도록 기반 모델이 그린 다른 그림 몇 장도 함께 다시 배웠습니다.`,
  prompts: ({ steps, guidance }) =>
    `시드가 같은 그림은 같은 노이즈에서 시작했으므로, 달라진 것은 어댑터가 바꾼 것입니다. ${steps}스텝, 가이던스(CFG) ${guidance}. 이 프롬프트들은 학습하지 않았습니다.`,
  kinds: {
    before: "전: 기반 모델만",
    after: "후: 어댑터와 함께",
    real: "실제 모습",
  },
  rendered: "렌더링",
  seed: (seed) => `시드 ${seed}`,
  topics: {
    subject: "새 대상을 그리는 프롬프트",
    class: "종류를 뜻하는 단어만 있는 프롬프트: 그대로여야 함",
    unrelated: "대상과 상관없는 프롬프트: 그대로여야 함",
  },
  // The letters that pictures are labelled with are Latin.
  sheet: {
    before: (prompt) => `before: ${prompt}`,
    after: (prompt) => `after: ${prompt}`,
  },
  verdict: {
    worked: "성공했습니다.",
    failed: (count, of) => `목표 ${of}개 중 ${count}개를 이루지 못했습니다.`,
    unjudged:
      "이 기반 모델에는 심사 모델이 없어 여기서 아무것도 측정하지 않았습니다. 그림을 직접 살펴보세요.",
  },
  findings: {
    subject: ({ holds, threshold }, measures) => {
      const { count, of } = totalRecognised(measures);
      const poor = measures.recognised.filter((prompt) => 2 * prompt.count < prompt.of);
      const named = poor.map((prompt) => `“${prompt.prompt}”(${prompt.of}장 중 ${prompt.count}장)`);
      const missing = named.length === 0 ? "" : ` 가장 많이 빠진 프롬프트: ${named.join(", ")}.`;
      return `그림 ${of}장 중 ${count}장에서 대상을 알아볼 수 있습니다 (목표: ${percent(threshold)}).${holds ? "" : missing}`;
    },
    surroundings: ({ holds, value, threshold }) =>
      `프롬프트에 있는 배경, 함께 있는 것, 옷이 나타나는 횟수: 실제 그림의 ${percent(value)} (목표: ${percent(threshold)}).${holds ? "" : " 프롬프트를 충분히 따르지 않습니다."}`,
    class: ({ holds, value, threshold }) =>
      holds
        ? `종류를 뜻하는 단어만 쓰면 여전히 원래의 로봇을 그립니다 (대상과 닮음 ${value.toFixed(2)}, 목표: ${threshold} 이하).`
        : `종류를 뜻하는 단어만 써도 대상을 그리기 시작했습니다 (닮음 ${value.toFixed(2)}, 목표: ${threshold} 이하).`,
    unrelated: ({ holds, value, threshold }) =>
      holds
        ? `상관없는 그림은 전과 같습니다 (유사도 ${value.toFixed(2)}, 목표: ${threshold} 이상).`
        : `상관없는 그림이 달라졌습니다 (전과의 유사도 ${value.toFixed(2)}, 목표: ${threshold} 이상).`,
  },
  scores: {
    measure: "대상의 그림",
    base: "기반 모델",
    after: "어댑터와 함께",
    real: "실제 그림",
    gained: "도달한 정도",
    structure: "실제 모습대로 그렸는지 (대상 부분의 구조 유사도)",
    instance: "바로 그 로봇인지 (개체 유사도)",
    clipImage: "비슷해 보이는지 (CLIP-I)",
    clipText: "프롬프트가 말하는 것을 보여 주는지 (CLIP-T)",
    surroundings: "심사 모델이 찾은 배경, 함께 있는 것, 옷",
    explainScores:
      "최대 1입니다. 유사도는 어떤 학습에도 쓰지 않은, 같은 프롬프트의 실제 그림과 비교한 값입니다. 100 %는 그 그림, 0 %는 기반 모델이 그린 것입니다. CLIP-T는 기반 모델의 값과 비교한 비율입니다. 가르친 단어는 심사 모델이 읽은 적이 없으므로 CLIP-T의 프롬프트에서 뺍니다.",
    stayed: "그대로여야 하는 그림",
    sameSeed: "전과 후, 같은 시드",
    otherSeeds: "전, 서로 다른 시드",
    classAlone: "종류를 뜻하는 단어만 (CLIP-I)",
    unrelated: "상관없는 프롬프트 (CLIP-I)",
    explainDrift: ({ base, after }) =>
      `첫 번째 숫자가 1에 가까우면 거의 달라지지 않은 것입니다. 상관없는 그림이 보여 주어야 할 것을 심사 모델이 알아본 비율: 전 ${percent(base)}, 후 ${percent(after)}.`,
    judges: (clip, instance) =>
      `심사 모델: ${clip}; ${instance}. 다른 심사 모델의 점수와는 비교할 수 없습니다.`,
  },
  loss: {
    none: "스텝이 너무 적어 곡선을 그릴 수 없습니다.",
    steps: (count) => `${count}스텝`,
    described: (first, last) =>
      `평균 손실: ${first.toPrecision(3)} → ${last.toPrecision(3)}. 스텝마다 뽑는 노이즈에 따라 값이 크게 오르내립니다.`,
  },
  usage: {
    files: "파일이 있는 곳",
    kohya: "A1111, Forge, ComfyUI용",
    diffusersFile: "diffusers용",
    realModels: "ComfyUI와 A1111에서 쓰려면: 실제 모델로 똑같이",
    smallBase: (base) =>
      `어댑터는 학습한 기반 모델에만 맞습니다. ${base} 모델은 시험해 보기 위한 작은 모델로, ComfyUI와 A1111이 모르는 크기입니다. Stable Diffusion에서 똑같이 학습하면 두 프로그램에서 쓸 어댑터가 만들어집니다. 직접 찍은 대상의 사진 5~20장이면 됩니다:`,
    realCommand:
      'atelier lora photos/dog --prompt "a photo of sks dog" \\\n  --base stable-diffusion-v1-5/stable-diffusion-v1-5 --name dog',
    comfy: () => comfySteps,
    a1111: () => a1111Steps,
  },
};
