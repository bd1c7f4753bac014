/** @file Events of a job as lines that a person reads: what belongs together in one line, and the rest left out. */

import type { JobEvent } from "@atelier/server/api";
import { z } from "zod";
import { type LogLine, type LogWords, lineOf, stepsLine, type ToldEvent } from "./log-lines.js";

/** A line of a log. */
export interface LogRow extends LogLine {
  /** Of its first event. */
  readonly id: number;
  /** Of its last event. */
  readonly time: string;
}

/** Steps and stages that follow each other are one line; attempts after the first are told. */
export function logRows(events: readonly JobEvent[], words: LogWords): LogRow[] {
  const rows: LogRow[] = [];
  let open: OpenRow | undefined;
  let attempt = 1;
  // A line of many events is made once, when the last of them is known.
  const close = () => {
    const line = open && groupLine(open, words);
    if (open !== undefined && line !== undefined) {
      rows.push({ id: open.id, time: open.time, ...line });
    }
    open = undefined;
  };
  for (const { id, time, event: told, attempt: of } of events) {
    if (of !== attempt) {
      close();
      attempt = of;
      rows.push({ id: id - 0.5, time, tone: "quiet", text: words.text.queue.log.attempt(of) });
    }
    const event = unwrapped(told);
    const group = groupOf(event);
    if (group !== undefined && open?.group === group) {
      open.last = event;
      open.time = time;
      continue;
    }
    close();
    if (group !== undefined) {
      open = { id, time, group, first: event, last: event };
      continue;
    }
    const line = lineOf(event, words);
    if (line !== undefined) rows.push({ id, time, ...line });
  }
  close();
  return rows;
}

interface OpenRow {
  readonly id: number;
  time: string;
  readonly group: string;
  readonly first: ToldEvent;
  last: ToldEvent;
}

/** Trainings of a tune tell as trainings do. */
function unwrapped(event: ToldEvent): ToldEvent {
  if (event.type !== "training") return event;
  const inner = z.looseObject({ type: z.string() }).safeParse(event["event"]);
  return inner.success ? inner.data : event;
}

function groupOf(event: ToldEvent): string | undefined {
  switch (event.type) {
    case "step":
      return "step";
    case "measuring":
      return "measuring";
    case "progress":
      return `progress ${String(event["stage"] ?? event["part"])}`;
    default:
      return undefined;
  }
}

function groupLine({ first, last }: OpenRow, words: LogWords): LogLine | undefined {
  // Steps of a drawing are told by its progress.
  const isTraining = last.type === "step" && last["index"] === undefined;
  return isTraining ? stepsLine(first, last, words) : lineOf(last, words);
}
