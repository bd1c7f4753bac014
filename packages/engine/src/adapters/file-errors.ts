/** @file What goes wrong with files, and what to do about it: the same sentences on a disk and in memory. */

import { AtelierError, messageOf, type Sentence, said } from "../errors.js";

/** A part of a file that is asked for. */
export interface ReadSpan {
  readonly path: string;
  readonly offset: number;
  readonly length: number;
  readonly end: number;
}

/** @throws AtelierError `file` for a part that the file does not have. */
export function requireInside(span: ReadSpan): void {
  const { offset, length, end } = span;
  if (!(offset >= 0 && length >= 0 && offset + length <= end)) throw endOfFile(span);
}

/** The file ends before. */
export function endOfFile({ path, offset, length, end }: ReadSpan): AtelierError {
  return new AtelierError(
    "file",
    said`read ${path}: expected ${length} bytes at offset ${offset}, got the end of the file (${end} bytes). The file is cut off or changed while it was read; copy or download it again.`,
    { context: { path, offset, length } },
  );
}

/** What is done with files. */
export type FileAction =
  | "append to"
  | "close"
  | "list"
  | "make folder"
  | "read"
  | "remove"
  | "write";

const actions: Readonly<Record<FileAction, Sentence>> = {
  "append to": said`append to`,
  close: said`close`,
  list: said`list`,
  "make folder": said`make folder`,
  read: said`read`,
  remove: said`remove`,
  write: said`write`,
};

/** What to do about each system error, by its POSIX name. */
const advice: Readonly<Record<string, Sentence>> = {
  ENOENT: said`Check the path; nothing stands there.`,
  ENOTDIR: said`Check the path; a part of it is a file, not a folder.`,
  EACCES: said`This user may not do that; change the permissions or choose another place.`,
  EPERM: said`This user may not do that; change the permissions or choose another place.`,
  EROFS: said`The file system is read-only; choose another place.`,
  ENOSPC: said`The disk is full; free some space or choose another disk.`,
  EDQUOT: said`The disk quota is used up; free some space or choose another disk.`,
  EISDIR: said`A folder stands there; name a file.`,
  EEXIST: said`Something else stands there; remove it or choose another name.`,
  ENOTEMPTY: said`The folder still holds files; remove them first.`,
  EMFILE: said`Too many files are open; close other programs or raise the limit (ulimit -n).`,
  ENFILE: said`Too many files are open on this machine; close other programs.`,
  ENAMETOOLONG: said`The path is too long; choose a shorter one.`,
  EBUSY: said`Another program uses the file; close it and try again.`,
};

/** An error of the system in our words. */
export function fileError(action: FileAction, path: string, error: unknown): AtelierError {
  const code = codeOf(error);
  const known = code === undefined ? undefined : advice[code];
  return new AtelierError(
    "file",
    said`${actions[action]} ${path}: failed with ${code ?? messageOf(error)}. ${known ?? said`Check the path and the disk.`}`,
    { cause: error, context: { path, systemCode: code } },
  );
}

/** The POSIX name of a system's error. */
export function codeOf(error: unknown): string | undefined {
  const hasCode = error instanceof Error && "code" in error && typeof error.code === "string";
  return hasCode ? String(error.code) : undefined;
}
