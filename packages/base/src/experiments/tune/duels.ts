/** @file Who is better on a task, by the truth, and how surely over all tasks. */

import type { Preference } from "@atelier/diffusion/core";
import { trueCost } from "../verdicts/preferences.js";
import type { Entry, Outcome, TaskRecord } from "./task-record.js";

/** As a contender is made to be, or cut off after as much time as a tune takes. */
export type Length = "whole" | "cut";

/** What a contender has made of a task; of a training that broke off nothing. */
export interface Made {
  readonly outcome: Outcome | undefined;
  readonly ofTune: Outcome;
}

/** A contender's outcomes beside those of tuning, task by task. Where it had less time than the tune, cut is whole. */
export function madeBy(records: readonly TaskRecord[], contender: string, length: Length): Made[] {
  return records.flatMap(({ entries }) => {
    const of = (name: string): Entry | undefined =>
      entries.find((entry) => entry.contender === name);
    const [own, ofTune] = [of(contender), of("tune")?.whole];
    if (own === undefined || ofTune === undefined) return [];
    return { outcome: length === "cut" ? (own.cut ?? own.whole) : own.whole, ofTune };
  });
}

/** U = −G* − λ(excess of other things + excess of the class/4); what broke off is worse than anything. */
export function utility(outcome: Outcome | undefined, prefer: Preference): number {
  const cost = outcome && trueCost(outcome.truth, prefer);
  return cost === undefined ? Number.NEGATIVE_INFINITY : -cost;
}

/** Tasks on which tuning has more of something. */
export const winsBy = (
  made: readonly Made[],
  value: (outcome: Outcome | undefined) => number,
): number => made.filter(({ outcome, ofTune }) => value(ofTune) > value(outcome)).length;

/** The chance of as many wins or more, if each were tossed for. */
export function signTest(wins: number, of: number): number {
  let ways = 1;
  let sum = 0;
  for (let count = 0; count <= of; count++) {
    if (count >= wins) sum += ways;
    ways = (ways * (of - count)) / (count + 1);
  }
  return sum / 2 ** of;
}

/** Chances made larger, so that all of them are below a bound by luck as seldom as one (Holm 1979). */
export function holm(chances: readonly number[]): number[] {
  const order = [...chances.keys()].sort((a, b) => (chances[a] ?? 0) - (chances[b] ?? 0));
  const adjusted = new Array<number>(chances.length).fill(0);
  let largest = 0;
  for (const [rank, at] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (chances.length - rank) * (chances[at] ?? 0)));
    adjusted[at] = largest;
  }
  return adjusted;
}
