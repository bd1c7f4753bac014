/** @file What a data set shows, in its `dataset.json`: the word that stands for it, and what kind of thing it is. */

import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { orAbsent } from "../folder/library-error.js";
import { writeWhole } from "../folder/publish.js";
import { infoName } from "./dataset-folder.js";

const infoFile = z.looseObject({ trigger: z.string().catch(""), subject: z.string().catch("") });

/** What a data set shows; empty where nobody has said. */
export interface DatasetInfo {
  readonly trigger: string;
  readonly subject: string;
}

/** Reads it; a damaged file says nothing. */
export async function readInfo(path: string): Promise<DatasetInfo> {
  const { trigger, subject } = parse(await readText(path));
  return { trigger, subject };
}

/** Writes what has changed, and keeps what others have written there. */
export async function changeInfo(
  path: string,
  changed: { readonly [Field in keyof DatasetInfo]?: string | undefined },
): Promise<void> {
  const text = await readText(path);
  const given = Object.fromEntries(
    Object.entries(changed).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value.trim()]],
    ),
  );
  const info = { version: 1, ...parse(text), ...given };
  await writeWhole(join(path, infoName), `${JSON.stringify(info, null, 2)}\n`);
}

/** The file's text; none of a link, which may lead anywhere. */
async function readText(path: string): Promise<string | undefined> {
  const file = join(path, infoName);
  const stats = await orAbsent(lstat(file));
  return stats?.isFile() === true ? await orAbsent(readFile(file, "utf8")) : undefined;
}

function parse(text: string | undefined): z.infer<typeof infoFile> {
  try {
    return infoFile.parse(JSON.parse(text ?? "{}"));
  } catch {
    return { trigger: "", subject: "" };
  }
}
