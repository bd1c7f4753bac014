/** @file Draws everything that an evaluation needs: with the base, and with each tuned model. */

import type { Embedding, Warning } from "@atelier/diffusion/core";
import { readAdapterClaims, readEmbedding } from "@atelier/diffusion/files";
import type { FoundModel as FoundBase } from "@atelier/diffusion/node";
import {
  type Adapter,
  displayName,
  type GenerateOptions,
  loadPipeline,
  type OwnedPipeline,
  type Pipeline,
  readAdapter,
  resolveGenerateOptions,
  usableWords,
} from "@atelier/diffusion/pipeline";
import type { Runtime } from "@atelier/engine";
import { tellOfAdapter } from "../adapter-layers.js";
import { type CliContext, printJson } from "../cli-context.js";
import { openModel } from "../model-options.js";
import type { Progress } from "../progress.js";
import { createDrawClock, type DrawClock } from "./draw-clock.js";
import { drawMissing } from "./draw-missing.js";
import { type FoundModel, identityOf, stampsOf } from "./evaluated-model.js";
import type { DrawnBy } from "./evaluation.js";
import { type DrawOrder, openPictureStore, type PictureStore } from "./picture-store.js";
import { type EvaluateFlags, type EvaluationPlan, fileName } from "./plan-evaluation.js";

/** The drawings of one model. */
export interface DrawnModel {
  readonly name: string;
  readonly store: PictureStore;
  /** Of the protocol's prompts, in their order. */
  readonly orders: readonly DrawOrder[];
  readonly ofClass: readonly DrawOrder[];
}

/** What is drawn, and with what. */
export interface DrawModelsOptions {
  readonly plan: EvaluationPlan;
  readonly flags: EvaluateFlags;
  /** The base on this machine. */
  readonly found: FoundBase;
  readonly runtime: Runtime;
  readonly progress: Progress;
}

/** All drawings, the base's first. */
export interface DrawnModels {
  readonly models: readonly [DrawnModel, ...DrawnModel[]];
  readonly drawnBy: DrawnBy;
  /** What the base is called. */
  readonly base: string;
}

/** A drawing that is going on. */
interface Drawing extends DrawModelsOptions {
  readonly context: CliContext;
  readonly clock: DrawClock;
  readonly total: number;
  /** Warnings that were told: each model has the same ones. */
  readonly told: Set<string>;
}

/** A tuned model that can be drawn with. */
interface OpenedModel {
  readonly model: FoundModel;
  readonly folder: string;
  readonly adapters: readonly Adapter[];
  readonly embeddings: readonly Embedding[];
}

/**
 * Draws what is not there yet.
 * @throws AtelierError `weights` for an adapter that does not fit, before anything is drawn; and as `generate`.
 */
export async function drawModels(
  context: CliContext,
  options: DrawModelsOptions,
): Promise<DrawnModels> {
  const { plan, progress, flags } = options;
  const perModel =
    plan.protocol.prompts.length * plan.protocol.count +
    plan.protocol.classPrompts.length * plan.protocol.classCount;
  const total = perModel * (1 + plan.models.length);
  const clock = createDrawClock(total);
  const drawing: Drawing = { ...options, context, clock, total, told: new Set() };
  const folders = foldersOf(plan.models);
  progress.update({ label: context.text.generate.loading });
  await using base = await openPipeline(drawing, options.found);
  const opened: OpenedModel[] = [];
  for (const [index, model] of plan.models.entries()) {
    const folder = folders[index] ?? "";
    if (model.model === undefined) opened.push(await openTuned(drawing, base, { model, folder }));
    else opened.push({ model, folder, adapters: [], embeddings: [] });
  }
  const { samplerName, steps, guidanceScale, width, height } = resolveGenerateOptions(base, {
    prompt: "",
    ...settingsOf(flags),
  });
  const drawnBy = { sampler: samplerName, steps, guidance: guidanceScale, width, height };
  const drawn = async (pipeline: Pipeline, what: Omit<Column, "drawnBy">): Promise<DrawnModel> =>
    drawColumn(drawing, pipeline, { ...what, drawnBy });
  const ofBase = await drawn(base, {
    ...{ name: context.text.evaluate.base, folder: "base", adapters: [] },
    promptOf: "ofBase",
    identity: await identityOfBase(drawing, base),
  });
  const tuned: DrawnModel[] = [];
  for (const { model, folder, adapters, embeddings } of opened) {
    await using pipeline =
      model.model === undefined
        ? await base.derive({ embeddings })
        : await openPipeline(drawing, { path: model.model });
    const identity = {
      base: await identityOfBase(drawing, base),
      ...(await identityOf(context.files, model)),
    };
    tuned.push(
      await drawn(pipeline, { name: model.name, folder, adapters, promptOf: "prompt", identity }),
    );
  }
  progress.clear();
  return {
    models: [ofBase, ...tuned],
    drawnBy: { ...drawnBy, seed: flags.seed },
    base: base.name,
  };
}

/** Where each model's drawings are, no two in one place. */
function foldersOf(models: readonly FoundModel[]): string[] {
  const taken = new Set(["base"]);
  return models.map(({ name }) => {
    const stem = fileName(name.replace(" × ", "-x"));
    let folder = stem;
    for (let number = 2; taken.has(folder); number++) folder = `${stem}-${number}`;
    taken.add(folder);
    return folder;
  });
}

