/** @file `atelier check`: what to know of pictures and captions before a training. */

import { embeddedBaseName } from "@atelier/base/embedded";
import {
  type CheckJudges,
  type CheckResult,
  checkPictures,
  type ReadChecked,
  readChecked,
} from "@atelier/diffusion/advise";
import { sentenceOf } from "@atelier/diffusion/core";
import type { PictureSize } from "@atelier/diffusion/data";
import type { ImageEmbedder } from "@atelier/diffusion/evaluate";
import { configsOf, type LatentRules } from "@atelier/diffusion/families";
import { openModelFiles } from "@atelier/diffusion/files";
import { atelierCacheFolder, sharpPictures } from "@atelier/diffusion/node";
import { lazyTokenizers, type Tokenizers } from "@atelier/diffusion/pipeline";
import { parseTrainConfig, usualEdge } from "@atelier/diffusion/train";
import type { Command } from "commander";
import { addBackendOptions, type BackendOptions, createRuntime } from "../backend-options.js";
import { type CliContext, print, printJson } from "../cli-context.js";
import { quoteArgument } from "../format.js";
import { addParts } from "../model-options.js";
import { wholeNumber } from "../number-options.js";
import { findAutoencoder, findBase } from "../open-base.js";
import { inFlags } from "../option-flags.js";
import { createProgress, type Progress, type ProgressState } from "../progress.js";
import { worded } from "../worded.js";

interface CheckFlags extends BackendOptions {
  readonly base: string;
  readonly vae?: string;
  readonly part?: readonly string[];
  readonly tokenizer?: string;
  readonly prompt?: string;
  readonly width?: number;
  readonly height?: number;
  readonly buckets?: boolean;
  readonly judge?: string;
  readonly json?: boolean;
}

/** Work that ends sooner shows no progress. */
const quietMs = 2000;

/** Adds the command. */
export function addCheckCommand(program: Command, context: CliContext): void {
  const { text } = context;
  const { check: own } = text;
  const command = program
    .command("check")
    .description(own.description)
    .argument("<pictures...>", own.argument)
    .option("--base <model>", own.base, embeddedBaseName)
    .option("--vae <model>", text.base.vae);
  addParts(command, text)
    .option("--tokenizer <folder>", text.base.tokenizer)
    .option("--prompt <text>", own.prompt)
    .option("--width <pixels>", own.width, wholeNumber(text, 8))
    .option("--height <pixels>", own.height, wholeNumber(text, 8))
    .option("--buckets", own.buckets)
    .option("--judge <folder>", own.judge);
  addBackendOptions(command, context)
    .option("--json", text.program.json)
    .addHelpText("after", own.more)
    .action((folders: string[], flags: CheckFlags) => run(context, folders, flags));
}

async function run(
  context: CliContext,
  folders: readonly string[],
  flags: CheckFlags,
): Promise<void> {
  const progress = createProgress(context, { json: flags.json === true });
  const begun = performance.now();
  const show = (state: ProgressState) => {
    if (performance.now() - begun > quietMs) progress.update(state);
  };
  try {
    const base = await openBase(context, flags, progress);
    const data = trainedData(base, folders, flags);
    await using judging = await openJudges(context, flags, base);
    const { judges } = judging;
    const cacheFolder = context.files.join(
      atelierCacheFolder({ environment: context.io.env }),
      "tensors",
    );
    const reading = readChecked({
      ...{ files: context.files, decoder: sharpPictures, cacheFolder, folders, data, judges },
      ...{ prompt: flags.prompt, signal: context.io.signal },
      ...{ latents: base.latents, tokenizers: base.tokenizers },
    });
    const read = await toEnd(reading, (state) =>
      show({ label: context.text.check.looking, ...state }),
    );
    progress.clear();
    if (flags.json !== true) progress.tell(read.warnings);
    tell(context, { flags, folders, data, read, judges, result: checkPictures(read.facts) });
  } finally {
    progress.clear();
  }
}

interface OpenedBase {
  readonly path: string;
  readonly latents: LatentRules;
  /** Single files have none. */
  readonly tokenizers: Tokenizers | undefined;
}

