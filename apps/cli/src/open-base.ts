/**
 * @file The base model that a user names: the embedded one, a folder, a file, or a repository that is
 * downloaded.
 */

import { openEmbeddedBase } from "@atelier/base/node";
import { type EmbeddedBase, embeddedBaseName, embeddedBaseTitle } from "@atelier/diffusion/core";
import {
  type HubEvent,
  type ResolveModelOptions,
  resolveModel,
  selectAdapterFiles,
} from "@atelier/diffusion/files";
import { createHubDiskCache, hubAccess, readHubEnvironment } from "@atelier/diffusion/node";
import { isAdapterRepository } from "./adapter-use.js";
import type { CliContext } from "./cli-context.js";
import { formatBytes } from "./format.js";
import type { Messages } from "./messages/messages.js";
import type { Progress } from "./progress.js";

/** A model on this machine. */
export interface FoundBase {
  /** For `openModelFiles`. */
  readonly path: string;
  /** What it is called, where that is not its file's or folder's name. */
  readonly name?: string;
  readonly fingerprint?: string;
}

/**
 * Finds a model, downloaded first where it is a repository, and checked where it is the embedded one.
 * @throws AtelierError `file` when there is no such model or it is damaged, `network`, `aborted`.
 */
export async function findBase(
  context: CliContext,
  source: string,
  { variant, progress }: { readonly variant?: string | undefined; readonly progress: Progress },
): Promise<FoundBase> {
  if (source === embeddedBaseName) return findLocal(context, source, progress);
  // A path needs nothing of the hub, whatever its variables say.
  if ((await context.files.stat(source)) !== undefined) return { path: source };
  return { path: await resolve(context, source, { variant, progress }) };
}

/**
 * Finds an adapter, downloaded first where it is a repository.
 * @throws AtelierError `file` when there is none, `network`, `aborted`.
 */
export async function findAdapter(
  context: CliContext,
  source: string,
  progress: Progress,
): Promise<FoundBase> {
  const isThere = (await context.files.stat(source)) !== undefined;
  if (isThere || source === embeddedBaseName || !isAdapterRepository(source)) {
    return findLocal(context, source, progress);
  }
  return { path: await resolve(context, source, { progress, select: selectAdapterFiles }) };
}

async function resolve(
  { io, files, text }: CliContext,
  source: string,
  {
    progress,
    ...options
  }: Pick<ResolveModelOptions, "variant" | "select"> & { readonly progress: Progress },
): Promise<string> {
  const hub = readHubEnvironment(io.env);
  const { path } = await resolveModel(source, {
    files,
    cache: createHubDiskCache(hub.cacheFolder, hub),
    ...hubAccess(hub, io.env),
    isOffline: hub.isOffline,
    ...options,
    signal: io.signal,
    onEvent: (event) => {
      if (hub.showsProgress || event.type !== "progress") show(event, text, progress);
    },
  });
  return path;
}

/** A path as it is, or the embedded base by its name. @throws AtelierError `file` as {@link openEmbedded}. */
export async function findLocal(
  context: CliContext,
  source: string,
  progress: Progress,
): Promise<FoundBase> {
  if (source !== embeddedBaseName) return { path: source };
  const { folder: path, fingerprint } = await openEmbedded(context, progress);
  return { path, name: embeddedBaseTitle, fingerprint };
}

/**
 * The embedded base: the one that Atelier came with, or the folder in `ATELIER_EMBEDDED_BASE`.
 * @throws AtelierError `file` when there is none, or naming what is damaged.
 */
export async function openEmbedded(
  { io, files, text }: CliContext,
  progress?: Progress,
): Promise<EmbeddedBase> {
  if (progress !== undefined && (await files.stat(embeddedBaseName)) !== undefined) {
    progress.warn(text.base.shadowed(embeddedBaseName));
  }
  // An empty variable is how shells spell none.
  return openEmbeddedBase({ folder: io.env["ATELIER_EMBEDDED_BASE"] || undefined });
}

function show(event: HubEvent, { base }: Messages, progress: Progress): void {
  switch (event.type) {
    case "plan":
      if (event.missingBytes > 0) {
        progress.done(base.plan(event.repo, event.files, formatBytes(event.missingBytes)));
      }
      break;
    case "progress": {
      const [received, size] = [event.receivedBytes, event.sizeBytes].map(formatBytes);
      progress.update({ label: base.download(event.path, received ?? "", size ?? "") });
      break;
    }
    case "file":
      progress.clear();
      break;
    default:
      event satisfies never;
  }
}
