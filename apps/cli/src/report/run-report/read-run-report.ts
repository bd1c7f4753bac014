/** @file Reads what the report of a run tells from the run's folder, its pictures and its samples. */

import type { RgbPicture } from "@atelier/diffusion/core";
import {
  type PictureDecoder,
  readCaptionedFolder,
  readPictureFile,
  resampleRgb,
} from "@atelier/diffusion/data";
import {
  historyOf,
  type LoggedEvent,
  type RunRecord,
  readStrengths,
  type StrengthRecord,
  validationName,
} from "@atelier/diffusion/train";
import { judge, pictureTables, stateSpans } from "@atelier/diffusion/verdicts";
import { AtelierError, type FileStore } from "@atelier/engine";
import type { ReportedPicture, ReportedSample, ReportedWatch, RunReport } from "./run-report.js";

/** What pictures are read with. */
export interface ReportDeps {
  readonly files: FileStore;
  readonly decoder: PictureDecoder;
}

/** Pixels of a thumbnail's longer side, and of a sample's. */
const sides = { thumbnail: 128, sample: 384 };

/** Pictures that are shown; of large data sets the first by name, and all that were watched. */
const mostPictures = 48;

/** Prompts whose samples are shown. */
const mostPrompts = 4;

const decoding = { background: [255, 255, 255], maxPixels: 2 ** 27 } as const;

/** Reads it. What cannot be read of pictures and looks is left out, and is among the problems. */
export async function readRunReport(deps: ReportDeps, run: RunRecord): Promise<RunReport> {
  const { folder, config, state, step, events } = run;
  const end = events.findLast(({ type }) => type === "done" || type === "stopped");
  const kept = end?.type === "done" ? end.kept : undefined;
  const plan = events.findLast((event) => event.type === "plan");
  const { watch, problem } = watchOf(run);
  const { strengths, problem: unread } = await strengthsOf(deps.files, run);
  const resultStep = kept?.best.step ?? step;
  return {
    ...{ folder, config, state, step, plan, watch, strengths },
    losses: lossesOf(events),
    seconds: secondsOf(events),
    results: { files: run.results, step: resultStep },
    last: kept?.last ?? [],
    pictures: await picturesOf(deps, run, watch),
    samples: await samplesOf(deps, run, resultStep),
    problems: [...run.problems, ...[problem, unread].flatMap((each) => each ?? [])],
  };
}

/** Of a run that went on from a snapshot, losses after it are those of its later process. */
function lossesOf(events: readonly LoggedEvent[]): number[] {
  const losses: number[] = [];
  for (const event of events) {
    if (event.type === "resumed") losses.length = Math.min(losses.length, event.step);
    else if (event.type === "step") losses.push(event.loss);
  }
  return losses;
}

/** Each process that works at a run begins with its plan. */
function secondsOf(events: readonly LoggedEvent[]): number {
  let [milliseconds, begun] = [0, Number.NaN];
  for (const [index, { type, time }] of events.entries()) {
    if (type === "plan") begun = Date.parse(time);
    const next = events[index + 1];
    const isLast = next === undefined || next.type === "plan";
    if (isLast && Number.isFinite(begun)) milliseconds += Date.parse(time) - begun;
  }
  return milliseconds / 1000;
}

function watchOf({ events, config: { watch } }: RunRecord): {
  readonly watch?: ReportedWatch;
  readonly problem?: string;
} {
  const history = historyOf(events);
  const plan = events.findLast((event) => event.type === "watch");
  if (history === undefined || plan === undefined) return {};
  try {
    const judgement = judge(history, { prefer: watch.prefer });
    const tables = {
      learned: pictureTables(history, "learned"),
      train: pictureTables(history, "train"),
    };
    const whole = new Set(judgement.signals.map(({ step }) => step));
    const looks = events.filter((event) => event.type === "look");
    return {
      watch: {
        ...{ history, judgement, tables },
        bank: history.banks["held-out"] === undefined ? "echo" : "held-out",
        spans: stateSpans(history, watch.prefer),
        broken: history.looks.map(({ step }) => step).filter((step) => !whole.has(step)),
        classPrompt: plan.classPrompt,
        heldOut: plan.heldOut,
        validation: plan.validation,
        seconds: looks.reduce((sum, { seconds }) => sum + seconds, 0),
      },
    };
  } catch (error) {
    // A record that cannot be judged is told of, and the rest of the run reported all the same.
    if (error instanceof AtelierError && error.code === "training") {
      return { problem: error.message };
    }
    throw error;
  }
}

