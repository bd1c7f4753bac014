/** @file The library's sentences in the words of the command line: its options as flags. */

import { type OptionName, quoteArgument, sayOptions } from "@atelier/diffusion/core";

/** How an option is set here, given the value that a sentence advises. */
const flags: Readonly<Record<OptionName, string | ((value: string | undefined) => string)>> = {
  adapters: "--adapter",
  allowChanges: "--allow-changes",
  base: "--base",
  "base.vae": "--vae",
  clipSkip: "--clip-skip",
  count: "--count",
  "data.buckets.use": "--buckets",
  "data.prompt": "--prompt",
  embeddings: "--embedding",
  eta: "--eta",
  goal: "--goal",
  guidanceRescale: "--guidance-rescale",
  guidanceScale: "--guidance",
  trueCfgScale: "--true-cfg",
  height: "--height",
  ignoreUnknown: "--ignore-unknown",
  learningRate: "--learning-rate",
  // One flag sets both.
  negativeClipSkip: "--clip-skip",
  maxMemory: "--max-memory",
  negativePrompt: "--negative",
  parts: "--part",
  pastStop: "--past-stop",
  predictionType: "--prediction-type",
  "prior.source": "--prior-source",
  prompt: "--prompt",
  sampler: "--sampler",
  seed: "--seed",
  skippedBlocks: "--skip-blocks",
  steps: "--steps",
  token: (value = "<word>") => `--embedding ${value}=<file>`,
  tokenizerFolder: "--tokenizer",
  trainConfigFields: "`atelier train --help-all`",
  "watch.allowOverlap": "--allow-overlap",
  "watch.classPrompt": "--watch-class-prompt",
  "watch.share": "--watch",
  "watch.validation": "--validation",
  width: "--width",
  zeroTerminalSnr: "--zero-terminal-snr",
};

/** A sentence of the library for a person at the command line. */
export function inFlags(sentence: string): string {
  return sayOptions(sentence, (name, value) => {
    const flag = flags[name];
    if (typeof flag === "function") return flag(value);
    return value === undefined || value === "true" ? flag : `${flag} ${quoteArgument(value)}`;
  });
}
