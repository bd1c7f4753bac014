/** @file Findings of a check, in groups with their pictures. */

import { warning } from "@atelier/diffusion/core";
import { englishWarnings } from "@atelier/diffusion/english";
import { koreanWarnings } from "@atelier/diffusion/korean";
import type { Picture } from "@atelier/server/api";
import { describe, expect, it } from "vitest";
import {
  type CheckResult,
  findingSentence,
  groupFindings,
  otherPictures,
  readCheck,
} from "./findings.js";

const picture = (name: string, edge = 100, more: Partial<Picture> = {}): Picture => ({
  ...{ name, width: edge, height: edge, bytes: 1, caption: "a dog", version: "1" },
  ...{ hasMask: false, hasTransparency: false, ...more },
});
const check = (findings: CheckResult["findings"], shaped: CheckResult["buckets"] = []) => ({
  ...{ pictures: 3, width: 64, height: 64, findings, unchecked: [], warnings: [] },
  ...{ usable: { withoutCaptions: 3, withCaptions: 3 }, buckets: shaped },
});
const some = (...first: string[]) => ({ count: first.length, first });

describe("readCheck", () => {
  it("takes what the command prints, alone or in a list, and nothing else", () => {
    const printed = { ...check([]), judge: "instance judge of embedded" };
    expect(readCheck(printed)?.judge).toBe("instance judge of embedded");
    expect(readCheck([printed])?.width).toBe(64);
    expect(readCheck({ pictures: 3 })).toBeUndefined();
  });
});

describe("groupFindings", () => {
  it("names pairs, also of pictures whose names hold the sign between them", () => {
    const pictures = [picture("a = b.png"), picture("c.png")];
    const params = { pairs: { count: 9, first: ["a = b.png = c.png", "gone.png = c.png"] } };
    const [group] = groupFindings(
      check([{ code: "same-pictures", params, message: "" }]),
      pictures,
    );
    expect(group?.pairs).toEqual([["a = b.png", "c.png"]]);
    expect(group?.unnamed).toBe(7);
    expect(group?.actions).toEqual(["choose", "deleteOthers"]);
  });

  it("has all that the check has found, not only those that its sentence names", () => {
    const names = Array.from({ length: 9 }, (_, at) => `${at}.png`);
    const pictures = { count: 9, first: names.slice(0, 5), rest: names.slice(5) };
    const pairs = { count: 2, first: ["0.png ≈ 1.png"], rest: ["7.png ≈ 8.png"] };
    const [blurred, near] = groupFindings(
      check([
        { code: "blurred-pictures", params: { pictures }, message: "" },
        { code: "near-pictures", params: { pairs }, message: "" },
      ]),
      names.map((name) => picture(name)),
    );
    expect(blurred).toMatchObject({ pictures: names, unnamed: 0 });
    expect(near?.pairs).toEqual([
      ["0.png", "1.png"],
      ["7.png", "8.png"],
    ]);
    expect(near?.unnamed).toBe(0);
  });

  it("lists all pictures where the page knows them, and leaves out what is mended", () => {
    const names = ["1", "2", "3", "4", "5", "6", "7"].map((name) => `${name}.png`);
    const found = [
      { code: "missing-captions", params: { pictures: some("1.png"), total: 7 }, message: "" },
      { code: "much-cropped", params: { pictures: some("1.png") }, message: "" },
      { code: "blurred-pictures", params: { pictures: some("gone.png") }, message: "" },
    ];
    const shaped = [{ pictures: names.map((name) => ({ name, cropped: 0.5, scale: 1 })) }];
    const groups = groupFindings(
      check(found, shaped),
      names.map((name) => picture(name, 100, { hasTransparency: name === "3.png" })),
    );
    expect(groups.map(({ code, pictures }) => `${code} ${pictures.length}`)).toEqual([
      ...["much-cropped 7", "transparency 1"],
    ]);
  });

  it("puts findings of one kind together", () => {
    const found = ["1.png", "2.png"].map((name) => ({
      ...{ code: "truncated-caption", params: { picture: name, cut: "…" }, message: "" },
    }));
    const groups = groupFindings(check(found), [picture("1.png"), picture("2.png")]);
    expect(groups).toMatchObject([{ pictures: ["1.png", "2.png"], told: found }]);
  });
});

describe("otherPictures", () => {
  it("keeps the largest of each group of look-alikes", () => {
    const pictures = [
      picture("a", 10),
      picture("b", 30),
      picture("c", 20),
      picture("d"),
      picture("e"),
    ];
    const pairs = [["a", "b"] as const, ["b", "c"] as const, ["d", "e"] as const];
    expect(otherPictures(pairs, pictures).sort()).toEqual(["a", "c", "e"]);
  });
});

describe("findingSentence", () => {
  const told = {
    ...warning("missing-captions", { pictures: some("1.png"), total: 3 }),
    message: "as the command said it",
  };
  it("speaks the language, with options as the page names them", () => {
    const words = { prompt: "a prompt for all" };
    expect(findingSentence(told, englishWarnings, words)).toContain(
      "give all of them a prompt for",
    );
    expect(findingSentence(told, koreanWarnings, words)).toContain("사진 3장 중 1장에");
  });

  it("falls back to the command's own words for what it does not know", () => {
    expect(findingSentence({ ...told, code: "new" }, englishWarnings, {})).toBe(told.message);
    expect(findingSentence({ ...told, params: {} }, englishWarnings, {})).toBe(told.message);
  });
});
