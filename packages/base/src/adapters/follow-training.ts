/** @file A training that is followed to its end, with the truth measured beside it. */

import { nodeTrainDeps } from "@atelier/diffusion/node";
import {
  type DoneEvent,
  type LookEvent,
  type ResumeOptions,
  type RunPlan,
  type TrainConfig,
  type TrainDeps,
  type TrainEvent,
  train,
  type WatchPlanEvent,
} from "@atelier/diffusion/train";
import { AtelierError, internalError } from "@atelier/engine";
import {
  type MeasuredTruth,
  type TruthOptions,
  type TruthWatcher,
  truthWatcher,
} from "../experiments/verdicts/truth-watcher.js";
import type { LessonsOfRun, TrueWorld } from "./true-world.js";

/** A training, and what is measured beside it. */
export interface FollowedTraining extends LessonsOfRun {
  readonly config: TrainConfig;
  /** What is measured when. */
  readonly truth: (plan: RunPlan) => Omit<TruthOptions, "rows">;
  readonly signal?: AbortSignal | undefined;
  readonly resume?: ResumeOptions | undefined;
}

/** What a training came to. */
export interface Followed {
  /** Of a watched one. */
  readonly watch: WatchPlanEvent | undefined;
  readonly looks: readonly LookEvent[];
  readonly measured: MeasuredTruth;
  readonly doneSteps: number;
  /** Absent where its numbers were no longer finite. */
  readonly done: DoneEvent | undefined;
  /** Of the clock, without what was measured beside it. */
  readonly seconds: number;
}

/**
 * Trains, tells what the training tells, and ends with what it came to. One whose numbers overflow is a finding, not an
 * error.
 * @throws AtelierError as `train`; `aborted` on the signal.
 */
export async function* followTraining(
  world: TrueWorld,
  { config, subject, calls, lessons, truth: truthOf, signal, resume }: FollowedTraining,
): AsyncGenerator<TrainEvent, Followed, undefined> {
  const looks: LookEvent[] = [];
  let watch: WatchPlanEvent | undefined;
  let truth: TruthWatcher | undefined;
  let doneSteps = 0;
  let done: DoneEvent | undefined;
  const deps: TrainDeps = {
    ...nodeTrainDeps(config),
    runtime: world.runtime,
    watchers(plan) {
      const heldOut = new Set(watch?.heldOut);
      const trained = lessons.filter(({ name }) => !heldOut.has(name));
      const own = { plan, subject, calls, lessons: trained };
      const rows = () => world.truthOf({ ...own, hasHeldOut: heldOut.size > 0 });
      truth = truthWatcher(plan, { rows, ...truthOf(plan) });
      return truth.watchers;
    },
  };
  const began = performance.now();
  try {
    for await (const event of train(config, deps, signal, resume)) {
      if (event.type === "watch") watch = event;
      else if (event.type === "look") looks.push(event);
      else if (event.type === "step") doneSteps = event.step;
      else if (event.type === "done") done = event;
      yield event;
    }
  } catch (error) {
    if (!(error instanceof AtelierError && error.code === "training" && doneSteps > 0)) throw error;
  }
  signal?.throwIfAborted();
  const seconds = (performance.now() - began) / 1000;
  const measured = truth?.measured();
  if (measured === undefined) throw internalError("experiment: nothing was measured");
  const { losses, drawings } = measured.seconds;
  return { watch, looks, measured, doneSteps, done, seconds: seconds - losses - drawings };
}

/** The same, whatever the training tells. @throws AtelierError as {@link followTraining}. */
export async function followToEnd(world: TrueWorld, training: FollowedTraining): Promise<Followed> {
  const events = followTraining(world, training);
  for (;;) {
    const { done, value } = await events.next();
    if (done === true) return value;
  }
}
