/** @file How long a model was trained, added up from the events of its runs. */

import { readText } from "@atelier/diffusion/core";
import { AtelierError, type FileStore, said } from "@atelier/engine";
import { type PretrainEvent, reportEverySteps } from "./pretrain-event.js";

/** Holds an event a line, with the time. */
export const eventsName = "events.jsonl";

/** Appends an event to those of a model's folder. */
export async function appendEvent(
  files: FileStore,
  folder: string,
  event: PretrainEvent,
): Promise<void> {
  const entry = { time: new Date().toISOString(), ...event };
  await files.append(files.join(folder, eventsName), `${JSON.stringify(entry)}\n`);
}

/**
 * Seconds of all steps that the events of a folder tell of, rounded; steps that were lost and done again
 * count twice, evaluations not at all.
 * @throws AtelierError `format` for a line that is no event.
 */
export async function trainingSeconds(files: FileStore, folder: string): Promise<number> {
  const path = files.join(folder, eventsName);
  if ((await files.stat(path)) === undefined) return 0;
  const lines = (await readText(files, path)).split("\n").filter((line) => line !== "");
  return Math.round(lines.reduce((sum, line) => sum + secondsOf(line, path), 0));
}

function secondsOf(line: string, path: string): number {
  try {
    // A line is what `appendEvent` wrote, or not JSON.
    const event = JSON.parse(line) as PretrainEvent;
    if (event.type === "imported") return event.seconds;
    if (event.type !== "steps") return 0;
    return event.secondsPerStep * (event.step % reportEverySteps || reportEverySteps);
  } catch (cause) {
    throw new AtelierError(
      "format",
      said`${path}: expected an event in each line, got "${line}". Remove the line.`,
      { cause },
    );
  }
}
