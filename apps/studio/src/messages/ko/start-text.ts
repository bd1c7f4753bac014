/** @file The page "start", in Korean. */

import type { Messages } from "../catalogue.js";

const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** Its texts. */
export const startText: Messages["start"] = {
  title: "Atelier",
  about:
    "그리고 싶은 것을 사진 몇 장으로 이미지 모델에 가르칩니다. 모두 내 컴퓨터에서 하고, 제대로 배우는지 학습 중에 볼 수 있습니다.",
  ways: {
    label: "세 가지 길",
    pictures: {
      title: "사진",
      body: "가르칠 것을 모읍니다. 대상은 사진 10장 정도, 화풍은 수십 장이면 됩니다.",
    },
    train: {
      title: "학습",
      body: "무엇인지만 고르면 방법은 Atelier가 정하고, 배우는지 보여 주고, 가장 좋은 지점을 보관합니다.",
    },
    draw: {
      title: "그리기",
      body: "프롬프트를 쓰고 기반 모델만으로, 또는 가르친 것과 함께 그립니다.",
    },
  },
  demo: {
    title: "먼저 한번 보기",
    body: "Atelier에 들어 있는 작은 모델이 그림 5장으로 마스코트를 배우고, 아무도 그린 적 없는 곳에 그립니다. 설정할 것 없이 1~2분이면 됩니다.",
    begin: "마스코트로 체험",
    again: "다시 체험",
    see: "지난 체험 보기",
    shown: "마스코트 체험",
    parts: {
      before: "기반 모델만으로 그리기",
      train: "마스코트 배우기",
      after: "똑같이 다시 그리기",
      judge: "결과 판정",
    },
    starting: "기반 모델 여는 중",
    lessons: "이 그림 5장으로 배웁니다",
    loss: "손실",
    lossHint: "스텝마다 뽑는 노이즈에 따라 값이 크게 오르내립니다. 내려가는 평균선을 보면 됩니다.",
    lossLabel: "학습 스텝에 따른 손실",
    lossNow: (value) => `지금 손실은 ${value}입니다.`,
    step: (step) => `${step}스텝`,
    mean: "평균",
    single: "스텝마다",
    before: "전",
    after: "후",
    prompts: "같은 프롬프트와 시드, 학습 전과 후",
    promptsHint: "이 프롬프트들은 학습하지 않았습니다. 위아래 그림은 같은 노이즈에서 시작했습니다.",
    drawn: (when, prompt, seed) => `${when}: ${prompt}, 시드 ${seed}`,
    asksFor: {
      subject: "마스코트를 그리는 프롬프트",
      class: "아무 로봇이나 그리는 프롬프트: 그대로여야 함",
      unrelated: "마스코트와 상관없는 프롬프트: 그대로여야 함",
    },
    worked: "성공했습니다.",
    missed: (count, of) => `목표 ${of}개 중 ${count}개를 이루지 못했습니다.`,
    took: (duration) => `${duration} 만에 마쳤습니다.`,
    findings: {
      subject: ({ holds, count, of, threshold }) =>
        `그림 ${of}장 중 ${count}장에서 마스코트를 알아볼 수 있습니다 (목표: ${percent(threshold)}).${holds ? "" : " 더 오래 학습하면 더 자주 나타납니다."}`,
      surroundings: ({ value, threshold }) =>
        `프롬프트에 있는 배경, 함께 있는 것, 옷이 나타나는 횟수: 실제 그림의 ${percent(value)} (목표: ${percent(threshold)}).`,
      class: ({ holds, value, threshold }) =>
        holds
          ? `“robot”만 쓰면 여전히 다른 로봇을 그립니다 (마스코트와 닮음 ${value.toFixed(2)}, 목표: ${threshold} 이하).`
          : `“robot”만 써도 마스코트를 그리기 시작했습니다 (닮음 ${value.toFixed(2)}, 목표: ${threshold} 이하).`,
      unrelated: ({ holds, value, threshold }) =>
        holds
          ? `상관없는 그림은 전과 같습니다 (유사도 ${value.toFixed(2)}, 목표: ${threshold} 이상).`
          : `상관없는 그림이 달라졌습니다 (유사도 ${value.toFixed(2)}, 목표: ${threshold} 이상).`,
    },
    toRun: "학습 기록 열기",
    toDraw: "마스코트 그리기",
    report: "전체 보고서",
  },
  running: { title: "지금 진행 중", all: "대기열 전체" },
  runs: {
    title: "최근 학습 기록",
    all: "모든 학습 기록",
    empty: "아직 학습한 것이 없습니다. 사진을 넣어 시작하거나 마스코트 체험을 먼저 보세요.",
  },
  drawings: {
    title: "최근 그림",
    all: "모든 그림",
    empty: "아직 그린 그림이 없습니다. 내장 기반 모델은 내려받지 않고 바로 그립니다.",
    begin: "그려 보기",
    open: (prompt) => `다시 그리기: ${prompt}`,
    untitled: "프롬프트 없음",
  },
};
