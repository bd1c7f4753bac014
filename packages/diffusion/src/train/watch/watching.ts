/**
 * @file The watchers of a run together: who looks after a step, what was asked for, and the record of it
 * that snapshots keep, so that a resumed run watches on as if there had been no break.
 */

import { AtelierError, said } from "@atelier/engine";
import { byRequest } from "../../core/by-request.js";
import { type WarningEvent, warning, warningEvent } from "../../core/warnings/warning.js";
import type {
  GoBack,
  NotedStep,
  TrainingView,
  WatchEvent,
  Watcher,
  WatchState,
} from "./watcher.js";

/** A word that the run is done. */
export interface StopDecision {
  readonly step: number;
  /** The watcher's name whose word it is, or {@link byRequest}. */
  readonly watcher: string;
  readonly reason: string;
  /** Whether the run went on all the same. Later words of that watcher are told, and not heeded. */
  readonly isOverruled: boolean;
}

/** A watcher's word that the run goes back. */
export interface ReturnDecision extends Omit<GoBack, "kind"> {
  readonly step: number;
  readonly watcher: string;
  /** Whether its rates are heeded no more. */
  readonly isOverruled: boolean;
}

/** Watching at a step, as JSON. */
export interface WatchRecord {
  /** States by name. */
  readonly watchers: Readonly<Record<string, WatchState>>;
  readonly decisions: readonly StopDecision[];
  /** Absent before the first. */
  readonly returns?: readonly ReturnDecision[];
  /** The step after which a prior was switched on; absent as long as none was. */
  readonly priorSince?: number;
  /** Names of those whose look after this step was cut off, or never begun. */
  readonly pending: readonly string[];
}

/** The watchers at work. */
export interface Watching<View = TrainingView, Told = WatchEvent> {
  /** All are told of a step. */
  note(step: NotedStep): void;
  /** All that are due look, in turn. @returns whether one asked for a snapshot. */
  look(view: View): AsyncGenerator<Told | WarningEvent, boolean, undefined>;
  /** Those look whose looks were cut off before the run went on. */
  finishLooks(view: View): AsyncGenerator<Told | WarningEvent, boolean, undefined>;
  /** The word that ends the run, if it was said. */
  stop(): StopDecision | undefined;
  /** The latest word to go back, where one was said. */
  latestReturn(): ReturnDecision | undefined;
  /** The step after which a prior is beside the training, where one was switched on. */
  priorSince(): number | undefined;
  /** What all words to go back make of the rate of a step. */
  rateFactor(step: number): number;
  record(): WatchRecord;
}

/** How watching goes on. */
export interface WatchingOptions {
  readonly record: WatchRecord | undefined;
  /** Whether a word that ended the run is overruled. */
  readonly pastStop?: boolean;
  /** The step of the record, where people have asked that the run is done there. */
  readonly finishAt?: number | undefined;
}

