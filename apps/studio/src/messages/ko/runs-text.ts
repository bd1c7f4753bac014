/** @file The page "runs", in Korean. */

import type { Messages } from "../catalogue.js";
import { runText } from "./run-text.js";

/** Its texts, and those of the page of one run. */
export const runsText: Messages["runs"] = {
  about: "모든 학습과 그 결과입니다. 명령줄에서 한 학습도 있습니다.",
  empty: {
    title: "아직 학습 기록이 없습니다",
    body: "학습하면 내 사진을 배워 그림에 쓸 어댑터를 만듭니다. 사진 10장이면 시작할 수 있습니다.",
    train: "학습하기",
    start: "마스코트로 해 보기",
  },
  none: {
    title: "맞는 학습 기록이 없습니다",
    body: "다른 말로 찾거나 모두 다시 보세요.",
    all: "모두 보기",
  },
  unreadable: (count) => `읽을 수 없는 폴더 ${count}개`,
  filter: {
    search: "이름, 사진, 기법으로 찾기",
    state: "상태",
    allStates: "모든 상태",
    verdict: "판정",
    allVerdicts: "모든 판정",
    noVerdict: "판정 없음",
    sort: "순서",
  },
  sorts: {
    newest: "최신순",
    oldest: "오래된순",
    title: "이름순",
    longest: "오래 걸린 순",
  },
  count: (shown, all) =>
    shown === all ? `학습 기록 ${all}개` : `학습 기록 ${all}개 가운데 ${shown}개`,
  list: "학습 기록",
  choose: (title) => `${title} 선택`,
  chosen: (count) => `${count}개 선택됨`,
  chooseNone: "선택 해제",
  compare: "비교",
  train: "새 학습",
  of: (step, steps) => `${steps}스텝 중 ${step}스텝`,
  steps: (count) => `${count}스텝`,
  noVerdict: "판정 없음",
  pictureOf: (title) => `${title}: 가장 새로운 그림`,
  restored: "되돌렸습니다.",
  run: runText,
};
