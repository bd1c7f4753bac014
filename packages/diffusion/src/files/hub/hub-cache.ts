/**
 * @file The cache of the Hugging Face Hub as downloading sees it; an adapter keeps it on a disk in
 * the layout of Python's huggingface_hub, so that both share what was downloaded.
 */

/** Where downloaded files are kept. */
export interface HubCache {
  /** The commit that a branch or tag pointed to when it was last asked for. */
  readRef(repo: string, revision: string): Promise<string | undefined>;
  writeRef(repo: string, revision: string, commit: string): Promise<void>;
  /** The folder that shows the files of a commit. */
  snapshotFolder(repo: string, commit: string): string;
  /** Paths of the files of a commit that are there, relative to its folder; sorted. */
  listSnapshot(repo: string, commit: string): Promise<string[]>;
  hasBlob(repo: string, hash: string): Promise<boolean>;
  /** Opens what has been downloaded of a blob so far, to continue. */
  openPartial(repo: string, hash: string): Promise<PartialBlob>;
  /** Shows a blob as a file of a commit. */
  link(
    repo: string,
    file: { readonly commit: string; readonly path: string; readonly hash: string },
  ): Promise<void>;
}

/** A blob whose download has not finished. */
export interface PartialBlob {
  readonly sizeBytes: number;
  append(chunk: Uint8Array): Promise<void>;
  /** Forgets what is there. */
  restart(): Promise<void>;
  /** The hash of all bytes, as the hub names blobs: SHA-256, or git's SHA-1 for small files. */
  hash(algorithm: BlobHash): Promise<string>;
  /** Makes the blob visible under its hash. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

/** How a blob's name follows from its bytes: LFS files by SHA-256, others as git names them. */
export type BlobHash = "sha256" | "git-sha1";
