/** @file `atelier merge`: adapters into one adapter, or into the weights of a base. */

import { type ComponentName, splitModulePath } from "@atelier/diffusion/core";
import { componentOf } from "@atelier/diffusion/families";
import {
  readAdapterClaims,
  replaceWeights,
  writeFolder,
  writeKohyaLora,
  writeSingleFile,
} from "@atelier/diffusion/files";
import { loadPipeline, mergeAdapters, readAdapter } from "@atelier/diffusion/pipeline";
import type { PredictionType } from "@atelier/diffusion/process";
import { combineAdapters } from "@atelier/diffusion/tuning";
import { AtelierError, type FloatTensor, said } from "@atelier/engine";
import { createOrtRuntime } from "@atelier/engine/node";
import { type Command, Option } from "commander";
import { adapterTitle, layersFor, readWholeLora, tellOfAdapter } from "../adapter-layers.js";
import { type AdapterUse, parseAdapterUse } from "../adapter-use.js";
import { type CliContext, print, printJson } from "../cli-context.js";
import { addModelOptions, type ModelOptions, openModel } from "../model-options.js";
import { wholeNumber } from "../number-options.js";
import { findAdapter, findBase } from "../open-base.js";
import { createProgress, type Progress } from "../progress.js";
import { storedTypes } from "../stored-types.js";

interface MergeFlags extends ModelOptions {
  readonly json?: boolean;
  readonly out: string;
  readonly base?: string;
  readonly layersOf?: string;
  readonly ignoreUnknown?: boolean;
  readonly rank?: number;
  readonly dtype?: keyof typeof storedTypes;
  readonly tokenizer?: string;
  readonly force?: boolean;
}

/** Adds the command. */
export function addMergeCommand(program: Command, context: CliContext): void {
  const { text } = context;
  const { merge: own } = text.techniques;
  const command = program
    .command("merge")
    .description(own.description)
    .argument("<adapters...>", own.argument)
    .requiredOption("--out <path>", own.out)
    .option("--base <model>", own.base)
    .option("--layers-of <model>", own.layersOf)
    .option("--ignore-unknown", own.ignoreUnknown)
    .option("--rank <number>", own.rank, wholeNumber(text, 1))
    .addOption(new Option("--dtype <type>", text.convert.dtype).choices(Object.keys(storedTypes)));
  addModelOptions(command, text)
    .option("--tokenizer <folder>", text.base.tokenizer)
    .option("--force", text.convert.force)
    .option("--json", text.program.json)
    .addHelpText("after", own.more)
    .action((adapters: string[], flags: MergeFlags) => merge(context, adapters, flags));
}

async function merge(
  context: CliContext,
  adapters: readonly string[],
  flags: MergeFlags,
): Promise<void> {
  const { files } = context;
  if (flags.base !== undefined && flags.rank !== undefined) {
    throw new AtelierError(
      "config",
      "merge --rank: expected none with --base, whose weights have all ranks. Leave one of the two out.",
    );
  }
  if (flags.base !== undefined && flags.layersOf !== undefined) {
    throw new AtelierError(
      "config",
      "merge --layers-of: expected none with --base, whose layers are meant. Leave one of the two out.",
    );
  }
  if (flags.base === undefined && flags.ignoreUnknown === true) {
    throw new AtelierError(
      "config",
      "merge --ignore-unknown: expected --base beside it, got none. Adapters that are merged among themselves lose nothing.",
    );
  }
  if (flags.force !== true && (await files.stat(flags.out)) !== undefined) {
    throw new AtelierError(
      "config",
      said`${flags.out}: expected a new place, got one where something stands. Choose another, or give --force to replace it.`,
    );
  }
  const progress = createProgress(context, { json: flags.json === true });
  try {
    const named = await Promise.all(adapters.map((value) => parseAdapterUse(value, files)));
    const uses: AdapterUse[] = [];
    for (const use of named) {
      uses.push({ ...use, path: (await findAdapter(context, use.path, progress)).path });
    }
    const sentence =
      flags.base === undefined
        ? await mergeAmong(context, { uses, flags, progress })
        : await mergeIntoBase(context, { uses, flags, base: flags.base, progress });
    progress.clear();
    if (flags.json === true) printJson(context, { type: "written", path: flags.out });
    else print(context, sentence);
  } finally {
    progress.clear();
  }
}

interface Merging {
  readonly uses: readonly AdapterUse[];
  readonly flags: MergeFlags;
  readonly progress: Progress;
}

