/** @file The runs of the experiment, their subjects, and what their configs say. */

import { describe, expect, it } from "vitest";
import { callsOf, configOfRun } from "./run-config.js";
import { listRuns } from "./run-list.js";
import {
  classPicturesOf,
  freshPicturesOf,
  lessonsOf,
  mostLessons,
  subjectMark,
  subjects,
  unrelatedPictures,
} from "./subjects.js";

const runs = listRuns();
const whole = runs.filter(({ sabotage }) => sabotage === undefined);

function count<Value>(values: readonly Value[]): Map<Value, number> {
  const counts = new Map<Value, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

describe("listRuns", () => {
  it("has two runs of every kind, number of pictures and rate, and six that go wrong", () => {
    const cells = count(
      whole.map(({ kind, pictures, rateFactor }) => `${kind} ${pictures} ${rateFactor}`),
    );
    expect(cells.size).toBe(48);
    expect([...new Set(cells.values())]).toEqual([2]);
    expect(runs.length - whole.length).toBe(6);
  });

  it("leaves two thirds to be judged, of every kind, number of pictures and rate", () => {
    const judged = runs.filter(({ subject }) => subject.split === "judge");
    expect([judged.length, runs.length]).toEqual([68, 102]);
    const own = whole.filter(({ subject }) => subject.split === "judge");
    for (const field of ["kind", "pictures", "rateFactor"] as const) {
      const all = count(whole.map((run) => run[field]));
      for (const [value, of] of count(own.map((run) => run[field]))) {
        // Sixteen cells of a rate are not divided by three.
        const off = Math.abs(of / (all.get(value) ?? 0) - 2 / 3);
        expect(off, `${field} ${value}`).toBeLessThan(field === "rateFactor" ? 0.03 : 1e-8);
      }
    }
  });

  it("gives every run a name and a seed of its own", () => {
    expect(new Set(runs.map(({ id }) => id)).size).toBe(runs.length);
    expect(new Set(runs.map(({ seed }) => seed)).size).toBe(runs.length);
    expect(listRuns()).toEqual(runs);
  });
});

describe("subjects", () => {
  it("of one split are of no concept of the other", () => {
    const conceptsOf = (split: string) =>
      new Set(subjects.filter((subject) => subject.split === split).map(({ concept }) => concept));
    const fit = conceptsOf("fit");
    expect([...conceptsOf("judge")].filter((concept) => fit.has(concept))).toEqual([]);
    expect(new Set(subjects.map(({ id }) => id)).size).toBe(subjects.length);
  });

  it.each(subjects)("$id is named once in every caption, and what it is never", (subject) => {
    const pictures = [...lessonsOf(subject, mostLessons), ...freshPicturesOf(subject, 40)];
    for (const { caption } of pictures) {
      expect(caption.split(subjectMark), caption).toHaveLength(2);
      expect(caption).toMatch(/\ba( \w+)* \{subject\}/);
      expect(caption).not.toMatch(new RegExp(`\\b${subject.concept}\\b`));
      expect(caption).not.toMatch(new RegExp(`\\b${subject.className}\\b`));
    }
  });

  it.each(subjects)("$id is judged on pictures that no run learns from", (subject) => {
    const seen = new Set(lessonsOf(subject, mostLessons).map(({ scene }) => JSON.stringify(scene)));
    expect(seen.size).toBe(mostLessons);
    const fresh = freshPicturesOf(subject, 65).map(({ scene }) => JSON.stringify(scene));
    expect(new Set(fresh).size).toBe(65);
    expect(fresh.filter((scene) => seen.has(scene))).toEqual([]);
  });

  it("have classes whose pictures are of the class alone", () => {
    for (const subject of subjects) {
      const concepts = classPicturesOf(subject, 8).flatMap(({ scene }) =>
        scene.objects.map(({ concept }) => concept),
      );
      expect(new Set(concepts)).toEqual(new Set([subject.className]));
    }
  });
});

it("unrelated pictures show different things", () => {
  expect(new Set(unrelatedPictures(24).map(({ scene }) => scene.objects[0].concept)).size).toBe(24);
});

describe("configOfRun", () => {
  const places = { base: "base", lessons: "lessons", run: "run", cache: "cache", threads: 1 };

  it.each(["lora", "full", "word", "prior"] as const)(
    "is that of a watched %s at its rate",
    (kind) => {
      const [run, other] = [1, 1 / 4].map((rateFactor) =>
        runs.find((each) => each.kind === kind && each.rateFactor === rateFactor),
      );
      if (run === undefined || other === undefined) throw new Error("no such run");
      const config = configOfRun(run, places);
      expect(config.watch.share).toBe(1);
      expect(config.schedule.name).toBe("constant");
      expect(config.steps).toBe(run.steps);
      expect(config.prior?.source).toBe(kind === "prior" ? "prediction" : undefined);
      expect(config.embedding?.token).toBe(kind === "word" ? callsOf(run) : undefined);
      const rateOf = ({ learningRate, embedding }: typeof config) =>
        embedding?.learningRate ?? learningRate;
      expect(rateOf(configOfRun(other, places)) / rateOf(config)).toBeCloseTo(1 / 4, 8);
    },
  );
});
