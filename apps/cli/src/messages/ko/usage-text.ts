/** @file What is said of mistyped command lines, and in the frame of help, in Korean. */

import type { usageText as english } from "../usage-text.js";

const headings: Readonly<Record<string, string>> = {
  "Usage:": "사용법:",
  "Options:": "옵션:",
  "Arguments:": "인자:",
  "Commands:": "명령:",
};

/** The parser's messages, whose parts are names and values. */
const mistakes: readonly (readonly [RegExp, (...parts: (string | undefined)[]) => string])[] = [
  [/^unknown option '(.+?)'/, (flag) => `알 수 없는 옵션입니다: ${flag}`],
  [/^unknown command '(.+?)'/, (name) => `알 수 없는 명령입니다: ${name}`],
  [/^missing required argument '(.+?)'/, (name) => `필요한 인자가 없습니다: ${name}`],
  [/^option '(.+?)' argument missing/, (flags) => `옵션 ${flags}에 값이 없습니다`],
  [/^required option '(.+?)' not specified/, (flags) => `꼭 필요한 옵션이 없습니다: ${flags}`],
  [
    /^option '(.+?)' cannot be used with option '(.+?)'/,
    (one, other) => `함께 쓸 수 없는 옵션입니다: ${one}, ${other}`,
  ],
  [
    /^too many arguments(?: for '(.+?)')?\. Expected (\d+) arguments? but got (\d+)/,
    (name, expected, got) =>
      `${name === undefined ? "" : `${name}: `}인자가 너무 많습니다. ${expected}개여야 하지만 ${got}개입니다`,
  ],
  [
    /^option '(.+?)' argument '(.*?)' is invalid\. Allowed choices are (.+?)\.?$/,
    (flags, value, choices) =>
      `옵션 ${flags}: ${choices} 가운데 하나여야 하지만 ${value === "" ? "비어 있습니다" : `"${value}"입니다`}`,
  ],
  [
    /^option '(.+?)' argument '(.*?)' is invalid\. ?(.*)$/,
    (flags, value, why) => `옵션 ${flags}: "${value}" 값은 쓸 수 없습니다. ${why}`,
  ],
];

/** In Korean. */
export const usageText: typeof english = {
  heading: (name) => headings[name] ?? name,
  described: (text) =>
    text.replace(/([(,] ?)choices: /g, "$1선택: ").replace(/([(,] ?)default: /g, "$1기본값: "),
  helpOption: "명령 설명 표시",
  mistyped(message) {
    const [first = "", ...rest] = message
      .replace(/^error: /, "")
      .trimEnd()
      .split("\n");
    const meant = /Did you mean (?:one of )?(.+?)\?/.exec(rest.join(" "))?.[1];
    const own = mistakes.flatMap(([pattern, say]) => {
      const parts = pattern.exec(first);
      return parts === null ? [] : [say(...parts.slice(1))];
    })[0];
    const asked = meant === undefined ? "" : `\n(혹시 ${meant} 아닌가요?)`;
    return `오류: ${own ?? first}${asked}\n`;
  },
};
