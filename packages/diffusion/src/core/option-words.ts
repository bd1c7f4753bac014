/**
 * @file How sentences of the library name its options, so that whoever shows them can say how an option is set
 * there: the library writes `` `predictionType: "v_prediction"` ``, the command line shows
 * `--prediction-type v_prediction`.
 */

/** Options that sentences name, by their names in the library's calls; with a dot, by their path in a config. */
export const optionNames = [
  "adapters",
  "allowChanges",
  "base",
  "base.vae",
  "clipSkip",
  "count",
  "data.buckets.use",
  "data.prompt",
  "embeddings",
  "eta",
  "goal",
  "guidanceRescale",
  "guidanceScale",
  "height",
  "ignoreUnknown",
  "learningRate",
  "negativeClipSkip",
  "maxMemory",
  "negativePrompt",
  "parts",
  "pastStop",
  "predictionType",
  "prior.source",
  "prompt",
  "sampler",
  "seed",
  "skippedBlocks",
  "steps",
  "token",
  "tokenizerFolder",
  "trainConfigFields",
  "trueCfgScale",
  "watch.allowOverlap",
  "watch.classPrompt",
  "watch.share",
  "watch.validation",
  "width",
  "zeroTerminalSnr",
] as const;

/** One of {@link optionNames}. */
export type OptionName = (typeof optionNames)[number];

/** The option in a sentence, with what to set it to. */
export function option(name: OptionName, value?: string | number | boolean): string {
  return value === undefined ? `\`${name}\`` : `\`${name}: ${JSON.stringify(value)}\``;
}

const written =
  /`([a-zA-Z.]+)(?:: ("(?:[^"\\]|\\.)*"|true|false|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?))?`/g;

/** A sentence with its options as `say` says them; all else stays, also what only looks like an option. */
export function sayOptions(
  sentence: string,
  say: (name: OptionName, value: string | undefined) => string,
): string {
  return sentence.replace(written, (text, name: string, value: string | undefined) => {
    const known = optionNames.find((each) => each === name);
    if (known === undefined) return text;
    return say(known, value === undefined ? undefined : String(JSON.parse(value)));
  });
}
