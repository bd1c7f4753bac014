/** @file What an attempt has made gets its names in the library. A second attempt at it gives the same ones. */

import { constants } from "node:fs";
import { copyFile, cp, link } from "node:fs/promises";
import { basename, join } from "node:path";
import { makeFolder, nodeFiles } from "@atelier/engine/node";
import type { Job } from "../api/index.js";
import type { Claim } from "../jobs/claim.js";
import type { Drawn, Findings, Made } from "../jobs/commands/command.js";
import type { LibraryFolder } from "../library/folder/library-folder.js";
import type { Origins } from "../library/folder/origins.js";
import { moveFile } from "../library/folder/publish.js";
import { itemSections } from "../library/items/item-files.js";
import type { Items } from "../library/items/items.js";

/** Where results go. */
export interface PublishDeps {
  readonly library: LibraryFolder;
  readonly items: Pick<Items, "place">;
  readonly origins: Origins;
}

/** The job whose results they are. */
export type Published = Pick<Claim, "job" | "run" | "created">;

/** What is published. */
export interface Publication {
  readonly claim: Published;
  readonly findings: Findings;
  /** The attempt's own folder. */
  readonly outputs: string;
  /** Whether it may have been published before, by someone who could not say so any more. */
  readonly isAgain: boolean;
}

const mostAnswerCharacters = 1_000_000;

/** Publishes. @returns the job's outcome */
export async function publish(
  deps: PublishDeps,
  { claim, findings, outputs, isAgain }: Publication,
): Promise<NonNullable<Job["outcome"]>> {
  const items: string[] = [];
  for (const made of findings.made) {
    const before = isAgain ? await placedBefore(deps, claim, made) : undefined;
    items.push(before ?? (await place(deps, made, { claim, outputs })));
  }
  const drawings: string[] = [];
  for (const [index, picture] of findings.pictures.entries()) {
    drawings.push(await hang(deps, picture, { claim, number: index + 1 }));
  }
  const { answer, hasReport: report } = findings;
  const isShort = answer !== undefined && JSON.stringify(answer).length <= mostAnswerCharacters;
  return { items, drawings, report, ...(isShort && { result: answer }) };
}

async function place(
  { items }: PublishDeps,
  { kind, path, name, isKept = false }: Made,
  { claim, outputs }: Pick<Publication, "claim" | "outputs">,
): Promise<string> {
  const own = isKept ? await copyTo(join(outputs, "published"), path) : path;
  const origin = { job: claim.job, ...(claim.run !== undefined && { run: claim.run }) };
  return items.place(kind, { path: own, name, origin });
}

/** The name that an earlier attempt gave to the same result, and could not say any more. */
async function placedBefore(
  { library, origins }: PublishDeps,
  { job }: Published,
  { kind }: Made,
): Promise<string | undefined> {
  const section = itemSections[kind];
  const names = (await nodeFiles.list(library.folderOf(section))).map(({ name }) => name);
  const known = await origins.ofMany(section, names);
  return names.find((name) => known.get(name)?.job === job);
}

/** A link to each file, or a copy where there are no links: it takes no room, and the run keeps its own. */
async function copyTo(folder: string, path: string): Promise<string> {
  await makeFolder(folder);
  const to = join(folder, basename(path));
  if ((await nodeFiles.stat(path))?.kind === "folder") {
    await cp(path, to, { recursive: true, mode: constants.COPYFILE_FICLONE });
    return to;
  }
  await link(path, to).catch(() => copyFile(path, to));
  return to;
}

/**
 * Gives a drawing to the library, which may have it already. Its name is of its job and its place there, so that it is
 * the same in every attempt, as is what is drawn.
 */
export async function hang(
  { library, origins }: Pick<PublishDeps, "library" | "origins">,
  { path, ...grid }: Drawn,
  { claim, number }: { readonly claim: Published; readonly number: number },
): Promise<string> {
  const stamp = claim.created.toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
  const name = `${stamp}-${claim.job.slice(0, 8)}-${String(number).padStart(3, "0")}.png`;
  const to = join(library.folderOf("drawings"), name);
  const [source, standing] = await Promise.all([nodeFiles.stat(path), nodeFiles.stat(to)]);
  // It may also have been deleted since.
  if (source === undefined || standing !== undefined) return name;
  await moveFile(path, to);
  await origins.tell("drawings", name, { job: claim.job, ...grid });
  return name;
}
