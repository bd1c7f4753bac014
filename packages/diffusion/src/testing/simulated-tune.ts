/**
 * @file Trainings as formulas, for whole tunes in no time: what is learned saturates with the sum of rates and is lost
 * again beyond the best one, what is forgotten grows with it, and from a rate on everything falls apart.
 */

import type { TrainConfig } from "../train/config/train-config.js";
import type { LoggedEvent } from "../train/folder/event-log.js";
import type { TuneDecision } from "../tune/decision.js";
import { standingOf, type Upcoming } from "../tune/next-probe.js";
import type { Pace, ProbePlan, ProbeRecord } from "../tune/probe.js";
import { looksOfProbe, rateOfProbe } from "../tune/probe-config.js";
import { brokenProbe, endedProbe, waitingProbe } from "../tune/probe-log.js";
import type { TuneSettings } from "../tune/settings.js";
import { type SimulatedTruth, simulatedWatch } from "./simulated-watch.js";
import { tinyConfig } from "./tiny-training.js";

/** What is tuned for. */
export interface SimulatedSubject {
  /** From this rate on a training falls apart. */
  readonly breaksAt: number;
  /** The sum of rates at which the error is lowest. */
  readonly bestSum: number;
  /** The mean log-ratio there, at a low rate. */
  readonly depth: number;
  /** By how much other things are worse there, at a low rate. */
  readonly forgets: number;
  /** What a high rate takes from the depth, and adds to what is forgotten. */
  readonly haste?: number;
  /** None where nothing can be held out. */
  readonly heldOut?: readonly string[];
  readonly classPrompt?: string;
  readonly pace?: Pace;
  /** Of measurements; none by default. */
  readonly noise?: number;
}

/** Settings of a tune of an adapter. */
export function simulatedSettings(settings: Partial<TuneSettings> = {}): TuneSettings {
  const config: TrainConfig = tinyConfig("pictures", {
    ...{ learningRate: 1e-3, steps: 200, batchSize: 4, lora: { rank: 16 } },
  });
  const vary = ["prior", "layers", "rank"] as const;
  return { config, minutes: 60, prefer: "balance", vary, ...settings };
}

/** A tune and all that came of it. */
export interface SimulatedTune {
  readonly records: readonly ProbeRecord[];
  readonly decisions: readonly TuneDecision[];
  /** What was to be done, in turn. */
  readonly upcoming: readonly Upcoming[];
}

/** Tunes to the end. */
export function simulateTune(settings: TuneSettings, subject: SimulatedSubject): SimulatedTune {
  let records: readonly ProbeRecord[] = [];
  const upcoming: Upcoming[] = [];
  // Of no tune there are as many probes.
  for (let turn = 0; turn < 100; turn++) {
    const { next, decisions } = standingOf(settings, records);
    if (next === undefined) return { records, decisions, upcoming };
    upcoming.push(next);
    const record = simulateProbe(settings, subject, next);
    records = [...records.filter(({ plan }) => plan.id !== record.plan.id), record];
  }
  throw new Error("The tune does not end.");
}

/** A probe as far as it is to go. */
export function simulateProbe(
  settings: TuneSettings,
  subject: SimulatedSubject,
  { plan, until }: Upcoming,
): ProbeRecord {
  const events = simulatedLog(settings, subject, plan);
  const log = { settings, plan, events };
  if (until === "rung") {
    const place = events.findIndex(({ type }) => type === "snapshot");
    const before = { ...log, events: events.slice(0, place + 1) };
    const record = endedProbe(before) ?? waitingProbe(before);
    if (record !== undefined) return record;
  }
  return endedProbe(log) ?? brokenProbe(log);
}

const time = (seconds: number): string => new Date(1e12 + 1000 * seconds).toISOString();

