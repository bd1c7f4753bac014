/**
 * @file The demo from end to end: draw, teach the mascot, draw again with the same seeds, judge, and
 * report. What it leaves is a folder that nobody else writes to; the report comes last and whole.
 */

import { demoPrompts, mascotLessons, mascotWords, truthOf } from "@atelier/base";
import { createMascotRenderer, mascotSvg, openEmbeddedBase } from "@atelier/base/node";
import {
  type Adapter,
  type EmbeddedBase,
  loadPipeline,
  openCheckpoint,
  openJudge,
  type Pipeline,
  type RgbPicture,
  readAdapter,
  type TrainConfig,
} from "@atelier/diffusion";
import { AtelierError, type Runtime } from "@atelier/engine";
import { type BackendOptions, createRuntime } from "../backend-options.js";
import { type CliContext, printJson } from "../cli-context.js";
import { formatDuration } from "../format.js";
import { createProgress, type Progress } from "../progress.js";
import type { DemoReport, Measures, PromptPictures } from "../report/demo-report.js";
import { createDemoClock, type DemoClock, type DemoPart } from "./demo-clock.js";
import { claimFolder } from "./demo-folder.js";
import {
  demoTrainConfig,
  expectedSeconds,
  firstSeed,
  picturesPerPrompt,
  truthsPerPrompt,
} from "./demo-settings.js";
import { drawPrompts } from "./draw-prompts.js";
import { finishDemo } from "./finish-demo.js";
import { measureDemo } from "./measure-demo.js";
import { type TrainedMascot, trainMascot } from "./train-mascot.js";
import { writeLessons } from "./write-lessons.js";

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

/** Runs the demo. @throws AtelierError `aborted` on Ctrl-C, and whatever its parts throw. */
export async function runDemo(context: CliContext, flags: DemoFlags): Promise<void> {
  const { files, io, text } = context;
  const json = flags.json === true;
  const progress = createProgress(context, { json });
  progress.update({ label: text.demo.starting });
  try {
    const base = await findBase(context, flags);
    const now = new Date();
    await using folder = await claimFolder(files, { out: flags.out, parent: "runs", now }, text);
    progress.done(text.demo.folder(folder.path));
    if (json) printJson(context, { type: "folder", path: folder.path });
    const clock = createDemoClock(expectedSeconds(demoPrompts.length, flags.steps));
    const demo: Demo = { context, flags, progress, clock, base, folder: folder.path };
    try {
      const report = await makeReport(demo);
      progress.clear();
      await finishDemo(context, { folder: folder.path, report, json });
    } catch (error) {
      if (io.signal.aborted) progress.warn(text.demo.stopped(folder.path));
      throw error;
    }
  } finally {
    progress.clear();
  }
}

interface DemoBase {
  readonly path: string;
  /** Present where no other base was named. */
  readonly embedded: EmbeddedBase | undefined;
}

interface Demo {
  readonly context: CliContext;
  readonly flags: DemoFlags;
  readonly progress: Progress;
  readonly clock: DemoClock;
  readonly base: DemoBase;
  readonly folder: string;
}

/** @throws AtelierError where the base is none or is damaged, before anything is written. */
async function findBase({ files }: CliContext, { base }: DemoFlags): Promise<DemoBase> {
  if (base !== undefined) {
    await (await openCheckpoint(files, base)).close();
    return { path: base, embedded: undefined };
  }
  const embedded = await openEmbeddedBase();
  return { path: embedded.folder, embedded };
}

async function makeReport(demo: Demo): Promise<DemoReport> {
  const { context, base, folder, clock } = demo;
  const { files, text } = context;
  const { render } = createMascotRenderer();
  const pictures = files.join(folder, "pictures");
  const lessons = await writeLessons(files, pictures, { lessons: mascotLessons, render });
  const before = await draw(demo, "before");
  const config = configOf(demo, pictures);
  const trained = await train(demo, config);
  const after = await draw(demo, "after", trained.adapter.kohya);
  const prompts = demoPrompts.map(
    ({ caption, asksFor }, index): Omit<PromptPictures, "real"> => ({
      prompt: caption,
      asksFor,
      seeds: Array.from({ length: picturesPerPrompt }, (_, offset) => firstSeed + offset),
      before: before.pictures[index] ?? [],
      after: after.pictures[index] ?? [],
    }),
  );
  const shown = await addTruths(prompts, render);
  const measures = await judge(demo, shown);
  const { name, drawing } = after;
  return {
    base: { name, path: base.path, isDefault: base.embedded !== undefined },
    subject: `a ${mascotWords.identifier} ${mascotWords.className}`,
    portrait: await mascotSvg(),
    lessons,
    prompts: shown,
    losses: trained.losses,
    measures,
    settings: text.demo.settings(config, trained.parameters),
    times: clock.times().map(([part, seconds]) => [text.demo.parts[part], seconds] as const),
    adapter: trained.adapter,
    drawing,
  };
}

