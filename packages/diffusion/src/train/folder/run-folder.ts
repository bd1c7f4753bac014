/**
 * @file The folder of a run: `config.json`, `inputs.json`, `events.jsonl`, `samples/`, `checkpoints/`
 * and what the run makes. A lock keeps a second run out.
 */

import { AtelierError, type FileStore, said } from "@atelier/engine";
import { mebibytesApart } from "../../core/mebibytes-apart.js";
import { quoteArgument } from "../../core/quote-argument.js";
import { readJson } from "../../core/read-text.js";
import { completeConfig } from "../config/complete-config.js";
import { parseTrainConfig } from "../config/config.js";
import type { TrainConfig } from "../config/train-config.js";
import type { RecordedEvent } from "../events/event-schema.js";
import type { ResolvedWatch } from "../plan/run-watch.js";
import { appendEvent, mendEventLog } from "./event-log.js";

/** A lock on a folder; disposing it lets others in. */
export type FolderLock = AsyncDisposable;

/** What a run folder needs of the platform. */
export interface RunFolderDeps {
  readonly files: FileStore;
  /**
   * Makes the folder and locks it against other processes; a lock whose process is gone is taken over.
   * @throws AtelierError `training` when another run holds it, `file` when it cannot be made.
   */
  readonly lockFolder: (path: string) => Promise<FolderLock>;
  /** Free bytes of the disk that holds an existing path. */
  readonly freeBytes: (path: string) => Promise<number>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const configName = "config.json";

/** A config that says how its run is watched. */
export type RecordedConfig = TrainConfig & { readonly watch: ResolvedWatch };

/** An open run folder. */
export interface RunFolder extends AsyncDisposable {
  readonly path: string;
  /** Writes the config with everything that was resolved. */
  writeConfig(config: TrainConfig): Promise<void>;
  /** Appends to `events.jsonl`. */
  log(event: RecordedEvent): Promise<void>;
  /** @throws AtelierError `file` when the disk cannot hold as many bytes. */
  requireSpace(bytes: number): Promise<void>;
}

/** Whether a folder is that of a run. */
export async function isRunFolder(files: FileStore, folder: string): Promise<boolean> {
  return (await files.stat(files.join(folder, configName))) !== undefined;
}

/**
 * The config of a run that can be resumed, with the folder as its own.
 * @throws AtelierError `training` where there is no run, `config` for a config of another version.
 */
export async function readRunConfig(files: FileStore, folder: string): Promise<RecordedConfig> {
  if (!(await isRunFolder(files, folder))) {
    throw new AtelierError(
      "training",
      said`run ${folder}: expected the folder of a run, got one without ${configName}. Name the folder that the run printed first, such as runs/lora-20261124-093015.`,
      { context: { folder } },
    );
  }
  const recorded: unknown = await readJson(files, files.join(folder, configName));
  // It was recorded whole: what its base advises by now is nothing to it, nor is what is usual by now.
  const config = completeConfig(parseTrainConfig(recorded));
  const watch = { ...config.watch, share: config.watch.share ?? 0 };
  return { ...config, watch, output: { ...config.output, run: folder } };
}

/**
 * Makes and locks the folder of a run: `output.run`, or `<name>-<time>` in `output.folder`.
 * @param isResumed whether the folder is that of a run which goes on
 * @throws AtelierError `training` when the folder holds a run already, `file` when it cannot be written.
 */
export async function openRunFolder(
  { files, lockFolder, freeBytes, now }: RunFolderDeps,
  { name, output }: Pick<TrainConfig, "name" | "output">,
  isResumed = false,
): Promise<RunFolder> {
  const path = output.run ?? (await newRunPath(files, output.folder, { name, now: now() }));
  const lock = await lockFolder(path);
  try {
    const configPath = files.join(path, configName);
    if (!isResumed && (await files.stat(configPath)) !== undefined) {
      throw new AtelierError(
        "training",
        said`run folder ${path}: expected a new folder, got one that holds a run already. Go on with it (atelier resume ${quoteArgument(path)}), or name another one with output.run, or none.`,
        { context: { path } },
      );
    }
    await mendEventLog(files, path);
    const encoder = new TextEncoder();
    return {
      path,
      async writeConfig(config) {
        await files.write(configPath, [encoder.encode(`${JSON.stringify(config, null, 2)}\n`)]);
      },
      log: (event) => appendEvent(files, path, { ...event, time: new Date(now()).toISOString() }),
      async requireSpace(bytes) {
        const free = await freeBytes(path);
        if (free >= bytes) return;
        const [needed, left] = mebibytesApart(bytes, free);
        throw new AtelierError(
          "file",
          said`run folder ${path}: expected ${needed} MiB of free space for the results and snapshots, got ${left} MiB. Free some space, choose another disk with output.folder, or raise saveEverySteps.`,
          { context: { path, free, bytes } },
        );
      },
      [Symbol.asyncDispose]: () => lock[Symbol.asyncDispose](),
    };
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * `<name>-<time>` in a folder, where nothing stands: what begins in one second is told apart by a number.
 * @param now milliseconds since 1970
 */
export async function newRunPath(
  files: FileStore,
  folder: string,
  { name, now }: { readonly name: string; readonly now: number },
): Promise<string> {
  const stem = `${name}-${timestamp(now)}`;
  for (let number = 1; ; number++) {
    const path = files.join(folder, number === 1 ? stem : `${stem}-${number}`);
    if ((await files.stat(path)) === undefined) return path;
  }
}

/** `20261124-093015`, in universal time so that names sort by age everywhere. */
function timestamp(milliseconds: number): string {
  const [date = "", time = ""] = new Date(milliseconds).toISOString().split("T");
  return `${date.replaceAll("-", "")}-${time.slice(0, 8).replaceAll(":", "")}`;
}
