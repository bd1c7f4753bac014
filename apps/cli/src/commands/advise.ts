/** @file `atelier advise`: which technique fits these pictures, with reasons and a command to begin with. */

import { totalmem } from "node:os";
import { embeddedBaseName } from "@atelier/base/embedded";
import {
  type Advice,
  type AdviceGoal,
  type AdvisedChoice,
  type AdvisedPicture,
  adviceGoals,
  advise,
} from "@atelier/diffusion/advise";
import { sentenceOf, sha256Hex, type Warning } from "@atelier/diffusion/core";
import { probePicture, readCaptionedFolder, readPictureFile } from "@atelier/diffusion/data";
import { configsOf } from "@atelier/diffusion/families";
import { openModelFiles } from "@atelier/diffusion/files";
import { sharpPictures } from "@atelier/diffusion/node";
import { fullTrainingBytes } from "@atelier/diffusion/train";
import { type TrainingAdvice, trainingAdviceOf } from "@atelier/diffusion/train-config";
import { type Command, Option } from "commander";
import { type CliContext, print, printJson } from "../cli-context.js";
import { quoteArgument } from "../format.js";
import { addParts } from "../model-options.js";
import { findAutoencoder, findBase } from "../open-base.js";
import { inFlags } from "../option-flags.js";
import { createProgress, type Progress } from "../progress.js";
import { worded } from "../worded.js";

interface AdviseFlags {
  readonly base: string;
  readonly vae?: string;
  readonly part?: readonly string[];
  readonly goal?: AdviceGoal;
  readonly json?: boolean;
}

/** Adds the command. */
export function addAdviseCommand(program: Command, context: CliContext): void {
  const { text } = context;
  const { advise: own } = text;
  const command = program
    .command("advise")
    .description(own.description)
    .argument("<pictures>", own.argument)
    .option("--base <model>", own.base, embeddedBaseName)
    .option("--vae <model>", text.base.vae);
  addParts(command, text)
    .addOption(new Option("--goal <goal>", own.goal).choices(adviceGoals))
    .option("--json", text.program.json)
    .addHelpText("after", own.more)
    .action((folder: string, flags: AdviseFlags) => run(context, folder, flags));
}

async function run(context: CliContext, folder: string, flags: AdviseFlags): Promise<void> {
  const { text } = context;
  const progress = createProgress(context, { json: flags.json === true });
  try {
    progress.update({ label: text.advise.reading });
    const { pictures, warnings } = await readPictures(context, folder);
    if (flags.json !== true) progress.tell(warnings);
    const base = await describeBase(context, flags, progress);
    const advice = advise({ pictures, goal: flags.goal, memoryBytes: totalmem(), ...base });
    progress.clear();
    if (flags.json === true) {
      printJson(context, {
        ...advice,
        notes: advice.notes.map((note) => worded(context, note)),
        command: commandOf(advice, folder, flags),
        warnings: warnings.map((warning) => worded(context, warning)),
      });
      return;
    }
    for (const line of linesOf(advice, { context, folder, flags, pictures })) print(context, line);
  } finally {
    progress.clear();
  }
}

async function readPictures(
  { files }: CliContext,
  folder: string,
): Promise<{ readonly pictures: AdvisedPicture[]; readonly warnings: Warning[] }> {
  // A prompt stands in for captions that are not there.
  const { pictures, warnings } = await readCaptionedFolder(files, folder, { prompt: "-" });
  const described: AdvisedPicture[] = [];
  for (const { name, path, caption, captionSource } of pictures) {
    const bytes = await readPictureFile(files, path);
    const settings = { animated: "first-frame", minSidePixels: 1 } as const;
    const { width, height } = await probePicture({ name, bytes }, sharpPictures, settings);
    const own = captionSource === "prompt" ? undefined : caption;
    described.push({ name, size: { width, height }, caption: own, hash: await sha256Hex(bytes) });
  }
  const noticed = warnings.filter(({ code }) => code !== "prompt-fallback");
  return { pictures: described, warnings: noticed };
}

async function describeBase(
  context: CliContext,
  { base, vae, part: parts }: AdviseFlags,
  progress: Progress,
): Promise<{
  readonly edge: number;
  readonly fullTrainingBytes: number;
  readonly training: TrainingAdvice;
}> {
  const { path } = await findBase(context, base, { progress });
  const other = vae === undefined ? undefined : await findAutoencoder(context, vae, { progress });
  const model = await openModelFiles(context.files, path, { vae: other?.path, parts });
  await model.close();
  const { nativeEdge: edge } = model.family.latents(configsOf(model));
  return {
    edge,
    fullTrainingBytes: fullTrainingBytes(model),
    training: trainingAdviceOf(model),
  };
}

interface Shown {
  readonly context: CliContext;
  readonly folder: string;
  readonly flags: AdviseFlags;
  readonly pictures: readonly AdvisedPicture[];
}

function linesOf(advice: Advice, { context, folder, flags, pictures }: Shown): string[] {
  const { advise: text } = context.text;
  const captions = pictures.filter(({ caption }) => caption !== undefined).length;
  const choice = (title: (technique: string) => string, { technique, reasons }: AdvisedChoice) => [
    title(text.techniques[technique]),
    ...reasons.map((reason) => `  · ${text.reasons[reason]}`),
  ];
  return [
    text.found(pictures.length, captions),
    ...advice.notes.map((note) => `  ! ${inFlags(sentenceOf(note, context.text.warnings))}`),
    "",
    ...choice(text.best, advice.best),
    ...advice.others.flatMap((other) => choice(text.also, other)),
    "",
    text.begin,
    `  ${commandOf(advice, folder, flags)}`,
    "",
    text.measured(pictures.length, tuneCommand(folder, flags)),
  ];
}

/** What finds rate and steps instead. */
function tuneCommand(folder: string, { base }: AdviseFlags): string {
  const of = base === embeddedBaseName ? [] : ["--base", base];
  return ["atelier", "tune", folder, ...of].map(quoteArgument).join(" ");
}

/** The command line to begin with, which works as it stands; words in angle brackets are the user's to choose. */
function commandOf(
  { best, steps, buckets, goal }: Advice,
  folder: string,
  flags: AdviseFlags,
): string {
  const own = {
    dreambooth: ["dreambooth", folder, "--token", "sks", "--class", "<noun>"],
    lora: ["lora", folder, ...(goal === "model" ? ["--rank", "64"] : [])],
    "textual-inversion": wordCommand(folder, goal),
    pivotal: [...wordCommand(folder, goal), "--tuning", "pivotal"],
    finetune: ["finetune", folder, "--ema-decay", "0.999"],
  }[best.technique];
  const all = [
    ...["atelier", ...own],
    ...(flags.base === embeddedBaseName ? [] : ["--base", flags.base]),
    ...(flags.vae === undefined ? [] : ["--vae", flags.vae]),
    ...(flags.part ?? []).flatMap((path) => ["--part", path]),
    ...["--steps", String(steps)],
    ...(buckets ? ["--buckets"] : []),
    // Pictures of the class have one shape.
    ...(buckets && best.technique === "dreambooth" ? ["--prior-source", "prediction"] : []),
  ];
  return all.map(quoteArgument).join(" ");
}

function wordCommand(folder: string, goal: AdviceGoal): string[] {
  const kind = goal === "style" ? "style" : "subject";
  return ["textual-inversion", folder, "--token", "<word>", "--init", "mean", "--kind", kind];
}