function configOf(
  { flags, base, folder, context: { files } }: Demo,
  pictures: string,
): TrainConfig {
  const { steps, seed, backend, threads } = flags;
  return demoTrainConfig({
    base: base.embedded === undefined ? base.path : undefined,
    pictures,
    run: files.join(folder, "training"),
    steps,
    seed,
    device: { backend, ...(threads === undefined ? {} : { threads }) },
  });
}

/** Pictures, and what is known of the model only once it is open. */
interface Drawn {
  readonly pictures: readonly (readonly RgbPicture[])[];
  readonly name: string;
  readonly drawing: DemoReport["drawing"];
}

async function draw(demo: Demo, part: "before" | "after", adapterPath?: string): Promise<Drawn> {
  const { context, progress } = demo;
  const prompts = demoPrompts.map(({ caption }) => caption);
  const total = prompts.length * picturesPerPrompt;
  tell(demo, part, { share: 0, total });
  await using pipeline = await open(demo);
  const adapters: Adapter[] = [];
  if (adapterPath !== undefined) {
    adapters.push((await readAdapter(context.files, adapterPath, { base: pipeline })).adapter);
  }
  const pictures = await drawPrompts(pipeline, {
    prompts,
    adapters,
    signal: context.io.signal,
    onShare: (share) => tell(demo, part, { share, total }),
    onWarning: progress.warn,
  });
  const { generation, configs, latentFactor, name } = pipeline;
  const { steps = defaultDrawing.steps, guidanceScale = defaultDrawing.guidance } = generation;
  const side = configs.unet.sampleSize * latentFactor;
  return { pictures, name, drawing: { steps, guidance: guidanceScale, side } };
}

/** The defaults of `generate`, which count where a checkpoint advises nothing. */
const defaultDrawing = { steps: 30, guidance: 7.5 } as const;

async function open({ context: { files }, flags, base }: Demo): Promise<Pipeline> {
  const checkpoint = await openCheckpoint(files, base.path);
  return loadPipeline(checkpoint, {
    runtime: createRuntime(flags),
    files,
    ...(flags.tokenizer === undefined ? {} : { tokenizerFolder: flags.tokenizer }),
  });
}

async function train(demo: Demo, config: TrainConfig): Promise<TrainedMascot> {
  const { context, flags, progress, base } = demo;
  const { steps } = flags;
  tell(demo, "train", { share: 0, total: steps });
  return trainMascot(config, {
    signal: context.io.signal,
    tokenizer: flags.tokenizer,
    embeddedBase: base.embedded,
    onStep: (done, loss) => tell(demo, "train", { share: done / steps, total: steps, loss }),
    onWarning: progress.warn,
  });
}

async function addTruths(
  prompts: readonly Omit<PromptPictures, "real">[],
  render: ReturnType<typeof createMascotRenderer>["render"],
): Promise<PromptPictures[]> {
  const shown: PromptPictures[] = [];
  for (const [index, pictures] of prompts.entries()) {
    const prompt = demoPrompts[index];
    const real: RgbPicture[] = [];
    for (let number = 0; prompt?.asksFor === "subject" && number < truthsPerPrompt; number++) {
      real.push(await render(truthOf(prompt, number)));
    }
    shown.push({ ...pictures, real });
  }
  return shown;
}

/** What the judge of the base says; nothing where the base has none. */
async function judge(
  demo: Demo,
  pictures: readonly PromptPictures[],
): Promise<Measures | undefined> {
  const { context, flags, base } = demo;
  const { files, io } = context;
  tell(demo, "judge", { share: 0, total: 1 });
  if ((await files.stat(files.join(base.path, "judge"))) === undefined) return undefined;
  const runtime: Runtime = createRuntime(flags);
  await using judging = await openJudge(files, base.path, { runtime });
  const prompts = demoPrompts.flatMap((prompt, index) => {
    const drawn = pictures[index];
    return drawn === undefined ? [] : [{ prompt, pictures: drawn }];
  });
  const measures = await measureDemo(judging, prompts);
  if (io.signal.aborted) throw new AtelierError("aborted", "demo: stopped before its report.");
  return measures;
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
  const label = context.text.demo.progress(part, formatDuration(secondsLeft), loss);
  progress.update({ label, done, total });
}
