/** @file The `network_args` of sd-scripts: `name=value`, taken one by one, so that what is left over can be told. */

import { type Sentence, said } from "@atelier/engine";
import { notAPythonFlag, standsTwice } from "./reasons.js";
import type { Translation } from "./translation.js";
import { asFlag, asList, asText } from "./values.js";

/** Values by name, as texts. */
export type Arguments = Map<string, string>;

/** `["algo=loha", "conv_dim=8"]`, or a text of them; of two of one name the last counts there. */
export function argumentsOf(value: unknown, translation: Translation): Arguments {
  const entries = asList(value ?? []).flatMap((entry) => {
    const words = asText(entry).trim().split(/\s+/);
    return words.every((word) => word.includes("=")) ? words : [asText(entry)];
  });
  const args: Arguments = new Map();
  for (const entry of entries) {
    const at = entry.indexOf("=");
    const name = at < 0 ? entry.trim() : entry.slice(0, at).trim();
    const text =
      at < 0
        ? ""
        : entry
            .slice(at + 1)
            .trim()
            .replace(/^(["'])(.*)\1$/, "$2");
    const before = args.get(name);
    if (before !== undefined && before !== text)
      leaveArgument(translation, name, before, standsTwice);
    if (at < 0) leaveArgument(translation, name, entry, said`expected name=value`);
    else args.set(name, text);
  }
  return args;
}

/** Leaves an argument with the reason. */
export function leaveArgument(
  translation: Translation,
  name: string,
  value: unknown,
  why: Sentence,
): void {
  translation.leave(`network_args ${name}`, value, why);
}

/** Takes an argument out of those that are still to be explained. */
export function take(args: Arguments, name: string): string | undefined {
  const value = args.get(name);
  args.delete(name);
  return value === undefined || /^(none|)$/i.test(value) ? undefined : value;
}

/** Takes a flag out; false where there is none. */
export function takeFlag(args: Arguments, name: string, translation: Translation): boolean {
  const value = take(args, name);
  const flag = asFlag(value);
  if (flag === undefined) leaveArgument(translation, name, value, notAPythonFlag);
  return flag ?? false;
}
