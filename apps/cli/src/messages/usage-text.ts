/** @file What the parser of command lines says, in English, and what takes the place of it in other languages. */

/** Words of help and of mistyped command lines. */
export const usageText = {
  /** What stands above a part of the help. */
  heading: (english: string): string => english,
  /** An option or an argument, with its choices and its default in brackets behind it. */
  described: (english: string): string => english,
  helpOption: "display help for command",
  /** The parser's own message, which begins with `error: `. */
  mistyped: (english: string): string => english,
};
