/** @file `atelier studio`: the server with its pages, its queue and a worker, until Ctrl-C. */

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { AtelierError } from "@atelier/engine";
import type { Command } from "commander";
import { type CliContext, print } from "../cli-context.js";
import { atelierVersion } from "../version.js";

interface StudioFlags {
  readonly port: string;
  readonly open: boolean;
  readonly listen?: string;
  readonly library?: string;
  readonly database?: string;
  readonly storage?: string;
  readonly storageEndpoint?: string;
}

const usualPort = "4860";
const loopback = "127.0.0.1";

/** Adds the command. */
export function addStudioCommand(program: Command, context: CliContext): void {
  const { studio: text } = context.text;
  program
    .command("studio")
    .description(text.description)
    .option("--port <number>", text.port, usualPort)
    .option("--no-open", text.open)
    .option("--listen <host>", text.listen)
    .option("--library <folder>", text.library)
    .option("--database <url>", text.database)
    .option("--storage <place>", text.storage)
    .option("--storage-endpoint <url>", text.storageEndpoint)
    .addHelpText("after", text.more)
    .action((flags: StudioFlags) => studio(context, flags));
}

/** The folder of the library where none is named. */
export const usualLibrary = (): string => join(homedir(), "Atelier");

/** The program that jobs are run with: this one. */
export const programPath: string = fileURLToPath(new URL("../../bin/atelier.mjs", import.meta.url));

async function studio(context: CliContext, flags: StudioFlags): Promise<void> {
  const { io, text } = context;
  const port = portOf(context, flags.port);
  const page = findPage(context);
  const library = resolve(flags.library ?? usualLibrary());
  const { openStudio } = await import("@atelier/server");
  const opened = await openStudio({
    ...{ library, program: programPath, page, port, version: atelierVersion },
    host: flags.listen ?? loopback,
    signal: io.signal,
    ...(flags.database !== undefined && { database: flags.database }),
    storage: storageOf(context, flags),
  });
  try {
    const address = `${opened.url}/#key=${opened.key}`;
    print(context, text.studio.opened(address));
    print(context, text.studio.inLibrary(library));
    print(context, text.studio.end);
    if (flags.open) openBrowser(address);
    await untilAborted(io.signal);
  } finally {
    await opened.close();
  }
}

/** The storage that options name. */
export function storageOf(
  { text }: CliContext,
  { storage, storageEndpoint: endpoint }: Pick<StudioFlags, "storage" | "storageEndpoint">,
): { readonly place: string; readonly endpoint: string | undefined } | undefined {
  if (storage !== undefined) return { place: storage, endpoint };
  if (endpoint === undefined) return undefined;
  throw new AtelierError("config", text.studio.endpointAlone);
}

function portOf({ text }: CliContext, value: string): number {
  const port = Number(value);
  if (/^\d+$/.test(value) && port <= 65_535) return port;
  throw new AtelierError("config", text.studio.notPort(value));
}

function findPage({ text }: CliContext): string {
  const manifest = fileURLToPath(import.meta.resolve("@atelier/studio/package.json"));
  const page = join(dirname(manifest), "dist");
  if (existsSync(join(page, "index.html"))) return page;
  throw new AtelierError("file", text.studio.noPage(page));
}

/** Resolves once a signal is aborted. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener("abort", () => done(), { once: true });
  });
}

/** Shows an address; a machine without a browser shows nothing. */
function openBrowser(url: string): void {
  const [program = "", ...before] = { darwin: ["open"], win32: ["cmd", "/c", "start", '""'] }[
    process.platform as string
  ] ?? ["xdg-open"];
  const child = spawn(program, [...before, url], { stdio: "ignore", detached: true });
  child.on("error", () => {});
  child.unref();
}
