/** @file One training of the comparison of techniques, and the pictures before and after. */

import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RgbPicture } from "@atelier/diffusion/core";
import { type Judge, priorDrift, promptDiversity } from "@atelier/diffusion/evaluate";
import { encodePng, openModelFiles, readEmbedding } from "@atelier/diffusion/files";
import { runInChild } from "@atelier/diffusion/node";
import {
  generate,
  loadPipeline,
  type OwnedPipeline,
  type Pipeline,
  readAdapter,
} from "@atelier/diffusion/pipeline";
import {
  completeConfig,
  parseTrainConfig,
  type ResultFile,
  resultOfKind,
  type TrainConfig,
} from "@atelier/diffusion/train";
import { AtelierError, type Runtime } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { type JudgedPrompt, measurePrompts, type SubjectTruth } from "../demo/measure-prompts.js";
import { questionsOf } from "../demo/prompt-questions.js";
import { subjectTruth } from "../demo/subject-truth.js";
import { trainingAdvice } from "../embedded/training-config.js";
import type { Arm } from "../experiments/arms.js";
import { type Goal, type GoalPicture, subjectMark } from "../experiments/goals.js";
import type { ArmResult } from "../experiments/result.js";
import type { SceneRenderer } from "./render-scenes.js";

/** What all trainings of a goal share. */
export interface GoalSetup {
  readonly goal: Goal;
  /** Holds the pictures and the runs. */
  readonly folder: string;
  readonly renderer: SceneRenderer;
  readonly runtime: Runtime;
  readonly judge: Judge;
  /** Folder of the base. */
  readonly base: string;
  /** By each way of naming the subject. */
  readonly before: Readonly<Record<Arm["says"], readonly (readonly RgbPicture[])[]>>;
  /** What was learned in the scene of each prompt. */
  readonly truths: readonly (SubjectTruth | undefined)[];
}

/** Pictures of each prompt, before and after, and real ones. */
const picturesPerPrompt = 4;
/** Of prompts for the class alone: PRES and DIV compare these with each other. */
const classPictures = 12;
const firstSeed = 7;

/** Writes a goal's pictures with captions, once for each way of naming the subject. */
export async function writeLessons(
  goal: Goal,
  folder: string,
  renderer: SceneRenderer,
): Promise<void> {
  for (const says of ["identifier", "token"] as const) {
    const target = lessonFolder(folder, says);
    await mkdir(target, { recursive: true });
    for (const [index, lesson] of goal.lessons.entries()) {
      const path = join(target, String(index + 1).padStart(2, "0"));
      await writeFile(`${path}.png`, await encodePng(await renderer.render(lesson.scene)));
      await writeFile(`${path}.txt`, `${say(goal, says, lesson)}\n`);
    }
  }
}

/** What was learned in the scene of every prompt that is not unrelated to it. */
export async function drawTruths(
  { prompts }: Goal,
  renderer: SceneRenderer,
): Promise<GoalSetup["truths"]> {
  const draw = renderer.render.bind(renderer);
  return Promise.all(
    prompts.map(({ asksFor, learned }) => subjectTruth(draw, { asksFor, scene: learned })),
  );
}

/** The base's pictures of a goal's prompts. A new word is unknown to the base: its initializer stands for it. */
export async function drawBefore(
  goal: Goal,
  { base, runtime }: Pick<GoalSetup, "base" | "runtime">,
): Promise<GoalSetup["before"]> {
  await using pipeline = await open(base, runtime);
  const identifier = await drawAll(pipeline, goal, "identifier");
  return { identifier, token: identifier };
}

/** What one training is run with. */
export interface ArmRun {
  /** Of its folder. */
  readonly name: string;
  readonly arm: Arm;
  readonly seed: number;
  readonly steps: number;
  /** Multiplies the technique's learning rates, to find the best ones. */
  readonly rateFactor: number;
  readonly onProgress: (done: number, total: number) => void;
}

