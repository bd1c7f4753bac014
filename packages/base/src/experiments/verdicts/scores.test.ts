/** @file Labels, baselines and scores, on histories made by hand. */

import { describe, expect, it } from "vitest";
import { baselines } from "./baselines.js";
import { costOf } from "./cost.js";
import { fitText } from "./fit-text.js";
import { constants } from "./fit-thresholds.js";
import { labelsOf } from "./labels.js";
import { preferenceRegret, trueCosts } from "./preferences.js";
import { type RunRecord, readRecord, recordText, type TruthPoint } from "./record.js";
import { historyOf, type Outcome, replayed } from "./replay.js";
import { baselineTable, goalTable, shareWithInterval } from "./score-tables.js";
import { rankCorrelation, regretAt, regretOf, type Scores, scoreRuns, truthAt } from "./scores.js";
import { insertPart, scoresText } from "./scores-text.js";
import { withEchoes } from "./with-echoes.js";

const steps = [10, 20, 40, 80, 160];

interface Course {
  /** G* at each look. */
  readonly fresh: readonly number[];
  readonly train?: readonly number[];
  readonly generic?: number;
  readonly unrelated?: number;
  readonly doneSteps?: number;
  /** Losses of the two held-out rows at each look, beside 1 at the start. */
  readonly heldOut?: readonly number[];
}

/** A record whose truth and signals are as given. */
function recordOf({
  fresh,
  train = fresh,
  generic = 0,
  unrelated = 1,
  ...rest
}: Course): RunRecord {
  const { doneSteps = 160, heldOut = fresh.map(Math.exp) } = rest;
  const rows = ["a", "b"] as const;
  const bank = rows.map((half, at) => ({ picture: "01.png", time: 250 + 500 * at, half }));
  const truth = fresh.map((mean, at): TruthPoint => {
    const step = steps[at] ?? 0;
    return { step, fresh: { mean, error: 0.02, sinceBest: 0.005 }, train: train[at] ?? 0, generic };
  });
  const drawing = { likeness: 0.5, structure: 0.5, obeyed: 1, copies: 0 };
  return {
    version: 1,
    run: {
      ...{ id: "000-lora-n10-x1-fox", subject: "fox", split: "judge", kind: "lora" },
      ...{ pictures: 10, rateFactor: 1, steps: 160, seed: 1 },
    },
    heldOut: 1,
    banks: { "held-out": bank, train: bank },
    start: { "held-out": [1, 1], train: [1, 1] },
    looks: fresh.map((_, at) => ({
      step: steps[at] ?? 0,
      rows: { "held-out": [heldOut[at] ?? 1, heldOut[at] ?? 1], train: [0.5, 0.5] },
      gradNorm: { median: 1, largest: 2 },
    })),
    spare: { bank: "echo", rows: bank, start: [2, 2], looks: fresh.map((_, at) => [at, at + 0.5]) },
    truth,
    drawn: [
      { step: 0, ...drawing, unrelated: 1 },
      { step: 160, ...drawing, unrelated },
    ],
    fixedLosses: [1, ...Array.from({ length: 16 }, () => 0.5)],
    seconds: { run: 110, watch: 10, truth: 50, drawings: 60, processor: 300 },
    doneSteps,
  };
}

const good: Course = { fresh: [-0.1, -0.2, -0.3, -0.35, -0.36] };
const worsening: Course = {
  fresh: [-0.1, -0.3, -0.4, -0.3, -0.2],
  train: [-0.1, -0.3, -0.5, -0.8, -1],
};

