/** @file Texts of what `generate` has for Stable Diffusion 3 and FLUX.1, in Korean. */

import type { transformersText as english } from "../transformers-text.js";

/** In Korean. */
export const transformersText: typeof english = {
  group: "Stable Diffusion 3, FLUX.1용:",
  prompt3: "SD 3의 세 번째 텍스트 인코더(T5)가 프롬프트 대신 읽을 텍스트",
  negative3: "그 인코더가 네거티브 프롬프트 대신 읽을 텍스트",
  trueCfg:
    "--guidance를 숫자로 읽는 FLUX.1에서 네거티브 프롬프트에 대한 프롬프트의 비중, 시간은 두 배 (기본값: 1, 쓰지 않음)",
  maxSequenceLength: "T5가 프롬프트에서 읽을 토큰 수 (기본값: SD 3은 256, FLUX.1은 512)",
  skipBlocks:
    "빼고 한 번 더 예측해 그 결과에서 멀어지게 할 SD 3.5의 블록 (3.5 medium에서는 보통 7,8,9)",
  skipScale: "멀어지게 할 정도 (기본값: 2.8)",
  expectedBlocks: "7,8,9처럼 블록 번호여야 합니다.",
};
