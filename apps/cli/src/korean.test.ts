/** @file The command line in Korean: help, what is mistyped, errors, and that nothing of it is left in English. */

import { describe, expect, it } from "vitest";
import { duration } from "./messages/ko/duration.js";
import { messagesFor } from "./messages/messages.js";
import { runCli } from "./testing/run-cli.js";

const inKorean = (argv: readonly string[]) => runCli(argv, { env: { ATELIER_LANG: "ko" } });
const hangul = /\p{Script=Hangul}/u;

/** Lines that describe an option, an argument or a command, each with the lines that go on with it. */
const described = (help: string): string[] =>
  help
    .split(/\n(?= {2}\S)/)
    .map((entry) => (entry.split("\n\n")[0] ?? "").replace(/\s+/g, " ").trim())
    .filter((entry) => /^(-|[a-z][\w-]* [[<]?)/.test(entry) && !entry.startsWith("atelier "));

describe("the language", () => {
  it.each([
    [{ ATELIER_LANG: "ko", LANG: "en_US.UTF-8" }, true],
    [{ LANG: "ko_KR.UTF-8" }, true],
    [{ LC_ALL: "", LANG: "ko_KR.UTF-8" }, true],
    [{ LC_ALL: "en_US.UTF-8", LANG: "ko_KR.UTF-8" }, false],
    [{ LANG: "de_DE.UTF-8" }, false],
    [{ ATELIER_LANG: "constructor" }, false],
    [{}, false],
  ] as const)("of %j is Korean: %s", async (env, isKorean) => {
    const { program } = await messagesFor(env);
    expect(hangul.test(program.description)).toBe(isKorean);
  });
});

describe("help in Korean", () => {
  it("names every command and option in Korean", async () => {
    const { stdout } = await inKorean(["--help"]);
    expect(stdout).toContain("사용법: atelier");
    const commands = [...stdout.matchAll(/^ {2}([a-z][a-z-]+) /gm)].map(([, name = ""]) => name);
    expect(commands.length).toBeGreaterThan(20);
    for (const command of commands) {
      const { stdout: help, code } = await inKorean([command, "--help-all"]);
      const shown = code === 0 ? help : (await inKorean([command, "--help"])).stdout;
      const english = described(shown).filter((entry) => !hangul.test(entry));
      expect(english, command).toEqual([]);
      expect(shown).not.toMatch(/\((choices|default): /);
    }
  });
});

describe("mistakes in Korean", () => {
  it.each([
    [
      ["lora", "photos", "--stpes", "5"],
      "오류: 알 수 없는 옵션입니다: --stpes\n(혹시 --steps 아닌가요?)\n",
    ],
    [["lroa", "photos"], "오류: 알 수 없는 명령입니다: lroa\n(혹시 lora 아닌가요?)\n"],
    [["inspect"], "오류: 필요한 인자가 없습니다: "],
    [["generate", "--prompt"], "에 값이 없습니다\n"],
    [["tune", "photos", "--prefer", "all"], '가운데 하나여야 하지만 "all"입니다\n'],
  ])("%j", async (argv, said) => {
    const { code, stderr } = await inKorean(argv);
    expect(code).toBe(2);
    expect(stderr).toContain(said);
    expect(stderr).not.toMatch(/error|unknown|missing|Did you mean/);
  });

  it("are those of the library, too", async () => {
    const { code, stderr } = await inKorean(["inspect", "nowhere.safetensors"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^오류: nowhere\.safetensors: /);
    expect(stderr).toMatch(hangul);
  });
});

it("labels of pictures are in letters that there are", async () => {
  const { report, strength } = await messagesFor({ ATELIER_LANG: "ko" });
  const labels = [
    ...[report.sheet.before("a cat"), report.sheet.after("a cat")],
    ...[strength.base(1), strength.drawn(0.8, 1)],
  ];
  for (const label of labels) expect(label).toMatch(/^[ -~]+$/);
});

it.each([
  [3900, "1시간 5분"],
  [130, "2분 10초"],
  [8.4, "8초"],
  [0, "0초"],
])("%d seconds are %s", (seconds, words) => expect(duration(seconds)).toBe(words));
