/**
 * @file From what a user writes for a base model (a folder, a file, a repository of the Hugging Face
 * Hub) to a path that can be opened, downloading what is missing.
 */

import { AtelierError, type FileStore, said } from "@atelier/engine";
import { downloadBlob, type HubFile } from "./download-blob.js";
import type { HubCache } from "./hub-cache.js";
import { createHubClient, type HubAccess } from "./hub-client.js";
import { type HubSource, isCommit, parseHubSource } from "./hub-name.js";
import { type SelectedFiles, type SelectFiles, selectModelFiles } from "./select-model-files.js";

/** What happens while a model is fetched. */
export type HubEvent =
  /** The files are known; `missingBytes` of `totalBytes` are not in the cache. */
  | {
      readonly type: "plan";
      readonly repo: string;
      readonly commit: string;
      readonly files: number;
      readonly totalBytes: number;
      readonly missingBytes: number;
    }
  /** Bytes of a file arrived. */
  | {
      readonly type: "progress";
      readonly path: string;
      readonly receivedBytes: number;
      readonly sizeBytes: number;
    }
  /** A file is complete and its hash is right. */
  | { readonly type: "file"; readonly path: string; readonly sizeBytes: number };

/** A model that is on this machine. */
export interface ResolvedModel {
  /** A folder or a file for `openModelFiles`. */
  readonly path: string;
  /** The repository and commit it came from, for models from the hub. */
  readonly hub?: { readonly repo: string; readonly commit: string };
}

/** Options of {@link resolveModel}. */
export interface ResolveModelOptions extends HubAccess {
  readonly files: FileStore;
  readonly cache: HubCache;
  /** Only use what is in the cache. */
  readonly isOffline?: boolean;
  /** Variant of the weights, such as `fp16`; plain weights where a component lacks it. */
  readonly variant?: string | undefined;
  /** Which files are wanted: those of a model by default. */
  readonly select?: SelectFiles;
  readonly onEvent?: ((event: HubEvent) => void) | undefined;
}

/**
 * Finds a model: whatever stands at the path `source`, else the repository `organisation/name` or
 * `organisation/name@revision`, of which configs, tokenizers and safetensors weights are downloaded.
 * @throws AtelierError `file` when there is no such model, `network` when the hub refuses or the
 *   download fails, `aborted` on the signal.
 */
export async function resolveModel(
  source: string,
  options: ResolveModelOptions,
): Promise<ResolvedModel> {
  if ((await options.files.stat(source)) !== undefined) return { path: source };
  const hub = parseHubSource(source);
  if (hub === undefined) {
    throw new AtelierError(
      "file",
      said`${source}: expected a folder, a file or a repository such as organisation/name@revision, got nothing at this path. Check the spelling.`,
    );
  }
  const cached = await findCached(hub, options);
  if (cached !== undefined) return cached;
  return download(hub, options);
}

/** A commit never changes, so one that is there whole needs no request; offline, anything must do. */
async function findCached(
  { repo, revision }: HubSource,
  { cache, files, isOffline = false, variant, select = selectModelFiles }: ResolveModelOptions,
): Promise<ResolvedModel | undefined> {
  const fixed = isCommit(revision) ? revision : undefined;
  if (!isOffline && fixed === undefined) return undefined;
  const commit = fixed ?? (await cache.readRef(repo, revision));
  const paths = commit === undefined ? [] : await cache.listSnapshot(repo, commit);
  if (commit === undefined || paths.length === 0) {
    if (!isOffline) return undefined;
    throw new AtelierError(
      "file",
      said`${repo}@${revision}: expected a downloaded copy in the cache, got none while offline. Run once without HF_HUB_OFFLINE, or name another revision.`,
    );
  }
  const folder = cache.snapshotFolder(repo, commit);
  const found = (selected: SelectedFiles): ResolvedModel => ({
    path: pathOf(files, folder, selected),
    hub: { repo, commit },
  });
  if (isOffline) return found(select(`${folder} (offline)`, paths, { variant }));
  const selected = selectedOf(() => select("cache", paths, { variant }));
  return selected?.hasWholeVariant === true ? found(selected) : undefined;
}

function pathOf(files: FileStore, folder: string, { entry }: SelectedFiles): string {
  return entry === undefined ? folder : files.join(folder, entry);
}

/** What is there, where it is enough. */
function selectedOf(select: () => SelectedFiles): SelectedFiles | undefined {
  try {
    return select();
  } catch (error) {
    if (error instanceof AtelierError) return undefined;
    throw error;
  }
}

async function download(
  source: HubSource,
  {
    cache,
    files: store,
    variant,
    select = selectModelFiles,
    onEvent = () => undefined,
    ...access
  }: ResolveModelOptions,
): Promise<ResolvedModel> {
  const { repo, revision } = source;
  const client = createHubClient(access);
  const { commit, files } = await client.describe(source);
  const available = files.map((file) => file.path);
  const selected = select(`${repo}@${revision}`, available, { variant });
  const needed = files.filter((file) => selected.paths.includes(file.path));
  onEvent(await plan({ repo, commit, needed, cache }));
  for (const file of needed) {
    const { path, hash, sizeBytes } = file;
    await downloadBlob({
      repo,
      file,
      cache,
      url: client.urlOf(repo, { commit, path }),
      send: (url, headers) => client.send(url, headers),
      signal: access.signal,
      onProgress: (receivedBytes) => onEvent({ type: "progress", path, receivedBytes, sizeBytes }),
    });
    await cache.link(repo, { commit, path, hash });
    onEvent({ type: "file", path, sizeBytes });
  }
  if (!isCommit(revision)) await cache.writeRef(repo, revision, commit);
  const folder = cache.snapshotFolder(repo, commit);
  return { path: pathOf(store, folder, selected), hub: { repo, commit } };
}

async function plan({
  repo,
  commit,
  needed,
  cache,
}: {
  readonly repo: string;
  readonly commit: string;
  readonly needed: readonly HubFile[];
  readonly cache: HubCache;
}): Promise<HubEvent> {
  const sum = (files: readonly HubFile[]) => files.reduce((all, file) => all + file.sizeBytes, 0);
  const missing: HubFile[] = [];
  for (const file of needed) {
    if (!(await cache.hasBlob(repo, file.hash))) missing.push(file);
  }
  return {
    type: "plan",
    repo,
    commit,
    files: needed.length,
    totalBytes: sum(needed),
    missingBytes: sum(missing),
  };
}
