/**
 * @file `atelier verify`: runs every fixture in a folder and yields each comparison as it is made.
 * What a file is follows from what it holds, so that other names work as well. A file that cannot
 * be read is a failed check, never the end of the run.
 */

import { AtelierError, type FileStore, type Runtime, said } from "@atelier/engine";
import { readJson, readText } from "../core/read-text.js";
import { openSafetensors, type SafetensorsFile } from "../files/safetensors/open-safetensors.js";
import { isAdapterFixture, verifyAdapterFixture } from "./adapter-fixture.js";
import { isAverageFixture, verifyAverageFixture } from "./average-fixture.js";
import { type FixtureCheck, failedCheck, guarded } from "./fixture-check.js";
import {
  isDensityFixture,
  isFlowFixture,
  verifyDensityFixture,
  verifyFlowFixture,
} from "./flow-fixture.js";
import { verifyJudgeFixture } from "./judge-fixture.js";
import { isMetricsFixture, verifyMetricsFixture } from "./metrics-fixture.js";
import { verifyModelFixture } from "./model-fixture.js";
import { isNoiseFixture, verifyNoiseFixture } from "./noise-fixture.js";
import { isOptimizerFixture, verifyOptimizerFixture } from "./optimizer-fixture.js";
import { verifyPipelineFixture } from "./pipeline-fixture.js";
import { parseSchedulerLoops, verifySchedulerLoop } from "./scheduler-loops.js";

/** What fixtures run on. */
export interface VerifyOptions {
  readonly files: FileStore;
  readonly runtime: Runtime;
  readonly signal?: AbortSignal;
}

/**
 * Runs the fixtures of a folder with `models/` (safetensors files and metrics in JSON),
 * `schedulers.json`, `pipeline/`, `pipelines/` and `judges/`; any of them may be missing.
 * @throws AtelierError `file` when the folder holds none of them, `aborted` on the signal.
 */
export async function* verifyFolder(
  folder: string,
  options: VerifyOptions,
): AsyncGenerator<FixtureCheck> {
  const { files } = options;
  const names = new Set((await files.list(folder)).map(({ name }) => name));
  const parts = [
    ["models", () => verifyModels(files.join(folder, "models"), options)],
    ["schedulers.json", () => verifySchedulers(files.join(folder, "schedulers.json"), options)],
    ["pipeline", () => verifyPipelineFixture(files.join(folder, "pipeline"), options)],
    ["pipelines", () => verifyEach(folder, "pipelines", verifyPipelineFixture, options)],
    ["judges", () => verifyEach(folder, "judges", verifyJudgeFixture, options)],
  ] as const;
  const present = parts.filter(([name]) => names.has(name));
  if (present.length === 0) {
    throw new AtelierError(
      "file",
      said`${folder}: expected models/, schedulers.json or pipeline/, several of these below pipelines/, or judges/ in the folder, got ${[...names].slice(0, 5).join(", ") || "an empty folder"}. Name the folder that holds the fixtures.`,
    );
  }
  for (const [, run] of present) yield* stopping(run(), options.signal);
}

/** The fixtures in a folder of them, each under its own name. */
async function* verifyEach(
  folder: string,
  part: string,
  run: typeof verifyPipelineFixture,
  options: VerifyOptions,
): AsyncGenerator<FixtureCheck> {
  const { files } = options;
  const place = files.join(folder, part);
  for (const { name, kind } of await files.list(place)) {
    if (kind !== "folder" || name.startsWith(".")) continue;
    yield* run(files.join(place, name), { ...options, label: `${part}/${name}` });
  }
}

/** Passes checks on until the signal. */
async function* stopping(
  checks: AsyncIterable<FixtureCheck>,
  signal: AbortSignal | undefined,
): AsyncGenerator<FixtureCheck> {
  for await (const check of checks) {
    yield check;
    if (signal?.aborted) throw new AtelierError("aborted", "verify: stopped before its end.");
  }
}

async function* verifyModels(folder: string, options: VerifyOptions): AsyncGenerator<FixtureCheck> {
  for (const { name } of await options.files.list(folder)) {
    const path = options.files.join(folder, name);
    const stem = name.replace(/\.[^.]+$/, "");
    if (name === "index.json" || name.startsWith(".")) continue;
    if (name.endsWith(".safetensors")) {
      yield* await guarded(stem, () => verifyFile(stem, path, options));
    } else if (name.endsWith(".json")) {
      yield* await guarded(stem, () => verifyJson(stem, path, options));
    } else {
      yield { status: "skip", name: stem, detail: "no check reads this file" };
    }
  }
}

interface Kind {
  readonly matches: (file: SafetensorsFile) => boolean;
  readonly verify: (
    name: string,
    file: SafetensorsFile,
    runtime: Runtime,
  ) => Promise<FixtureCheck[]>;
}

const kinds: readonly Kind[] = [
  // Also without the config that makes it a whole one, so that a broken fixture is not passed over.
  { matches: (file) => hasNames(file, "w."), verify: verifyModelFixture },
  { matches: isAdapterFixture, verify: verifyAdapterFixture },
  { matches: isOptimizerFixture, verify: verifyOptimizerFixture },
  { matches: isNoiseFixture, verify: verifyNoiseFixture },
  { matches: isFlowFixture, verify: verifyFlowFixture },
  { matches: isDensityFixture, verify: verifyDensityFixture },
  { matches: isAverageFixture, verify: verifyAverageFixture },
];

function hasNames(file: SafetensorsFile, prefix: string): boolean {
  return [...file.entries.keys()].some((name) => name.startsWith(prefix));
}

async function verifyFile(
  name: string,
  path: string,
  { files, runtime }: VerifyOptions,
): Promise<FixtureCheck[]> {
  const file = await openSafetensors(files, path);
  try {
    const kind = kinds.find(({ matches }) => matches(file));
    if (kind !== undefined) return await kind.verify(name, file, runtime);
    return [{ status: "skip", name, detail: "what it checks comes later" }];
  } finally {
    await file.close();
  }
}

async function verifyJson(
  name: string,
  path: string,
  { files }: VerifyOptions,
): Promise<FixtureCheck[]> {
  const json = await readJson(files, path);
  if (isMetricsFixture(json)) return verifyMetricsFixture(name, json);
  return [{ status: "skip", name, detail: "no check reads this file" }];
}

async function* verifySchedulers(
  path: string,
  { files }: VerifyOptions,
): AsyncGenerator<FixtureCheck> {
  const loops = await readText(files, path)
    .then((text) => parseSchedulerLoops(text, path))
    .catch((error: unknown) => failedCheck("schedulers", error));
  if (!Array.isArray(loops)) yield loops;
  else for (const entry of loops) yield verifySchedulerLoop(entry);
}
