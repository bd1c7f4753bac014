/** @file The error on what is not trained on, look by look, as two lines of text. */

import { columnsOf } from "@atelier/engine";
import type { Messages } from "../../messages/messages.js";
import { spread } from "./heat-map.js";
import { errorChange } from "./percent.js";
import type { ReportedWatch } from "./run-report.js";

/** From the lowest error to the highest. */
const levels = { unicode: "▁▂▃▄▅▆▇█", plain: "_.-=+*#@" } as const;

/** Mean log-ratios over which the levels go, at least: smaller changes are none to look at. */
const leastRange = 0.05;

/** Of the narrowest usual terminal. */
const columns = 80;

/** Looks that have room. */
const mostLooks = 32;

/**
 * The curve, and below it a mark at the step that was kept if it is among the looks: lines of at most 80 characters. None of the start alone.
 * @param isUnicode Whether the terminal shows blocks.
 */
export function textCurve(
  { judgement: { signals }, bank }: Pick<ReportedWatch, "judgement" | "bank">,
  { kept, isUnicode }: { readonly kept: number | undefined; readonly isUnicode: boolean },
  { runReport: { terminal: text } }: Messages,
): readonly string[] {
  const all = signals.map(({ step, learned }) => ({ step, error: learned.ofThese.value }));
  if (all.length < 2) return [];
  const best = all.findIndex(({ step }) => step === kept);
  const chosen = new Set([...spread(all.length, mostLooks - 1), ...(best < 0 ? [] : [best])]);
  const looks = all.filter((_, index) => chosen.has(index));
  const errors = looks.map(({ error }) => error);
  const [low, high] = [Math.min(...errors), Math.max(...errors)];
  const signs = isUnicode ? levels.unicode : levels.plain;
  const levelOf = (error: number) =>
    Math.round(((error - low) / Math.max(high - low, leastRange)) * (signs.length - 1));
  const curve = errors.map((error) => signs[levelOf(error)] ?? "").join("");
  const label = text.curve(bank);
  const end = errorChange(errors.at(-1) ?? 0);
  const place = looks.findIndex(({ step }) => step === kept);
  const first = `${label} ${curve} ${end}`;
  if (kept === undefined || place < 0) return [first];
  const words = text.kept(kept, errorChange(looks[place]?.error ?? 0));
  const column = columnsOf(label) + 1 + place;
  const hasRoom = column + 2 + columnsOf(words) <= columns;
  const blanks = (count: number): string => " ".repeat(Math.max(0, count));
  const mark = hasRoom
    ? `${blanks(column)}^ ${words}`
    : `${blanks(column - 1 - columnsOf(words))}${words} ^`;
  return [first, mark];
}
