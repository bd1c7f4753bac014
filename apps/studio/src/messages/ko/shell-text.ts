/** @file The frame of the pages, in Korean. */

import type { Messages } from "../catalogue.js";

/** Texts of the frame. */
export const shellText: Messages["shell"] = {
  skip: "본문으로 가기",
  menu: "메뉴",
  navigation: "페이지",
  otherLanguage: "View in English",
  light: "밝게",
  dark: "어둡게",
  places: {
    start: "시작",
    pictures: "사진",
    train: "학습",
    runs: "학습 기록",
    compare: "비교",
    draw: "그리기",
    library: "보관함",
    queue: "대기열",
  },
  signIn: {
    title: "열쇠로 Studio에 들어갑니다",
    body: "`atelier studio`가 출력한 주소를 # 뒤까지 그대로 열어 주세요. 여기에 열쇠를 넣어도 됩니다.",
    key: "열쇠",
    open: "열기",
    wrong: "맞는 열쇠가 아닙니다. 열쇠는 보관함 폴더의 `token` 파일과 주소의 # 뒤에 있습니다.",
  },
};