/** @throws AtelierError `training` for two watchers of one name, and for a state that is not its watcher's. */
export function createWatching<View extends { readonly step: number }, Told>(
  watchers: readonly Watcher<View, Told>[],
  { record, pastStop = false, finishAt }: WatchingOptions,
): Watching<View, Told> {
  requireDistinct(watchers);
  for (const watcher of watchers) {
    const state = record?.watchers[watcher.name];
    if (state !== undefined) watcher.restore?.(state);
  }
  let pending = watchers.filter(({ name }) => record?.pending.includes(name));
  let decisions = record?.decisions ?? [];
  let returns = record?.returns ?? [];
  let priorSince = record?.priorSince;
  if (pastStop) {
    decisions = decisions.map((decision) => ({ ...decision, isOverruled: true }));
    returns = returns.map((decision) => ({ ...decision, isOverruled: true }));
  }
  const stop = (): StopDecision | undefined => decisions.find(({ isOverruled }) => !isOverruled);
  if (finishAt !== undefined && stop() === undefined) {
    const reason = "It was asked to keep the best and stop.";
    decisions = [...decisions, { step: finishAt, watcher: byRequest, reason, isOverruled: false }];
  }

  async function* lookInTurn(view: View): AsyncGenerator<Told | WarningEvent, boolean, undefined> {
    let asksForSnapshot = false;
    for (let [next] = pending; next !== undefined; [next] = pending) {
      const action = yield* next.look(view);
      pending = pending.slice(1);
      if (action.kind === "snapshot") asksForSnapshot = true;
      if (action.kind === "stop") yield* decide(next.name, view.step, action.reason);
      if (action.kind === "prior" && !isOverruled(next.name)) priorSince ??= view.step;
      if (action.kind === "return" && !isOverruled(next.name)) {
        const { kind: _, ...word } = action;
        const { step } = view;
        returns = [...returns, { ...word, step, watcher: next.name, isOverruled: false }];
      }
    }
    return asksForSnapshot;
  }

  const isOverruled = (name: string): boolean =>
    [...decisions, ...returns].some((each) => each.watcher === name && each.isOverruled);

  function* decide(watcher: string, step: number, reason: string): Generator<WarningEvent> {
    const overruled = isOverruled(watcher);
    decisions = [...decisions, { step, watcher, reason, isOverruled: overruled }];
    if (overruled) {
      yield warningEvent(warning("overruled-stop", { watcher, step, reason }));
    }
  }

  return {
    note(step) {
      for (const watcher of watchers) watcher.note?.(step);
    },
    look(view) {
      pending = watchers.filter((watcher) => watcher.due(view.step));
      return lookInTurn(view);
    },
    finishLooks: lookInTurn,
    stop,
    latestReturn: () => returns.at(-1),
    priorSince: () => priorSince,
    rateFactor: (step) =>
      returns.reduce((factor, decision) => factor * factorAt(decision, step), 1),
    record: () => ({
      watchers: Object.fromEntries(
        watchers.map((watcher) => [watcher.name, watcher.state?.() ?? null]),
      ),
      decisions,
      ...(returns.length === 0 ? {} : { returns }),
      ...(priorSince === undefined ? {} : { priorSince }),
      pending: pending.map(({ name }) => name),
    }),
  };
}

/** A training at work. */
export interface WatchedTraining<Step, View, Told, Saved> {
  readonly loop: { readonly step: number; advance(): Promise<Step> };
  readonly view: View;
  readonly watching: Watching<View, Told>;
  /** Goes back, where that can be asked for. */
  readonly goBack?: (to: ReturnDecision) => Promise<void>;
  /** Saves the state, with that of the watchers. */
  readonly snapshot: () => Promise<Saved>;
}

/** Trains until it is over or a watcher says so; what comes after the last snapshot is not saved. */
export async function* watchedSteps<Step, View, Told, Saved>(
  { loop, view, watching, goBack, snapshot }: WatchedTraining<Step, View, Told, Saved>,
  isOver: () => boolean,
): AsyncGenerator<Step | Told | WarningEvent | Saved, void, undefined> {
  let followed = watching.latestReturn();
  const follow = async (): Promise<void> => {
    const latest = watching.latestReturn();
    if (latest !== undefined && latest !== followed) await goBack?.(latest);
    followed = latest;
  };
  yield* watching.finishLooks(view);
  await follow();
  while (!isOver() && watching.stop() === undefined) {
    yield await loop.advance();
    const asksForSnapshot = yield* watching.look(view);
    await follow();
    if (asksForSnapshot && watching.stop() === undefined) yield await snapshot();
  }
}

/** A rate that is lowered after a step, and may then fall to 0. */
function factorAt(
  { step: since, rateFactor, fallsOver, isOverruled }: ReturnDecision,
  step: number,
): number {
  if (isOverruled || step <= since) return 1;
  const left = fallsOver === undefined ? 1 : 1 - (step - since - 1) / fallsOver;
  return rateFactor * Math.max(0, left);
}

/** Watchers of a record that a run no longer has. */
export function lostWatchers(watchers: readonly Watcher[], record: WatchRecord): string[] {
  const names = new Set(watchers.map(({ name }) => name));
  return Object.keys(record.watchers).filter((name) => !names.has(name));
}

function requireDistinct(watchers: readonly Pick<Watcher, "name">[]): void {
  const names = [byRequest, ...watchers.map(({ name }) => name)];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new AtelierError(
    "training",
    said`watchers: expected names of their own, got two called "${twice}". Rename one.`,
  );
}
