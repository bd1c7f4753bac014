/**
 * @file Jobs that train: a training, one that goes on, and the search for its settings. Each has a run, whose folder an
 * earlier attempt may have begun: it is gone on with then.
 */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isFolderLocked } from "@atelier/diffusion/node";
import type { ResultFile } from "@atelier/diffusion/train";
import { makeFolder, nodeFiles } from "@atelier/engine/node";
import type { JobRequest } from "../../api/index.js";
import type { LibraryFolder } from "../../library/folder/library-folder.js";
import { cleanItemName } from "../../library/folder/safe-name.js";
import { type Attempt, type Command, madeOf, type Printed, type Work } from "./command.js";
import { option, runFolder } from "./library-names.js";
import { backendOf, gigabytesFor, trainingGigabytes } from "./memory-guess.js";
import { resultsOf, trainingProgress } from "./training-events.js";
import { type TrainingRequest, trainingConfig } from "./training-request.js";

type RequestOf<Kind extends JobRequest["kind"]> = Extract<JobRequest, { kind: Kind }>;

/** A training. */
export const train: Command<RequestOf<"train">> = {
  lane: "heavy",
  canStop: true,
  backend: ({ config }) => backendOf(config),
  gigabytes: ({ base, config }) => trainingGigabytes(base, config),
  title: (request) => stemOf(request),
  run: (request) => ({ stem: stemOf(request) }),
  check: checkTraining,
  async begin(request, attempt) {
    const run = runOf(attempt);
    const name = stemOf(request);
    if (await has(run, "config.json")) return goOn(run, { name, pastStop: false });
    const config = await trainingConfig(request, { library: attempt.library, run });
    return working([["train", await writeConfig(attempt, config)]], name);
  },
  finish: (request, attempt) => finishRun(runOf(attempt), stemOf(request)),
};

/** A training that goes on. */
export const resume: Command<RequestOf<"resume">> = {
  lane: "heavy",
  canStop: true,
  // Its config is in the run's folder; whoever queues it names the run alone.
  backend: () => "cpu",
  gigabytes: () => gigabytesFor(undefined),
  title: ({ run }) => run,
  run: ({ run }) => ({ name: run }),
  async check({ run }, library) {
    await runFolder(library, run);
  },
  async begin({ run, pastStop }, { library }) {
    return goOn(await runFolder(library, run), { name: nameOfRun(run), pastStop });
  },
  async finish({ run }, { library }) {
    return finishRun(await runFolder(library, run), nameOfRun(run));
  },
};

/** The search for the settings of a training. */
export const tune: Command<RequestOf<"tune">> = {
  lane: "heavy",
  canStop: true,
  backend: ({ config }) => backendOf(config),
  gigabytes: ({ base, config }) => trainingGigabytes(base, config),
  title: (request) => stemOf(request),
  run: (request) => ({ stem: `${stemOf(request)}-tune` }),
  check: checkTraining,
  async begin(request, attempt) {
    const run = runOf(attempt);
    const name = stemOf(request);
    if (await has(run, tuneRecord)) return working([["resume", run]], name);
    const { output: _output, ...config } = await trainingConfig(request, {
      library: attempt.library,
      run,
    });
    const { data } = config;
    // Sound: the trainer's own check has passed it.
    const { folder } = data as { readonly folder: string };
    const file = await writeConfig(attempt, config);
    const { minutes, prefer } = request;
    const options = [...option("config", file), ...option("minutes", minutes)];
    return working(
      [["tune", folder, ...options, ...option("prefer", prefer), ...option("run", run)]],
      name,
    );
  },
};

async function checkTraining(request: TrainingRequest, library: LibraryFolder): Promise<void> {
  await trainingConfig(request, { library, run: library.folderOf("runs") });
}

/** What a training is called after: its own name, or its first data set. */
function stemOf({ datasets, config }: TrainingRequest): string {
  const { name } = config;
  return cleanItemName(
    typeof name === "string" && name !== "" ? name : (datasets[0] ?? ""),
    "lora",
  );
}

/** Without the time that a run's name ends with. */
export const nameOfRun = (run: string): string => run.replace(/-\d{8}-\d{6}-[0-9a-f]{4}$/, "");

/** The folder of the run that an attempt begins or goes on with. */
const runOf = ({ library, run, job }: Attempt): string =>
  join(library.folderOf("runs"), run ?? job);

const tuneRecord = "tune.json";

/** Whether a run of the library is a search for settings. */
export const isTune = (library: LibraryFolder, run: string): Promise<boolean> =>
  has(join(library.folderOf("runs"), run), tuneRecord);

const has = async (folder: string, name: string): Promise<boolean> =>
  (await nodeFiles.stat(join(folder, name))) !== undefined;

async function writeConfig(
  { folder }: Attempt,
  config: Readonly<Record<string, unknown>>,
): Promise<string> {
  await makeFolder(folder);
  const path = join(folder, "config.json");
  await writeFile(path, `${JSON.stringify(config, undefined, 2)}\n`);
  return path;
}

/**
 * Goes on with a run. One that is done already, whose worker went away before it could say so, has nothing left to do:
 * what it has made is in its record.
 */
async function goOn(
  run: string,
  { name, pastStop }: { readonly name: string; readonly pastStop: boolean },
): Promise<Work> {
  if (await has(run, tuneRecord)) return working([["resume", run]], name);
  const { openRun } = await import("@atelier/diffusion/train");
  await waitForLock(run);
  const { state, results } = await openRun(nodeFiles, run);
  const isDone = state.kind === "done" && !(pastStop && state.stop !== undefined);
  const command = ["resume", run, ...(pastStop ? ["--past-stop"] : [])];
  return working(isDone ? [] : [command], name, isDone ? results : []);
}

/** Ends a run with the best that it has come to; nothing where it has saved nothing yet. */
async function finishRun(run: string, name: string): Promise<Work | undefined> {
  await waitForLock(run);
  if (!(await has(run, "config.json"))) return undefined;
  const { listSnapshots, openRun } = await import("@atelier/diffusion/train");
  const { state, results } = await openRun(nodeFiles, run);
  if (state.kind === "done") return working([], name, results);
  const hasSaved = (await listSnapshots(nodeFiles, run)).length > 0;
  return hasSaved ? working([["resume", run, "--finish"]], name) : undefined;
}

const lockPatienceMs = 60_000;

/** A process of an attempt before may be saving still; it ends by itself. */
export async function waitForLock(run: string): Promise<void> {
  const patientUntil = Date.now() + lockPatienceMs;
  while (Date.now() < patientUntil && (await isFolderLocked(run))) {
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

function working(
  commands: readonly (readonly string[])[],
  name: string,
  known: readonly ResultFile[] = [],
): Work {
  let results = known;
  let hasReport = commands.length === 0;
  return {
    commands,
    progress: trainingProgress,
    hear(event: Printed) {
      results = resultsOf(event) ?? results;
      // A report that could not be written was a warning.
      if (event.type === "done" || event.type === "stopped") hasReport = true;
    },
    findings: () => ({ made: madeOf(results, name), pictures: [], hasReport }),
  };
}
