/**
 * @file Runs a probe: an ordinary watched training, which is left where its looks say that it is over. What its log
 * tells is all that counts, so that a probe that was cut off says the same once it has gone on.
 */

import { AtelierError, type FileStore } from "@atelier/engine";
import type { TrainConfig } from "../train/config/train-config.js";
import type { TrainEvent } from "../train/events/train-event.js";
import { type LoggedEvent, readEvents } from "../train/folder/event-log.js";
import { isRunFolder } from "../train/folder/run-folder.js";
import type { ResumeOptions } from "../train/run.js";
import { isNotFinite } from "../train/step/not-finite.js";
import type { Upcoming } from "./next-probe.js";
import type { ProbeRecord } from "./probe.js";
import { configOfProbe } from "./probe-config.js";
import { brokenProbe, endedProbe, waitingProbe } from "./probe-log.js";
import type { TuneSettings } from "./settings.js";

/** How a probe is trained. */
export interface TrainerOptions {
  readonly signal: AbortSignal | undefined;
  readonly resume: ResumeOptions | undefined;
}

/** What trains: `train`, in this process or in one of its own. A reader that leaves its events ends it. */
export type Trainer = (config: TrainConfig, options: TrainerOptions) => AsyncIterable<TrainEvent>;

/** What a probe is run with. */
export interface ProbeRun {
  readonly files: FileStore;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly train: Trainer;
  readonly signal: AbortSignal | undefined;
  readonly settings: TuneSettings;
  /** Of its training. */
  readonly folder: string;
}

/**
 * Runs a probe to its rung or its end, from where it was left.
 * @returns what it has measured; nothing where it was asked to stop
 * @throws AtelierError whatever its training throws, but for numbers that are not finite once it has begun well, and
 *   for a change that the settings do not bear.
 */
export async function* runProbe(
  { files, now, train, signal, settings, folder }: ProbeRun,
  { plan, until }: Upcoming,
): AsyncGenerator<TrainEvent, ProbeRecord | undefined, undefined> {
  const goesOn = await isRunFolder(files, folder);
  const events: LoggedEvent[] = goesOn ? [...(await readEvents(files, folder)).events] : [];
  const log = { settings, plan, events };
  const over = () => endedProbe(log) ?? (until === "rung" ? waitingProbe(log) : undefined);
  const before = over();
  if (before !== undefined) return before;
  const config = configOfProbe(settings, plan, folder);
  try {
    for await (const event of train(config, { signal, resume: goesOn ? {} : undefined })) {
      events.push({ ...event, time: new Date(now()).toISOString() });
      yield event;
      const found = isTelling(event) ? over() : undefined;
      // What a full training makes is saved by now; its process ends by itself.
      if (found !== undefined && event.type !== "done") return found;
    }
  } catch (error) {
    if (isNotFinite(error) && hasBegun(events)) return brokenProbe(log);
    if (plan.stage !== "factors" || !isRefusal(error)) throw error;
    const nothing = { points: [], step: 0, rows: [], heldOut: [] };
    return { plan, end: "refused", ...nothing, problem: error.message };
  }
  return over();
}

/** Events after which a probe may be over. */
const isTelling = ({ type }: TrainEvent): boolean =>
  type === "look" || type === "watch" || type === "snapshot";

/** Whether settings cannot be trained; those that are tuned can, as the range test has shown. */
const isRefusal = (error: unknown): error is AtelierError =>
  error instanceof AtelierError && error.code === "config";

/** Whether a step was done: else its base is damaged, and no rate is to blame. */
const hasBegun = (events: readonly LoggedEvent[]): boolean =>
  events.some(({ type }) => type === "step");
