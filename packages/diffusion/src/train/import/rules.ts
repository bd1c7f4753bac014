/** @file What an option can become: a field, a field for a flag, nothing, or a line in what is left. */

import { type Sentence, said, sentenceIn } from "@atelier/engine";
import { noSuchValue, notAFlag, notAName, notANumber, notWhole } from "./reasons.js";
import type { Rule, Rules } from "./translation.js";
import { asFlag, asNumber, asText, asWhole, isOff } from "./values.js";

/** A rule of its own. */
export const rule = (here: string, apply: Rule["apply"]): Rule => ({ here, apply });

/** Takes what a function makes of the value; what it makes nothing of is left. */
export const to = (
  path: string,
  convert: (value: unknown) => unknown = (value) => value,
  why: Sentence = noSuchValue,
): Rule =>
  rule(`\`${path}\``, (value, translation, option) => {
    const converted = convert(value);
    if (converted === undefined) translation.leave(option, value, why);
    else translation.set(path, converted);
  });

/** What is said of an option that is left. */
export const leftBecause = (why: Sentence): string => `left: ${sentenceIn(why, {})}`;

/** Leaves the option, unless its value switches it off or is one that changes nothing. */
export const leave = (why: Sentence, ...neutral: readonly unknown[]): Rule =>
  rule(leftBecause(why), (value, translation, option) => {
    const isNeutral = neutral.some((one) => one === value || asText(one) === asText(value));
    if (!isOff(value) && !isNeutral) translation.leave(option, value, why);
  });

/** The options say nothing about the result, for one reason. */
export const ignore = (why: string, ...options: readonly string[]): Rules =>
  Object.fromEntries(options.map((option) => [option, rule(`— (${why})`, () => {})]));

/** Options that have no equivalent, with their reasons. */
export const leaveAll = (options: Readonly<Record<string, Sentence>>): Rules =>
  Object.fromEntries(Object.entries(options).map(([option, why]) => [option, leave(why)]));

/** Takes a number. */
export const toNumber = (path: string): Rule => to(path, asNumber, notANumber);

/** Takes a whole number. */
export const toWhole = (path: string): Rule => to(path, asWhole, notWhole);

/** Takes a number, and nothing where it is 0 or none. */
export const toNumberUnlessOff = (path: string): Rule =>
  rule(`\`${path}\`, 0 for none`, (value, translation, option) => {
    if (!isOff(value)) toNumber(path).apply(value, translation, option);
  });

/** Sets a field to one value where the flag is on and to another, or nothing, where it is off. */
export const toFlag = (path: string, on: unknown = true, off?: unknown): Rule =>
  rule(
    on === true && off === undefined
      ? `\`${path}\``
      : `\`${path}\`: ${asText(on)}${off === undefined ? "" : `, else ${asText(off)}`}`,
    (value, translation, option) => {
      const flag = asFlag(value);
      if (flag === undefined) translation.leave(option, value, notAFlag);
      else translation.set(path, flag ? on : (off ?? (on === true ? false : undefined)));
    },
  );

/** Takes float16; what is computed in bfloat16 there is in float32 here. */
export const toMixedPrecision: Rule = rule(
  "`mixedPrecision`: float16 for fp16; bf16 is float32 here",
  (value, { set }) => {
    if (asText(value) === "fp16") set("mixedPrecision", "float16");
  },
);

/** Takes the name of a run and its files. */
export const toName: Rule = to(
  "name",
  (value) =>
    /^[\p{L}\p{N}_][\p{L}\p{N}_.-]{0,99}$/u.test(asText(value)) ? asText(value) : undefined,
  notAName,
);

/** Takes a seed; below 0 it is drawn there. */
export const toSeed: Rule = rule("`seed`", (value, translation, option) => {
  const seed = asWhole(value);
  if (seed !== undefined && seed >= 0) translation.set("seed", seed);
  else
    translation.leave(
      option,
      value,
      said`expected a whole number from 0; a run has always a seed here`,
    );
});
