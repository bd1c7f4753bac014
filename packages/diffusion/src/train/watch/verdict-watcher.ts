/** @file Looks at what a run has learned and forgotten since its start, and says what follows from it. */

import { AtelierError, type Graph, internalError, said } from "@atelier/engine";
import { z } from "zod";
import type { Verdict } from "../../core/verdict.js";
import { warning, warningEvent } from "../../core/warnings/warning.js";
import { englishVerdicts, verdictInEnglish } from "../../english/verdict-sentences.js";
import type { Look } from "../../verdicts/history.js";
import { type Judgement, judge } from "../../verdicts/judge.js";
import type { WatchData } from "../data/watch-data.js";
import { lookFields } from "../events/look-schema.js";
import type { KeptStep } from "../events/train-event.js";
import type { RunPlan } from "../plan/plan-run.js";
import { createProbes, type Reading, requireErrors, rowsSince, unexplained } from "./probes.js";
import type { Action, Watcher, WatchState } from "./watcher.js";

/** A watcher whose rows are read by a graph of its own. */
export interface VerdictWatcher extends Watcher {
  /** What it evaluates. */
  readonly graph: Graph;
  /** What was the best so far, as it was known at a step; enlarged views do not tell. */
  readonly keptAt: (step: number) => Omit<KeptStep, "last"> | undefined;
}

const stateSchema = z.strictObject({
  looks: z.array(z.strictObject(lookFields)),
  gradNorms: z.array(z.number()),
  coolsUntil: z.int().nullable(),
  // Absent in snapshots of earlier versions.
  priorSince: z.int().nullable().default(null),
});

const name = "verdicts";

/**
 * What a base predicts worse is not forgotten but was never known: how far predictions have moved is excess error only
 * where they were right before. The embedded base leaves 0.1 of what it has drawn unexplained, random weights 1 or more.
 */
const mostUnexplained = 2 / 3;

