/** @file What an evaluation is going to do, settled before anything is drawn: models, base, subject, protocol, folder. */

import { worldClassPrompts, worldTemplates, worldWordTemplates } from "@atelier/base";
import { embeddedBaseName } from "@atelier/base/embedded";
import { readText } from "@atelier/diffusion/core";
import {
  dreamboothProtocol,
  type PromptTemplate,
  type Protocol,
  type ProtocolName,
  type ProtocolOptions,
  type SubjectWords,
  textualInversionProtocol,
} from "@atelier/diffusion/evaluate";
import { readEmbedding } from "@atelier/diffusion/files";
import type { RunRecord } from "@atelier/diffusion/train";
import { AtelierError, said } from "@atelier/engine";
import type { BackendOptions } from "../backend-options.js";
import type { CliContext } from "../cli-context.js";
import type { ModelOptions } from "../model-options.js";
import type { Progress } from "../progress.js";
import { type FoundModel, findEvaluated } from "./evaluated-model.js";
import type { JudgeFlags } from "./find-judge.js";
import { type EvaluatedSubject, findSubject } from "./find-subject.js";
import { kindOfClass } from "./subject-words.js";

/** What a user can choose. */
export interface EvaluateFlags extends BackendOptions, ModelOptions, JudgeFlags {
  readonly base?: string;
  readonly tokenizer?: string;
  readonly pictures?: string;
  readonly token?: string;
  readonly class?: string;
  readonly protocol: ProtocolName;
  readonly paperPrompts?: "object" | "living";
  /** A file of prompts, one a line. */
  readonly prompts?: string;
  readonly count?: number;
  readonly sampler?: string;
  readonly steps?: number;
  readonly guidance?: number;
  readonly seed: number;
  readonly width?: number;
  readonly height?: number;
  readonly ignoreUnknown?: boolean;
  readonly out?: string;
  readonly json?: boolean;
}

/** An evaluation that is about to begin. */
export interface EvaluationPlan {
  readonly models: readonly FoundModel[];
  /** How the base is found and read. */
  readonly base: string;
  readonly isEmbedded: boolean;
  readonly modelOptions: ModelOptions;
  readonly tokenizer: string | undefined;
  readonly subject: EvaluatedSubject;
  readonly protocol: Protocol;
  /** Where everything is written. */
  readonly folder: string;
}

/** @throws AtelierError `config`, `file`, `data`: whatever is wrong with what was named, before anything is written. */
export async function planEvaluation(
  context: CliContext,
  {
    named,
    flags,
    progress,
  }: { named: readonly string[]; flags: EvaluateFlags; progress: Progress },
): Promise<EvaluationPlan> {
  const models: FoundModel[] = [];
  for (const name of named) models.push(await findEvaluated(context, name, progress));
  const runs = models.flatMap(({ run }) => (run === undefined ? [] : [run]));
  const [run] = runs;
  const bases = new Set(runs.map(baseOfRun));
  if (flags.base === undefined && bases.size > 1) {
    throw new AtelierError(
      "config",
      said`evaluate: expected runs on one base, got ${[...bases].join(", ")}. Evaluate them apart, or say with --base which one is meant.`,
    );
  }
  const base = flags.base ?? (run === undefined ? embeddedBaseName : baseOfRun(run));
  const isEmbedded = base === embeddedBaseName;
  const [first = ""] = named;
  const word = await wordOf(context, models);
  const subject = await findSubject(context, {
    ...{ run, protocol: flags.protocol, named: first, progress },
    flags: { ...(word === undefined ? {} : { token: word }), ...flags },
    isNewWord: models.some(({ embeddings }) => embeddings.length > 0),
  });
  const {
    variant,
    vae,
    parts = [],
    predictionType,
    zeroTerminalSnr,
    dtype,
  } = flags.base === undefined ? (run?.config.base ?? {}) : {};
  const recorded: ModelOptions = {
    ...(variant === undefined ? {} : { variant }),
    ...(dtype === undefined ? {} : { baseDtype: dtype }),
    ...(vae === undefined ? {} : { vae }),
    ...(parts.length === 0 ? {} : { part: parts }),
    ...(predictionType === undefined ? {} : { predictionType }),
    ...(zeroTerminalSnr === true ? { zeroTerminalSnr } : {}),
  };
  return {
    models,
    base,
    isEmbedded,
    modelOptions: { ...recorded, ...flags },
    tokenizer: flags.tokenizer ?? (flags.base === undefined ? tokenizerOf(run) : undefined),
    subject,
    protocol: await protocolFor(context, { flags, run, isEmbedded, words: subject.words }),
    folder: flags.out ?? folderFor(context, models),
  };
}

function baseOfRun({ config: { base } }: RunRecord): string {
  return (
    base.path ?? (base.repo === undefined ? embeddedBaseName : `${base.repo}@${base.revision}`)
  );
}

/** The token that the file of a new word has in it. */
async function wordOf(
  { files }: CliContext,
  models: readonly FoundModel[],
): Promise<string | undefined> {
  const [path] = models.flatMap(({ run, embeddings }) => (run === undefined ? embeddings : []));
  return path === undefined ? undefined : (await readEmbedding(files, path)).embedding.token;
}

/** The tokenizer that a run was trained with, which a base of one file lacks. */
function tokenizerOf(run: RunRecord | undefined): string | undefined {
  const plan = run?.events.find((event) => event.type === "plan");
  return plan?.type === "plan" ? plan.tokenizerFolder : undefined;
}

async function protocolFor(
  context: CliContext,
  {
    flags,
    run,
    isEmbedded,
    words,
  }: {
    readonly flags: EvaluateFlags;
    readonly run: RunRecord | undefined;
    readonly isEmbedded: boolean;
    readonly words: SubjectWords;
  },
): Promise<Protocol> {
  const { className } = words;
  const own = flags.prompts === undefined ? undefined : await readTemplates(context, flags.prompts);
  const { count } = flags;
  if (flags.protocol === "textual-inversion") {
    return textualInversionProtocol(words, {
      templates: own ?? (isEmbedded ? worldWordTemplates : undefined),
      count,
    });
  }
  const recorded = run?.config.prior?.classPrompt;
  const classPrompts: ProtocolOptions["classPrompts"] = isEmbedded
    ? worldClassPrompts(className)
    : recorded === undefined
      ? undefined
      : [recorded];
  return dreamboothProtocol(words, {
    templates: own ?? (isEmbedded ? worldTemplates(className) : undefined),
    kind: flags.paperPrompts ?? kindOfClass(className),
    classPrompts,
    count,
  });
}

/** One prompt a line; empty ones and those behind `#` are left out. */
async function readTemplates(
  { files }: CliContext,
  path: string,
): Promise<readonly PromptTemplate[]> {
  const lines = (await readText(files, path)).split(/\r?\n/).map((line) => line.trim());
  const prompts = [...new Set(lines.filter((line) => line !== "" && !line.startsWith("#")))];
  if (prompts.length === 0) {
    throw new AtelierError(
      "config",
      said`--prompts ${path}: expected prompts, one a line, got none. Write for example: a {} on the beach.`,
    );
  }
  return prompts.map((prompt) => ({ text: prompt, scores: "both" }));
}

function folderFor({ files }: CliContext, models: readonly FoundModel[]): string {
  const [first] = models;
  if (first?.run !== undefined) return files.join(first.run.folder, "evaluation");
  return files.join("runs", `evaluation-${fileName(first?.name ?? "")}`);
}

/** A model's name as a folder can be called. */
export function fileName(name: string): string {
  return name.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[.-]+/, "") || "model";
}
