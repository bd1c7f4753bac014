/** @file What a run's log tells of its watch, as the history that verdicts are a function of. */

import type { Look, RowValues, WatchHistory } from "../../verdicts/history.js";
import type { RecordedEvent } from "../events/event-schema.js";
import type { WatchPlanEvent } from "../events/train-event.js";

/**
 * The history of a watched run. Where the run went on from a snapshot, looks after it count that were made
 * since then.
 * @returns nothing of a run that was not watched, or not yet looked at.
 */
export function historyOf(events: readonly RecordedEvent[]): WatchHistory | undefined {
  let plan: WatchPlanEvent | undefined;
  let start: RowValues | undefined;
  let looks: Look[] = [];
  let steps = 0;
  let pictures = 0;
  let priorSince: number | undefined;
  for (const event of events) {
    if (event.type === "plan") ({ steps, pictures } = event);
    else if (event.type === "watch") plan = event;
    else if (event.type === "resumed") {
      looks = looks.filter(({ step }) => step <= event.step);
      if ((priorSince ?? 0) > event.step) priorSince = undefined;
    } else if (event.type === "warning" && event.code === "class-kept") {
      priorSince = event.params.step - 1;
    } else if (event.type === "look" && event.step === 0) start = event.rows;
    else if (event.type === "look") {
      const { step, rows, gradNorm } = event;
      looks = [...looks.filter((look) => look.step < step), { step, rows, gradNorm }];
    }
  }
  if (plan === undefined || start === undefined || looks.length === 0) return undefined;
  const { banks, heldOut, validation, keepsClass = false } = plan;
  // Those of a folder of their own are none of the run's.
  const trainedPictures = pictures - (validation === undefined ? heldOut.length : 0);
  const since = keepsClass ? 0 : priorSince;
  return { banks, start, looks, steps, trainedPictures, priorSince: since };
}
