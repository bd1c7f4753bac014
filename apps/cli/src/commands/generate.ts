/** @file `atelier generate`: draws pictures and writes them with the parameters they came from. */

import { embeddedBaseName } from "@atelier/base/embedded";
import { type Embedding, storedHash } from "@atelier/diffusion/core";
import { readAdapterClaims } from "@atelier/diffusion/files";
import {
  type Adapter,
  displayName,
  firstTokenizer,
  type GenerateOptions,
  generate,
  loadPipeline,
  type OwnedPipeline,
  type Pipeline,
  type PromptSyntax,
  promptSyntaxes,
  type ReadPrompt,
  readAdapter,
  readPrompt,
  usableWords,
} from "@atelier/diffusion/pipeline";
import { samplerNames } from "@atelier/diffusion/samplers";
import type { Command } from "commander";
import { Option } from "commander";
import { tellOfAdapter } from "../adapter-layers.js";
import { type AdapterUse, parseAdapterUse } from "../adapter-use.js";
import { addBackendOptions, type BackendOptions, createRuntime } from "../backend-options.js";
import { type CliContext, print, printJson } from "../cli-context.js";
import { promptNotes, showNotes } from "../embedded-notes.js";
import {
  nameEmbeddings,
  parseEmbeddingUse,
  type ReadUse,
  readEmbeddings,
} from "../embedding-use.js";
import { type HashedFiles, hashFiles, type PictureHashes } from "../file-hashes.js";
import {
  addBaseDType,
  addModelOptions,
  type ModelOptions,
  type ModelSource,
  openModel,
} from "../model-options.js";
import { numberBetween, wholeNumber } from "../number-options.js";
import { findAdapter, findBase } from "../open-base.js";
import { pictureNames } from "../picture-names.js";
import { createPictureWriter } from "../picture-writer.js";
import { createProgress, type Progress } from "../progress.js";
import {
  addTransformerOptions,
  type TransformerFlags,
  transformerOptionsOf,
} from "../transformer-options.js";
import { addXlOptions, type XlFlags, xlOptionsOf } from "../xl-options.js";

/** What commander has parsed. */
interface ParsedFlags extends BackendOptions, ModelOptions, TransformerFlags, XlFlags {
  readonly json?: boolean;
  readonly base?: string;
  readonly prompt?: string;
  readonly negative?: string;
  readonly promptSyntax?: PromptSyntax;
  readonly adapter: readonly string[];
  readonly embedding: readonly string[];
  readonly ignoreUnknown?: boolean;
  readonly sampler?: string;
  readonly steps?: number;
  readonly guidance?: number;
  readonly guidanceRescale?: number;
  readonly eta?: number;
  readonly seed?: number;
  readonly width?: number;
  readonly height?: number;
  readonly count: number;
  readonly clipSkip?: number;
  readonly out?: string;
  readonly force?: boolean;
  readonly tokenizer?: string;
}

type GenerateFlags = ParsedFlags & { readonly base: string; readonly prompt: string };

/** Adds the command. */
export function addGenerateCommand(program: Command, context: CliContext): void {
  const { text } = context;
  const { generate: own, base } = text;
  const whole = (minimum: number) => wholeNumber(text, minimum);
  const command = program
    .command("generate")
    .description(own.description)
    .option("--base <model>", base.option)
    .option("--prompt <text>", own.prompt)
    .option("--negative <text>", own.negative)
    .addOption(new Option("--prompt-syntax <name>", own.promptSyntax).choices(promptSyntaxes))
    .option(`--adapter <${own.adapterMetavar}>`, own.adapter, collect, [])
    .option(`--embedding <${own.embeddingMetavar}>`, own.embedding, collect, [])
    .option("--ignore-unknown", own.ignoreUnknown)
    .addOption(new Option("--sampler <name>", own.sampler).choices(samplerNames))
    .option("--steps <n>", own.steps, whole(1))
    .option("--guidance <scale>", own.guidance, numberBetween(text, 0))
    .option("--guidance-rescale <share>", own.rescale, numberBetween(text, 0, 1))
    .option("--eta <share>", own.eta, numberBetween(text, 0, 1))
    .option("--seed <n>", own.seed, whole(0))
    .option("--width <pixels>", own.width, whole(1))
    .option("--height <pixels>", own.height, whole(1))
    .option("--count <n>", own.count, whole(1), 1)
    .option("--clip-skip <n>", own.clipSkip, whole(0))
    .option("--out <path>", own.out)
    .option("--force", own.force);
  addBaseDType(addModelOptions(command, text), text).option("--tokenizer <folder>", base.tokenizer);
  addXlOptions(command, text);
  addTransformerOptions(command, text);
  addBackendOptions(command, context)
    .option("--json", text.program.json)
    .addHelpText("after", own.more)
    .action((flags: ParsedFlags) => {
      // Commander's own check comes before that of mistyped names, and would hide them.
      const { base: model = embeddedBaseName, prompt } = flags;
      if (prompt === undefined) return command.error(own.missing("--prompt"));
      return draw(context, { ...flags, base: model, prompt });
    });
}

