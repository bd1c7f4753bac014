/** @file Errors of the page itself in Korean, by their English templates. */

import type { SentenceCatalogue } from "@atelier/engine";

/** Sentences by templates. */
export const pageErrors: SentenceCatalogue = {
  "{0}: expected a file of this page, got none. Check the connection and load the page again; whoever serves it, serve the whole folder.":
    "{0}: 이 페이지의 파일이 있어야 하지만 없습니다. 연결을 확인하고 페이지를 다시 불러오세요. 페이지를 제공하는 쪽이라면 폴더 전체를 제공하세요.",
  "{0}: expected the file that the page was built with, got another. Load the page again; whoever serves it, copy the whole folder again.":
    "{0}: 페이지와 함께 만들어진 파일이어야 하지만 다른 파일입니다. 페이지를 다시 불러오세요. 페이지를 제공하는 쪽이라면 폴더 전체를 다시 복사하세요.",
  "lesson: expected no other tab that learns, got one. Wait until it is done, stop it there, or close it.":
    "수업: 배우고 있는 다른 탭이 없어야 하지만 있습니다. 끝날 때까지 기다리거나, 그 탭에서 멈추거나 닫으세요.",
  "memory: expected as much as the model takes, got too little ({0}). Close other tabs and programs, and load the page again.":
    "메모리: 모델에 필요한 만큼 있어야 하지만 모자랍니다({0}). 다른 탭과 프로그램을 닫고 페이지를 다시 불러오세요.",
  "this browser has no WebGPU": "이 브라우저에는 WebGPU가 없습니다",
  "the browser offers none to pages": "브라우저가 페이지에 내주는 그래픽 카드가 없습니다",
  "it computes wrong numbers, off by {0}": "계산 결과가 {0}만큼 틀립니다",
};
