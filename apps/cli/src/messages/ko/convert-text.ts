/** @file Texts of `atelier convert` in Korean. */

import type { convertText as english } from "../convert-text.js";

/** In Korean. */
export const convertText: typeof english = {
  description: "체크포인트, LoRA 또는 단어를 다른 형식으로 변환합니다.",
  input:
    "체크포인트 폴더나 파일(Atelier에 내장된 기반 모델은 embedded), 또는 LoRA나 임베딩의 파일, 폴더, 저장소",
  output: "저장할 위치",
  to: "저장할 형식: 체크포인트는 diffusers 또는 single-file, LoRA와 단어는 kohya, comfyui 또는 diffusers (kohya 형식은 A1111과 ComfyUI가 읽고, comfyui 형식은 모델의 원래 이름을 점으로 이어 쓰며 단어는 kohya와 같은 형식)",
  dtype: "실수를 저장하는 방식 (기본값: 원래 그대로)",
  base: "LoRA를 학습한 체크포인트 (LoRA의 레이어가 알려진 모델의 것이 아닐 때)",
  force: "그 위치에 있는 것 덮어쓰기",
  more: `
예시:
atelier convert models/sd15 sd15.safetensors --to single-file --dtype fp16
atelier convert sd15.safetensors models/sd15 --to diffusers --tokenizer models/other/tokenizer
atelier convert lora.safetensors lora-diffusers.safetensors --to diffusers
atelier convert pytorch_lora_weights.safetensors flux-comfy.safetensors --to comfyui --base models/flux`,
  working: "변환하는 중",
  wrote: (path, size) => `${path} (${size})`,
  wordLeftOut: (token) =>
    `LoRA에 든 단어를 제외합니다: ${token}. LoRA 안에 단어를 담을 수 있는 형식은 kohya와 comfyui뿐입니다. 단어의 임베딩 파일을 함께 쓰세요.`,
  unused: (count, keys) => `텐서 ${count}개는 어느 모델도 쓰지 않아 제외합니다: ${keys}`,
};