async function openPipeline(
  { context, plan, runtime, progress }: Drawing,
  { path, ...identity }: FoundBase,
): Promise<OwnedPipeline> {
  const { files } = context;
  const claims = await readAdapterClaims(
    files,
    plan.models.flatMap(({ adapters }) => adapters),
  );
  const checkpoint = await openModel(context, plan.modelOptions, { path, claims, progress });
  return loadPipeline(checkpoint, {
    ...{ runtime, files, tokenizerFolder: plan.tokenizer },
    ...identity,
  });
}

async function openTuned(
  { context, flags, plan, progress }: Drawing,
  base: Pipeline,
  { model, folder }: Pick<OpenedModel, "model" | "folder">,
): Promise<OpenedModel> {
  const { files, text } = context;
  const adapters: Adapter[] = [];
  for (const path of model.adapters) {
    const { adapter, unknownKeys, ...read } = await readAdapter(files, path, {
      base,
      name: displayName(path),
      strength: model.strength,
      ignoreUnknown: flags.ignoreUnknown === true,
    });
    if (unknownKeys.length > 0) {
      const shown = unknownKeys.slice(0, 5).join(", ");
      progress.warn(text.generate.ignored(path, unknownKeys.length, shown));
    }
    tellOfAdapter({ ...read, path }, text, progress);
    adapters.push(adapter);
  }
  const embeddings: Embedding[] = [];
  for (const path of model.embeddings) {
    const { embedding } = await readEmbedding(files, path, { token: plan.subject.token });
    embeddings.push(embedding);
  }
  const words = adapters.flatMap(({ weights }) => weights.words ?? []);
  const taken = embeddings.map(({ token }) => token);
  const { usable } = await usableWords(base, words, taken);
  return { model, folder, adapters, embeddings: [...embeddings, ...usable] };
}

/** One model's part of the drawings. */
interface Column {
  readonly name: string;
  readonly folder: string;
  readonly adapters: readonly Adapter[];
  readonly promptOf: "prompt" | "ofBase";
  readonly identity: Readonly<Record<string, unknown>>;
  readonly drawnBy: Omit<DrawnBy, "seed">;
}

async function drawColumn(
  { context, plan, flags, progress, clock, total, told }: Drawing,
  pipeline: Pipeline,
  { name, folder, adapters, promptOf, identity, drawnBy }: Column,
): Promise<DrawnModel> {
  const { files, text, io } = context;
  const { protocol } = plan;
  const seeds = (count: number) =>
    Array.from({ length: count }, (_, offset) => flags.seed + offset);
  const orders = protocol.prompts.map((each) => ({
    prompt: each[promptOf],
    seeds: seeds(protocol.count),
  }));
  const ofClass = protocol.classPrompts.map((prompt) => ({
    prompt,
    seeds: seeds(protocol.classCount),
  }));
  const store = await openPictureStore(files, files.join(plan.folder, "pictures", folder), {
    drawnWith: { ...identity, ...drawnBy },
  });
  const show = () => {
    const [done, secondsLeft] = [clock.done(), clock.secondsLeft()];
    if (flags.json === true) {
      printJson(context, { type: "progress", part: "draw", done, total, secondsLeft });
    }
    const left = secondsLeft === undefined ? undefined : text.duration(secondsLeft);
    progress.update({ label: text.evaluate.drawing(name, left), done, total });
  };
  const onWarning = (warning: Warning) => {
    const key = JSON.stringify([warning.code, warning.params]);
    if (!told.has(key)) progress.tell([warning]);
    told.add(key);
  };
  await drawMissing(pipeline, {
    ...{ orders: [...orders, ...ofClass], store, adapters, settings: settingsOf(flags) },
    signal: io.signal,
    onWarning,
    onFound(pictures) {
      clock.found(pictures);
      show();
    },
    onStep(share) {
      clock.drew(share);
      show();
    },
  });
  return { name, store, orders, ofClass };
}

function settingsOf(
  flags: EvaluateFlags,
): Pick<GenerateOptions, "sampler" | "steps" | "guidanceScale" | "width" | "height"> {
  const { sampler, steps, guidance, width, height } = flags;
  return {
    ...(sampler === undefined ? {} : { sampler }),
    ...(steps === undefined ? {} : { steps }),
    ...(guidance === undefined ? {} : { guidanceScale: guidance }),
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
  };
}

/** What tells the base from all others: what whoever ships it says, else its files; and how they are read. */
async function identityOfBase(
  { context: { files }, plan: { modelOptions } }: Drawing,
  { fingerprint, model }: Pipeline,
): Promise<Readonly<Record<string, unknown>>> {
  const { variant, vae, part, predictionType, zeroTerminalSnr, baseDtype } = modelOptions;
  const own =
    fingerprint === undefined
      ? { model: model.path, files: await stampsOf(files, model.path) }
      : { fingerprint };
  // As they are read back from a record, which has no fields without a value.
  const given = Object.entries({
    ...own,
    variant,
    vae,
    part,
    predictionType,
    zeroTerminalSnr,
    baseDtype,
  });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}
