/** @file What several pages say, in Korean. */

import type { Messages } from "../catalogue.js";
import { commonText as english } from "../en/common-text.js";

/** Texts that several pages share. */
export const commonText: Messages["common"] = {
  cancel: "취소",
  close: "닫기",
  delete: "삭제",
  undo: "되돌리기",
  save: "저장",
  saved: "저장했습니다.",
  retry: "다시 시도",
  more: "더 보기",
  search: "찾기",
  name: "이름",
  copy: "복사",
  copied: "복사했습니다.",
  download: "내려받기",
  open: "열기",
  loading: "불러오는 중",
  failed: "하지 못했습니다",
  unreachable:
    "Studio 서버가 응답하지 않습니다. `atelier studio`가 실행 중인지 확인해 주세요. 서버가 돌아오면 이 페이지는 저절로 이어집니다.",
  offline: "서버에 연결되지 않았습니다. 다시 시도하는 중 …",
  movedToTrash: (count) => `${count}개를 휴지통으로 옮겼습니다.`,
  duration(seconds) {
    const whole = Math.round(seconds);
    if (whole < 60) return `${whole}초`;
    if (whole < 3600) return `${Math.floor(whole / 60)}분 ${whole % 60}초`;
    return `${Math.floor(whole / 3600)}시간 ${Math.floor((whole % 3600) / 60)}분`;
  },
  left: (duration) => `${duration} 남음`,
  bytes: (count) => english.bytes(count),
  pictures: (count) => `사진 ${count}장`,
  ago(seconds) {
    if (seconds < 60) return "방금";
    if (seconds < 3600) return `${Math.floor(seconds / 60)}분 전`;
    if (seconds < 86_400) return `${Math.floor(seconds / 3600)}시간 전`;
    return `${Math.floor(seconds / 86_400)}일 전`;
  },
  states: {
    waiting: "대기 중",
    running: "진행 중",
    done: "완료",
    failed: "실패",
    cancelled: "취소됨",
    stopped: "멈춤",
    interrupted: "중단됨",
    unknown: "알 수 없음",
  },
  verdictStates: {
    "nothing-happens": "변화 없음",
    learning: "배우는 중",
    "learned-enough": "충분히 배움",
    overfitting: "과적합",
    forgetting: "망각",
    diverging: "발산",
  },
  jobKinds: {
    demo: "마스코트 체험",
    train: "학습",
    resume: "이어서 학습",
    tune: "설정 찾기",
    strength: "강도 고르기",
    evaluate: "평가",
    draw: "그리기",
    check: "사진 살펴보기",
    inspect: "검사",
    convert: "변환",
    merge: "합치기",
    extract: "추출",
    download: "내려받기",
    doctor: "컴퓨터 점검",
  },
};