/** Watches a run by its rows. */
export function verdictWatcher(plan: RunPlan, watch: WatchData): VerdictWatcher {
  const { steps } = plan.config;
  const probes = createProbes(plan, watch);
  const due = new Set(watch.plan.steps);
  let start: (Reading & { readonly seconds: number }) | undefined;
  let looks: readonly Look[] = [];
  /** Of the steps since the look before. */
  let gradNorms: number[] = [];
  /** The last step of a run that has begun to cool down. */
  let coolsUntil: number | null = null;
  /** The step after which a prior is beside the training, where this has asked for it. */
  let priorSince: number | null = null;
  const begun = (): NonNullable<typeof start> => {
    if (start === undefined) throw internalError("verdicts: looked before the start was read.");
    return start;
  };
  // Those of a folder of their own are none of the run's.
  const ownHeldOut = watch.validation === undefined ? watch.heldOut.length : 0;
  const run = { banks: probes.banks, steps, trainedPictures: plan.pictures.length - ownHeldOut };
  const hasPrior = plan.config.prior?.source === "prediction";
  const judged = (of: readonly Look[]): Judgement => {
    const since = hasPrior ? 0 : (priorSince ?? undefined);
    const history = { ...run, priorSince: since, start: begun().errors, looks: of };
    return judge(history, { prefer: plan.config.watch.prefer });
  };
  const judgedAt = (step: number) => judged(looks.filter((look) => look.step <= step));
  const { act } = plan.config.watch;
  return {
    name,
    graph: probes.graph,
    due: (step) => due.has(step) || step === coolsUntil,
    note: ({ gradNorm }) => gradNorms.push(gradNorm),
    async begin(probe) {
      const began = performance.now();
      const reading = await probes.read(probe);
      requireErrors(reading);
      start = { ...reading, seconds: (performance.now() - began) / 1000 };
    },
    async *look({ step, probe, keep }) {
      const began = performance.now();
      const first = begun();
      const rows = rowsSince(first, await probes.read(probe));
      const look = { step, rows, gradNorm: summaryOf(gradNorms) };
      const seconds = (performance.now() - began) / 1000;
      if (looks.length === 0) {
        const none = { median: Number.NaN, largest: Number.NaN };
        yield { type: "look", step: 0, rows: first.errors, gradNorm: none, seconds: first.seconds };
        const share = unexplained(first);
        if (share > mostUnexplained) yield warningEvent(warning("weak-base", { share }));
      }
      yield { type: "look", ...look, seconds };
      const { now, verdicts, kept, bank } = judged([...looks, look]);
      const isLast = step === watch.plan.steps.at(-1);
      const told = isLast ? now.slice(0, 1) : verdicts.filter((verdict) => verdict.step === step);
      for (const verdict of told) {
        yield { type: "verdict", ...verdict, sentence: verdictInEnglish(verdict) };
      }
      // Of enlarged views it is never the result: only a run that acts may go back to it.
      if (kept.step === step && (bank === "held-out" || act)) {
        await keep((before) => judgedAt(before).kept.step);
      }
      looks = [...looks, look];
      gradNorms = [];
      if (!act) return { kind: "go" };
      if (step === coolsUntil) return { kind: "stop", reason: englishVerdicts.kept(kept, bank) };
      const mayKeep = plan.keeping.length > 0 && priorSince === null;
      const isCooling = coolsUntil !== null;
      const action = actionOf(told, { left: steps - step, isCooling, mayKeep });
      if (action.kind === "prior") {
        priorSince = step;
        const { classPrompt = "" } = plan;
        yield warningEvent(warning("class-kept", { step: step + 1, classPrompt }));
      }
      if (action.kind === "return" && action.fallsOver !== undefined) {
        coolsUntil = step + action.fallsOver;
      }
      return action;
    },
    // What is not finite is null in JSON.
    state: () =>
      JSON.parse(JSON.stringify({ looks, gradNorms, coolsUntil, priorSince })) as WatchState,
    restore(state) {
      const read = stateSchema.safeParse(state);
      if (!read.success) {
        throw new AtelierError(
          "training",
          said`${name}: expected the looks that a snapshot has kept, got ${JSON.stringify(state).slice(0, 80)}. Resume from an earlier snapshot.`,
        );
      }
      ({ looks, gradNorms, coolsUntil, priorSince } = read.data);
    },
    keptAt(step) {
      const { kept, bank } = judgedAt(step);
      if (bank === "echo") return undefined;
      return { best: kept, bank, sentence: englishVerdicts.kept(kept, bank) };
    },
  };
}

function summaryOf(gradNorms: readonly number[]): Look["gradNorm"] {
  const sorted = [...gradNorms].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  return { median, largest: sorted.at(-1) ?? Number.NaN };
}

/** What a run may still do. */
interface Possible {
  /** Steps. */
  readonly left: number;
  readonly isCooling: boolean;
  /** Whether a prior can be switched on. */
  readonly mayKeep: boolean;
}

/**
 * What a run that acts does about what was said at a look: the first action that there is time for. A prior is for a
 * run that goes on.
 */
function actionOf(told: readonly Verdict[], { left, isCooling, mayKeep }: Possible): Action {
  let asked: Action = { kind: "go" };
  for (const verdict of told) {
    const reason = verdictInEnglish(verdict);
    for (const action of verdict.actions) {
      switch (action.kind) {
        case "stop":
          if (!isCooling || verdict.state === "diverging") return { kind: "stop", reason };
          break;
        case "return": {
          const { to, rateFactor } = action;
          if (left > 0 && to > 0) return { kind: "return", to, rateFactor, reason };
          break;
        }
        case "cool-down": {
          const { from: to, rateFactor } = action;
          const fallsOver = Math.min(action.steps, left);
          if (!isCooling && left > 0) {
            return { kind: "return", to, rateFactor, fallsOver, reason };
          }
          break;
        }
        case "prediction-prior":
          if (mayKeep && !isCooling && left > 0) asked = { kind: "prior" };
          break;
      }
    }
  }
  return asked;
}