/** What the training of a probe logs. */
export function simulatedLog(
  settings: TuneSettings,
  subject: SimulatedSubject,
  plan: ProbePlan,
): LoggedEvent[] {
  const {
    pace = { secondsPerStep: 0.2, secondsPerLook: 0.3, startSeconds: 3 },
    heldOut = ["p0.png"],
    classPrompt,
    noise = 0,
  } = subject;
  const steps = looksOfProbe(settings, plan);
  const truth = truthOf(settings, subject, { plan, steps });
  const history = simulatedWatch(truth, {
    seed: 1,
    drift: 0,
    noise,
    spread: noise,
    of: plan.steps,
  });
  const memory = {
    program: 0,
    weights: 0,
    state: 0,
    activations: 0,
    looks: 0,
    inFiles: 0,
    total: 0,
  };
  const events: LoggedEvent[] = [
    {
      ...{ type: "plan", time: time(0), folder: "run", base: "tiny", pictures: 3 },
      ...{ width: 16, height: 16, buckets: [], steps: plan.steps, prompt: "a cat" },
      ...{ picturesPerStep: 4, tuning: "lora", adaptedLayers: 1, trainedParameters: 1 },
      ...{ predictionType: "epsilon", usesGradientCheckpointing: false, batchSize: 4, memory },
    },
    {
      ...{ type: "watch", time: time(0), steps, heldOut, banks: history.banks },
      ...(classPrompt === undefined ? {} : { classPrompt }),
    },
  ];
  const norm = { median: 0.1, largest: 0.2 };
  events.push({
    ...{ type: "look", time: time(1), step: 0, rows: history.start, gradNorm: norm },
    seconds: pace.secondsPerLook,
  });
  for (let step = 1; step <= plan.steps; step++) {
    const at = time(pace.startSeconds + pace.secondsPerStep * step);
    events.push({
      ...{ type: "step", time: at, step, steps: plan.steps, loss: 0.1, gradNorm: 0.1 },
      ...{ learningRate: rateOfProbe(settings, plan, step), secondsLeft: 0, memoryBytes: 0 },
      secondsPerStep: pace.secondsPerStep,
    });
    const look = history.looks.find((each) => each.step === step);
    if (look !== undefined) {
      events.push({ type: "look", time: at, ...look, seconds: pace.secondsPerLook });
    }
    if (step === plan.rung) events.push({ type: "snapshot", time: at, step, results: [] });
  }
  const end = { step: plan.steps, folder: "run", results: [], seconds: 1 };
  return [...events, { type: "done", time: time(1e6), ...end }];
}

function truthOf(
  settings: TuneSettings,
  { breaksAt, bestSum, depth, forgets, haste = 0.3, classPrompt }: SimulatedSubject,
  { plan, steps }: { readonly plan: ProbePlan; readonly steps: readonly number[] },
): SimulatedTruth {
  const own = effectOf(plan);
  const levels = steps.map((step) => {
    const rates = Array.from({ length: step }, (_, i) => rateOfProbe(settings, plan, i + 1));
    const rate = rates.at(-1) ?? 0;
    const far = rates.reduce((sum, each) => sum + each, 0) / bestSum;
    const speed = (haste * rate) / breaksAt;
    const apart = rate < breaksAt ? 0 : rate / breaksAt - 0.5;
    const gain = (1 - Math.exp(-4 * far)) * (1 - speed) * own.depth;
    return {
      learned: -depth * gain + 0.4 * depth * Math.max(0, far - 1) ** 2 + apart,
      train: -1.3 * depth * gain - 0.1 * far + apart,
      generic: forgets * far * (1 + speed) * own.forgets,
    };
  });
  const generic = levels.map((level) => level.generic);
  return {
    steps,
    learned: levels.map(({ learned }) => learned),
    train: levels.map(({ train }) => train),
    generic,
    ...(classPrompt === undefined ? {} : { class: generic.map((value) => 3 * value) }),
  };
}

/** What a change does to both, as if by experience. */
function effectOf({ change }: ProbePlan): Readonly<Record<"depth" | "forgets", number>> {
  switch (change?.kind) {
    case "prior":
      return { depth: 0.98, forgets: 0.3 };
    case "layers":
      return { depth: 0.8, forgets: 0.6 };
    case "rank":
      return change.rank < 16 ? { depth: 0.95, forgets: 0.9 } : { depth: 1.02, forgets: 1.4 };
    default:
      return { depth: 1, forgets: 1 };
  }
}