async function openBase(
  context: CliContext,
  { base, vae, part: parts, tokenizer }: CheckFlags,
  progress: Progress,
): Promise<OpenedBase> {
  const { files } = context;
  const { path } = await findBase(context, base, { progress });
  const other = vae === undefined ? undefined : await findAutoencoder(context, vae, { progress });
  const model = await openModelFiles(files, path, { vae: other?.path, parts });
  await model.close();
  const hasTokenizers = tokenizer !== undefined || Object.keys(model.tokenizerFolders).length > 0;
  return {
    path,
    latents: model.family.latents(configsOf(model)),
    tokenizers: hasTokenizers ? await lazyTokenizers(files, model, tokenizer)() : undefined,
  };
}

/** How a training would take the pictures, checked as its config is. */
function trainedData(
  { path, latents }: OpenedBase,
  [folder = ""]: readonly string[],
  { width, height, buckets = false }: CheckFlags,
) {
  const edge = usualEdge(latents);
  const { data } = parseTrainConfig({
    ...{ base: { path }, tuning: "lora" },
    data: {
      ...{ folder, prompt: "-", buckets: { use: buckets } },
      ...{ width: width ?? edge, height: height ?? edge },
    },
  });
  return { ...data, width: data.width ?? edge, height: data.height ?? edge };
}

/** The judges of this check; disposed with it. */
async function openJudges(
  { files }: CliContext,
  { judge, base, ...backend }: CheckFlags,
  { path, latents }: OpenedBase,
): Promise<AsyncDisposable & { readonly judges: CheckJudges | undefined }> {
  if (judge === undefined && base !== embeddedBaseName) {
    return { judges: undefined, [Symbol.asyncDispose]: async () => {} };
  }
  const { openEmbedder, openJudge } = await import("@atelier/diffusion/evaluate");
  const runtime = createRuntime(backend);
  if (judge === undefined) {
    const own = await openJudge(files, path, { runtime, name: base });
    // It has seen nothing but drawings of its own base's size, and errs on photographs.
    const largest = usualEdge(latents);
    const knows = ({ width, height }: PictureSize) => Math.max(width, height) <= largest;
    return { judges: { ...own, knows }, [Symbol.asyncDispose]: () => own[Symbol.asyncDispose]() };
  }
  const embedder = await openEmbedder(files, judge, { runtime });
  const instance: ImageEmbedder = {
    description: embedder.description,
    embedPictures: (pictures) => embedder.embedPictures(pictures),
  };
  const { embedTexts } = embedder;
  const clip = embedTexts && { ...instance, embedTexts: (texts: string[]) => embedTexts(texts) };
  return {
    judges: { instance: clip ?? instance, clip },
    [Symbol.asyncDispose]: () => embedder[Symbol.asyncDispose](),
  };
}

async function toEnd<State, Result>(
  work: AsyncGenerator<State, Result, undefined>,
  show: (state: State) => void,
): Promise<Result> {
  for (;;) {
    const step = await work.next();
    if (step.done === true) return step.value;
    show(step.value);
  }
}

interface Told {
  readonly flags: CheckFlags;
  readonly folders: readonly string[];
  readonly data: PictureSize;
  readonly read: ReadChecked;
  readonly judges: CheckJudges | undefined;
  readonly result: CheckResult;
}

function tell(context: CliContext, { flags, folders, data, read, judges, result }: Told): void {
  const { text } = context;
  const { facts, warnings } = read;
  const { findings, unchecked, usable } = result;
  const count = facts.pictures.length + facts.unusable.length;
  const judge = facts.instances && judges?.instance.description;
  if (flags.json === true) {
    printJson(context, {
      ...{ pictures: count, width: data.width, height: data.height },
      findings: findings.map((found) => worded(context, found)),
      ...{ unchecked, usable, judge },
      buckets: facts.shapes.report,
      warnings: warnings.map((warned) => worded(context, warned)),
    });
    return;
  }
  const { check: own } = text;
  print(context, own.shown(count, data.width, data.height, flags.buckets === true));
  for (const found of findings) {
    print(context, `\n${own.finding(inFlags(sentenceOf(found, text.warnings)))}`);
  }
  const [folder = ""] = folders;
  print(
    context,
    `\n${own.usable(usable.withoutCaptions, usable.withCaptions, quoteArgument(folder))}`,
  );
  if (judge !== undefined) print(context, own.judged(judge));
  print(context, own.summary(count, findings.length, unchecked));
}
