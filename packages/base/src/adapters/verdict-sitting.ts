/** @file The records of runs on disk: which are there, and sittings that add to them run by run. */

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { nodeFiles } from "@atelier/engine/node";
import { type RunRecord, readRecord, recordText } from "../experiments/verdicts/record.js";
import type { RunSpec } from "../experiments/verdicts/run-list.js";

/** A sitting. */
export interface SittingOptions {
  readonly runs: readonly RunSpec[];
  /** Holds a file for each run that is done. */
  readonly folder: string;
  readonly run: (spec: RunSpec, signal: AbortSignal) => Promise<RunRecord>;
  /** Whether another run may begin. */
  readonly goesOn: () => boolean;
  readonly onRecord: (record: RunRecord, left: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Does runs that are not recorded, each written whole when it is done, so that a run that is cut off is done again.
 * @throws what `run` throws.
 */
export async function sit(options: SittingOptions): Promise<void> {
  const { runs, folder, run, goesOn, onRecord, signal } = options;
  const pathOf = ({ id }: RunSpec) => join(folder, `${id}.json`);
  for (const [index, spec] of runs.entries()) {
    if ((await nodeFiles.stat(pathOf(spec))) !== undefined) continue;
    if (!goesOn()) return;
    const record = await run(spec, signal);
    await nodeFiles.write(pathOf(spec), [new TextEncoder().encode(recordText(record))]);
    onRecord(record, runs.length - index - 1);
  }
}

/** All records of a folder, in the order of runs. @throws AtelierError `format` for a damaged one. */
export async function readRecords(folder: string): Promise<RunRecord[]> {
  if ((await nodeFiles.stat(folder)) === undefined) return [];
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json")).sort();
  return Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      return readRecord(await readFile(path, "utf8"), path);
    }),
  );
}
