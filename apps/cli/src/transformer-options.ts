/** @file The options of `generate` that Stable Diffusion 3 and FLUX.1 read, by the names of diffusers. */

import type { GenerateOptions } from "@atelier/diffusion/pipeline";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Messages } from "./messages/messages.js";
import { numberBetween, wholeNumber } from "./number-options.js";

/** Parsed by the options of this file. */
export interface TransformerFlags {
  readonly prompt3?: string;
  readonly negative3?: string;
  readonly trueCfg?: number;
  readonly maxSequenceLength?: number;
  readonly skipBlocks?: readonly number[];
  readonly skipScale?: number;
}

/** Adds the options, in a group of their own in the help. */
export function addTransformerOptions(command: Command, messages: Messages): void {
  const { transformers: text } = messages;
  const blocks = (value: string): number[] => {
    if (/^\d{1,3}(,\d{1,3})*$/.test(value)) return value.split(",").map(Number);
    throw new InvalidArgumentError(text.expectedBlocks);
  };
  const options = [
    new Option("--prompt-3 <text>", text.prompt3),
    new Option("--negative-3 <text>", text.negative3),
    new Option("--true-cfg <scale>", text.trueCfg).argParser(numberBetween(messages, 0)),
    new Option("--max-sequence-length <tokens>", text.maxSequenceLength).argParser(
      wholeNumber(messages, 1),
    ),
    new Option("--skip-blocks <list>", text.skipBlocks).argParser(blocks),
    new Option("--skip-scale <scale>", text.skipScale).argParser(numberBetween(messages, 0)),
  ];
  for (const option of options) command.addOption(option.helpGroup(text.group));
}

/** The flags in the library's words; what was not given keeps the library's default. */
export function transformerOptionsOf({
  prompt3,
  negative3,
  trueCfg,
  skipBlocks,
  skipScale,
}: TransformerFlags): Pick<
  GenerateOptions,
  "prompt3" | "negativePrompt3" | "trueCfgScale" | "skippedBlocks" | "skipScale"
> {
  return {
    ...(prompt3 === undefined ? {} : { prompt3 }),
    ...(negative3 === undefined ? {} : { negativePrompt3: negative3 }),
    ...(trueCfg === undefined ? {} : { trueCfgScale: trueCfg }),
    ...(skipBlocks === undefined ? {} : { skippedBlocks: skipBlocks }),
    ...(skipScale === undefined ? {} : { skipScale }),
  };
}
