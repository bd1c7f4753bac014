/**
 * @file Names that come from users and from the hub, checked before they become paths: repositories,
 * revisions, files.
 */

import { AtelierError, said } from "@atelier/engine";

/** A repository on the Hugging Face Hub at a revision. */
export interface HubSource {
  /** `organisation/name`. */
  readonly repo: string;
  /** A branch, a tag or a commit. */
  readonly revision: string;
}

const part = "[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?";
const sourcePattern = new RegExp(`^(${part}/${part})(?:@(.+))?$`);
/** What git allows in names and every file system takes. */
const revisionPattern = /^[A-Za-z0-9_](?:[A-Za-z0-9._/-]{0,254}[A-Za-z0-9_-])?$/;
const commitPattern = /^[0-9a-f]{40}$/;

/** Reads `organisation/name` or `organisation/name@revision`; `undefined` for anything else. */
export function parseHubSource(text: string): HubSource | undefined {
  const [, repo, revision = "main"] = sourcePattern.exec(text) ?? [];
  if (repo === undefined || repo.includes("--") || repo.includes("..")) return undefined;
  const isSafe = revisionPattern.test(revision) && !/\.\.|\/\/|\/\.|\.lock(\/|$)/.test(revision);
  return isSafe ? { repo, revision } : undefined;
}

/** Whether a revision is a full commit, which never changes its content. */
export function isCommit(revision: string): boolean {
  return commitPattern.test(revision);
}

/**
 * Lets only relative paths through that stay inside their folder on every system.
 * @throws AtelierError `network` for a name that a hub should never send.
 */
export function requireSafePath(repo: string, path: string): string {
  const isSafe = path
    .split("/")
    .every((segment) => /^[^\\:*?"<>|\p{Cc}]+$/u.test(segment) && !/^\.{1,2}$|[. ]$/.test(segment));
  if (isSafe) return path;
  throw new AtelierError(
    "network",
    said`${repo}: expected a file name inside the repository, got ${JSON.stringify(path)}. Do not use this repository.`,
    { context: { path } },
  );
}
