/** @file The base model that a user names: a folder, a file, or a repository that is downloaded. */

import { type HubEvent, resolveModel } from "@atelier/diffusion";
import { createHubDiskCache, readHubEnvironment } from "@atelier/diffusion/node";
import type { CliContext } from "./cli-context.js";
import { formatBytes } from "./format.js";
import type { Messages } from "./messages/messages.js";
import type { Progress } from "./progress.js";

/**
 * The path of a model for `openCheckpoint`, downloaded first where it is a repository.
 * @throws AtelierError `file` when there is no such model, `network`, `aborted`.
 */
export async function findBase(
  { io, files, text }: CliContext,
  source: string,
  { variant, progress }: { readonly variant?: string | undefined; readonly progress: Progress },
): Promise<string> {
  const hub = readHubEnvironment(io.env);
  const { path } = await resolveModel(source, {
    files,
    cache: createHubDiskCache(hub.cacheFolder),
    endpoint: hub.endpoint,
    token: hub.token,
    isOffline: hub.isOffline,
    variant,
    signal: io.signal,
    onEvent: (event) => show(event, text, progress),
  });
  return path;
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
