/** @file Runs of the library, also those of the command line: a function for each route of the contract. */

import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { identifyPicture } from "@atelier/diffusion/data";
import { isFolderLocked } from "@atelier/diffusion/node";
import { readRunConfig } from "@atelier/diffusion/train-config";
import { AtelierError, messageOf, said } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import type { Run, runRoutes } from "../../api/runs.js";
import type { Change } from "../../api/session.js";
import { itemName } from "../../api/values.js";
import { readHead } from "../datasets/picture-facts.js";
import { type FactCache, openFactCache } from "../folder/fact-cache.js";
import { mapSome } from "../folder/in-turn.js";
import { attempt, libraryError, orAbsent } from "../folder/library-error.js";
import { type LibraryFile, pictureTypes } from "../folder/library-file.js";
import type { LibraryFolder } from "../folder/library-folder.js";
import type { Origins } from "../folder/origins.js";
import type { RouteMethods } from "../folder/route-methods.js";
import { versionOf } from "../folder/stat-many.js";
import type { Trash } from "../folder/trash.js";
import { curvesOf } from "./run-curves.js";
import { createRunLogs } from "./run-log.js";
import { asRun, type RunSummary, runSummary, samplesOf, summarise } from "./run-summary.js";

/** What runs work with. */
export interface RunDeps {
  readonly library: LibraryFolder;
  readonly trash: Trash;
  readonly origins: Origins;
  readonly onChange: (change: Change) => void;
}

/** The functions. */
export type Runs = RouteMethods<typeof runRoutes>;

/** Runs that are looked at at once. */
const atOnce = 8;

/** The runs of a library. */
export function createRuns({ library, trash, origins }: RunDeps): Runs {
  const logs = createRunLogs();
  let opened: Promise<FactCache<RunSummary>> | undefined;
  const cache = (): Promise<FactCache<RunSummary>> => {
    opened ??= library.cachePath("runs.json").then((path) => openFactCache(path, runSummary));
    return opened;
  };
  const summaryOf = async (name: string, folder: string): Promise<Run> => {
    const record = await recordIn(folder);
    const { version, stats } = await versionOfRun(record);
    const summary = await (await cache()).of(name, version, async () => {
      const config = await readRunConfig(nodeFiles, record);
      return summarise(config, await logs.read(record), stats);
    });
    const [isRunning, report, { job }] = await Promise.all([
      isFolderLocked(folder),
      orAbsent(lstat(join(folder, "report.html"))),
      origins.of("runs", name),
    ]);
    return asRun(name, summary, { isRunning, hasReport: report?.isFile() === true, job });
  };
  const folderOf = async (name: string): Promise<string> => {
    const { path, stats } = await library.place("runs", name);
    if (stats?.isDirectory() === true && !name.startsWith(".")) return path;
    throw libraryError(
      "absent",
      said`run ${name}: expected one of the library, got none of that name.`,
    );
  };
  const recordOf = async (name: string): Promise<string> => {
    const record = await recordIn(await folderOf(name));
    await versionOfRun(record);
    return record;
  };
  return {
    async list() {
      const root = library.folderOf("runs");
      const entries = await attempt("runs", () => readdir(root, { withFileTypes: true }));
      const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith("."));
      const unreadable: { name: string; message: string }[] = [];
      const found = await mapSome(folders, atOnce, async ({ name }) => {
        try {
          if (!itemName.safeParse(name).success) throw badName(name);
          return await summaryOf(name, join(root, name));
        } catch (error) {
          if (!(error instanceof AtelierError)) throw error;
          // A folder that is no run's yet, as one that is just being made.
          if (error.code !== "training") unreadable.push({ name, message: messageOf(error) });
          return undefined;
        }
      });
      await (await cache()).settle(new Set(folders.map(({ name }) => name)));
      const runs = found.flatMap((run) => run ?? []);
      return {
        runs: runs.sort((one, other) => (one.started < other.started ? 1 : -1)),
        unreadable,
      };
    },
    async get({ params: { run: name } }) {
      const folder = await folderOf(name);
      const run = await summaryOf(name, folder);
      const config = await readRunConfig(nodeFiles, await recordOf(name));
      return { ...run, config: { ...config } };
    },
    async curves({ params: { run }, query: { points } }) {
      const record = await recordOf(run);
      const { watch } = await readRunConfig(nodeFiles, record);
      return curvesOf(await logs.read(record), { points, prefer: watch.prefer });
    },
    async samples({ params: { run } }) {
      return samplesOf(await logs.read(await recordOf(run)));
    },
    async file({ params: { run, "*": below } }) {
      const folder = await folderOf(run);
      const names = below.split("/");
      const isInner = (await recordIn(folder)) !== folder;
      const inner = isInner ? await library.place("runs", run, recordFolder, ...names) : undefined;
      const isFound = inner?.stats?.isFile() === true;
      return runFile(library, run, isFound ? [recordFolder, ...names] : names);
    },
    async report({ params: { run } }) {
      await folderOf(run);
      const { path, stats } = await library.place("runs", run, "report.html");
      if (stats?.isFile() !== true) {
        throw libraryError(
          "absent",
          said`run ${run}: expected a report, got none. It is written when a run ends.`,
        );
      }
      const described = { name: `${run}.html`, type: "text/html; charset=utf-8" };
      return { kind: "stored", path, bytes: stats.size, version: versionOf(stats), ...described };
    },
    async remove({ params: { run: name } }) {
      const folder = await folderOf(name);
      if (await isFolderLocked(folder)) {
        throw libraryError(
          "busy",
          said`run ${name}: expected one that nobody works at, got one that trains. Stop it first.`,
        );
      }
      const places = [{ section: "runs" as const, names: [name] }, origins.place("runs", name)];
      return trash.put([{ stem: name, places }]);
    },
  };
}

const badName = (name: string) =>
  libraryError(
    "refused",
    said`run ${name}: expected a name that the library can use, got another. Rename its folder.`,
  );

/** Where a demo, which keeps pictures and a report around it, has the record of its training. */
const recordFolder = "training";

/** Where a run's record lies. */
async function recordIn(folder: string): Promise<string> {
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
async function versionOfRun(folder: string) {
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

/** Types of files that a run's folder is asked for; what browsers would run is none of them. */
const fileTypes: Readonly<Record<string, string>> = {
  safetensors: "application/octet-stream",
  json: "application/json",
  jsonl: "application/octet-stream",
  yaml: "text/plain; charset=utf-8",
  txt: "text/plain; charset=utf-8",
};

async function runFile(
  library: LibraryFolder,
  run: string,
  below: readonly string[],
): Promise<LibraryFile> {
  const shown = below.join("/");
  const absent = () =>
    libraryError(
      "absent",
      said`${shown}: expected a picture or result of run ${run}, got none of that name.`,
    );
  const { path, stats } = await library.place("runs", run, ...below);
  const name = below.at(-1) ?? "";
  if (stats?.isFile() !== true || below.some((part) => part.startsWith("."))) throw absent();
  const ending = name.split(".").at(-1)?.toLowerCase() ?? "";
  const known = fileTypes[ending];
  const type = known ?? (await pictureType(path, name));
  if (type === undefined) throw absent();
  return { kind: "stored", path, name, type, bytes: stats.size, version: versionOf(stats) };
}

async function pictureType(path: string, name: string): Promise<string | undefined> {
  const format = identifyPicture(await readHead(path, name));
  return typeof format === "string" ? pictureTypes[format] : undefined;
}
