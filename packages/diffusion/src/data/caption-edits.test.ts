/** @file Captions that change: what stays, what moves, what is chosen. */

import { createTorchGenerator } from "@atelier/engine";
import { describe, expect, it } from "vitest";
import { areEdited, type CaptionEdits, editCaption, requireWildcards } from "./caption-edits.js";

const plain: CaptionEdits = {
  wildcards: false,
  shuffleTags: false,
  keepTags: 0,
  tagDropout: 0,
  tagSeparator: ",",
};

/** A thousand versions of a caption. */
function versions(caption: string, edits: Partial<CaptionEdits>): string[] {
  const generator = createTorchGenerator(1);
  const random = () => generator.rand(1)[0] ?? 0;
  return Array.from({ length: 1000 }, () => editCaption(caption, { ...plain, ...edits }, random));
}

const share = (texts: readonly string[], isMeant: (text: string) => boolean) =>
  texts.filter(isMeant).length / texts.length;

describe("editCaption", () => {
  it("leaves a caption as it is without edits", () => {
    expect(new Set(versions("a  {cat|dog} ,on a mat\nline", {}))).toEqual(
      new Set(["a  {cat|dog} ,on a mat\nline"]),
    );
    expect(areEdited(plain)).toBe(false);
    expect(areEdited({ ...plain, keepTags: 3 })).toBe(false);
    expect(areEdited({ ...plain, tagDropout: 0.1 })).toBe(true);
  });

  it("shuffles all tags but the kept ones, every order as often", () => {
    const found = versions("sks dog, red ,blue,  green", { shuffleTags: true, keepTags: 1 });
    const orders = new Map<string, number>();
    for (const text of found) orders.set(text, (orders.get(text) ?? 0) + 1);
    expect([...orders.keys()].sort()).toEqual([
      "sks dog, blue, green, red",
      "sks dog, blue, red, green",
      "sks dog, green, blue, red",
      "sks dog, green, red, blue",
      "sks dog, red, blue, green",
      "sks dog, red, green, blue",
    ]);
    for (const count of orders.values()) expect(Math.abs(count - 1000 / 6)).toBeLessThan(50);
  });

  it("drops tags with their probability, never kept ones, and keeps their order", () => {
    const found = versions("sks, a, b, c", { tagDropout: 0.25, keepTags: 1 });
    for (const text of found) expect(text).toMatch(/^sks(, a)?(, b)?(, c)?$/);
    for (const tag of ["a", "b", "c"]) {
      const kept = share(found, (text) => text.split(", ").includes(tag));
      expect(Math.abs(kept - 0.75)).toBeLessThan(0.05);
    }
  });

  it("separates tags as it is told", () => {
    const [text = ""] = versions("a; b; c", { shuffleTags: true, tagSeparator: ";" });
    expect(text.split("; ").sort()).toEqual(["a", "b", "c"]);
  });

  it("chooses among wildcards and lines, and keeps literal braces", () => {
    const found = versions("a {cat|black dog|} {{x}}\n\nplain line", { wildcards: true });
    expect(new Set(found)).toEqual(
      new Set(["a cat {x}", "a black dog {x}", "a  {x}", "plain line"]),
    );
    expect(Math.abs(share(found, (text) => text === "plain line") - 0.5)).toBeLessThan(0.05);
  });

  it("is the same for the same random numbers", () => {
    const edits = { shuffleTags: true, tagDropout: 0.5, wildcards: true };
    expect(versions("a, {b|c}, d, e", edits)).toEqual(versions("a, {b|c}, d, e", edits));
  });
});

describe("requireWildcards", () => {
  it.each(["plain", "{a|b} and {c}", "{{literally}}", ""])("takes %j", (caption) => {
    expect(() => requireWildcards("p.txt", caption)).not.toThrow();
  });

  it.each(["{a|b", "a}", "{a|{b|c}}", "}{"])("refuses %j by name", (caption) => {
    expect(() => requireWildcards("p.txt", caption)).toThrow(/^p\.txt: expected choices like/);
  });
});
