/** @file Numbers on the command line, refused when they are none or out of range. */

import { InvalidArgumentError } from "commander";
import type { Messages } from "./messages/messages.js";

/** Parses the text of an option; the error says what was expected. */
export type OptionParser = (value: string) => number;

/** Whole numbers from a minimum on. */
export function wholeNumber({ generate }: Messages, minimum: number): OptionParser {
  return (value) => {
    const number = parseNumber(value);
    if (Number.isSafeInteger(number) && number >= minimum) return number;
    throw new InvalidArgumentError(generate.expected.wholeFrom(minimum));
  };
}

/** Numbers from a minimum to a maximum, which may be infinite. */
export function numberBetween(
  { generate }: Messages,
  minimum: number,
  maximum: number = Number.POSITIVE_INFINITY,
): OptionParser {
  return (value) => {
    const number = parseNumber(value);
    if (Number.isFinite(number) && number >= minimum && number <= maximum) return number;
    const { numberFrom, between } = generate.expected;
    const isOpen = maximum === Number.POSITIVE_INFINITY;
    throw new InvalidArgumentError(isOpen ? numberFrom(minimum) : between(minimum, maximum));
  };
}

/** The number that a text is; NaN for an empty one, which `Number` takes for 0. */
function parseNumber(value: string): number {
  return value.trim() === "" ? Number.NaN : Number(value);
}
