/** @file Scores as tables of docs/verdicts.md. */

import type { Table } from "../../report-page/markdown-table.js";
import { baselines } from "./baselines.js";
import { costOf } from "./cost.js";
import { labelsOf } from "./labels.js";
import type { RunRecord } from "./record.js";
import { states } from "./replay.js";
import {
  type JudgedRun,
  type KeptStep,
  quantile,
  type Regret,
  regretOf,
  type Scores,
  scoreRuns,
} from "./scores.js";

/** What a judge is asked for, beside what it reaches. */
export function goalTable(scores: Scores): Table {
  const { states: scored, regret, stops, covered, coveredChanges, runs } = scores;
  const right = scored.map(({ state, have, haveNot, found, cleared }) => [
    `${state}: told rightly`,
    "≥ 90 %",
    "96 %",
    shareWithInterval(found + cleared, have + haveNot),
    `${found} of ${have} found, ${cleared} of ${haveNot} cleared`,
  ]);
  return {
    head: ["", "must", "aim", "is", ""],
    rows: [
      ...right,
      [
        "regret of the kept step, median",
        "≤ 2 %",
        "1 %",
        percent(regret.median),
        `${regret.runs} runs`,
      ],
      ["regret, 90th percentile", "≤ 8 %", "4 %", percent(regret.ninetieth), ""],
      [
        ...["false stops (more than 2 % lost)", "≤ 5 %", "1 %"],
        shareWithInterval(stops.false, runs),
        `${stops.stopped} stopped, ${percent(stops.saved)} of all steps saved; ${stops.early} of these lose it by the stop`,
      ],
      [
        ...["90 % intervals hold the truth", "≥ 85 %", "90 %"],
        percent(covered.held / covered.intervals),
        `${covered.intervals} intervals`,
      ],
      [
        ...["the same of changes since the best look", "≥ 85 %", "90 %"],
        percent(coveredChanges.held / coveredChanges.intervals),
        `${coveredChanges.intervals} intervals`,
      ],
    ],
  };
}

/** The same by what runs are: each run stands in a row by its pictures, and in one by what trains. */
export function groupTable(judged: readonly JudgedRun[]): Table {
  const namesOf = ({ record: { run, heldOut } }: JudgedRun) =>
    [`${run.pictures} pictures, ${heldOut} held out`, run.kind] as const;
  const byName = [0, 1].flatMap((place) => {
    const names = [...new Set(judged.map((run) => namesOf(run)[place] ?? ""))];
    return names
      .sort((a, b) => a.localeCompare(b, "en", { numeric: true }))
      .map((name) => [name, judged.filter((run) => namesOf(run)[place] === name)] as const);
  });
  return {
    head: [
      ...["runs", "", "overfitting told rightly", "forgetting told rightly"],
      ...["regret, median", "90th percentile", "lose more than 2 %", "intervals hold"],
    ],
    rows: byName.map(([name, own]) => {
      const { states: scored, regret, covered } = scoreRuns(own);
      const right = (["overfitting", "forgetting"] as const).map((state) => {
        const {
          have = 0,
          haveNot = 0,
          found = 0,
          cleared = 0,
        } = scored.find((each) => each.state === state) ?? {};
        return `${found + cleared} of ${have + haveNot}`;
      });
      return [
        ...[name, `${own.length}`, ...right, percent(regret.median), percent(regret.ninetieth)],
        lostShare(regret),
        percent(covered.held / covered.intervals),
      ];
    }),
  };
}

/** Of runs, of which each may lose 2 % of the gain. */
const lostShare = ({ all, runs }: Regret) =>
  percent(all.filter((value) => value > 0.02).length / runs);

