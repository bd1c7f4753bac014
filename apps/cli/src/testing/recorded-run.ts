/** @file Recorded runs for tests of their reports: a log from test/fixtures, changed as a test needs it. */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodePng } from "@atelier/diffusion/files";
import { fixture, temporaryFolder } from "./run-cli.js";

/** An event as it stands in a log. */
export type RawEvent = Readonly<Record<string, unknown>> & { readonly type: string };

/** How a copy differs from the record. */
export interface RecordedRunOptions {
  readonly change?: (events: readonly RawEvent[]) => readonly RawEvent[];
  /** How the config says that it is watched. */
  readonly share?: number;
  /** Files that lie in the folder of pictures. */
  readonly pictures?: readonly string[];
}

/** Names of the pictures of the recorded run. */
export const recordedPictures: readonly string[] = [1, 2, 3, 4, 5].map(
  (number) => `mascot-${number}.png`,
);

/** A copy of the run that overfits; returns its folder. */
export async function recordedRun({
  change = (events) => events,
  share = 0.2,
  pictures = recordedPictures,
}: RecordedRunOptions = {}): Promise<string> {
  const folder = temporaryFolder();
  const run = join(folder, "run");
  mkdirSync(join(folder, "pictures"));
  mkdirSync(run);
  for (const [index, name] of pictures.entries()) {
    const data = new Uint8Array(3 * 16 * 16).fill(40 * (index + 1));
    const bytes = await encodePng({ width: 16, height: 16, data });
    writeFileSync(join(folder, "pictures", name), bytes);
  }
  const record = (name: string) => readFileSync(fixture("runs", "overfitting", name), "utf8");
  // As a run wrote it.
  const config = JSON.parse(record("config.json")) as { data: object; watch: object };
  const data = { ...config.data, folder: join(folder, "pictures") };
  writeFileSync(
    join(run, "config.json"),
    JSON.stringify({ ...config, data, watch: { ...config.watch, share } }),
  );
  const events = record("events.jsonl")
    .trim()
    .split("\n")
    // Every line of a log is an event.
    .map((line) => JSON.parse(line) as RawEvent);
  const lines = change(events).map((event) => JSON.stringify(event));
  writeFileSync(join(run, "events.jsonl"), `${lines.join("\n")}\n`);
  return run;
}
