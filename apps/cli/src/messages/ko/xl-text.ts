/** @file Texts of what `generate` has for SDXL and other models with several text encoders, in Korean. */

import type { xlText as english } from "../xl-text.js";

/** In Korean. */
export const xlText: typeof english = {
  group: "텍스트 인코더가 여러 개인 모델, SDXL용:",
  prompt2: "두 번째 텍스트 인코더가 프롬프트 대신 읽을 텍스트",
  negative2: "그 인코더가 네거티브 프롬프트 대신 읽을 텍스트",
  originalSize: "크기를 바꾸기 전의 그림 크기로 모델에 알려 줄 값 (기본값: 그릴 그림의 크기)",
  cropTopLeft: "그림을 자른 위치로 모델에 알려 줄 행과 열 (기본값: 0,0)",
  targetSize: "그림의 크기로 모델에 알려 줄 값 (기본값: 그릴 그림의 크기)",
  negativeSize: "네거티브 프롬프트에 쓸 같은 값 (기본값: 프롬프트의 값)",
  expectedSize: "1024x768처럼 1 이상의 가로와 세로여야 합니다.",
  expectedPlace: "0,128처럼 왼쪽 위에서부터 센 행과 열이어야 합니다.",
};