/** What was measured of the run's own result; a damaged record is a problem of the report's reader. */
async function strengthsOf(
  files: FileStore,
  { folder }: RunRecord,
): Promise<{ readonly strengths?: StrengthRecord | undefined; readonly problem?: string }> {
  try {
    return { strengths: await readStrengths(files, folder) };
  } catch (error) {
    if (error instanceof AtelierError) return { problem: error.message };
    throw error;
  }
}

async function picturesOf(
  deps: ReportDeps,
  { config, events }: RunRecord,
  watch: ReportedWatch | undefined,
): Promise<ReportedPicture[]> {
  const plan = events.findLast((event) => event.type === "plan");
  const { learned, train } = watch?.tables ?? {
    learned: { pictures: [] },
    train: { pictures: [] },
  };
  const watched = [...learned.pictures, ...train.pictures].map(({ picture }) => picture);
  const planned = (plan?.buckets ?? []).flatMap(({ pictures }) => pictures.map(({ name }) => name));
  const names = [...new Set([...watched, ...planned.sort()])].slice(0, mostPictures).sort();
  const paths = await pathsByName(deps.files, config);
  const pictures: ReportedPicture[] = [];
  for (const name of names) {
    const path = paths.get(name);
    const thumbnail = path && (await readSmall(deps, path, sides.thumbnail));
    pictures.push(thumbnail ? { name, thumbnail } : { name });
  }
  return pictures;
}

/** Those of folders that can be read. */
async function pathsByName(
  files: FileStore,
  { data: { folder, folders }, watch: { validation } }: RunRecord["config"],
): Promise<Map<string, string>> {
  const paths = new Map<string, string>();
  const add = async (each: string, nameOf: (name: string) => string): Promise<void> => {
    // A prompt stands in for captions that are not there any more.
    const found = await orNothing(readCaptionedFolder(files, each, { prompt: "-" }));
    for (const { name, path } of found?.pictures ?? []) {
      if (!paths.has(nameOf(name))) paths.set(nameOf(name), path);
    }
  };
  for (const each of [folder, ...folders.map((other) => other.folder)]) {
    await add(each, (name) => name);
  }
  if (validation !== undefined) await add(validation, (name) => validationName(validation, name));
  return paths;
}

/** Of the first prompts: what the base drew, what was drawn nearest to the step of the results, and the latest. */
async function samplesOf(
  deps: ReportDeps,
  { folder, events }: RunRecord,
  step: number,
): Promise<ReportedSample[]> {
  const { files } = deps;
  const drawn = events.filter((event) => event.type === "sample");
  const steps = [...new Set(drawn.map((sample) => sample.step))].sort((a, b) => a - b);
  const trained = steps.filter((at) => at > 0);
  const nearest = trained.sort((a, b) => Math.abs(a - step) - Math.abs(b - step));
  const shown = new Set([steps[0], nearest[0], steps.at(-1)]);
  const prompts = [...new Set(drawn.map(({ prompt }) => prompt))].slice(0, mostPrompts);
  // What was drawn again after a break has the name of what was drawn before.
  const samples = new Map<string, ReportedSample>();
  for (const { step: at, prompt, seed, path } of drawn) {
    if (!shown.has(at) || !prompts.includes(prompt)) continue;
    // The folder of the run may have been moved.
    const name = path.split(/[\\/]/).at(-1) ?? "";
    const picture = await readSmall(deps, files.join(folder, "samples", name), sides.sample);
    if (picture !== undefined) samples.set(name, { step: at, prompt, seed, picture });
  }
  return [...samples.values()].sort((one, other) => one.step - other.step);
}

/** A picture no larger than a side, or nothing where it cannot be read. */
async function readSmall(
  { files, decoder }: ReportDeps,
  path: string,
  side: number,
): Promise<RgbPicture | undefined> {
  const bytes = await orNothing(readPictureFile(files, path));
  const picture = bytes && (await orNothing(decoder.decode(bytes, path, decoding)));
  if (picture === undefined) return undefined;
  const scale = side / Math.max(picture.width, picture.height);
  if (scale >= 1) return picture;
  const sized = (pixels: number) => Math.max(1, Math.round(pixels * scale));
  return resampleRgb(picture, { width: sized(picture.width), height: sized(picture.height) });
}

async function orNothing<Value>(value: Promise<Value>): Promise<Value | undefined> {
  try {
    return await value;
  } catch (error) {
    if (error instanceof AtelierError) return undefined;
    throw error;
  }
}
