/**
 * @file What belongs together: files by their paths, each as the blobs that it is cut into. A manifest is a blob, whose
 * hash says all of it; it is sent when all that it names has been. It comes from another machine, and is no more
 * believed than an upload.
 */

import { z } from "zod";
import { requireName } from "../library/folder/safe-path.js";
import { type ArtifactStore, type BlobHash, partBytes } from "./artifact-store.js";
import { hashOf } from "./blob-hash.js";
import { lostFile, strangeManifest } from "./storage-error.js";

/** No job has more, longer or deeper. */
const limits = { files: 200_000, fileBytes: 1e12, depth: 32, manifestBytes: 256e6 };

const path = z.string().refine((text) => {
  const names = text.split("/");
  if (names.length > limits.depth) return false;
  for (const name of names) requireName(name);
  return true;
});

const file = z
  .strictObject({
    path,
    bytes: z.int().min(0).max(limits.fileBytes),
    parts: z.array(z.string().regex(/^[0-9a-f]{64}$/)),
  })
  .refine(({ bytes, parts }) => parts.length === Math.ceil(bytes / partBytes));

const manifest = z.strictObject({
  version: z.literal(1),
  /** The library's folder where the files were, for paths that they hold. */
  root: z.string().min(1),
  /** Files and folders that are sent as a whole: where files stand there that are not listed, they are of another state. */
  tops: z.array(path),
  files: z.array(file).max(limits.files),
  /** What there is to say beside the files. */
  note: z.unknown().optional(),
});

/** Files that belong together. */
export type Manifest = z.infer<typeof manifest>;

/** A file of a manifest; its path has `/` between names. */
export type ManifestFile = Manifest["files"][number];

/** Stores a manifest. @returns its name */
export async function putManifest(store: ArtifactStore, content: Manifest): Promise<BlobHash> {
  const bytes = new TextEncoder().encode(JSON.stringify(content));
  const hash = hashOf(bytes);
  await store.put(hash, bytes);
  return hash;
}

/** Reads a manifest. @throws AtelierError where it is lost, or none of ours. */
export async function getManifest(store: ArtifactStore, hash: BlobHash): Promise<Manifest> {
  const bytes = await store.get(hash);
  if (bytes === undefined || hashOf(bytes) !== hash) throw lostFile(store.name, hash);
  try {
    if (bytes.length > limits.manifestBytes) throw new Error(`${bytes.length} bytes`);
    const read = manifest.parse(JSON.parse(new TextDecoder().decode(bytes)));
    const strayed = read.files.find((one) => !isBelowATop(read, one));
    if (strayed !== undefined) throw new Error(strayed.path);
    return read;
  } catch (error) {
    throw strangeManifest(store.name, error);
  }
}

/** Whether a file is one of the tops, or lies in one. */
const isBelowATop = ({ tops }: Manifest, { path: at }: ManifestFile): boolean =>
  tops.some((top) => at === top || at.startsWith(`${top}/`));
