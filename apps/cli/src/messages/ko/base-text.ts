/** @file Texts about the base model that a command works with, in Korean. */

import type { baseText as english } from "../base-text.js";

const base =
  "diffusers 폴더, .safetensors 체크포인트 또는 Hugging Face 저장소 (기본값: Atelier에 내장된 작은 모델인 embedded)";

/** In Korean. */
export const baseText: typeof english = {
  option: base,
  field: base,
  variant: "가중치 파일의 변형 (예: fp16)",
  dtype:
    "모델의 레이어를 저장할 비트 수, 메모리를 줄임 (int8은 float32의 4분의 1, int4는 8분의 1, 변환은 한 번만)",
  quantizing: (dtype) => `${dtype} 형식으로 가중치 저장 (한 번만)`,
  vae: "모델에 든 것 대신, 또는 오토인코더가 없는 단일 파일에 쓸 오토인코더(VAE)의 폴더, 파일 또는 Hugging Face 저장소",
  part: "모델 파일에 없는 텍스트 인코더나 오토인코더의 파일 (clip_l, clip_g, t5xxl, ae), 파일마다 옵션을 한 번씩",
  predictionType:
    "모델이 예측하는 것 (모델 파일에 잘못 적혀 있거나 없을 때 지정, 단일 파일 옆의 yaml은 읽음)",
  zeroTerminalSnr:
    "마지막 타임스텝이 순수한 노이즈인 스케줄 사용 (모델이나 어댑터를 그런 스케줄로 학습했을 때)",
  tokenizer:
    "토크나이저가 없는 단일 파일에 쓸 CLIP 토크나이저 폴더 (텍스트 인코더가 여러 개인 모델은 diffusers 모델의 폴더처럼 tokenizer, tokenizer_2 … 폴더가 든 폴더)",
  plan: (repo, files, missing) => `${repo}: 파일 ${files}개, 내려받을 크기 ${missing}`,
  download: (path, received, total) => `${path} 내려받는 중: ${received} / ${total}`,
  shadowed: (name) =>
    `${name}: Atelier에 내장된 기반 모델의 이름입니다. 여기에는 같은 이름의 파일이나 폴더도 있습니다. 그쪽을 쓰려면 ./${name} 형식으로 적으세요.`,
};
