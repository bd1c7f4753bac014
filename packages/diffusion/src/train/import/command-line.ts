/** @file Options of a command as Python's argparse reads them. */

import { said } from "@atelier/engine";
import { standsTwice } from "./reasons.js";
import type { LeftSetting } from "./translation.js";

/** Options that take several words. */
const severalWords: readonly string[] = [
  ...["optimizer_args", "network_args", "lr_scheduler_args", "text_encoder_lr"],
  ...["base_weights", "base_weights_multiplier", "validation_prompts", "validation_images"],
];

/** What a command says. */
export interface CommandOptions {
  readonly options: Readonly<Record<string, unknown>>;
  /** Options that stand twice, of which the last counts there, and words that belong to none. */
  readonly left: readonly LeftSetting[];
}

/** Reads `--name value`, `--name=value` and `--flag`. */
export function readOptions(words: readonly string[]): CommandOptions {
  const options: Record<string, unknown> = {};
  const left: LeftSetting[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (!word.startsWith("--")) {
      left.push({ option: "word", value: word, why: said`belongs to no option` });
      continue;
    }
    const [name = "", ...rest] = word.slice(2).split("=");
    const option = name.replaceAll("-", "_");
    const takesSeveral = severalWords.includes(option);
    const values: string[] = rest.length > 0 ? [rest.join("=")] : [];
    while (values.length === 0 || (takesSeveral && rest.length === 0)) {
      const next = words[at + 1];
      if (next === undefined || next.startsWith("--")) break;
      values.push(next);
      at++;
    }
    // Several may also be none, which takes back what was said before.
    const value = takesSeveral ? values : (values[0] ?? true);
    const before = options[option];
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(value))
      left.push({ option, value: before, why: standsTwice });
    options[option] = value;
  }
  return { options, left };
}
