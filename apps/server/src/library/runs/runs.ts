/** @file Runs of the library, also those of the command line: a function for each route of the contract. */

import { identifyPicture } from "@atelier/diffusion/data";
import { isFolderLocked } from "@atelier/diffusion/node";
import { readRunConfig } from "@atelier/diffusion/train-config";
import { said } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import type { runRoutes } from "../../api/runs.js";
import { readHead } from "../datasets/picture-facts.js";
import { libraryError } from "../folder/library-error.js";
import { type LibraryFile, pictureTypes } from "../folder/library-file.js";
import type { LibraryFolder } from "../folder/library-folder.js";
import type { Origins } from "../folder/origins.js";
import type { RouteMethods } from "../folder/route-methods.js";
import { versionOf } from "../folder/stat-many.js";
import type { Trash } from "../folder/trash.js";
import { curvesOf } from "./run-curves.js";
import { createRunList, type RunList, recordFolder, recordIn, versionOfRun } from "./run-list.js";
import { createRunLogs } from "./run-log.js";
import { samplesOf } from "./run-summary.js";

/** What runs work with. */
export interface RunDeps {
  readonly library: LibraryFolder;
  readonly trash: Trash;
  readonly origins: Origins;
}

/** The functions. */
export type Runs = RouteMethods<typeof runRoutes> & Pick<RunList, "paceOf">;

/** The runs of a library. */
export function createRuns({ library, trash, origins }: RunDeps): Runs {
  const logs = createRunLogs();
  const { all, one, paceOf } = createRunList({ library, origins, logs });
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
    list: all,
    paceOf,
    async get({ params: { run: name } }) {
      const folder = await folderOf(name);
      const run = await one(name, folder);
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
      if (await isFolderLocked(await recordIn(folder))) {
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
