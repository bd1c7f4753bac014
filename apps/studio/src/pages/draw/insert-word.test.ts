import { describe, expect, it } from "vitest";
import { hasWord, insertWord } from "./insert-word.js";

const at = (text: string, start: number, end = start) => ({ text, start, end });

describe("insertWord", () => {
  it("puts a word where the cursor stands, with a space on each side", () => {
    expect(insertWord(at("a robot", 1), "sks")).toEqual(at("a sks robot", 5));
    expect(insertWord(at("a  robot", 2), "sks").text).toBe("a sks robot");
    expect(insertWord(at("a photo of", 10), "sks").text).toBe("a photo of sks");
    expect(insertWord(at("", 0), "sks").text).toBe("sks");
    expect(insertWord(at("a photo, sharp", 7), "sks").text).toBe("a photo sks, sharp");
  });

  it("replaces what is selected", () => {
    expect(insertWord(at("a red robot", 2, 5), "sks")).toEqual(at("a sks robot", 5));
  });
});

describe("hasWord", () => {
  it("finds a word of its own, in any case", () => {
    expect(hasWord("a Sks robot", "sks")).toBe(true);
    expect(hasWord("<cat-toy>, red", "<cat-toy>")).toBe(true);
    expect(hasWord("asksome", "sks")).toBe(false);
    expect(hasWord("a (sks:1.2) robot", "sks")).toBe(true);
  });
});