/** What rules keep that know no states, and the judge in the same row. */
export function baselineTable(
  records: readonly RunRecord[],
  judges: readonly (readonly [title: string, kept: readonly KeptStep[]])[] = [],
): Table {
  const rules = baselines.map(({ title, kept }): readonly [string, readonly KeptStep[]] => [
    title,
    records.flatMap((record) => {
      const step = kept(record);
      return step === undefined ? [] : [{ record, kept: step }];
    }),
  ]);
  const row = (title: string, regret: Regret) => [
    title,
    `${regret.runs}`,
    percent(regret.median),
    percent(regret.ninetieth),
    lostShare(regret),
  ];
  return {
    head: ["keeps", "runs", "regret, median", "90th percentile", "lose more than 2 %"],
    rows: [...judges, ...rules].map(([title, kept]) => row(title, regretOf(kept))),
  };
}

/** How many runs have each state, by what they are. */
export function labelTable(records: readonly RunRecord[]): Table {
  const groups = new Map<string, RunRecord[]>();
  for (const record of records) {
    const { kind, rateFactor, sabotage } = record.run;
    const name = sabotage === undefined ? `${kind}, rate × ${rateFactor}` : `${kind}, ${sabotage}`;
    groups.set(name, [...(groups.get(name) ?? []), record]);
  }
  const cells = (own: readonly RunRecord[]) =>
    states.map((state) => {
      const labels = own.map((record) => labelsOf(record).states[state]);
      const open = labels.filter((label) => label === undefined).length;
      const have = labels.filter((label) => label === true).length;
      return `${have} of ${own.length - open}${open === 0 ? "" : `, ${open} open`}`;
    });
  const lowest = (own: readonly RunRecord[]) =>
    own
      .map((record) => Math.min(...record.truth.map(({ fresh }) => fresh.mean)))
      .sort((a, b) => a - b);
  return {
    head: ["runs", "", ...states, "lowest G*, median"],
    rows: [...groups]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, own]) => [
        name,
        `${own.length}`,
        ...cells(own),
        quantile(lowest(own), 0.5).toFixed(2),
      ]),
  };
}

/** What watching takes, by plan. */
export function costTable(records: readonly RunRecord[]): Table {
  return {
    head: [
      "share asked for",
      "looks",
      "rows a look",
      "of the rows",
      "of the time, median",
      "90th percentile",
    ],
    rows: [0.1, 0.05].map((share) => {
      const costs = records.flatMap((record) => costOf(record, share) ?? []);
      const sorted = (value: (cost: (typeof costs)[number]) => number) =>
        costs.map(value).sort((a, b) => a - b);
      const range = (values: readonly number[]) => {
        const [first = Number.NaN] = values;
        const last = values.at(-1) ?? Number.NaN;
        return first === last ? `${first}` : `${first}–${last}`;
      };
      const time = sorted(({ ofTime }) => ofTime);
      return [
        percent(share),
        range(sorted(({ looks }) => looks)),
        range(sorted(({ rowsPerLook }) => rowsPerLook)),
        percent(
          quantile(
            sorted(({ ofRows }) => ofRows),
            0.5,
          ),
        ),
        percent(quantile(time, 0.5)),
        percent(quantile(time, 0.9)),
      ];
    }),
  };
}

/** With the 95 % interval of Wilson (1927). */
export function shareWithInterval(found: number, of: number): string {
  if (of === 0) return "–";
  const z = 1.96;
  const share = found / of;
  const centre = (share + z ** 2 / (2 * of)) / (1 + z ** 2 / of);
  const half =
    (z / (1 + z ** 2 / of)) * Math.sqrt((share * (1 - share)) / of + (z / (2 * of)) ** 2);
  // Rounding may leave less than nothing.
  const bounds = [centre - half, centre + half].map((bound) => Math.abs(100 * bound).toFixed(0));
  return `${percent(share)} (${bounds.join("–")})`;
}

/** Whole, or with a decimal below a tenth; a stroke for what is no number. */
export function percent(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const digits = Math.abs(value) < 0.1 ? 1 : 0;
  return `${(100 * value).toFixed(digits)} %`;
}