const collect = (value: string, before: readonly string[]): string[] => [...before, value];

async function draw(context: CliContext, flags: GenerateFlags): Promise<void> {
  const { files, io, text } = context;
  const progress = createProgress(context, { json: flags.json === true });
  try {
    const named = await Promise.all(flags.adapter.map((value) => parseAdapterUse(value, files)));
    const { out, count, force = false } = flags;
    const names = await pictureNames(files, { out, count, force });
    const uses: LocatedUse[] = [];
    for (const use of named) {
      uses.push({ ...use, place: (await findAdapter(context, use.path, progress)).path });
    }
    const claims = await readAdapterClaims(
      files,
      uses.map(({ place }) => place),
    );
    const { pipeline: opened, read } = await openPipeline(context, flags, {
      claims,
      progress,
      signal: io.signal,
    });
    await using base = opened;
    const adapters = await openAdapters(context, { flags, pipeline: base, uses, progress });
    const embeddings = await findWords(context, { flags, base, read, adapters, progress });
    await using pipeline = await base.derive({ embeddings });
    if (flags.base === embeddedBaseName) {
      const notes = promptNotes(promptsOf(flags), {
        adapters: adapters.map(({ weights }) => weights.metadata),
        embeddings: embeddings.map(({ token }) => token),
      });
      showNotes(context, notes, { json: flags.json === true, progress });
    }
    const { fingerprint, generation } = pipeline;
    const { guidanceRescale = generation.guidanceRescale ?? 0 } = flags;
    const settings = { ...flags, baseFingerprint: fingerprint, guidanceRescale };
    const words = read.map(({ use: { path } }, i) => ({ path, token: embeddings[i]?.token ?? "" }));
    const hashes = await hashesOf(context, { pipeline: base, uses, adapters, words, progress });
    const write = createPictureWriter(context, { settings, uses, hashes, names });
    let begun = performance.now();
    for await (const event of generate(pipeline, optionsOf(flags, adapters), io.signal)) {
      if (event.type === "warning") {
        progress.tell([event]);
      } else if (event.type === "step") {
        const { latents: _latents, ...told } = event;
        if (flags.json) printJson(context, told);
        const label = text.generate.step(event.index + 1, event.count);
        progress.update({ label, done: event.step, total: event.steps });
      } else {
        const path = await write(event);
        const seconds = (performance.now() - begun) / 1000;
        progress.clear();
        const { seed, picture } = event;
        const { width, height } = picture;
        if (flags.json) printJson(context, { type: "image", path, seed, width, height });
        else print(context, text.generate.wrote(path, String(seed), text.duration(seconds)));
        begun = performance.now();
      }
    }
  } finally {
    progress.clear();
  }
}

async function openPipeline(
  context: CliContext,
  flags: GenerateFlags,
  { claims, progress, signal }: Pick<ModelSource, "claims" | "progress" | "signal">,
): Promise<{ readonly pipeline: OwnedPipeline; readonly read: readonly ReadUse[] }> {
  const { files, text } = context;
  const { base, variant, tokenizer } = flags;
  const uses = flags.embedding.map((value) => parseEmbeddingUse(value, files));
  const read = await readEmbeddings(context, await Promise.all(uses), progress);
  const { path, ...identity } = await findBase(context, base, { variant, progress });
  progress.update({ label: text.generate.loading });
  const checkpoint = await openModel(context, flags, {
    path,
    ...(claims && { claims }),
    progress,
    signal,
  });
  const pipeline = await loadPipeline(checkpoint, {
    runtime: createRuntime(flags),
    files,
    ...identity,
    ...(tokenizer === undefined ? {} : { tokenizerFolder: tokenizer }),
  });
  const { unusedKeys } = pipeline;
  if (unusedKeys.length > 0) {
    progress.warn(text.generate.unused(unusedKeys.length, unusedKeys.slice(0, 5).join(", ")));
  }
  return { pipeline, read };
}

