/**
 * @file How settings of another trainer become a training config: a table of rules by option. An option
 * that no rule knows, or that has no equivalent, is listed and never dropped in silence.
 */

import { nearestName } from "../../train/nearest-name.js";

/** A setting that the config does not hold, and why. */
export interface LeftSetting {
  readonly option: string;
  readonly value: unknown;
  readonly why: string;
}

/** What became of another trainer's settings. */
export interface ImportedConfig {
  /** A training config as `parseTrainConfig` takes it. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly left: readonly LeftSetting[];
}

/** Collects fields of a config and what is left over. */
export interface Translation {
  /** Sets a field by its dotted path; `undefined` sets nothing. */
  readonly set: (path: string, value: unknown) => void;
  readonly get: (path: string) => unknown;
  readonly leave: (option: string, value: unknown, why: string) => void;
}

/** What to do with an option's value. */
export type Rule = (value: unknown, translation: Translation, option: string) => void;

/** Translates settings by a table. */
export function translate(
  settings: Readonly<Record<string, unknown>>,
  rules: Readonly<Record<string, Rule>>,
  translation: Translation,
): void {
  for (const [option, value] of Object.entries(settings)) {
    if (value === undefined || value === null) continue;
    const rule = Object.hasOwn(rules, option) ? rules[option] : undefined;
    if (rule !== undefined) rule(value, translation, option);
    else {
      const near = nearestName(option, Object.keys(rules));
      const meant = near === undefined ? "" : `; did you mean ${near}?`;
      translation.leave(option, value, `not known here${meant}`);
    }
  }
}

/** An empty translation and its result. */
export function createTranslation(): Translation & { readonly result: () => ImportedConfig } {
  const fields = new Map<string, unknown>();
  const left: LeftSetting[] = [];
  return {
    set(path, value) {
      if (value !== undefined) fields.set(path, value);
    },
    get: (path) => fields.get(path),
    leave: (option, value, why) => left.push({ option, value, why }),
    result: () => ({ config: nest(fields), left }),
  };
}

/** Fields by dotted path as objects in objects. */
function nest(fields: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const config: Record<string, unknown> = {};
  for (const [path, value] of fields) {
    const parts = path.split(".");
    const last = parts.pop() ?? path;
    let inner = config;
    for (const part of parts) {
      const next = asSettings(inner[part]) ?? {};
      inner[part] = next;
      inner = next;
    }
    inner[last] = value;
  }
  return config;
}

/** Takes the value as it is. */
export const to =
  (path: string): Rule =>
  (value, translation) =>
    translation.set(path, value);

/** Takes what a function makes of the value; what it makes nothing of is left. */
export const toWith =
  (
    path: string,
    convert: (value: unknown) => unknown,
    why = "this value has no equivalent",
  ): Rule =>
  (value, translation, option) => {
    const converted = convert(value);
    if (converted === undefined) translation.leave(option, value, why);
    else translation.set(path, converted);
  };

/** Leaves the option, unless its value switches it off. */
export const leave =
  (why: string): Rule =>
  (value, translation, option) => {
    if (value !== false && value !== 0 && value !== "") translation.leave(option, value, why);
  };

/** The option says nothing about the result. */
export const ignore: Rule = () => {};

/** A plain object that can be written to, or `undefined`. */
export function asSettings(value: unknown): Record<string, unknown> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  // A plain object with names of its own; values stay unknown.
  return value as Record<string, unknown>;
}

/** A number, also where it is written as a text. */
export function asNumber(value: unknown): number | undefined {
  if (typeof value === "boolean" || value === "") return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}
