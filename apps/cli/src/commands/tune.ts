/** @file `atelier tune`: finds the settings of a training by measurement, and trains with them. */

import { type Preference, preferences } from "@atelier/diffusion/core";
import { completeConfig, newRunPath } from "@atelier/diffusion/train-config";
import { type FactorKind, factorKinds, readTune, requireTunable } from "@atelier/diffusion/tune";
import { AtelierError, said } from "@atelier/engine";
import { type Command, Option } from "commander";
import type { CliContext } from "../cli-context.js";
import { addConfigFlags, valuesOfFlags } from "../config-flags.js";
import { showNotes, trainingNotes } from "../embedded-notes.js";
import { createProgress } from "../progress.js";
import { resolveConfig } from "../resolve-config.js";
import { findAdvice, shippedFor } from "../tune/find-advice.js";
import { runTune } from "../tune/run-tune.js";

interface TuneFlags {
  readonly config?: string;
  readonly minutes: string;
  readonly prefer: Preference;
  readonly run?: string;
  readonly tokenizer?: string;
  readonly json?: boolean;
}

/** Fields that a tune finds or sets itself, and those that are options of its own. */
const own: ReadonlySet<string> = new Set([
  ...["data.folder", "learningRate", "steps", "saveEverySteps", "output.run"],
  ...["watch.share", "watch.everySteps", "watch.act", "watch.prefer"],
]);
const ownSections: ReadonlySet<string> = new Set(["schedule", "keep"]);

const isLeftOut = (path: string): boolean =>
  own.has(path) || ownSections.has(path.split(".")[0] ?? "");

/** What is varied unless one of these is given. */
const fieldsOfFactors: Readonly<Record<FactorKind, readonly string[]>> = {
  prior: ["prior."],
  layers: ["lora.targets"],
  rank: ["lora.rank", "lora.alpha", "lora.rankPattern", "lora.alphaPattern", "lora.startFrom"],
  parts: ["full.parts", "full.textEncoderParts"],
};

/** Adds the command. */
export function addTuneCommand(program: Command, context: CliContext): void {
  const { text } = context;
  const { tune } = text;
  const command = program
    .command("tune")
    .description(tune.description)
    .argument("<pictures>", tune.argument)
    .option("--minutes <number>", tune.minutes, "20")
    .addOption(new Option("--prefer <what>", tune.prefer).choices(preferences).default("balance"))
    .option("--config <file>", tune.configFile)
    .option("--run <folder>", tune.run)
    .option("--tokenizer <folder>", text.base.tokenizer)
    .option("--json", text.program.json);
  addConfigFlags(command, text, isLeftOut)
    .addHelpText("after", tune.more(text.train.rule))
    .action(async (pictures: string, flags: TuneFlags) => {
      const values = valuesOfFlags(command, isLeftOut);
      values.set("data.folder", pictures);
      await begin(context, values, flags);
    });
}

async function begin(
  context: CliContext,
  values: ReadonlyMap<string, unknown>,
  { config: file, minutes: given, prefer, run, tokenizer, json = false }: TuneFlags,
): Promise<void> {
  const { files, text } = context;
  const minutes = given.trim() === "" ? Number.NaN : Number(given);
  if (Number.isNaN(minutes)) {
    throw new AtelierError(
      "config",
      said`--minutes ${given}: expected a number above 0 and at most 10080, which is a week, got something else. Write for example --minutes 20.`,
    );
  }
  const config = await resolveConfig(files, { file, values });
  const named = [...values.keys(), ...(file === undefined ? [] : await fieldsIn(context, file))];
  const vary = factorKinds.filter((kind) => !isGiven(named, fieldsOfFactors[kind]));
  // What needs no base is refused before one is downloaded.
  requireTunable({ config: completeConfig(config), minutes, prefer, vary });
  const progress = createProgress(context, { json });
  progress.update({ label: text.tune.opening });
  try {
    const shipped = await shippedFor(context, config, progress);
    const notes = shipped === undefined ? [] : await trainingNotes(files, config);
    showNotes(context, notes, { json, progress });
    const advice = await findAdvice(context, config, progress);
    const settings = { config: completeConfig(config, advice), minutes, prefer, vary };
    progress.clear();
    const parent = config.output.folder;
    const folder = run ?? (await newRunPath(files, parent, { name: "tune", now: Date.now() }));
    await runTune(context, { folder, settings, shipped, tokenizer, json });
  } finally {
    progress.clear();
  }
}

/** Paths of the fields in a config file. @throws AtelierError `config` for one that a tune finds or sets itself. */
async function fieldsIn({ files }: CliContext, file: string): Promise<string[]> {
  const { readConfigFile } = await import("../config-file.js");
  const paths = pathsIn((await readConfigFile(files, file)).value, "");
  const foreign = paths.find((path) => path !== "data.folder" && isLeftOut(path));
  if (foreign !== undefined) {
    throw new AtelierError(
      "config",
      said`${file}: expected no ${foreign}, which a tune finds or sets itself, got one. Leave it out.`,
    );
  }
  return paths;
}

function pathsIn(value: unknown, prefix: string): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [prefix];
  return Object.entries(value).flatMap(([name, inner]) =>
    pathsIn(inner, prefix === "" ? name : `${prefix}.${name}`),
  );
}

/** Whether a field, or any of a group that ends in a dot, was given. */
const isGiven = (named: readonly string[], fields: readonly string[]): boolean =>
  named.some((path) =>
    fields.some((field) => path === field || (field.endsWith(".") && path.startsWith(field))),
  );

/** Goes on with a tune. @throws AtelierError as `tune`. */
export async function resumeTune(
  context: CliContext,
  folder: string,
  { tokenizer, json = false }: Pick<TuneFlags, "tokenizer" | "json">,
): Promise<void> {
  const { settings } = await readTune(context.files, folder);
  const progress = createProgress(context, { json });
  const shipped = await shippedFor(context, settings.config, progress);
  await runTune(context, { folder, shipped, tokenizer, json });
}
