/**
 * @file The log of a run, `events.jsonl`: a line of JSON for each event, with its version and time. A
 * process that is killed while it writes leaves its last line cut off.
 */

import type { FileStore } from "@atelier/engine";
import { z } from "zod";
import {
  type EventSchemas,
  eventVersion,
  type RecordedEvent,
  schemasByVersion,
} from "../events/event-schema.js";

/** An event and when it happened, in ISO 8601. */
export type LoggedEvent = RecordedEvent & { readonly time: string };

/** What a log holds. */
export interface EventLog {
  readonly events: readonly LoggedEvent[];
  /** What could not be read, each a sentence that names the line. */
  readonly problems: readonly string[];
}

const logName = "events.jsonl";

/** Appends an event. @throws AtelierError `file`. */
export function appendEvent(
  files: FileStore,
  run: string,
  { time, ...event }: LoggedEvent,
): Promise<void> {
  const line = JSON.stringify({ version: eventVersion, time, ...event });
  return files.append(files.join(run, logName), `${line}\n`);
}

/**
 * Reads the log of a run. A last line without an end is one that was being written, and is left out; other
 * lines that are no events, or those of a version that is not known, are named. Warnings of version 1 are
 * `in-words`.
 * @throws AtelierError `file` where the log is there and cannot be read.
 */
export async function readEvents(files: FileStore, run: string): Promise<EventLog> {
  const path = files.join(run, logName);
  const events: LoggedEvent[] = [];
  const problems: string[] = [];
  const foreign = new Map<string, number[]>();
  const lines = (await readLog(files, path)).split("\n").slice(0, -1);
  for (const [index, line] of lines.entries()) {
    const read = readEventLine(line);
    switch (read.kind) {
      case "event":
        events.push(read.event);
        break;
      case "foreign":
        foreign.set(read.version, foreign.get(read.version) ?? []);
        foreign.get(read.version)?.push(index + 1);
        break;
      case "broken":
        problems.push(
          `${path}, line ${index + 1}: expected an event, got ${read.problem}. Remove the line, or restore the file.`,
        );
        break;
      default:
        read satisfies never;
    }
  }
  for (const [version, numbers] of foreign) {
    const [first, last] = [numbers[0] ?? 0, numbers.at(-1) ?? 0];
    const where = first === last ? `line ${first}` : `lines ${first} to ${last}`;
    problems.push(
      `${path}, ${where}: expected events of version 1 to ${eventVersion}, got ${numbers.length} of ${version}. Read them with the Atelier that wrote them.`,
    );
  }
  return { events, problems };
}

/** Removes a last line that was cut off, so that the next one does not join it. @throws AtelierError `file`. */
export async function mendEventLog(files: FileStore, run: string): Promise<void> {
  const path = files.join(run, logName);
  const text = await readLog(files, path);
  if (text === "" || text.endsWith("\n")) return;
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  await files.write(path, [new TextEncoder().encode(whole)]);
}

/** The text of a log, empty where there is none. */
async function readLog(files: FileStore, path: string): Promise<string> {
  if ((await files.stat(path)) === undefined) return "";
  const file = await files.open(path);
  try {
    return new TextDecoder().decode(await file.read(0, file.sizeBytes));
  } finally {
    await file.close();
  }
}

/** What a line of a log is. */
export type EventLine =
  | { readonly kind: "event"; readonly event: LoggedEvent }
  | { readonly kind: "foreign"; readonly version: string }
  | { readonly kind: "broken"; readonly problem: string };

const any = z.unknown().optional();
const headSchema = z.looseObject({ version: any, time: any, type: any });

/** Reads one line, for whoever follows a log that grows; {@link readEvents} reads all of it. */
export function readEventLine(line: string): EventLine {
  const broken = (problem: string): EventLine => ({ kind: "broken", problem });
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return broken("no JSON");
  }
  const head = headSchema.safeParse(value);
  if (!head.success) return broken("no object");
  const { version, time, ...event } = head.data;
  const schemas = schemasByVersion.get(version);
  if (schemas === undefined) {
    const isNone = version === undefined;
    return {
      kind: "foreign",
      version: isNone ? "no version" : `version ${JSON.stringify(version)}`,
    };
  }
  if (typeof time !== "string" || Number.isNaN(Date.parse(time))) {
    return broken(`the time ${JSON.stringify(time)}`);
  }
  if (!isTypeOf(schemas, event.type)) return broken(`the type ${JSON.stringify(event.type)}`);
  const parsed = schemas[event.type].safeParse(event);
  if (parsed.success) return { kind: "event", event: { ...parsed.data, time } };
  const [issue] = parsed.error.issues;
  const where = issue?.path.length ? `${issue.path.join(".")}: ` : "";
  return broken(`${event.type} with ${where}${issue?.message ?? "a fault"}`);
}

function isTypeOf(schemas: EventSchemas, type: unknown): type is keyof EventSchemas {
  return typeof type === "string" && Object.hasOwn(schemas, type);
}
