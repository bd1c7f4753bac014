/** @file What requests are refused for, and why a server does not start, in Korean, by their English templates. */

import type { SentenceCatalogue } from "@atelier/engine";

/** Sentences by templates. */
export const httpErrors: SentenceCatalogue = {
  // http/
  "{0}: expected a file, got none.": "{0}: 파일이 있어야 하지만 없습니다.",
  "{0}: expected a route of /api/docs, got none.":
    "{0}: /api/docs에 있는 주소여야 하지만 없는 주소입니다.",
  "{0}: expected {1}, got {2}.": "{0}: {1}이어야 하지만 {2}입니다.",
  "{0}: expected what /api/openapi.json describes, got another ({1}). Correct it.":
    "{0}: /api/openapi.json에 적힌 대로여야 하지만 다릅니다({1}). 고쳐서 다시 보내세요.",
  "{0}: expected the library's key, got another text. Delete it, and a new one is made.":
    "{0}: 보관함의 열쇠가 있어야 하지만 다른 글이 있습니다. 파일을 지우면 새로 만듭니다.",
  "{0}: expected the library's key, got something that cannot be read. Delete it, and a new one is made.":
    "{0}: 보관함의 열쇠가 있어야 하지만 읽을 수 없습니다. 지우면 새로 만듭니다.",
  "Last-Event-ID: expected the id of an event, got {0}.":
    "Last-Event-ID: 이벤트의 번호여야 하지만 {0}입니다.",
  "address {0}: expected one of this machine, got {1}. Listen on 127.0.0.1, or on another address that it has.":
    "주소 {0}: 이 컴퓨터의 주소여야 하지만 {1} 오류가 났습니다. 127.0.0.1이나 이 컴퓨터의 다른 주소를 쓰세요.",
  "address: expected at most {0} letters.": "주소: {0}자 이하여야 합니다.",
  "body: expected JSON in UTF-8, got something else.":
    "본문: UTF-8로 된 JSON이어야 하지만 다른 것입니다.",
  "body: expected at most {0} bytes, got more.": "본문: {0}바이트 이하여야 하지만 더 큽니다.",
  "body: expected at most {0} levels, got more.": "본문: {0}단계 이하여야 하지만 더 깊습니다.",
  "body: expected it as it is, got it in {0}.": "본문: 압축하지 않은 것이어야 하지만 {0}입니다.",
  "body: expected more within {0} s, got nothing.":
    "본문: {0}초 안에 이어져야 하지만 아무것도 오지 않았습니다.",
  "body: expected names of fields, got {0}. Take it out.":
    "본문: 필드 이름이어야 하지만 {0}입니다. 빼고 다시 보내세요.",
  "content-type: expected {0}, got {1}. Name the type of what is sent.":
    "content-type: {0}이어야 하지만 {1}입니다. 보내는 것의 형식을 적어 주세요.",
  "form: expected a line between its parts, got another.":
    "form: 부분 사이에 구분 줄이 있어야 하지만 다른 줄입니다.",
  "form: expected at most {0} parts, got more.": "form: 부분이 {0}개 이하여야 하지만 더 많습니다.",
  "form: expected its last line, got its end. Send it again.":
    "form: 마지막 줄이 있어야 하지만 중간에 끝났습니다. 다시 보내세요.",
  "form: expected parts with names, got another header.":
    "form: 이름이 있는 부분이어야 하지만 다른 머리글입니다.",
  "host: expected an address of this server, got {0}. Open it by the address that it printed at its start.":
    "host: 이 서버의 주소여야 하지만 {0}입니다. 서버가 시작할 때 출력한 주소로 여세요.",
  "key: expected fewer wrong ones, got too many. Wait {0} s.":
    "열쇠: 잘못된 열쇠를 너무 많이 넣었습니다. {0}초 뒤에 다시 시도하세요.",
  "key: expected this server's, got another or none. Open the address that the server printed at its start, or send what stands in the library's file token as Authorization: Bearer.":
    "열쇠: 이 서버의 열쇠가 필요하지만 다르거나 없습니다. 서버가 시작할 때 출력한 주소를 열거나, 보관함의 token 파일에 있는 값을 Authorization: Bearer로 보내세요.",
  "library: expected room on its disk, got none. Make room, then do it again.":
    "보관함: 디스크에 자리가 있어야 하지만 가득 찼습니다. 공간을 비우고 다시 하세요.",
  "origin: expected this server's own page, got {0}. Open the address that the server printed at its start.":
    "origin: 이 서버의 페이지에서 온 요청이어야 하지만 {0}에서 왔습니다. 서버가 시작할 때 출력한 주소를 여세요.",
  "path: expected names between its slashes, got another.":
    "경로: 빗금 사이에 이름이 있어야 하지만 다른 것입니다.",
  "port {0}: expected one that is free, got one that another program listens on. Is the Studio running already? Open it, or choose another with --port.":
    "포트 {0}: 비어 있어야 하지만 다른 프로그램이 쓰고 있습니다. Studio가 이미 실행 중이면 그것을 열고, 아니면 --port 옵션으로 다른 포트를 고르세요.",
  "port {0}: expected one that this user may listen on, got one that is refused. Choose one above 1023 with --port.":
    "포트 {0}: 이 사용자가 쓸 수 있어야 하지만 거부되었습니다. --port 옵션으로 1023보다 큰 포트를 고르세요.",
  "text: expected characters, got a NUL or half a character. Take it out.":
    "글: 문자여야 하지만 NUL이나 반쪽 문자가 있습니다. 빼고 다시 보내세요.",
  // open-studio.ts
  "password: expected at least 12 letters without spaces, got others. Choose a longer one, or leave it out: the library then makes a key.":
    "비밀번호: 빈칸 없이 12자 이상이어야 합니다. 더 길게 정하거나 빼세요. 빼면 보관함이 열쇠를 만듭니다.",
};