describe("records", () => {
  it("survive their files, with five digits and without what is not finite", () => {
    const record = recordOf({ ...good, heldOut: [0.123456, Number.NaN, 1, 1, 1] });
    const read = readRecord(recordText(record), "a.json");
    expect(read.looks[0]?.rows["held-out"]).toEqual([0.12346, 0.12346]);
    expect(read.looks[1]?.rows["held-out"]).toEqual([Number.NaN, Number.NaN]);
    expect(read.truth).toEqual(record.truth);
    expect(recordText(read)).toBe(recordText(record));
  });

  it.each([
    ["{", "no JSON"],
    ["[1]", "something else"],
    [JSON.stringify({ version: 2 }), "one of version 2"],
    [
      recordText({ ...recordOf(good), start: { "held-out": [1], train: [1, 1] } }),
      "looks lack numbers",
    ],
    [recordText({ ...recordOf(good), truth: [] }), "looks lack numbers"],
  ])("are refused where they are damaged: %#", (text, problem) => {
    expect(() => readRecord(text, "a.json")).toThrow(problem);
  });
});

describe("labelsOf", () => {
  const label = (course: Course) => labelsOf(recordOf(course)).states;

  it("finds a run that only gets better in no state", () => {
    expect(labelsOf(recordOf(good))).toEqual({
      states: { overfitting: false, forgetting: false, "nothing-happens": false, diverging: false },
      best: 160,
    });
  });

  it("finds the best step where the smoothed truth is lowest", () => {
    expect(labelsOf(recordOf(worsening))).toMatchObject({
      best: 40,
      states: { overfitting: true },
    });
    // One look of chance is no best step: its neighbours are.
    const lucky = recordOf({ fresh: [-0.1, -0.33, -0.1, -0.3, -0.3] });
    expect(labelsOf(lucky).best).toBe(160);
  });

  it.each([
    [-0.315, undefined],
    [-0.305, undefined],
    [-0.28, true],
    [-0.345, false],
  ])("leaves open what is near the border: G* ends at %d", (end, expected) => {
    // Smoothed, the end is the mean of the last two looks, and the best one of three alike.
    const last = 2 * end + 0.34;
    expect(label({ fresh: [-0.34, -0.34, -0.34, -0.34, last] }).overfitting).toBe(expected);
  });

  it("finds what is forgotten in losses or in drawings", () => {
    expect(label({ ...good, generic: 0.2 }).forgetting).toBe(true);
    expect(label({ ...good, generic: 0.105 }).forgetting).toBe(undefined);
    expect(label({ ...good, unrelated: 0.85 }).forgetting).toBe(true);
    expect(label({ ...good, unrelated: 0.95 }).forgetting).toBe(false);
  });

  it("finds runs in which nothing happens, and those that fall apart", () => {
    const nothing = { fresh: [0, 0, -0.001, 0, 0.001] };
    expect(label(nothing)).toMatchObject({ "nothing-happens": true, diverging: false });
    const apart = { fresh: [-0.1, 0.2, 0.5, 0.8, 1] };
    expect(label(apart)).toMatchObject({ diverging: true, overfitting: undefined });
    // Better on its own pictures to the end: it overfits.
    const over = { ...apart, train: [-0.1, -0.2, -0.4, -0.8, -1] };
    expect(label(over)).toMatchObject({ diverging: false, overfitting: true });
    expect(label({ ...good, doneSteps: 90 })).toMatchObject({ diverging: true });
    const learnsItsOwn = { fresh: [0, 0, 0, 0, 0], train: [-0.1, -0.2, -0.3, -0.3, -0.3] };
    expect(label(learnsItsOwn)["nothing-happens"]).toBe(false);
  });
});

describe("historyOf", () => {
  const record = recordOf(good);

  it("is what the run's watch saw", () => {
    const history = historyOf(record);
    expect(history).toEqual({
      banks: record.banks,
      start: record.start,
      looks: record.looks,
      steps: 160,
      trainedPictures: 9,
    });
    expect(historyOf(record, { bank: "held-out" })).toEqual(history);
  });

  it("is what it would have seen with the other bank, fewer looks and fewer rows", () => {
    const other = historyOf(record, { bank: "echo", looks: 2 });
    expect(Object.keys(other.banks).sort()).toEqual(["echo", "train"]);
    expect(other.start.echo).toEqual([2, 2]);
    expect(other.looks.map(({ step, rows }) => [step, rows.echo])).toEqual([
      [80, [3, 3.5]],
      [160, [4, 4.5]],
    ]);
    const four = ["a", "b", "a", "b"].map((half, at) => ({
      picture: "",
      time: at,
      half: half as "a",
    }));
    const wide = { ...record, banks: { train: four }, start: { train: [1, 2, 3, 4] }, looks: [] };
    const few = historyOf({ ...wide, banks: { ...wide.banks, "held-out": [] } }, { every: 2 });
    expect(few.start.train).toEqual([1, 2]);
    expect(few.banks.train?.map(({ half }) => half)).toEqual(["a", "b"]);
  });
});