/** The prompts as they are understood. */
const promptsOf = ({
  prompt,
  negative = "",
  prompt2 = "",
  negative2 = "",
  prompt3 = "",
  negative3 = "",
  promptSyntax,
}: GenerateFlags): ReadPrompt[] =>
  [prompt, negative, prompt2, negative2, prompt3, negative3].map((typed) =>
    readPrompt(typed, promptSyntax),
  );

/**
 * New words: first those that the user names, in their order, then those in adapters, which count less. What cannot be a word there
 * is told and stops nothing.
 */
async function findWords(
  context: CliContext,
  {
    flags,
    base,
    read,
    adapters,
    progress,
  }: {
    readonly flags: GenerateFlags;
    readonly base: Pipeline;
    readonly read: readonly ReadUse[];
    readonly adapters: readonly Adapter[];
    readonly progress: Progress;
  },
): Promise<Embedding[]> {
  const { generate: text } = context.text;
  const words = adapters.flatMap(({ weights }) => weights.words ?? []);
  if (read.length === 0 && words.length === 0) return [];
  const tokenizer = firstTokenizer(await base.tokenizers());
  const named = nameEmbeddings(context, read, {
    ...{ tokenizer, progress },
    prompts: promptsOf(flags).map(({ recorded }) => recorded),
  });
  const taken = named.map(({ token }) => token);
  const { usable, unusable } = await usableWords(base, words, taken);
  for (const { token, obstacle, message } of unusable) {
    const reason = obstacle === "misfit" ? message : text.unusable[obstacle];
    progress.warn(text.unusableWord(token, reason));
  }
  return [...named, ...usable];
}

/** An adapter on this machine. */
interface LocatedUse extends AdapterUse {
  /** Its file or folder, where `path` may be a repository. */
  readonly place: string;
}

interface AdapterSource {
  readonly flags: GenerateFlags;
  readonly pipeline: Pipeline;
  readonly uses: readonly LocatedUse[];
  readonly progress: Progress;
}

async function openAdapters(
  context: CliContext,
  { flags, pipeline, uses, progress }: AdapterSource,
): Promise<Adapter[]> {
  const { files, text } = context;
  const adapters: Adapter[] = [];
  for (const { path, place, weight } of uses) {
    const { adapter, unknownKeys, ...read } = await readAdapter(files, place, {
      base: pipeline,
      name: displayName(path),
      strength: weight,
      ignoreUnknown: flags.ignoreUnknown === true,
    });
    if (unknownKeys.length > 0) {
      progress.warn(
        text.generate.ignored(path, unknownKeys.length, unknownKeys.slice(0, 5).join(", ")),
      );
    }
    tellOfAdapter({ ...read, path }, text, progress);
    adapters.push(adapter);
  }
  return adapters;
}

async function hashesOf(
  { files, text }: CliContext,
  {
    pipeline,
    uses,
    adapters,
    words,
    progress,
  }: Omit<AdapterSource, "flags"> & {
    readonly adapters: readonly Adapter[];
    /** Files of embeddings and the words that call them. */
    readonly words: HashedFiles["embeddings"];
  },
): Promise<PictureHashes> {
  const { path: model, layout } = pipeline.model;
  if (layout === "single-file") progress.update({ label: text.generate.hashing });
  return hashFiles(files, {
    model,
    adapters: uses.map(({ place }, index) => ({
      path: place,
      isKnown: storedHash(adapters[index]?.weights.metadata ?? new Map()) !== undefined,
    })),
    embeddings: words,
  });
}

/** The flags in the library's words; what was not given keeps the library's default. */
function optionsOf(flags: GenerateFlags, adapters: readonly Adapter[]): GenerateOptions {
  const { prompt, negative, sampler, steps, guidance, guidanceRescale, eta } = flags;
  const { seed, width, height, count, clipSkip, promptSyntax } = flags;
  return {
    prompt,
    count,
    adapters,
    ...(negative === undefined ? {} : { negativePrompt: negative }),
    ...(promptSyntax === undefined ? {} : { promptSyntax }),
    ...(sampler === undefined ? {} : { sampler }),
    ...(steps === undefined ? {} : { steps }),
    ...(guidance === undefined ? {} : { guidanceScale: guidance }),
    ...(guidanceRescale === undefined ? {} : { guidanceRescale }),
    ...(eta === undefined ? {} : { eta }),
    ...(seed === undefined ? {} : { seed }),
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(clipSkip === undefined ? {} : { clipSkip }),
    ...xlOptionsOf(flags),
    ...transformerOptionsOf(flags),
  };
}
