/** @file Times at which jobs begin and are repeated, in Korean. */

import type { Messages } from "../catalogue.js";

/** Their texts. */
export const timesText: Messages["times"] = {
  begin: {
    open: "예약 시작…",
    title: "예약 시작",
    field: "시작 시각",
    hint: "그때까지 대기열에서 기다리며, 그동안 다른 작업이 먼저 진행됩니다.",
    past: "지금보다 나중 시각을 고르세요.",
    choose: "예약",
    at: (time) => `${time} 시작`,
    now: "지금 시작",
    change: "시각 변경",
    told: (title, time) => `${time}에 시작하도록 예약했습니다: ${title}`,
  },
  repeat: {
    open: "반복…",
    title: "반복",
    about:
      "그때마다 그 시점의 사진과 파일로 새 작업을 대기열에 넣습니다. 실행되지 않는 동안 지나간 시각이 여러 번이어도 작업 하나로 대신합니다.",
    every: "주기",
    everys: {
      hour: "매시간",
      day: "매일",
      weekdays: "월요일부터 금요일까지",
      week: "매주",
      month: "매월",
      cron: "cron 식",
    },
    time: "시각",
    weekday: "요일",
    day: "날짜",
    cron: "cron 식",
    cronHint: "crontab처럼 분, 시, 일, 월, 요일 순서로 적습니다.",
    zone: "시간대",
    choose: "반복",
    told: (title, time) => `반복합니다: ${title}. 첫 작업은 ${time}입니다.`,
    list: "반복 작업",
    next: (time) => `다음 ${time}`,
    paused: "일시 중지됨",
    pause: "일시 중지",
    resume: "다시 시작",
    change: "시각 변경",
    end: "반복 끝내기",
    ended: (title) => `더 이상 반복하지 않습니다: ${title}`,
    actionsOf: (title) => `${title}: 반복에 할 수 있는 것`,
  },
  words: {
    hour: "매시간",
    day: (time) => `매일 ${time}`,
    weekdays: (time) => `월요일부터 금요일까지 ${time}`,
    week: (weekday, time) => `매주 ${weekday} ${time}`,
    month: (day, time) => `매월 ${day}일 ${time}`,
    cron: (cron) => `cron 식 ${cron}`,
  },
};
