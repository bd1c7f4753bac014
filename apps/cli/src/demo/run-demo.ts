/**
 * @file The demo from end to end: draw, teach the mascot, draw again with the same seeds, judge, and
 * report. What it leaves is a folder that nobody else writes to; the report comes last and whole.
 */

import { resolve } from "node:path";
import {
  type DemoPrompt,
  demoPrompts,
  mascotLessons,
  mascotWords,
  memoryPrompts,
  subjectTruth,
} from "@atelier/base";
import { createMascotRenderer, mascotSvg } from "@atelier/base/node";
import { openModelFiles } from "@atelier/diffusion/files";
import type { FoundModel } from "@atelier/diffusion/node";
import type { TrainConfig } from "@atelier/diffusion/train";
import { AtelierError } from "@atelier/engine";
import { type CliContext, printJson } from "../cli-context.js";
import { openEmbedded } from "../open-embedded.js";
import { createProgress, type Progress } from "../progress.js";
import type { DemoReport, Lesson, PromptPictures } from "../report/demo-report.js";
import { createDemoClock } from "./demo-clock.js";
import { claimFolder } from "./demo-folder.js";
import { demoTrainConfig, expectedSeconds, firstSeed, picturesPerPrompt } from "./demo-settings.js";
import { type Demo, type DemoFlags, draw, judge, train } from "./demo-stages.js";
import { finishDemo } from "./finish-demo.js";
import { writePictures } from "./write-pictures.js";

/** Of the training's run, below the demo's folder. */
const trainingFolder = "training";

/** Runs the demo. @throws AtelierError `aborted` on Ctrl-C, and whatever its parts throw. */
export async function runDemo(context: CliContext, flags: DemoFlags): Promise<void> {
  const { files, io, text } = context;
  const json = flags.json === true;
  const progress = createProgress(context, { json });
  progress.update({ label: text.demo.starting });
  try {
    const base = await findBase(context, flags, progress);
    const now = new Date();
    await using folder = await claimFolder(files, { out: flags.out, parent: "runs", now });
    progress.done(text.demo.folder(folder.path));
    if (json) printJson(context, { type: "folder", path: folder.path });
    const clock = createDemoClock(expectedSeconds(flags.steps));
    try {
      const demo: Demo = { context, flags, progress, clock, ...base, folder: folder.path };
      const report = await makeReport(demo);
      progress.clear();
      await finishDemo(context, { folder: folder.path, report, json });
    } catch (error) {
      if (io.signal.aborted) {
        progress.warn(text.demo.stopped(folder.path));
        const training = files.join(folder.path, trainingFolder);
        // A training that is over keeps none.
        const isCutOff = (await files.stat(files.join(training, "checkpoints"))) !== undefined;
        if (isCutOff) progress.warn(text.demo.goesOn(training));
      }
      throw error;
    }
  } finally {
    progress.clear();
  }
}

/** @throws AtelierError where the base is none or is damaged, before anything is written. */
async function findBase(
  context: CliContext,
  { base }: DemoFlags,
  progress: Progress,
): Promise<{ readonly base: string; readonly embedded: FoundModel | undefined }> {
  if (base === undefined) {
    const embedded = await openEmbedded(context, progress);
    return { base: embedded.path, embedded };
  }
  await (await openModelFiles(context.files, base)).close();
  return { base, embedded: undefined };
}

async function makeReport(demo: Demo): Promise<DemoReport> {
  const { context, base, folder, clock } = demo;
  const { files, text, io } = context;
  const renderer = createMascotRenderer();
  const render = (scene: DemoPrompt["scene"]) => renderer.render(scene);
  const pictures = files.join(folder, "pictures");
  const lessons: Lesson[] = [];
  for (const { scene, caption } of mascotLessons) {
    lessons.push({ caption, picture: await render(scene) });
  }
  const paths = await writePictures(files, pictures, { stem: "mascot", lessons });
  if (demo.flags.json === true) {
    for (const [index, path] of paths.entries()) {
      printJson(context, { type: "lesson", caption: lessons[index]?.caption, path });
    }
  }
  const orders = demoPrompts.map(({ caption }) => ({ prompt: caption, count: picturesPerPrompt }));
  const memory = memoryPrompts.map((prompt) => ({ prompt, count: 1 }));
  const before = await draw(demo, "before", { orders: [...orders, ...memory] });
  const remembered = before.pictures.slice(orders.length).flat();
  const memoryFolder = files.join(folder, "memory");
  await writePictures(files, memoryFolder, {
    stem: "memory",
    lessons: remembered.map((picture, index) => ({ picture, caption: memoryPrompts[index] ?? "" })),
  });
  const config = configOf(demo, { pictures, memory: memoryFolder });
  const trained = await train(demo, config);
  const after = await draw(demo, "after", { orders, adapterPath: trained.adapter.kohya });
  const truths = await Promise.all(demoPrompts.map((prompt) => subjectTruth(render, prompt)));
  const prompts: PromptPictures[] = [];
  for (const [index, prompt] of demoPrompts.entries()) {
    const truth = truths[index];
    prompts.push({
      prompt: prompt.caption,
      asksFor: prompt.asksFor,
      seeds: Array.from({ length: picturesPerPrompt }, (_, offset) => firstSeed + offset),
      before: before.pictures[index] ?? [],
      after: after.pictures[index] ?? [],
      real: prompt.asksFor === "subject" && truth !== undefined ? [truth.picture] : [],
    });
  }
  const measures = await judge(demo, prompts, truths);
  if (io.signal.aborted) throw new AtelierError("aborted", "demo: stopped before its report.");
  return {
    base: { name: after.name, path: resolve(base), isDefault: demo.embedded !== undefined },
    subject: `a ${mascotWords.identifier} ${mascotWords.className}`,
    portrait: await mascotSvg(),
    lessons,
    prompts,
    losses: trained.losses,
    measures,
    settings: text.demo.settings(config, trained.parameters),
    times: clock.times().map(([part, seconds]) => [text.demo.parts[part], seconds] as const),
    // Where the report is read, nobody knows in which folder the demo was begun.
    adapter: {
      kohya: resolve(trained.adapter.kohya),
      diffusers: resolve(trained.adapter.diffusers),
    },
    drawing: after.drawing,
  };
}

function configOf(
  { flags, base, embedded, folder, context }: Demo,
  folders: { readonly pictures: string; readonly memory: string },
): TrainConfig {
  const { steps, seed, backend, threads } = flags;
  return demoTrainConfig({
    base: embedded === undefined ? base : undefined,
    ...folders,
    run: context.files.join(folder, trainingFolder),
    steps,
    seed,
    device: { backend, ...(threads === undefined ? {} : { threads }) },
  });
}