describe("replayed", () => {
  it("judges anew what was seen when the run would have stopped", () => {
    const judge = replayed(({ looks }) => ({
      now: [{ state: "learning" }, { state: "overfitting" }],
      verdicts: [
        { state: "forgetting", step: 20, actions: [{ kind: "prediction-prior" }] },
        { state: "overfitting", step: 80, actions: [{ kind: "stop" }] },
      ],
      kept: { step: looks.at(-1)?.step ?? 0 },
      signals: [0, 10, 20].map((step, at) => ({
        step,
        learned: { ofOthersLikeThem: { low: -1, high: 1 } },
        best: Math.min(at, 1),
        worsening: { ofOthersLikeThem: { low: 0.1, high: 0.2 } },
      })),
    }));
    expect(judge(historyOf(recordOf(good)))).toEqual({
      ...{ atEnd: ["overfitting"], ever: ["overfitting", "forgetting"], stop: 80, kept: 80 },
      keptAtEnd: 160,
      intervals: [10, 20].map((step) => ({ step, low: -1, high: 1 })),
      changes: [{ since: 10, step: 20, low: 0.1, high: 0.2 }],
    });
  });
});

describe("regret", () => {
  const record = recordOf(worsening);

  it("is the share of the gain that a kept step lacks", () => {
    expect(regretAt(record, 40)).toBe(0);
    expect(regretAt(record, 160)).toBeCloseTo(0.5, 8);
    expect(truthAt(record, 0)).toBe(0);
    expect(truthAt(record, 1000)).toBe(-0.2);
    // Half-way between two looks on the logarithm of steps after the first.
    expect(truthAt(record, Math.sqrt(41 * 81) - 1)).toBeCloseTo(-0.35, 8);
    expect(regretAt(recordOf({ fresh: [0, 0, 0, 0, 0] }), 40)).toBe(undefined);
  });

  it("is told by its median and its tail", () => {
    const { runs, median, ninetieth, all } = regretOf(
      [40, 40, 80, 160].map((kept) => ({ record, kept })),
    );
    expect([runs, all.length]).toEqual([4, 4]);
    expect(median).toBeCloseTo(0.125, 8);
    expect(ninetieth).toBeCloseTo(0.425, 8);
  });
});

it("rankCorrelation is Spearman's, ties at their mean rank", () => {
  // scipy.stats.spearmanr([1, 2, 3, 4, 5], [2, 1, 4, 4, 9]).statistic
  expect(
    rankCorrelation([
      [1, 2],
      [2, 1],
      [3, 4],
      [4, 4],
      [5, 9],
    ]),
  ).toBeCloseTo(0.8720815992723809, 12);
  expect(
    rankCorrelation([
      [1, 3],
      [2, 2],
      [3, 1],
    ]),
  ).toBeCloseTo(-1, 12);
});

