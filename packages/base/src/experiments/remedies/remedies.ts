/** @file What keeps a training from forgetting, each as a config beside the same training without it. */

import {
  completeConfig,
  parseTrainConfig,
  type TrainConfig,
} from "@atelier/diffusion/train-config";
import { trainingAdvice } from "../../embedded/training-config.js";
import { classPromptOf, seldom, sharedFields, type TaskPlaces } from "../tune/contenders.js";
import { listTasks, type TuneTask } from "../tune/tune-tasks.js";
import { newWord } from "../verdicts/subjects.js";

/** A remedy, or nothing. */
export interface Remedy {
  readonly id: string;
  readonly title: string;
  /** Fields of its config; what they leave open is as the base advises. */
  readonly fields: (task: TuneTask) => Readonly<Record<string, unknown>>;
  /** What its captions call the subject; an identifier and its class by default. */
  readonly calls?: string;
}

const lora = { lora: { rank: 16 } };

/** What it costs to do nothing. */
export const nothing: Remedy = { id: "nothing", title: "none", fields: () => lora };

/** Strengths at which that is drawn. */
export const strengths: readonly { readonly id: string; readonly strength: number }[] = [
  { id: "strength-0.8", strength: 0.8 },
  { id: "strength-0.6", strength: 0.6 },
];

/** In the order in which they are advised. */
export const remedies: readonly Remedy[] = [
  {
    id: "prediction-prior",
    title: "the base's prediction of the class as prior",
    fields: (task) => ({ ...lora, prior: { ...classOf(task), source: "prediction" } }),
  },
  {
    id: "picture-prior",
    title: "40 pictures of the class",
    fields: (task) => ({ ...lora, prior: { ...classOf(task), source: "pictures", count: 40 } }),
  },
  {
    id: "attention",
    title: "attention layers only",
    fields: () => ({ lora: { rank: 16, targets: ["attention"] } }),
  },
  { id: "rank-4", title: "rank 4 instead of 16", fields: () => ({ lora: { rank: 4 } }) },
  {
    id: "word",
    title: "a word instead of an adapter",
    calls: newWord,
    fields: ({ subject }) => ({
      tuning: "textual_inversion",
      embedding: { token: newWord, initializer: subject.className, vectors: 1 },
    }),
  },
];

const classOf = (task: TuneTask) => ({ classPrompt: classPromptOf(task) });

/** Every subject once, half of them with four pictures, half with twelve. */
export const listRemedyTasks = (): TuneTask[] => listTasks().slice(0, 12);

type RunPlaces = TaskPlaces & { readonly run: string };

/** As many steps as the base advises with what is done. */
export function configOfRemedy({ fields }: Remedy, task: TuneTask, places: RunPlaces): TrainConfig {
  const config = configWith(fields(task), task, places);
  return { ...config, watch: { ...config.watch, ...seldom(config.steps) } };
}

/** What a run does that acts upon what it sees, the prior switched on in it among that. */
export function configOfActing(task: TuneTask, places: RunPlaces): TrainConfig {
  const watch = { share: 0.1, classPrompt: classPromptOf(task), act: true, prefer: "balance" };
  return configWith({ ...lora, watch }, task, places);
}

function configWith(
  fields: Readonly<Record<string, unknown>>,
  task: TuneTask,
  { run, ...places }: RunPlaces,
): TrainConfig {
  const given = parseTrainConfig({
    ...sharedFields(task, places),
    ...{ data: { folder: places.lessons }, output: { run, formats: "kohya" } },
    ...fields,
  });
  return completeConfig(given, trainingAdvice);
}
