/** @file The command line that draws with what was trained, as it is printed at the end of a training. */

import { readPrompt } from "@atelier/diffusion/pipeline";
import {
  type GivenConfig,
  type PlanEvent,
  type ResultFile,
  resultOfKind,
} from "@atelier/diffusion/train";
import { quoteArgument } from "./format.js";

/** A training that has made something. */
export interface Trained {
  readonly config: GivenConfig;
  /** As the run's last event names them. */
  readonly results: readonly ResultFile[];
  /** `--tokenizer` of the training. */
  readonly tokenizer: string | undefined;
  /** Of the run's first event. */
  readonly plan: Pick<PlanEvent, "prompt" | "tokenizerFolder"> | undefined;
}

/** Options of `generate` that draw with the result on the model as it was read for the training. */
export function drawOptions(trained: Trained): string {
  const { config } = trained;
  const options = [...modelOptions(trained), ...resultOptions(trained)];
  return [...options, "--prompt", promptOf(config, trained.plan)].map(quoteArgument).join(" ");
}

/** A prompt that calls up what was trained. */
function promptOf({ data, samples, embedding }: GivenConfig, plan: Trained["plan"]): string {
  // What was trained is text to the last bracket, which the syntax of prompts has to be told.
  const trained = data.prompt && readPrompt(data.prompt, "plain").recorded;
  const prompt = trained ?? samples.prompts[0] ?? plan?.prompt ?? "";
  const word = embedding?.token;
  if (word !== undefined && !prompt.includes(word)) return `a ${word}`;
  return prompt === "" ? "…" : prompt;
}

function modelOptions({ config: { base }, results, tokenizer, plan }: Trained): string[] {
  const given = (option: string, value: string | undefined) =>
    value === undefined ? [] : [option, value];
  const tokens = given("--max-sequence-length", base.maxSequenceLength?.toString());
  const model = resultOfKind(results, "model");
  if (model !== undefined) {
    // The model holds its schedule, and a folder its tokenizer.
    const own = tokenizer ?? plan?.tokenizerFolder;
    const read = model.form === "folder" ? [] : given("--tokenizer", own);
    return ["--base", model.path, ...read, ...tokens];
  }
  const revision = base.revision === "main" ? "" : `@${base.revision}`;
  return [
    ...["--base", base.path ?? `${base.repo ?? ""}${revision}`],
    ...given("--variant", base.variant),
    ...given("--base-dtype", base.dtype),
    ...given("--vae", base.vae),
    ...base.parts.flatMap((path) => ["--part", path]),
    ...given("--tokenizer", tokenizer),
    ...tokens,
    ...given("--prediction-type", base.predictionType),
    ...(base.zeroTerminalSnr ? ["--zero-terminal-snr"] : []),
  ];
}

function resultOptions({ config, results }: Trained): string[] {
  const adapter = resultOfKind(results, "adapter");
  const word = resultOfKind(results, "embedding");
  // PEFT's form has a file for each model.
  const adapters = results.filter(({ kind, form }) => kind === "adapter" && form === adapter?.form);
  // One file for all models holds the word as well, unless a dot ends its name there.
  const isOneFile = adapter?.form === "kohya" || adapter?.form === "comfyui";
  const isHeld = isOneFile && config.embedding?.token.includes(".") !== true;
  return [
    ...adapters.flatMap(({ path }) => ["--adapter", path]),
    ...(word === undefined || isHeld ? [] : ["--embedding", word.path]),
  ];
}
