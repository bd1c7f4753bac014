/** @file A run in lists: what it was to do, how far it is, and what was said of it last. */

import type { Stats } from "node:fs";
import type { TrainConfig } from "@atelier/diffusion/train";
import { z } from "zod";
import { type Run, verdict } from "../../api/runs.js";
import { itemName } from "../../api/values.js";
import type { RunLog } from "./run-log.js";
import { pace, paceOf } from "./run-pace.js";

/** What lists tell of a run, as the cache keeps it: all but who holds its folder, and the job. */
export const runSummary = z.object({
  title: z.string(),
  technique: z.string(),
  state: z.enum(["done", "stopped", "failed", "interrupted", "unknown"]),
  reason: z.string().optional(),
  base: z.string(),
  datasets: z.array(z.string()),
  step: z.number(),
  steps: z.number(),
  loss: z.number().optional(),
  started: z.string(),
  seconds: z.number(),
  verdict: verdict.optional(),
  keptStep: z.number().optional(),
  results: z.array(z.object({ name: itemName, kind: z.string() })),
  sample: z.string().optional(),
  pace: pace.nullable(),
});
export type RunSummary = z.infer<typeof runSummary>;

/** What is said of a run that is not held by a process. */
export function summarise(
  config: TrainConfig,
  log: RunLog,
  folder: Pick<Stats, "mtimeMs">,
): RunSummary {
  const { events } = log;
  const plan = events.findLast((event) => event.type === "plan");
  const end = events.findLast((event) => event.type === "done");
  const kept = end?.type === "done" ? end.kept?.best.step : undefined;
  const verdicts = verdictsOf(log);
  // Of those of one look the gravest comes first.
  const told = verdicts.find(({ step }) => step === verdicts.at(-1)?.step);
  const sample = samplesOf(log).at(-1);
  const loss = log.losses.at(-1);
  return {
    title: config.name,
    technique: techniqueOf(config),
    ...stateOf(log),
    base: config.base.repo ?? lastName(config.base.path ?? ""),
    datasets: [config.data, ...config.data.folders].map((each) => lastName(each.folder)),
    step: stepOf(log),
    steps: plan?.type === "plan" ? plan.steps : config.steps,
    ...(loss === undefined ? {} : { loss }),
    started: new Date(events[0]?.time ?? folder.mtimeMs).toISOString(),
    seconds: log.seconds,
    ...(told === undefined ? {} : { verdict: told }),
    ...(kept === undefined ? {} : { keptStep: kept }),
    results: resultsOf(log),
    ...(sample === undefined ? {} : { sample: sample.file }),
    pace: paceOf(config, log) ?? null,
  };
}

/** By the command that does such a thing. */
export function techniqueOf({ tuning, prior }: Pick<TrainConfig, "tuning" | "prior">): string {
  if (prior !== undefined) return "dreambooth";
  const commands = { lora: "lora", full: "finetune", pivotal: "pivotal" } as const;
  return tuning === "textual_inversion" ? "textual-inversion" : commands[tuning];
}

/** A process says last how it ends. */
function stateOf({ events, lastType, hasProblems }: RunLog): Pick<RunSummary, "state" | "reason"> {
  const last = events.at(-1);
  switch (lastType) {
    case "done":
      return last?.type === "done" && last.stop !== undefined
        ? { state: "done", reason: last.stop.reason }
        : { state: "done" };
    case "stopped":
      return { state: "stopped" };
    case "error":
      return { state: "failed", ...(last?.type === "error" ? { reason: last.message } : {}) };
    default:
      return { state: lastType === undefined && hasProblems ? "unknown" : "interrupted" };
  }
}

function stepOf({ steps, events }: RunLog): number {
  const ends = events.flatMap((event) =>
    event.type === "done" ||
    event.type === "stopped" ||
    event.type === "snapshot" ||
    event.type === "resumed"
      ? [event]
      : [],
  );
  const last = ends.at(-1);
  // After a snapshot that a run goes on from, steps count from there.
  const isEnd = last !== undefined && last.type !== "snapshot";
  const trained = steps.at(-1) ?? 0;
  return isEnd && last.type !== "resumed" ? last.step : Math.max(trained, last?.step ?? 0);
}

/** Verdicts that still hold: a run that went on from a snapshot is judged anew from there. */
export function verdictsOf({ events }: RunLog): z.infer<typeof verdict>[] {
  let told: z.infer<typeof verdict>[] = [];
  for (const event of events) {
    if (event.type === "resumed") told = told.filter(({ step }) => step <= event.step);
    if (event.type !== "verdict") continue;
    const { type: _, time: __, ...rest } = event;
    told.push(rest);
  }
  return told;
}

/** Samples in the order of steps; one that was drawn again takes the place of the one before. */
export function samplesOf({ events }: RunLog): {
  readonly step: number;
  readonly prompt: string;
  readonly seed: number;
  readonly file: string;
}[] {
  const drawn = events.flatMap((event) => {
    if (event.type !== "sample") return [];
    // The run's folder may have been moved.
    const file = `samples/${lastName(event.path)}`;
    return [{ step: event.step, prompt: event.prompt, seed: event.seed, file }];
  });
  const byFile = new Map(drawn.map((each) => [each.file, each]));
  return [...byFile.values()].sort((one, other) => one.step - other.step);
}

function resultsOf({ events }: RunLog): RunSummary["results"] {
  const last = events.findLast((event) => "results" in event);
  const files = last !== undefined && "results" in last ? last.results : [];
  return files.flatMap(({ path, kind }) => {
    const name = lastName(path);
    return itemName.safeParse(name).success ? [{ name, kind }] : [];
  });
}

/** The last name of a path of any system. */
function lastName(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== "") ?? path;
}

/** A summary as the API answers it. */
export function asRun(
  name: string,
  summary: RunSummary,
  about: {
    readonly isRunning: boolean;
    readonly hasReport: boolean;
    readonly job: string | undefined;
  },
): Run {
  const { state, pace: _, ...told } = summary;
  return {
    ...told,
    ...{ name, hasReport: about.hasReport, state: about.isRunning ? "running" : state },
    ...(about.job === undefined ? {} : { job: about.job }),
  };
}
