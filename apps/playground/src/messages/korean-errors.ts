/** @file Errors of the page itself in Korean, by their English templates. */

import type { SentenceCatalogue } from "@atelier/engine";

/** Sentences by templates. */
export const pageErrors: SentenceCatalogue = {
  "{0}: expected a file of the embedded base, got none. Check the connection and load the page again; whoever serves it, serve the whole folder.":
    "{0}: 내장 베이스의 파일이 있어야 하지만 없습니다. 연결을 확인하고 페이지를 다시 불러오세요. 페이지를 제공하는 쪽이라면 폴더 전체를 제공하세요.",
  "base/{0}: expected the file that the page was built with, got another. Load the page again; whoever serves it, copy the whole folder again.":
    "base/{0}: 페이지와 함께 만들어진 파일이어야 하지만 다른 파일입니다. 페이지를 다시 불러오세요. 페이지를 제공하는 쪽이라면 폴더 전체를 다시 복사하세요.",
};
