/** @file Configs of those who learn the tasks: tuning, the usual settings watched, and what other trainers ship. */

import {
  completeConfig,
  type GivenConfig,
  parseTrainConfig,
  type TrainConfig,
} from "@atelier/diffusion/train-config";
import { trainingAdvice } from "../../embedded/training-config.js";
import { identifierOf } from "../verdicts/subjects.js";
import type { TuneTask } from "./tune-tasks.js";

/** Settings of a LoRA for Stable Diffusion as a trainer ships or documents them, all at a constant rate. */
export interface Recipe {
  readonly id: string;
  readonly title: string;
  readonly learningRate: number;
  readonly rank: number;
  readonly alpha: number;
  /** Layers that it adapts. */
  readonly targets: readonly string[];
  readonly batchSize: number;
  readonly steps: (pictures: number) => number;
  readonly warmupSteps?: number;
  readonly captionDropout?: number;
  readonly weightDecay?: number;
}

/** `shared/reference`, 2026-11. What is not set is as the trainer's optimizer has it: AdamW, decay .01. */
export const recipes: readonly Recipe[] = [
  {
    // docs/train_network.md; 1,600 steps where nothing is said. Linear layers of transformers.
    ...{ id: "kohya", title: "kohya", learningRate: 1e-4, rank: 16, alpha: 1 },
    ...{ targets: ["attention", "feed-forward"], batchSize: 1, steps: () => 1600 },
  },
  {
    // Its interface; convolutions train with half the rank there, here with the same.
    ...{ id: "ai-toolkit", title: "ai-toolkit", learningRate: 1e-4, rank: 32, alpha: 32 },
    ...{ targets: ["all"], batchSize: 1, steps: () => 3000 },
    ...{ captionDropout: 0.05, weightDecay: 1e-4 },
  },
  {
    // Its preset for Stable Diffusion 1.5; the last batch of an epoch is left out where it is not full.
    ...{ id: "onetrainer", title: "OneTrainer", learningRate: 3e-4, rank: 16, alpha: 1 },
    ...{ targets: ["all"], batchSize: 4, steps: (pictures) => 100 * Math.floor(pictures / 4) },
    ...{ warmupSteps: 200 },
  },
  {
    // Its quickstart for a LoRA.
    ...{ id: "simpletuner", title: "SimpleTuner", learningRate: 1e-4, rank: 16, alpha: 16 },
    ...{ targets: ["attention"], batchSize: 1, steps: () => 10_000 },
  },
  {
    // DreamBooth with LoRA.
    ...{ id: "diffusers", title: "diffusers", learningRate: 1e-4, rank: 4, alpha: 4 },
    ...{ targets: ["attention"], batchSize: 1, steps: () => 500 },
  },
];

/**
 * The embedded base is small and needs higher rates than Stable Diffusion; what a recipe's rate is to other recipes'
 * stays.
 */
const rateTimes = 5;

/** Where a contender finds and leaves what. */
export interface TaskPlaces {
  /** Of the base. */
  readonly base: string;
  /** Of the pictures with their captions. */
  readonly lessons: string;
  readonly cache: string;
  readonly threads?: number | undefined;
}

/** Looks at as few steps as can be; fewer are no watch, and only what is watched can be measured. */
export const seldom = (
  steps: number,
): Pick<TrainConfig["watch"], "share" | "heldOut" | "everySteps"> => ({
  ...{ share: 1, heldOut: 0, everySteps: Math.ceil(steps / 3) },
});

/**
 * A recipe as a config. It learns from all pictures. Timesteps are drawn as the base advises.
 */
export function configOfRecipe(
  recipe: Recipe,
  task: TuneTask,
  { run, ...places }: TaskPlaces & { readonly run: string },
): TrainConfig {
  const { learningRate, rank, alpha, targets, batchSize, warmupSteps = 0, weightDecay } = recipe;
  const steps = recipe.steps(task.pictures);
  const given = parseTrainConfig({
    ...sharedFields(task, places),
    data: { folder: places.lessons, captionDropout: recipe.captionDropout },
    ...{ lora: { rank, alpha, targets }, learningRate: learningRate * rateTimes, batchSize },
    optimizer: { name: "adamw", ...(weightDecay === undefined ? {} : { weightDecay }) },
    ...{ steps, schedule: { name: "constant", warmupSteps } },
    watch: seldom(steps),
    output: { run, formats: "kohya" },
  });
  return completeConfig(given, trainingAdvice);
}

/** What a newcomer has: all as the base advises, watched, and the best step kept. */
export function configOfUsual(
  task: TuneTask,
  { run, ...places }: TaskPlaces & { readonly run: string },
): TrainConfig {
  const watch = { share: 0.1, classPrompt: classPromptOf(task), prefer: "balance" };
  const output = { run, formats: "kohya" };
  return completeConfig(usual(task, places, { watch, output }), trainingAdvice);
}

/** What a tune begins with. */
export function configToTune(task: TuneTask, places: TaskPlaces): TrainConfig {
  const watch = { classPrompt: classPromptOf(task) };
  return completeConfig(
    usual(task, places, { watch, output: { formats: "kohya" } }),
    trainingAdvice,
  );
}

function usual(
  task: TuneTask,
  places: TaskPlaces,
  fields: Readonly<Record<string, unknown>>,
): GivenConfig {
  const data = { folder: places.lessons };
  return parseTrainConfig({ ...sharedFields(task, places), data, lora: { rank: 16 }, ...fields });
}

/** What the subject of a task is one of. */
export const classPromptOf = ({ subject }: TuneTask): string => `a ${subject.className}`;

/** What is said of every training: its base, its chance, its places; nothing but its result is saved. */
export const sharedFields = (
  { seed }: TuneTask,
  { base, cache, threads }: TaskPlaces,
): Readonly<Record<string, unknown>> => ({
  ...{ tuning: "lora", name: "experiment", base: { path: base }, seed },
  ...{ samples: { everySteps: 0 }, saveEverySteps: 0 },
  ...{ cacheFolder: cache, device: { backend: "cpu", threads } },
});

/** What captions of a task call its subject. */
export const callsOf = ({ subject }: TuneTask): string => identifierOf(subject);
