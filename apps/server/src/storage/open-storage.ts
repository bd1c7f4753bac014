/** @file Opens a storage as options name it, and sees that blobs can be written and read there. */

import { isAbsolute, resolve } from "node:path";
import { AtelierError, said } from "@atelier/engine";
import type { ArtifactStore } from "./artifact-store.js";
import { hashOf } from "./blob-hash.js";
import { openFolderStore } from "./folder-store.js";
import { openS3Store, type S3Place } from "./s3-store.js";
import { lostFile } from "./storage-error.js";

/** A storage as it is named. */
export interface StoragePlace {
  /** `s3://bucket/prefix`, or a folder. */
  readonly place: string;
  /** Of an S3 server that is not Amazon's. */
  readonly endpoint?: string | undefined;
}

/**
 * Opens a storage.
 * @throws AtelierError `config` for a name that is none, `file` and `network` where it is not there or refuses.
 */
export async function openStorage(named: StoragePlace): Promise<ArtifactStore> {
  const s3 = s3Place(named);
  const store = await (s3 === undefined ? openFolderStore(folderOf(named)) : openS3Store(s3));
  await tryAll(store);
  return store;
}

/** What keys may do is not asked of a server, but tried: what is refused is refused now, and not within a job. */
async function tryAll(store: ArtifactStore): Promise<void> {
  const bytes = new TextEncoder().encode("Atelier\n");
  const hash = hashOf(bytes);
  await store.put(hash, bytes);
  const read = await store.get(hash);
  if (read === undefined || hashOf(read) !== hash) throw lostFile(store.name, hash);
  // Whoever may not list is refused what is absent, too.
  const absent = "0".repeat(64);
  await store.stored(absent);
  await store.remove(absent);
  for await (const _blob of store.list()) break;
}

function s3Place({ place, endpoint }: StoragePlace): S3Place | undefined {
  if (!/^s3:/i.test(place)) return undefined;
  const parts = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(place);
  if (parts === null) throw noPlace(place);
  const [, bucket = "", path = ""] = parts;
  const prefix = path.replace(/\/+$/, "");
  if (prefix !== "" && !prefix.split("/").every(isPlain)) throw noPlace(place);
  return { bucket, prefix, ...(endpoint !== undefined && { endpoint: endpointOf(endpoint) }) };
}

/** What needs no escaping in addresses, and is no step within them. */
const isPlain = (name: string): boolean => /^[\w.-]*[\w-][\w.-]*$/.test(name);

function folderOf({ place, endpoint }: StoragePlace): string {
  if (place.trim() === "" || (/^[a-z][a-z0-9+.-]+:/i.test(place) && !isAbsolute(place))) {
    throw noPlace(place);
  }
  if (endpoint !== undefined) {
    throw new AtelierError(
      "config",
      said`--storage-endpoint: expected a storage of the form s3://bucket/prefix beside it, got ${place}. Leave the endpoint out, or name a bucket.`,
    );
  }
  return resolve(place);
}

function endpointOf(endpoint: string): string {
  if (/^https?:\/\//i.test(endpoint) && URL.canParse(endpoint)) return endpoint;
  throw new AtelierError(
    "config",
    said`--storage-endpoint: expected an address such as https://minio.example:9000, got ${endpoint}.`,
  );
}

const noPlace = (place: string) =>
  new AtelierError(
    "config",
    said`--storage: expected a folder, or an address such as s3://bucket/prefix, got ${place}.`,
  );
