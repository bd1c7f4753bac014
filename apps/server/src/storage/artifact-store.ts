/**
 * @file What machines without a common folder exchange files through: blobs that are named by their content. A blob is
 * whole or not there, and what has its name is equal, so that nobody can replace anything and whoever sends goes on
 * where another broke off. What belongs together is said by manifests, which are blobs themselves; which of them count
 * stands in the database.
 */

/** SHA-256 in hexadecimal digits. */
export type BlobHash = string;

/** Blobs by their hashes. All functions throw AtelierErrors of `storage-error.ts`. */
export interface ArtifactStore {
  /** How errors name it. */
  readonly name: string;
  /** Stores a blob; it is seen when it is whole. */
  readonly put: (hash: BlobHash, bytes: Uint8Array) => Promise<void>;
  /** The bytes that were stored under a name, not compared with it; nothing where there are none. */
  readonly get: (hash: BlobHash) => Promise<Uint8Array | undefined>;
  /** When a blob was stored last; nothing where there is none. */
  readonly stored: (hash: BlobHash) => Promise<Date | undefined>;
  readonly list: () => AsyncIterable<ListedBlob>;
  readonly remove: (hash: BlobHash) => Promise<void>;
}

/** A blob as it is listed. */
export interface ListedBlob {
  readonly hash: BlobHash;
  readonly stored: Date;
}

/** Files are cut into blobs of so many bytes: one request each, and what breaks off is sent again from there. */
export const partBytes: number = 16 * 2 ** 20;

/** Blobs on their way at once. */
export const atOnce = 8;

/** Where a blob stands below the storage's own root. */
export const blobKey = (hash: BlobHash): string => `blobs/${hash.slice(0, 2)}/${hash}`;

/** The hash in such a key; nothing for what is no blob's. */
export function hashOfKey(key: string): BlobHash | undefined {
  return /(?:^|\/)blobs\/[0-9a-f]{2}\/([0-9a-f]{64})$/.exec(key)?.[1];
}
