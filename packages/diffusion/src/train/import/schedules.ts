/** @file Courses of the learning rate by the names that other trainers have for them. */

import { said } from "@atelier/engine";
import { noSuchSchedule, noSuchValue } from "./reasons.js";
import { rule } from "./rules.js";
import type { Rule } from "./translation.js";
import { asNumber, asText, isOff } from "./values.js";

/** Hugging Face's names, which sd-scripts and diffusers share. */
export const huggingFaceSchedules: Readonly<Record<string, string>> = {
  constant: "constant",
  constant_with_warmup: "constant",
  linear: "linear",
  cosine: "cosine",
  cosine_with_restarts: "cosine_with_restarts",
  polynomial: "polynomial",
};

/** The schedule of a name. */
export const scheduleRule = (names: Readonly<Record<string, string>>): Rule =>
  rule("`schedule.name`", (value, translation, option) => {
    const name = names[asText(value).toLowerCase()];
    if (name === undefined) translation.leave(option, value, noSuchSchedule);
    translation.set("schedule.name", name ?? "constant");
  });

/** A warm-up in steps, or below 1 (or as `5%`) as a share of all. */
export const warmupRule: Rule = rule(
  "`schedule.warmupSteps`, below 1 `schedule.warmupShare`",
  (value, translation, option) => {
    const text = asText(value);
    const steps = text.endsWith("%")
      ? (asNumber(text.slice(0, -1)) ?? Number.NaN) / 100
      : asNumber(value);
    if (steps === undefined || Number.isNaN(steps) || steps < 0)
      translation.leave(option, value, said`expected a number of steps or a share`);
    else if (steps > 0 && steps < 1) translation.set("schedule.warmupShare", steps);
    else if (steps > 0) translation.set("schedule.warmupSteps", Math.trunc(steps));
  },
);

/** A field of one schedule only; of others the option says nothing there either. */
export const scheduleField = (
  path: string,
  schedules: readonly string[],
  convert: (value: unknown) => unknown = asNumber,
): Rule =>
  rule(`\`${path}\` with ${schedules.join(", ")}`, (value, translation, option) => {
    if (!schedules.includes(asText(translation.get("schedule.name"))) || isOff(value)) return;
    const converted = convert(value);
    if (converted === undefined) translation.leave(option, value, noSuchValue);
    else translation.set(path, converted);
  });
