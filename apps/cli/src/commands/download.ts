/** @file `atelier download`: a model or an adapter of the Hugging Face Hub as files of one's own. */

import { constants } from "node:fs";
import { copyFile, link, readdir, realpath, stat } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { type HubEvent, selectAdapterFiles } from "@atelier/diffusion/files";
import { findModel } from "@atelier/diffusion/node";
import { AtelierError, said } from "@atelier/engine";
import { makeFolder } from "@atelier/engine/node";
import { type Command, Option } from "commander";
import { type CliContext, print, printJson } from "../cli-context.js";
import { formatBytes } from "../format.js";
import { createProgress } from "../progress.js";

interface DownloadFlags {
  readonly out: string;
  readonly as: "model" | "adapter";
  readonly revision?: string;
  readonly json?: boolean;
}

/** Adds the command. */
export function addDownloadCommand(program: Command, context: CliContext): void {
  const { text } = context;
  const { download: own } = text.studio;
  program
    .command("download")
    .description(own.description)
    .argument("<repository>", own.argument)
    .requiredOption("--out <path>", own.out)
    .addOption(new Option("--as <kind>", own.as).choices(["model", "adapter"]).default("model"))
    .option("--revision <name>", own.revision)
    .option("--json", text.program.json)
    .addHelpText("after", own.more)
    .action((repo: string, flags: DownloadFlags) => download(context, repo, flags));
}

async function download(
  context: CliContext,
  repo: string,
  { out, as, revision, json = false }: DownloadFlags,
): Promise<void> {
  const { io, text, files } = context;
  if ((await files.stat(out)) !== undefined) {
    throw new AtelierError(
      "config",
      said`--out ${out}: expected a new place, got one where something stands. Choose another.`,
    );
  }
  const progress = createProgress(context, { json });
  const count = createCounter();
  try {
    const { path } = await findModel(
      { repo, revision },
      {
        environment: io.env,
        signal: io.signal,
        ...(as === "adapter" && { select: selectAdapterFiles }),
        onEvent(event) {
          const told = count(event);
          if (told === undefined) return;
          const { done, total } = told;
          if (json) printJson(context, { type: "progress", stage: "download", done, total });
          const [received, size] = [formatBytes(done), formatBytes(total)];
          progress.update({ label: text.base.download(repo, received, size) });
        },
      },
    );
    progress.update({ label: text.studio.download.working });
    const written = await place(path, out);
    progress.clear();
    if (json) printJson(context, { type: "written", path: written });
    else print(context, text.studio.download.wrote(written));
  } finally {
    progress.clear();
  }
}

const tellMs = 500;

/** Sums what has arrived of all files; tells it now and then. */
function createCounter(): (event: HubEvent) => { done: number; total: number } | undefined {
  const received = new Map<string, number>();
  let total = 0;
  let toldAt = 0;
  return (event) => {
    if (event.type === "plan") total = event.missingBytes;
    else {
      received.set(event.path, event.type === "file" ? event.sizeBytes : event.receivedBytes);
    }
    const now = Date.now();
    if (event.type === "progress" && now - toldAt < tellMs) return undefined;
    toldAt = now;
    const done = [...received.values()].reduce((sum, bytes) => sum + bytes, 0);
    return { done: Math.min(done, total), total };
  };
}

/** The cache's files under names of their own; links of the cache are followed. @returns where they are */
async function place(from: string, out: string): Promise<string> {
  if ((await stat(from)).isDirectory()) {
    await copyFolder(from, out);
    return out;
  }
  const path = extname(out) === extname(from) ? out : out + extname(from);
  await makeFolder(dirname(path));
  await copyOne(from, path);
  return path;
}

async function copyFolder(from: string, to: string): Promise<void> {
  await makeFolder(to);
  for (const name of await readdir(from)) {
    const path = join(from, name);
    if ((await stat(path)).isDirectory()) await copyFolder(path, join(to, name));
    else await copyOne(path, join(to, name));
  }
}

async function copyOne(from: string, to: string): Promise<void> {
  const real = await realpath(from);
  await link(real, to).catch(() => copyFile(real, to, constants.COPYFILE_EXCL));
}