describe("baselines", () => {
  const kept = (course: Course, title: string): number | undefined =>
    baselines.find((rule) => rule.title === title)?.kept(recordOf(course));

  it("keep what their authors' rules keep", () => {
    expect(kept(worsening, "last step")).toBe(160);
    expect(kept({ ...worsening, doneSteps: 90 }, "last step")).toBe(90);
    // 1,600 pictures are 200 steps of eight; 100 epochs of ten pictures are 125; 500 are 63.
    expect(kept(worsening, "kohya's default steps")).toBe(160);
    expect(kept(worsening, "OneTrainer's default steps")).toBe(125);
    expect(kept(worsening, "diffusers' default steps")).toBe(63);
    // Losses that stand still from the second on: the window of four is full of them at the fifth.
    expect(kept(worsening, "DVAR, its windows")).toBe(160);
    expect(kept(worsening, "DVAR, a quarter of the run")).toBe(40);
    expect(kept(worsening, "kohya's four timesteps")).toBe(40);
  });

  it("wait as long as their patience lasts", () => {
    const late = { fresh: [-0.3, -0.2, -0.2, -0.2, -0.4] };
    expect(kept(late, "patience 5")).toBe(160);
    // Six looks with the start: five without a new lowest end the run before the last.
    const heldOut = [1.1, 1.1, 1.1, 1.1, 1.1];
    expect(kept({ ...late, heldOut }, "patience 5")).toBe(0);
  });
});

describe("scoreRuns", () => {
  const outcome = (change: Partial<Outcome>): Outcome => {
    const kept = { kept: 40, keptAtEnd: 40 };
    return { atEnd: [], ever: [], ...kept, intervals: [], changes: [], ...change };
  };
  const judged = [
    [recordOf(worsening), outcome({ atEnd: ["overfitting"], stop: 80, kept: 40 })],
    [
      recordOf(worsening),
      // G* has risen by 0.2 since step 40, and by 0.1 until step 80.
      outcome({
        ...{ stop: 20, kept: 10 },
        changes: [
          { since: 40, step: 160, low: 0.15, high: 0.25 },
          { since: 40, step: 80, low: 0.15, high: 0.25 },
        ],
      }),
    ],
    [recordOf(good), outcome({ kept: 160, intervals: [{ step: 160, low: -1, high: -0.3 }] })],
    [
      recordOf(good),
      outcome({ atEnd: ["overfitting"], intervals: [{ step: 10, low: -1, high: -0.3 }] }),
    ],
  ] as const;
  const scores: Scores = scoreRuns(
    judged.map(([record, told]) => ({ record, labels: labelsOf(record), outcome: told })),
  );

  it("counts what is told rightly, what stops lose and what intervals hold", () => {
    expect(scores.states[0]).toEqual({
      ...{ state: "overfitting", have: 2, haveNot: 2, found: 1, cleared: 1 },
    });
    expect(scores.states[1]).toMatchObject({
      state: "forgetting",
      have: 0,
      haveNot: 4,
      cleared: 4,
    });
    // At step 10 it kept that one, at its end it would have kept 40.
    expect(scores.stops).toEqual({ stopped: 2, false: 1, early: 1, saved: 220 / 640 });
    const same = judged.map(([record, told]) => {
      return { record, labels: labelsOf(record), outcome: { ...told, keptAtEnd: told.kept } };
    });
    expect(scoreRuns(same).stops).toMatchObject({ false: 1, early: 0 });
    expect(scores.covered).toEqual({ intervals: 2, held: 1 });
    expect(scores.coveredChanges).toEqual({ intervals: 2, held: 1 });
  });

  it("is told in tables", () => {
    const [first] = goalTable(scores).rows;
    expect(first).toEqual([
      ...["overfitting: told rightly", "≥ 90 %", "96 %", "50 % (15–85)"],
      "1 of 2 found, 1 of 2 cleared",
    ]);
    expect(baselineTable([recordOf(worsening)]).rows[0]).toEqual([
      ...["last step", "1", "50 %", "50 %", "100 %"],
    ]);
    // Wilson (1927), as in statsmodels' proportion_confint(9, 10, method="wilson").
    expect(shareWithInterval(9, 10)).toBe("90 % (60–98)");
  });
});

it("costOf counts the rows of the plan, and takes seconds by row", () => {
  // Ten seconds for six looks of four rows each; the plan's whole looks have 16 and 8 rows of these banks.
  const cost = costOf(recordOf(good), 0.1);
  expect(cost).toMatchObject({ looks: 9, rowsPerLook: 24 });
  expect(cost?.ofRows).toBeCloseTo((24 * 10) / 4 / (160 * 8), 8);
  expect(cost?.ofTime).toBeCloseTo((10 * (240 / 24)) / 100, 8);
});

