/** @file All settings are found, by name and by explanation, in both languages. */

import { describe, expect, it } from "vitest";
import { trainText as english } from "../../messages/en/train-text.js";
import { groupFields, libraryName, searchFields, settableFields } from "./setting-fields.js";
import { fields } from "./testing-facts.js";

const groupName = (group: string) => english.all.groups[group] ?? group;
const found = (search: string, language: "en" | "ko" = "en") =>
  searchFields(settableFields(fields, "lora"), search, { language, groupName }).map(
    ({ path }) => path,
  );

describe("all settings", () => {
  it("are those that the technique reads", () => {
    const paths = (technique: Parameters<typeof settableFields>[1]) =>
      settableFields(fields, technique).map(({ path }) => path);
    expect(paths("lora")).toContain("lora.rank");
    expect(paths("finetune")).not.toContain("lora.rank");
    expect(paths("textual-inversion")).not.toContain("prior.classPrompt");
    expect(paths("lora")).not.toContain("data.folder");
    expect(paths("lora").length).toBeGreaterThan(100);
  });

  it("are grouped under names that the page has, each once", () => {
    const own = settableFields(fields, "pivotal");
    const groups = groupFields(own, Object.keys(english.all.groups));
    expect(groups.map(({ group }) => group)).toEqual(Object.keys(english.all.groups));
    expect(groups.flatMap((group) => group.fields).length).toBe(own.length);
  });

  it("are found by path, by words of the path, by explanation and by choice", () => {
    expect(found("lora.rankPattern")).toEqual(["lora.rankPattern"]);
    expect(found("rank pattern")).toContain("lora.rankPattern");
    expect(found("Restarts cosine")).toContain("schedule.name");
    expect(found("8-bit AdamW")).toEqual(["optimizer.stateDtype"]);
    expect(found("prodigy")).toContain("optimizer.name");
    expect(found("no such thing")).toEqual([]);
  });

  it("are found in Korean", () => {
    expect(found("학습률", "ko")).toContain("learningRate");
    expect(found("좌우로", "ko")).toEqual(["data.flip"]);
  });

  it("name files by the library", () => {
    expect(libraryName("/home/x/Atelier/datasets/dogs")).toBe("dogs");
    expect(libraryName("C:\\Atelier\\models\\sd15")).toBe("sd15");
    expect(libraryName("owner/name")).toBe("owner/name");
    expect(libraryName("/elsewhere/dogs")).toBeUndefined();
  });
});