async function mergeAmong(
  context: CliContext,
  { uses, flags, progress }: Merging,
): Promise<string> {
  const { files, text } = context;
  const [first] = uses;
  const model = await layersFor(context, {
    input: first?.path ?? "",
    flags: {
      ...(flags.layersOf === undefined ? {} : { base: flags.layersOf }),
      ...(flags.variant === undefined ? {} : { variant: flags.variant }),
    },
    progress,
    option: "--layers-of",
  });
  const { family, layers, metadata } = model;
  progress.update({ label: text.techniques.merge.working });
  const read = [];
  for (const { path, weight } of uses) {
    const { weights } = await readWholeLora(context, path, { model, progress });
    read.push({ name: path, weights, strength: weight });
  }
  const { weights, rank, kept } = combineAdapters(read, { rank: flags.rank });
  const dtype = flags.dtype === undefined ? {} : { dtype: storedTypes[flags.dtype] };
  await writeKohyaLora(files, flags.out, weights, {
    family,
    layers,
    predictionType: await commonPrediction(context, { uses, flags, progress }),
    title: adapterTitle(flags.out),
    metadata,
    ...dtype,
  });
  return text.techniques.merge.merged(flags.out, rank, kept);
}

/** What the adapters were trained on, as far as they say it; where they disagree, nothing, and that is told. */
async function commonPrediction(
  { files, text }: CliContext,
  { uses, flags, progress }: Merging,
): Promise<PredictionType | undefined> {
  if (flags.predictionType !== undefined) return flags.predictionType;
  const claims = await readAdapterClaims(
    files,
    uses.map(({ path }) => path),
  );
  const told = claims.flatMap(({ path, prediction }) =>
    prediction === undefined ? [] : [{ path, type: prediction }],
  );
  const [first, ...others] = told;
  const other = others.find(({ type }) => type !== first?.type);
  if (first === undefined || other === undefined) return first?.type;
  progress.warn(text.techniques.merge.mixedPredictions([first, other]));
  return undefined;
}

async function mergeIntoBase(
  context: CliContext,
  { uses, flags, base, progress }: Merging & { readonly base: string },
): Promise<string> {
  const { files, text } = context;
  const { variant, tokenizer, out } = flags;
  const claims = await readAdapterClaims(
    files,
    uses.map((use) => use.path),
  );
  const { path, ...identity } = await findBase(context, base, { variant, progress });
  const model = await openModel(context, flags, { path, claims, progress });
  const runtime = createOrtRuntime();
  const tokenizerFolder = tokenizer === undefined ? {} : { tokenizerFolder: tokenizer };
  await using pipeline = await loadPipeline(model, {
    ...{ runtime, files, ...identity },
    ...tokenizerFolder,
  });
  const adapters = [];
  for (const { path: file, weight } of uses) {
    const { adapter, unknownKeys, ...read } = await readAdapter(files, file, {
      base: pipeline,
      strength: weight,
      ignoreUnknown: flags.ignoreUnknown === true,
    });
    if (unknownKeys.length > 0) {
      const shown = unknownKeys.slice(0, 5).join(", ");
      progress.warn(text.generate.ignored(file, unknownKeys.length, shown));
    }
    tellOfAdapter({ ...read, path: file }, text, progress);
    adapters.push(adapter);
    for (const { token } of adapter.weights.words ?? []) {
      progress.warn(text.techniques.merge.wordStays(file, token));
    }
  }
  const values = new Map<ComponentName, Map<string, FloatTensor>>();
  const modules = new Set(adapters.flatMap(({ weights }) => [...weights.modules.keys()]));
  const weightOf = ({ module }: { readonly module: string }) => {
    const { component, path: layer } = splitModulePath(module);
    return componentOf(model, component).weights.readFloat32(`${layer}.weight`);
  };
  let done = 0;
  for await (const { module, weight } of mergeAdapters(adapters, {
    runtime,
    base: pipeline,
    weightOf,
  })) {
    const { component, path: layer } = splitModulePath(module);
    const own = values.get(component) ?? new Map<string, FloatTensor>();
    values.set(component, own.set(`${layer}.weight`, weight));
    done += 1;
    progress.update({ label: text.techniques.merge.layers, done, total: modules.size });
  }
  const merged = replaceWeights(model, Object.fromEntries(values));
  const dtype = flags.dtype === undefined ? {} : { dtype: storedTypes[flags.dtype] };
  if (/\.safetensors$/i.test(out)) await writeSingleFile(files, merged, { path: out, ...dtype });
  else await writeFolder(files, merged, { folder: out, ...dtype, ...tokenizerFolder });
  return text.techniques.merge.intoBase(out, done);
}
