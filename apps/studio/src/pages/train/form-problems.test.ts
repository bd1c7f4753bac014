/** @file What is missing and what is wrong is found before anything is queued, in both languages. */

import { koreanErrors } from "@atelier/diffusion/korean";
import { describe, expect, it } from "vitest";
import { composeSettings } from "./compose-settings.js";
import { problemsOf, problemText } from "./form-problems.js";
import { dogFacts, dogForm, dogs } from "./testing-facts.js";
import type { TrainForm } from "./train-form.js";

const problems = (part: Partial<TrainForm>, facts = dogFacts) => {
  const form = { ...dogForm, ...part };
  return problemsOf(form, facts, composeSettings(form, facts));
};

describe("the problems of a form", () => {
  it("are none where pictures and class are known", () => {
    const { missing, settings } = problems({});
    expect([missing, [...settings]]).toEqual([[], []]);
  });

  it("name what each technique lacks", () => {
    const unknown = { ...dogFacts, datasets: [{ ...dogs, subject: "" }] };
    expect(problems({}, unknown).missing).toEqual(["no-noun"]);
    expect(problems({ technique: "pivotal" }, unknown).missing).toEqual(["no-word"]);
    expect(problems({ technique: "lora" }, unknown).missing).toEqual(["no-prompt"]);
    const captioned = { ...unknown, datasets: [{ ...dogs, subject: "", captioned: 5 }] };
    expect(problems({ technique: "lora" }, captioned).missing).toEqual([]);
    expect(problems({}, { ...dogFacts, datasets: [] }).missing).toContain("no-dataset");
    expect(problems({}, { ...dogFacts, datasets: [{ ...dogs, pictures: 0 }] }).missing).toEqual([
      "no-pictures",
    ]);
  });

  it("name a base that cannot be one, a word of two words, and minutes that are none", () => {
    expect(problems({ base: { kind: "repo", name: "../x/y" } }).missing).toEqual(["bad-repo"]);
    expect(problems({ base: { kind: "library", name: "" } }).missing).toEqual(["no-base"]);
    const naming = { ...dogForm.naming, word: "my dog" };
    expect(problems({ technique: "textual-inversion", naming }).missing).toEqual(["bad-word"]);
    expect(problems({ isSearch: true, minutes: "soon" }).missing).toEqual(["bad-minutes"]);
  });

  it("stand beside their fields, in the language of the page", () => {
    const { settings } = problems({
      values: { "lora.rank": "0", learningRate: "fast", "schedule.bend": "0.5" },
    });
    expect([...settings.keys()].sort()).toEqual(["learningRate", "lora.rank", "schedule.bend"]);
    const rank = settings.get("lora.rank");
    const rate = settings.get("learningRate");
    if (rank === undefined || rate === undefined) throw new Error("expected both problems");
    expect(problemText(rank, {})).toBe("expected a value of at least 1, got 0");
    expect(problemText(rank, koreanErrors)).toBe("값이 1 이상이어야 하지만 0입니다");
    expect(problemText(rate, {})).toBe('expected a number, got "fast"');
  });
});
