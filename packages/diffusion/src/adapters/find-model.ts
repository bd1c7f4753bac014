/**
 * @file From what a user names (a model that comes with the program, a path, a repository of the Hugging Face
 * Hub) to what can be opened on this machine. Every command and every training finds its models here.
 */

import { nodeFiles } from "@atelier/engine/node";
import {
  type HubEvent,
  type ResolveModelOptions,
  resolveModel,
} from "../files/hub/resolve-model.js";
import { requireAddressSpace } from "./address-space.js";
import { createHubDiskCache } from "./hub-disk-cache.js";
import { hubAccess, readHubEnvironment } from "./hub-environment.js";

/** A model on this machine. */
export interface FoundModel {
  /** For `openModelFiles`. */
  readonly path: string;
  /** What it is called, where that is not its file's or folder's name. */
  readonly name?: string | undefined;
  /** Tells it from all others, where whoever ships it knows. */
  readonly fingerprint?: string | undefined;
}

/** A place that says of itself what it is: a path, which may be a shipped model's name, or a repository. */
export interface ModelPlace {
  readonly path?: string | undefined;
  /** `organisation/name`. */
  readonly repo?: string | undefined;
  /** Of the repository; `main` by default. */
  readonly revision?: string | undefined;
}

/** Options of {@link findModel}. */
export interface FindModelOptions extends Pick<ResolveModelOptions, "variant" | "select"> {
  /** The model that comes with the program under a name, none under any other. */
  readonly shipped?: ((name: string) => Promise<FoundModel | undefined>) | undefined;
  /** Only what is downloaded already, also where the environment allows more. */
  readonly isOffline?: boolean;
  /** Says where the hub and its cache are; of this process by default. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
  /** Told of a download; of its progress unless the environment wants none. */
  readonly onEvent?: ((event: HubEvent) => void) | undefined;
}

/**
 * Finds a model.
 * @param source a place, or a text: a shipped model's name, else whatever stands at the path, else a repository,
 *   `organisation/name` or `organisation/name@revision`
 * @throws AtelierError `file` when there is no such model, `network` when the hub refuses, `aborted`, `config` for
 *   settings of the hub that are none; and what `shipped` throws.
 */
export async function findModel(
  source: string | ModelPlace,
  {
    shipped,
    isOffline = false,
    environment = process.env,
    onEvent = () => {},
    ...options
  }: FindModelOptions = {},
): Promise<FoundModel> {
  const {
    path,
    repo = "",
    revision = "main",
  } = typeof source === "string" ? { path: source } : source;
  if (path !== undefined) {
    const own = await shipped?.(path);
    if (own !== undefined) return own;
    // A path needs nothing of the hub, whatever its variables say.
    if (typeof source !== "string" || (await nodeFiles.stat(path)) !== undefined) return { path };
  }
  const hub = readHubEnvironment(environment);
  const isCutOff = isOffline || hub.isOffline;
  if (!isCutOff) requireAddressSpace();
  const { path: found } = await resolveModel(path ?? `${repo}@${revision}`, {
    files: nodeFiles,
    cache: createHubDiskCache(hub.cacheFolder, hub),
    ...hubAccess(hub, environment),
    ...options,
    isOffline: isCutOff,
    onEvent: (event) => {
      if (hub.showsProgress || event.type !== "progress") onEvent(event);
    },
  });
  return { path: found };
}
