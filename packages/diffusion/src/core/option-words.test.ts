/** @file Options in sentences: written by the library, said by whoever shows them. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { option, sayOptions } from "./option-words.js";

describe("sayOptions", () => {
  const say = (sentence: string) =>
    sayOptions(sentence, (name, value) =>
      value === undefined ? `<${name}>` : `<${name}=${value}>`,
    );

  it("finds every option that the library wrote, with its value", () => {
    expect(say(`Leave ${option("eta")} out, or set ${option("sampler", "ddim")}.`)).toBe(
      "Leave <eta> out, or set <sampler=ddim>.",
    );
    expect(say(option("guidanceScale", 7.5))).toBe("<guidanceScale=7.5>");
    expect(say(option("zeroTerminalSnr", true))).toBe("<zeroTerminalSnr=true>");
    expect(say(option("adapters", 'a "b".safetensors'))).toBe('<adapters=a "b".safetensors>');
  });

  it("leaves all else as it stands", () => {
    for (const sentence of ["`magic` is `eta: {}`", "eta: 1", "`eta", "`toString`", "`eta: x y`"]) {
      expect(say(sentence)).toBe(sentence);
    }
  });
});

describe("the library", () => {
  const sources = fileURLToPath(new URL("..", import.meta.url));
  /** Files that name flags of other programs, whose settings they read. */
  const foreign = [
    "adapters/card-memory.ts",
    "train/import/diffusers-rules.ts",
    "train/import/import-kohya.ts",
    "train/import/kohya-datasets.ts",
    "train/import/settings-table.ts",
  ];

  it("names no flag of a command line: sentences are made for all who show them", () => {
    const named = readdirSync(sources, { recursive: true, encoding: "utf8" })
      .map((name) => name.replaceAll("\\", "/"))
      // Errors in other languages name what the English ones name.
      .filter(
        (name) => name.endsWith(".ts") && !/\.test\.ts$|^(testing|korean\/errors)\//.test(name),
      )
      .filter((name) => {
        const text = readFileSync(join(sources, name), "utf8").replace(
          /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm,
          "",
        );
        return /(^|[\s"'`(])--[a-z]/m.test(text);
      });
    expect(named.sort()).toEqual(foreign);
  });
});