/** Trains, draws and measures. @throws AtelierError as `runInChild`; `aborted` when it was stopped. */
export async function runArm(
  setup: GoalSetup,
  { name, arm, seed, steps, rateFactor, onProgress }: ArmRun,
  signal: AbortSignal,
): Promise<{ readonly result: ArmResult; readonly pictures: readonly (readonly RgbPicture[])[] }> {
  const { goal, folder, base, judge } = setup;
  const { token, initializer, instancePrompt, classPrompt } = goal;
  const run = join(folder, name);
  // Of a training that was stopped half-way; a finished one is not run again.
  await rm(run, { recursive: true, force: true });
  const fields = arm.config({
    folders: {
      identifier: lessonFolder(folder, "identifier"),
      token: lessonFolder(folder, "token"),
    },
    ...{ token, initializer, classPrompt, instancePrompt: instancePrompt ?? "" },
  });
  const given = parseTrainConfig({
    ...fields,
    name: arm.id,
    base: { path: base },
    ...{ steps, seed, samples: { everySteps: 0 }, saveEverySteps: 0 },
    // Techniques are compared by what all pictures have taught after as many steps.
    watch: { share: 0 },
    output: { run, formats: "kohya" },
  });
  const config = scaleRates(completeConfig(given, trainingAdvice), rateFactor);
  const facts = { trainedParameters: 0, memoryBytes: 0, secondsPerStep: 0, seconds: 0 };
  let made: readonly ResultFile[] = [];
  for await (const event of runInChild(config, signal)) {
    if (event.type === "plan") facts.trainedParameters = event.trainedParameters;
    else if (event.type === "step") {
      facts.memoryBytes = Math.max(facts.memoryBytes, event.memoryBytes);
      facts.secondsPerStep = event.secondsPerStep;
      onProgress(event.step, event.steps);
    } else if (event.type === "done") {
      facts.seconds = event.seconds;
      made = event.results;
    }
  }
  if (made.length === 0) throw new AtelierError("aborted", "experiment: stopped while training.");
  const after = await drawAfter(setup, arm, made);
  const judged = goal.prompts.map((prompt, index): JudgedPrompt => {
    const { asksFor, readable } = prompt;
    const truth = setup.truths[index];
    const pictures = {
      before: setup.before[arm.says][index] ?? [],
      after: after[index] ?? [],
      real: asksFor === "subject" && truth !== undefined ? [truth.picture] : [],
    };
    return { asksFor, readable, questions: questionsOf(prompt, goal.learned), pictures, truth };
  });
  const ofClass = judged
    .filter(({ asksFor }) => asksFor === "class")
    .map(({ pictures }) => pictures);
  const ofClassAlone = {
    before: ofClass.flatMap(({ before }) => before),
    after: ofClass.flatMap((pictures) => pictures.after),
  };
  const drift = await priorDrift(judge, {
    ...ofClassAlone,
    subject: judged.flatMap(({ pictures }) => pictures.real),
  });
  const result: ArmResult = {
    ...{ goal: goal.id, arm: arm.id, seed, steps, learningRate: config.learningRate, ...facts },
    fileBytes: await bytesOf(made.map(({ path }) => path)),
    measures: await measurePrompts(judge, judged),
    classResemblance: { base: drift.before, after: drift.after },
    diversity: await diversityOf(judge, judged),
  };
  return { result, pictures: after };
}

/** Over prompts that ask for the subject. */
async function diversityOf(
  { instance }: Judge,
  prompts: readonly JudgedPrompt[],
): Promise<ArmResult["diversity"]> {
  const asked = prompts.filter(({ asksFor }) => asksFor === "subject");
  const mean = async (kind: keyof JudgedPrompt["pictures"]): Promise<number> => {
    let total = 0;
    for (const { pictures } of asked) total += await promptDiversity(instance, pictures[kind]);
    return total / asked.length;
  };
  return { base: await mean("before"), after: await mean("after") };
}

const lessonFolder = (folder: string, says: Arm["says"]): string => join(folder, `lessons-${says}`);

function say(goal: Goal, says: Arm["says"], { caption }: GoalPicture): string {
  return caption.replace(subjectMark, goal[says]);
}

/** The learning rates of what trains, multiplied. */
function scaleRates({ embedding, ...config }: TrainConfig, factor: number): TrainConfig {
  return {
    ...config,
    learningRate: config.learningRate * factor,
    embedding: embedding && { ...embedding, learningRate: embedding.learningRate * factor },
  };
}

async function drawAfter(
  { goal, base, runtime }: GoalSetup,
  arm: Arm,
  made: readonly ResultFile[],
): Promise<RgbPicture[][]> {
  const pathOf = (kind: ResultFile["kind"]) => resultOfKind(made, kind)?.path;
  const [model, word, adapter] = [pathOf("model"), pathOf("embedding"), pathOf("adapter")];
  const embeddings = word === undefined ? [] : [(await readEmbedding(nodeFiles, word)).embedding];
  await using pipeline = await open(model ?? base, runtime, embeddings);
  const adapters =
    adapter === undefined
      ? []
      : [(await readAdapter(nodeFiles, adapter, { base: pipeline })).adapter];
  return await drawAll(pipeline, goal, arm.says, adapters);
}

async function open(
  path: string,
  runtime: Runtime,
  embeddings: Parameters<typeof loadPipeline>[1]["embeddings"] = [],
): Promise<OwnedPipeline> {
  const checkpoint = await openModelFiles(nodeFiles, path);
  return loadPipeline(checkpoint, { runtime, files: nodeFiles, embeddings });
}

async function drawAll(
  pipeline: Pipeline,
  goal: Goal,
  says: Arm["says"],
  adapters: NonNullable<Parameters<typeof generate>[1]["adapters"]> = [],
): Promise<RgbPicture[][]> {
  const drawn: RgbPicture[][] = [];
  for (const asked of goal.prompts) {
    const pictures: RgbPicture[] = [];
    const count = asked.asksFor === "class" ? classPictures : picturesPerPrompt;
    const options = { prompt: say(goal, says, asked), adapters, seed: firstSeed, count };
    for await (const event of generate(pipeline, options)) {
      if (event.type === "image") pictures.push(event.picture);
    }
    drawn.push(pictures);
  }
  return drawn;
}

/** Bytes of files, and of all files in folders. */
async function bytesOf(paths: readonly string[]): Promise<number> {
  let total = 0;
  for (const path of paths) {
    const entry = await stat(path);
    if (!entry.isDirectory()) {
      total += entry.size;
      continue;
    }
    total += await bytesOf((await readdir(path)).map((name) => join(path, name)));
  }
  return total;
}