/** A record whose views have losses above 0. */
const viewed = (record: RunRecord): RunRecord => {
  const looks = record.spare.looks.map((losses) => losses.map((loss) => loss + 1));
  return { ...record, spare: { ...record.spare, looks } };
};

it("withEchoes adds a share of what views have changed by", () => {
  const record = viewed(recordOf(good));
  const { "held-out": heldOut = [] } = withEchoes(record, 0.5).looks[1]?.rows ?? {};
  // Its views have losses of 2 and 2.5 there, and of 2 at the start.
  const change = Math.log(2.5 / 2) / 2;
  expect(heldOut[0]).toBeCloseTo(Math.exp(-0.2 + change / 2), 8);
  expect(withEchoes(record, 0)).toEqual(historyOf(record));
});

describe("fitText", () => {
  it("tells what was tried, what it is worth, and what views would add", () => {
    const records = (["fit", "judge"] as const).map((split): RunRecord => {
      const record = viewed(recordOf(good));
      return { ...record, run: { ...record.run, split } };
    });
    const text = fitText(records, constants.slice(0, 2));
    expect(text).toContain("On 1 runs each constant was tried");
    for (const { title } of constants.slice(0, 2)) expect(text).toContain(`| ${title} |`);
    expect(text).toContain("| regret of the kept step, median | ≤ 2 % | 0.0 % |");
    expect(text).toContain("| 0 | 0.0 %; 0.0 % |");
    expect(text).not.toContain("NaN");
  });
});

describe("preferenceRegret", () => {
  it("is what U loses by the look that is kept, as a share of what is learned", () => {
    // Held out it is best at step 40, where other things are 0.3 worse; at 20 they would be 0.1 worse.
    const record = recordOf(worsening);
    const truth = record.truth.map((point, at) => ({
      ...point,
      ...{ generic: [0, 0.1, 0.3, 0.5, 0.8][at] ?? 0, class: 0 },
    }));
    // −0.3 + 0.1 against −0.4 + 0.3.
    expect(preferenceRegret({ ...record, truth }, "keep")).toBeCloseTo(0.1 / 0.4, 8);
    expect(preferenceRegret({ ...record, truth }, "likeness")).toBeCloseTo(0, 8);
  });

  it("is of the looks that have a whole truth", () => {
    const truth = recordOf(worsening).truth.map((point, at) =>
      at === 2 ? point : { ...point, class: 0 },
    );
    expect(trueCosts({ ...recordOf(worsening), truth }, "balance").map(({ step }) => step)).toEqual(
      [0, 10, 20, 80, 160],
    );
  });
});

describe("scoresText", () => {
  const records = [recordOf(worsening), recordOf(good)];
  const judge = {
    title: "A judge",
    judge: () => ({ atEnd: [], ever: [], kept: 40, keptAtEnd: 40, intervals: [], changes: [] }),
  };

  it("speaks of judges and of all rules, and draws both", () => {
    const { markdown, plots } = scoresText(records, 102, [judge]);
    expect(markdown).toContain("2 of 102 runs are recorded; 2 of these have unseen subjects");
    expect(markdown).toContain("### A judge");
    for (const { title } of baselines) expect(markdown).toContain(`| ${title} |`);
    expect(Object.keys(plots)).toEqual(["regret.svg", "signals.svg"]);
    for (const svg of Object.values(plots)) expect(svg).not.toContain("NaN");
  });

  it("takes the place of what stood between its marks", () => {
    const part = { command: "experiment:verdicts", name: "score" };
    const first = insertPart("# Verdicts\n\nWords.\n", { ...part, markdown: "one" });
    const second = insertPart(`${first}\nMore.\n`, { ...part, markdown: "two" });
    expect(second).toContain("Words.");
    expect(second).toContain("\n\ntwo\n\n");
    expect(second).not.toContain("one");
    expect(second.endsWith("\n\nMore.\n")).toBe(true);
  });
});
