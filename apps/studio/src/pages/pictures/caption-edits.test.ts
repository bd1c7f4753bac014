/** @file Changes of many captions at once. */

import { describe, expect, it } from "vitest";
import {
  replaced,
  tagCounts,
  tagged,
  tagsOf,
  triggered,
  untagged,
  wrapped,
} from "./caption-edits.js";

const captions = new Map([
  ["1.png", "A dog, grass"],
  ["2.png", "dogged dog"],
  ["3.png", ""],
]);

describe("replaced", () => {
  it("tells only what becomes another, by case or without", () => {
    const sought = { find: "dog", replace: "cat", isExact: false };
    expect([...replaced(captions, sought)]).toEqual([
      ["1.png", "A cat, grass"],
      ["2.png", "catged cat"],
    ]);
    expect(replaced(captions, { ...sought, find: "a d" }).size).toBe(1);
    expect(replaced(captions, { ...sought, find: "a d", isExact: true }).size).toBe(0);
    expect(replaced(captions, { ...sought, find: "" }).size).toBe(0);
  });

  it("takes what is sought and put there as it is written", () => {
    const odd = new Map([["1.png", "what (a|b)? $1"]]);
    const sought = { find: "(a|b)?", replace: "$& $1", isExact: true };
    expect(replaced(odd, sought).get("1.png")).toBe("what $& $1 $1");
  });
});

describe("wrapped", () => {
  it("puts texts around all, also around none", () => {
    expect([...wrapped(captions, { before: "photo of ", after: "!" }).values()]).toEqual([
      ...["photo of A dog, grass!", "photo of dogged dog!", "photo of !"],
    ]);
  });
});

describe("tags", () => {
  it("are counted once a caption, the most frequent first", () => {
    expect(tagsOf(" a , b,, c ")).toEqual(["a", "b", "c"]);
    expect(tagCounts(["b, a", "a, a", "c"])).toEqual([
      ["a", 2],
      ["b", 1],
      ["c", 1],
    ]);
  });

  it("are added where they are not and taken away where they are", () => {
    expect([...tagged(captions, "grass")]).toEqual([
      ["2.png", "dogged dog, grass"],
      ["3.png", "grass"],
    ]);
    expect(tagged(new Map([["1.png", "a, "]]), "b, c").get("1.png")).toBe("a, b, c");
    expect([...untagged(captions, "grass")]).toEqual([["1.png", "A dog"]]);
  });
});

describe("triggered", () => {
  it("stands at the beginning, once, as a word of its own", () => {
    expect([...triggered(captions, "dog")]).toEqual([["3.png", "dog"]]);
    expect([...triggered(captions, "sks")]).toEqual([
      ["1.png", "sks, A dog, grass"],
      ["2.png", "sks, dogged dog"],
      ["3.png", "sks"],
    ]);
    expect(triggered(captions, " ").size).toBe(0);
  });

  it("takes the place of the one before", () => {
    expect(triggered(captions, "sks", "dog").get("2.png")).toBe("dogged sks");
    expect(triggered(captions, "sks", "grass").get("1.png")).toBe("A dog, sks");
  });
});
