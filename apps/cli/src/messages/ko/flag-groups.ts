/** @file What groups of flags are called in Korean. */

import type { FlagGroup } from "../flag-groups.js";

/** Headings of groups. */
export const flagGroupText: Readonly<Record<FlagGroup, string>> = {
  model: "모델과 결과:",
  data: "사진과 설명(캡션):",
  tuning: "학습할 부분:",
  prior: "종류(클래스)의 보존:",
  learning: "스텝, 학습률, 옵티마이저:",
  objective: "손실, 노이즈, 타임스텝:",
  progress: "샘플과 스냅숏:",
  machine: "장치와 메모리:",
};
