/** @file Lists of runs: what their logs say is read once for each state of a log, and kept from one start to the next. */

import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { isFolderLocked } from "@atelier/diffusion/node";
import { readRunConfig } from "@atelier/diffusion/train-config";
import { AtelierError, messageOf, said } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import type { Run } from "../../api/runs.js";
import { itemName } from "../../api/values.js";
import { type FactCache, openFactCache } from "../folder/fact-cache.js";
import { mapSome } from "../folder/in-turn.js";
import { attempt, libraryError, orAbsent } from "../folder/library-error.js";
import type { LibraryFolder } from "../folder/library-folder.js";
import type { Origins } from "../folder/origins.js";
import { versionOf } from "../folder/stat-many.js";
import type { RunLogs } from "./run-log.js";
import type { Pace } from "./run-pace.js";
import { asRun, type RunSummary, runSummary, summarise } from "./run-summary.js";

/** Runs that are looked at at once. */
const atOnce = 8;

/** The runs of a library. */
export interface RunList {
  /** All of them, newest first, and why some cannot be read. @throws AtelierError `file`. */
  readonly all: () => Promise<{ runs: Run[]; unreadable: { name: string; message: string }[] }>;
  /** One by its folder. @throws AtelierError as `readRunConfig`. */
  readonly one: (name: string, folder: string) => Promise<Run>;
  /** What the latest training took whose steps are alike. */
  readonly paceOf: (likeness: string) => Promise<Pace | undefined>;
}

/** What lists are made with. */
export interface RunListDeps {
  readonly library: LibraryFolder;
  readonly origins: Origins;
  readonly logs: RunLogs;
}

/** The list of a library. */
export function createRunList({ library, origins, logs }: RunListDeps): RunList {
  let opened: Promise<FactCache<RunSummary>> | undefined;
  const cache = (): Promise<FactCache<RunSummary>> => {
    opened ??= library.cachePath("runs.json").then((path) => openFactCache(path, runSummary));
    return opened;
  };
  const summaryIn = async (name: string, record: string): Promise<RunSummary> => {
    const { version, stats } = await versionOfRun(record);
    return (await cache()).of(name, version, async () => {
      const config = await readRunConfig(nodeFiles, record);
      return summarise(config, await logs.read(record), stats);
    });
  };
  const folders = async (): Promise<string[]> => {
    const root = library.folderOf("runs");
    const entries = await attempt("runs", () => readdir(root, { withFileTypes: true }));
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
      .map(({ name }) => name);
  };
  const one = async (name: string, folder: string): Promise<Run> => {
    const record = await recordIn(folder);
    const summary = await summaryIn(name, record);
    const [isRunning, report, { job }] = await Promise.all([
      isFolderLocked(record),
      orAbsent(lstat(join(folder, "report.html"))),
      origins.of("runs", name),
    ]);
    return asRun(name, summary, { isRunning, hasReport: report?.isFile() === true, job });
  };
  return {
    one,
    async all() {
      const names = await folders();
      const unreadable: { name: string; message: string }[] = [];
      const found = await mapSome(names, atOnce, async (name) => {
        try {
          if (!itemName.safeParse(name).success) throw badName(name);
          return await one(name, join(library.folderOf("runs"), name));
        } catch (error) {
          if (!(error instanceof AtelierError)) throw error;
          // A folder that is no run's yet, as one that is just being made.
          if (error.code !== "training") unreadable.push({ name, message: messageOf(error) });
          return undefined;
        }
      });
      await (await cache()).settle(new Set(names));
      const runs = found.flatMap((run) => run ?? []);
      return {
        runs: runs.sort((one, other) => (one.started < other.started ? 1 : -1)),
        unreadable,
      };
    },
    async paceOf(likeness) {
      const found = await mapSome(await folders(), atOnce, async (name) => {
        try {
          return await summaryIn(name, await recordIn(join(library.folderOf("runs"), name)));
        } catch (error) {
          if (!(error instanceof AtelierError)) throw error;
          // Lists say what is wrong with it.
          return undefined;
        }
      });
      const alike = found.flatMap((run) => (run?.pace?.likeness === likeness ? [run] : []));
      const [latest] = alike.sort((one, other) => (one.started < other.started ? 1 : -1));
      return latest?.pace ?? undefined;
    },
  };
}

const badName = (name: string) =>
  libraryError(
    "refused",
    said`run ${name}: expected a name that the library can use, got another. Rename its folder.`,
  );

/** Where a demo, which keeps pictures and a report around it, has the record of its training. */
export const recordFolder = "training";

/** Where a run's record lies. */
export async function recordIn(folder: string): Promise<string> {
  const training = join(folder, recordFolder);
  const [own, inner] = await Promise.all([
    orAbsent(lstat(join(folder, "config.json"))),
    orAbsent(lstat(training)),
  ]);
  return own === undefined && inner?.isDirectory() === true ? training : folder;
}

/**
 * Changes with the log and the config.
 * @throws AtelierError `training` where there is no run, `file` where its files are links.
 */
export async function versionOfRun(folder: string) {
  const [config, log] = await Promise.all([
    orAbsent(lstat(join(folder, "config.json"))),
    orAbsent(lstat(join(folder, "events.jsonl"))),
  ]);
  const isLink = config?.isSymbolicLink() === true || log?.isSymbolicLink() === true;
  if (isLink) {
    throw libraryError(
      "refused",
      said`${folder}: expected the files of a run, got a link. Copy there what it means.`,
    );
  }
  if (config === undefined) {
    throw new AtelierError(
      "training",
      said`${folder}: expected the folder of a run, got one without config.json.`,
    );
  }
  const version = `${versionOf(config)} ${log === undefined ? "" : versionOf(log)}`;
  return { version, stats: config };
}
