/** @file Values of a grid's axis as people type them: by comma, as a range, prompts one a line. */

import { gridAxis } from "@atelier/server/api";

/** Settings that a grid can go over. */
export const gridSettings: typeof gridAxis.shape.setting.options = gridAxis.shape.setting.options;

/** One of them. */
export type GridSetting = (typeof gridSettings)[number];

/** Most values of an axis. */
export const mostValues = 32;

/** Why values cannot be used. */
export type ValuesProblem =
  | { readonly kind: "none" }
  | { readonly kind: "too-many"; readonly count: number }
  | { readonly kind: "no-number"; readonly value: string }
  | { readonly kind: "out-of-range"; readonly value: string }
  | { readonly kind: "unknown"; readonly value: string };

/** What was typed, understood or not. */
export type ReadValues =
  | { readonly values: readonly (string | number)[]; readonly problem?: undefined }
  | { readonly problem: ValuesProblem };

interface NumberRule {
  readonly isWhole: boolean;
  readonly least: number;
  readonly most: number;
}

const edge: NumberRule = { isWhole: true, least: 64, most: 4_096 };

const numberRules: Partial<Readonly<Record<GridSetting, NumberRule>>> = {
  seed: { isWhole: true, least: 0, most: Number.MAX_SAFE_INTEGER },
  steps: { isWhole: true, least: 1, most: 1_000 },
  guidance: { isWhole: false, least: 0, most: 100 },
  weight: { isWhole: false, least: -10, most: 10 },
  width: edge,
  height: edge,
};

/** Whether its values are texts, one a line, since commas stand in them. */
export function isText(setting: GridSetting): boolean {
  return setting === "prompt" || setting === "negative";
}

/** Whether its values are numbers, of which ranges can be typed. */
export function isNumeric(setting: GridSetting): boolean {
  return numberRules[setting] !== undefined;
}

/**
 * Reads what was typed for a setting: `1, 2, 5`, `1-10` for every whole number, `1-10:5` for five values evenly
 * from 1 to 10.
 * @param known names that a sampler or model can have; any where absent
 */
export function readValues(
  setting: GridSetting,
  typed: string,
  known?: readonly string[],
): ReadValues {
  const parts = typed
    .split(isText(setting) ? "\n" : /[,\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
  const rule = numberRules[setting];
  const read = rule === undefined ? namesOf(parts, known) : numbersOf(parts, rule);
  if (read.problem !== undefined) return read;
  const values = [...new Set(read.values)];
  if (values.length === 0) return { problem: { kind: "none" } };
  if (values.length > mostValues) return { problem: { kind: "too-many", count: values.length } };
  return { values };
}

function namesOf(parts: readonly string[], known: readonly string[] | undefined): ReadValues {
  const stranger = parts.find((part) => known !== undefined && !known.includes(part));
  if (stranger !== undefined) return { problem: { kind: "unknown", value: stranger } };
  return { values: parts };
}

function numbersOf(parts: readonly string[], rule: NumberRule): ReadValues {
  const values: number[] = [];
  for (const part of parts) {
    const numbers = rangeOf(part, rule) ?? [Number(part)];
    for (const value of numbers) {
      if (!Number.isFinite(value) || (rule.isWhole && !Number.isInteger(value))) {
        return { problem: { kind: "no-number", value: part } };
      }
      if (value < rule.least || value > rule.most) {
        return { problem: { kind: "out-of-range", value: part } };
      }
      values.push(value);
    }
    // A range of millions is refused without being counted out for the page.
    if (values.length > mostValues) break;
  }
  return { values };
}

const range = /^(-?\d+(?:\.\d+)?)\s*-\s*(-?\d+(?:\.\d+)?)(?:\s*:\s*(\d+))?$/;

function rangeOf(part: string, { isWhole }: NumberRule): readonly number[] | undefined {
  const [, first, last, asked] = range.exec(part) ?? [];
  if (first === undefined || last === undefined) return undefined;
  const [from, to] = [Number(first), Number(last)];
  const count = asked === undefined ? Math.floor(Math.abs(to - from)) + 1 : Number(asked);
  const stride =
    asked === undefined ? Math.sign(to - from) : count < 2 ? 0 : (to - from) / (count - 1);
  // One too many is enough to be told so.
  return Array.from({ length: Math.min(count, mostValues + 1) }, (_, index) => {
    const value = from + index * stride;
    return isWhole ? Math.round(value) : Number(value.toFixed(3));
  });
}
