/**
 * @file Command lines as people copy them, for sh, PowerShell or Windows' cmd: words, quotes, lines that go
 * on, comments, several commands, and variables that the text itself sets.
 */

import { AtelierError, said } from "@atelier/engine";

/** What a text says. */
export interface ShellText {
  /** Words of each command, with variables filled in. */
  readonly commands: readonly (readonly string[])[];
  /** Variables that the text uses and does not set, as they are written. */
  readonly unset: readonly string[];
}

/** The end of a line that goes on: `\`, PowerShell's backtick or cmd's `^`, blanks behind it included. */
const continuation = /[ \t]*[\\`^][ \t]*(\r?\n|$(?![\s\S]))/y;
/** `${A}`, `${A:-b}`, `$env:A`, `$A`, `%A%`, a notebook's `{A}`, and what a command would print. */
const variable =
  /\$\{(?:env:)?(\w+)(?::?-([^}]*))?\}|\$env:(\w+)|\$(\w+)|%(\w+)%|\{(\w+)\}|\$\([^)\n]*\)|`[^`\n]*`/y;
/** Where a backslash is a part of paths: cmd and PowerShell. */
const windows = /[\^`][ \t]*\r?\n|%\w+%|\$env:|^[ \t]*(set|rem)[ \t]/im;

/**
 * The commands of a text.
 * @throws AtelierError `config` for quotes that do not pair up, with where the first begins.
 */
export function splitCommands(source: string): ShellText {
  const text = withoutCommas(source);
  const commands: (readonly string[])[] = [];
  const values = new Map<string, string>();
  const unset = new Set<string>();
  const isWindows = windows.test(text);
  let words: string[] = [];
  let word: string | undefined;
  const endWord = () => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  const endCommand = () => {
    endWord();
    const rest = takeAssignments(words, (name, value) => {
      values.set(name, value);
      for (const form of [`$${name}`, `$env:${name}`]) unset.delete(form);
    });
    if (rest.length > 0) commands.push(rest);
    words = [];
  };
  /** What stands for a variable at this place, and its length. */
  const expand = (at: number): { value: string; length: number } | undefined => {
    variable.lastIndex = at;
    const match = variable.exec(text);
    if (match === null) return undefined;
    const [whole, braced, fallback, powershell, plain, cmd, notebook] = match;
    const name = braced ?? powershell ?? plain ?? cmd ?? notebook ?? "";
    const value = values.get(name) ?? fallback;
    // Braces alone may also be a caption's.
    if (value === undefined && (notebook === undefined || text.startsWith("!"))) unset.add(whole);
    return { value: value ?? whole, length: whole.length };
  };
  let at = 0;
  while (at < text.length) {
    const character = text.charAt(at);
    continuation.lastIndex = at;
    const goesOn = continuation.exec(text);
    if (goesOn !== null) {
      endWord();
      at += goesOn[0].length;
    } else if (
      character === "\n" ||
      character === ";" ||
      (character === "&" && text[at + 1] === "&")
    ) {
      endCommand();
      at += character === "&" ? 2 : 1;
    } else if (/\s/.test(character)) {
      endWord();
      at++;
    } else if (isComment(text, at, word)) {
      const end = text.indexOf("\n", at);
      at = end < 0 ? text.length : end;
    } else if (character === '"' || character === "'") {
      const end = closingQuote(text, at);
      word = (word ?? "") + quoted(text, at + 1, end, character === '"' ? expand : undefined);
      at = end + 1;
    } else if (character === "\\" && !isWindows && /[\s"'\\$`]/.test(text.charAt(at + 1))) {
      word = (word ?? "") + text.charAt(at + 1);
      at += 2;
    } else {
      const found = expand(at);
      word = (word ?? "") + (found?.value ?? character);
      at += found?.length ?? 1;
    }
  }
  endCommand();
  return { commands, unset: [...unset] };
}

/** Words as Python prints a list of them, `['python', 'train_db.py', …]`, as a command. */
function withoutCommas(text: string): string {
  if (!/['"][^'"\n]*\.py['"],/.test(text)) return text;
  return text.replaceAll(/(['"]),\s*(?=['"])/g, "$1 ").replaceAll(/^\s*\[|\]\s*$/g, "");
}

/** `#` begins a comment where a word could begin; so do cmd's `rem` and `::` at the start of a line. */
function isComment(text: string, at: number, word: string | undefined): boolean {
  if (word !== undefined) return false;
  if (text.charAt(at) === "#") return true;
  const isLineStart = /(^|\n)[ \t]*$/.test(text.slice(Math.max(0, at - 200), at));
  return isLineStart && /^(::|@?rem(\s|$))/i.test(text.slice(at, at + 5));
}

function closingQuote(text: string, at: number): number {
  const quote = text.charAt(at);
  for (let end = at + 1; end < text.length; end++) {
    if (text.charAt(end) === quote) return end;
    if (quote === '"' && text.charAt(end) === "\\" && /["\\]/.test(text.charAt(end + 1))) end++;
  }
  throw new AtelierError(
    "config",
    said`import: expected quotes that pair up, got ${text.slice(at, at + 40)}. Close the quote.`,
  );
}

/** The text between quotes; in double ones backslashes and variables count. */
function quoted(
  text: string,
  from: number,
  end: number,
  expand: ((at: number) => { value: string; length: number } | undefined) | undefined,
): string {
  if (expand === undefined) return text.slice(from, end);
  let result = "";
  for (let at = from; at < end; ) {
    const next = text.charAt(at + 1);
    if (text.charAt(at) === "\\" && /["\\$`]/.test(next)) {
      result += next;
      at += 2;
    } else if (text.charAt(at) === "\\" && next === "\n") at += 2;
    else {
      const found = expand(at);
      result += found?.value ?? text.charAt(at);
      at += found?.length ?? 1;
    }
  }
  return result;
}

/**
 * Reads `A=b`, `export A=b`, `set A=b`, PowerShell's `$env:A = "b"` and Python's `A = "b"` in front of a
 * command.
 * @returns the words behind them
 */
function takeAssignments(
  words: readonly string[],
  set: (name: string, value: string) => void,
): readonly string[] {
  const [first = "", second, ...others] = words;
  const alone = /^(?:\$(?:env:)?)?([A-Za-z_]\w*)$/.exec(first);
  if (alone !== null && second === "=") {
    set(alone[1] ?? "", others.join(" "));
    return [];
  }
  const keyword = /^(export|set|setx|declare|%env)$/i.exec(first)?.[1]?.toLowerCase();
  const list = keyword === undefined ? words : words.slice(1);
  // What cmd sets goes on to the end of the line.
  const joined = keyword === "set" ? [list.join(" ")] : list;
  let index = 0;
  for (; index < joined.length; index++) {
    const match = /^(?:\$(?:env:)?)?([A-Za-z_]\w*)=(.*)$/s.exec(joined[index] ?? "");
    if (match === null) break;
    set(match[1] ?? "", match[2] ?? "");
  }
  return keyword === undefined ? joined.slice(index) : [];
}
