/** @file The parts of the demo: each tells how far it is and how long the whole demo still takes. */

import type { Measures, SubjectTruth } from "@atelier/base";
import {
  demoPrompts,
  embeddedBaseInWords,
  mascotWords,
  measurePrompts,
  questionsOf,
} from "@atelier/base";
import type { RgbPicture } from "@atelier/diffusion/core";
import { hasJudge, openJudge } from "@atelier/diffusion/evaluate";
import { encodePng, openModelFiles } from "@atelier/diffusion/files";
import type { FoundModel } from "@atelier/diffusion/node";
import {
  type Adapter,
  loadPipeline,
  type OwnedPipeline,
  readAdapter,
} from "@atelier/diffusion/pipeline";
import type { TrainConfig } from "@atelier/diffusion/train";
import { type BackendOptions, createRuntime } from "../backend-options.js";
import { type CliContext, printJson } from "../cli-context.js";
import type { Progress } from "../progress.js";
import type { DemoReport, PromptPictures } from "../report/demo-report.js";
import type { DemoClock, DemoPart } from "./demo-clock.js";
import { type DrawnPicture, type DrawOrder, drawPrompts } from "./draw-prompts.js";
import { type TrainedMascot, trainMascot } from "./train-mascot.js";

/** What a user can choose. */
export interface DemoFlags extends BackendOptions {
  /** A diffusers folder; the embedded base where it is absent. */
  readonly base?: string;
  /** Folder of a tokenizer, for a base without one. */
  readonly tokenizer?: string;
  /** Folder to make; `runs/demo-<time>` where it is absent. */
  readonly out?: string;
  readonly steps: number;
  readonly seed: number;
  readonly json?: boolean;
}

/** A demo that is going on. */
export interface Demo {
  readonly context: CliContext;
  readonly flags: DemoFlags;
  readonly progress: Progress;
  readonly clock: DemoClock;
  /** The base's folder. */
  readonly base: string;
  /** Present where no other base was named. */
  readonly embedded: FoundModel | undefined;
  readonly folder: string;
}

/** Pictures of each order, and what is known of the model only once it is open. */
export interface Drawn {
  readonly pictures: readonly (readonly RgbPicture[])[];
  readonly name: string;
  readonly drawing: DemoReport["drawing"];
}

/** The defaults of `generate`, which count where a checkpoint advises nothing. */
const defaultDrawing = { steps: 30, guidance: 7.5 } as const;

/** Draws what is ordered, with an adapter where one is given. @throws AtelierError as `generate`. */
export async function draw(
  demo: Demo,
  part: "before" | "after",
  { orders, adapterPath }: { orders: readonly DrawOrder[]; adapterPath?: string },
): Promise<Drawn> {
  const { context, progress } = demo;
  const total = orders.reduce((sum, { count }) => sum + count, 0);
  begin(demo, part, total);
  await using pipeline = await open(demo);
  const adapters: Adapter[] = [];
  if (adapterPath !== undefined) {
    adapters.push((await readAdapter(context.files, adapterPath, { base: pipeline })).adapter);
  }
  const pictures = await drawPrompts(pipeline, {
    orders,
    adapters,
    signal: context.io.signal,
    onShare: (share) => tell(demo, part, { share, total }),
    onPicture: demo.flags.json === true ? (drawn) => tellPicture(demo, part, drawn) : undefined,
    onWarning: (warning) => progress.tell([warning]),
  });
  const { generation, latents, name } = pipeline;
  const { steps = defaultDrawing.steps, guidanceScale = defaultDrawing.guidance } = generation;
  return { pictures, name, drawing: { steps, guidance: guidanceScale, side: latents.nativeEdge } };
}

/** For programs that show the demo as it goes on: what is remembered beside the prompts is not shown. */
async function tellPicture(
  { context, folder }: Demo,
  part: "before" | "after",
  { order, prompt, seed, picture }: DrawnPicture,
): Promise<void> {
  const asksFor = demoPrompts[order]?.asksFor;
  if (asksFor === undefined) return;
  const { files } = context;
  const path = files.join(folder, part, `${order + 1}-${seed}.png`);
  await files.write(path, [await encodePng(picture)]);
  printJson(context, { type: "image", part, prompt, asksFor, seed: String(seed), path });
}

async function open({ context: { files }, flags, base, embedded }: Demo): Promise<OwnedPipeline> {
  return loadPipeline(await openModelFiles(files, base), {
    runtime: createRuntime(flags),
    files,
    ...(flags.tokenizer === undefined ? {} : { tokenizerFolder: flags.tokenizer }),
    name: embedded?.name,
    fingerprint: embedded?.fingerprint,
  });
}

/** Trains the adapter. @throws AtelierError as `runInChild`, `aborted` when it was stopped. */
export async function train(demo: Demo, config: TrainConfig): Promise<TrainedMascot> {
  const { context, flags, progress, embedded } = demo;
  const total = flags.steps;
  begin(demo, "train", total);
  return trainMascot(config, {
    signal: context.io.signal,
    tokenizer: flags.tokenizer,
    embedded,
    onStep: (done, loss) => tell(demo, "train", { share: done / total, total, loss }),
    onWarning: (warning) => progress.tell([warning]),
  });
}

/**
 * What the base's judge says, and how near pictures come to the truth; nothing where the base has none.
 * @throws AtelierError as `openJudge`.
 */
export async function judge(
  demo: Demo,
  pictures: readonly PromptPictures[],
  truths: readonly (SubjectTruth | undefined)[],
): Promise<Measures | undefined> {
  const { context, flags, base, embedded } = demo;
  const { files } = context;
  begin(demo, "judge", 1);
  if (!(await hasJudge(files, base))) return undefined;
  await using judging = await openJudge(files, base, {
    runtime: createRuntime(flags),
    name: embedded === undefined ? undefined : embeddedBaseInWords,
  });
  const prompts = demoPrompts.flatMap((prompt, index) => {
    const drawn = pictures[index];
    if (drawn === undefined) return [];
    const readable = prompt.caption.replace(`${mascotWords.identifier} `, "");
    const { asksFor } = prompt;
    const truth = truths[index];
    return [{ asksFor, readable, questions: questionsOf(prompt), pictures: drawn, truth }];
  });
  // Awaited here, since the judge is closed when this function ends.
  return await measurePrompts(judging, prompts);
}

/** A line that stays for each part, so that also a log shows what is going on. */
function begin(demo: Demo, part: DemoPart, total: number): void {
  const left = demo.context.text.duration(demo.clock.at(part, 0));
  demo.progress.done(demo.context.text.demo.begins(part, left));
  tell(demo, part, { share: 0, total });
}

interface Done {
  /** From 0 to 1. */
  readonly share: number;
  readonly total: number;
  readonly loss?: number;
}

function tell(
  { context, flags, progress, clock }: Demo,
  part: DemoPart,
  { share, total, loss }: Done,
): void {
  const secondsLeft = clock.at(part, share);
  const done = Math.floor(share * total);
  if (flags.json) printJson(context, { type: "progress", part, done, total, loss, secondsLeft });
  const label = context.text.demo.progress(part, context.text.duration(secondsLeft), loss);
  progress.update({ label, done, total });
}
