/** @file The page "compare", in Korean. */

import type { Messages } from "../catalogue.js";

/** Its texts. */
export const compareText: Messages["compare"] = {
  about: "학습끼리 무엇이 다르고 결과가 어떻게 달라졌는지 보여 줍니다.",
  choose: "비교할 학습 기록",
  choosePlaceholder: "학습 기록 선택",
  most: (count) => `한 번에 ${count}개까지 비교할 수 있습니다.`,
  nothing: "그런 이름의 학습 기록이 없습니다",
  empty: {
    title: "학습 기록을 2개 이상 선택해 주세요",
    body: "설정, 곡선, 그림을 나란히 보여 줍니다.",
    noRuns:
      "아직 학습 기록이 없습니다. 같은 사진으로 두 번 학습하면 설정이 어떤 차이를 만드는지 볼 수 있습니다.",
    train: "학습하기",
    runs: "모든 학습 기록",
  },
  gone: (names) => `보관함에 없는 학습 기록: ${names}`,
  settings: {
    title: "다른 설정",
    none: "모든 설정이 같습니다.",
    setting: "설정",
  },
  result: {
    title: "결과",
    verdict: "판정",
    kept: "보관한 지점",
    steps: "스텝",
    took: "걸린 시간",
    heldOut: "남겨 둔 사진",
    training: "학습 사진",
    other: "다른 것",
  },
  curves: {
    title: "곡선",
    measure: "볼 것",
    measures: {
      heldOut: "남겨 둔 사진",
      trained: "학습 사진",
      forgotten: "잊은 것",
      loss: "손실",
    },
    notes: {
      heldOut: "남겨 둔 사진의 오차가 변한 정도이며, 아래로 갈수록 좋습니다.",
      trained: "학습 사진의 오차가 변한 정도이며, 아래로 갈수록 좋습니다.",
      forgotten: "다른 것의 예측이 기반 모델보다 나빠진 정도이며, 0은 기반 모델입니다.",
      loss: "학습마다 고르게 한 손실입니다.",
    },
    none: "이 학습들에서는 측정하지 않았습니다.",
  },
  sheets: {
    title: "같은 프롬프트, 같은 시드",
    none: "같은 프롬프트와 시드로 그린 그림이 없습니다.",
    moment: "어느 스텝",
    moments: { base: "기반 모델", best: "가장 좋은 지점", last: "마지막" },
    nothing: "그리지 않음",
  },
  tune: {
    title: "설정마다 얻은 것과 잃은 것",
    about:
      "점 하나는 설정을 바꿔 해 본 짧은 학습의 가장 좋은 순간입니다. 위로 갈수록 더 잘 배운 것이고 오른쪽으로 갈수록 더 잊은 것이어서, 왼쪽 위 모서리가 가장 좋습니다.",
    choose: "설정 찾기",
    none: "아직 설정을 찾아본 적이 없습니다.",
    tooFew: "아직 측정한 설정이 2개보다 적습니다.",
    gained: "남겨 둔 사진의 오차",
    generic: "다른 것의 예측이 나빠진 정도",
    class: "종류의 예측이 나빠진 정도",
    base: "기반 모델",
    described: (count, best) =>
      `설정 ${count}개를 배운 것과 잊은 것으로 나타냅니다. 선택한 설정: ${best}.`,
    nothingChosen: "아직 없음",
    fates: {
      chosen: "선택함",
      result: "결과",
      dominated: "모든 면에서 더 나은 설정이 있음",
      other: "시험함",
    },
    head: { tried: "시험한 것", step: "가장 좋은 스텝", fate: "결과" },
    names: {
      range: "학습률 범위",
      final: "본 학습",
      defaults: "기본 설정",
      rate: (rate) => `학습률 ${rate}`,
      prior: (prompt) => `“${prompt}” 유지`,
      attention: "어텐션 레이어만",
      layers: "모든 레이어",
      rank: (rank) => `랭크 ${rank}`,
      parts: (parts) => `${parts}만`,
      other: "다른 설정",
    },
  },
};
