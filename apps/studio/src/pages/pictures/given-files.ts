/** @file Files that were given to the page: what they are, which sets they make, and in which portions they are sent. */

import { itemName } from "@atelier/server/api";

/** A file, with the folders that it lies in, outermost first. */
export interface GivenFile<F extends SentFile = File> {
  readonly file: F;
  readonly folders: readonly string[];
}

/** What is asked of a file here. */
export interface SentFile {
  readonly name: string;
  readonly size: number;
}

/** A data set to be made, and the files for it. */
export interface GivenSet<F extends SentFile = File> {
  readonly name: string;
  readonly files: readonly GivenFile<F>[];
}

/** A file under the name that it is sent by. */
export interface NamedFile<F extends SentFile = File> {
  readonly name: string;
  readonly file: F;
}

const pictures: ReadonlySet<string> = new Set([
  "jpg",
  "jpeg",
  "jpe",
  "jfif",
  "png",
  "webp",
  "avif",
]);
const systemNames = /^(\.|__macosx$|thumbs\.db$|ehthumbs\.db$|desktop\.ini$|@eadir$)/i;
const wellFormed = /[^\p{L}\p{N}\p{M} ._()-]+/gu;

/** Ends of names that a file chooser offers. */
export const acceptedFiles = ".jpg,.jpeg,.png,.webp,.avif,.txt,.zip";

/** What a file is by its name; `system` is what nobody put there on purpose. */
export function kindOf(name: string): "picture" | "caption" | "archive" | "system" | "other" {
  if (systemNames.test(name)) return "system";
  const ending = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  if (pictures.has(ending)) return "picture";
  if (ending === "txt") return "caption";
  return ending === "zip" ? "archive" : "other";
}

/** Leaves out what systems put into folders. */
export function withoutSystemFiles<F extends SentFile>(
  files: readonly GivenFile<F>[],
): GivenFile<F>[] {
  return files.filter(({ file, folders }) =>
    [...folders, file.name].every((name) => kindOf(name) !== "system"),
  );
}

/** The sets that files make: one for each folder, one for each archive, and one for all that lies loose. */
export function setsOf<F extends SentFile>(
  files: readonly GivenFile<F>[],
  { looseName, taken }: { readonly looseName: string; readonly taken: readonly string[] },
): GivenSet<F>[] {
  const groups = new Map<string, GivenFile<F>[]>();
  for (const given of withoutSystemFiles(files)) {
    const name = givenSetName(given) ?? looseName;
    groups.set(name, [...(groups.get(name) ?? []), given]);
  }
  const used = new Set(taken);
  return [...groups].map(([wanted, group]) => {
    const name = freeName(datasetName(wanted) ?? looseName, used);
    used.add(name);
    return { name, files: group };
  });
}

function givenSetName<F extends SentFile>({ file, folders: [outermost] }: GivenFile<F>) {
  if (outermost !== undefined) return outermost;
  return kindOf(file.name) === "archive" ? stemOf(file.name) : undefined;
}

/** A name for a data set that is as near to a text as names allow; none where nothing is left of it. */
export function datasetName(text: string): string | undefined {
  // macOS hands over names of folders with Hangul taken apart.
  const name = text
    .normalize("NFC")
    .replace(wellFormed, "-")
    .replace(/^[^\p{L}\p{N}_(]+/u, "")
    .slice(0, 100)
    .replace(/[ .]+$/, "");
  return itemName.safeParse(name).success ? name : undefined;
}

/** A name that is not in use: `dog`, `dog 2`, `dog 3` … */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let count = 1; ; count++) {
    const free = count === 1 ? name : `${name} ${count}`;
    if (!taken.has(free)) return free;
  }
}

/**
 * Files by the paths that they lie at, which tell the server what belongs to what, in an order that keeps captions and
 * masks beside their pictures.
 */
export function namedFiles<F extends SentFile>(files: readonly GivenFile<F>[]): NamedFile<F>[] {
  const named = files.map(({ file, folders }) => ({
    ...{ file, name: [...folders, file.name].join("/").normalize("NFC") },
  }));
  return named.sort(
    (a, b) => compare(belongingOf(a.name), belongingOf(b.name)) || compare(a.name, b.name),
  );
}

/** What a picture, its caption and its mask in a folder `masks` beside it have in common. */
function belongingOf(path: string): string {
  return stemOf(path.replace(/(^|\/)masks\/([^/]+)$/i, "$1$2"));
}

/** Portions to send one after the other; a picture, its caption and its mask go together. */
export function batchesOf<F extends SentFile>(
  files: readonly NamedFile<F>[],
  { most = 40, mostBytes = 48e6 }: { readonly most?: number; readonly mostBytes?: number } = {},
): NamedFile<F>[][] {
  const batches: NamedFile<F>[][] = [];
  let [batch, bytes]: [NamedFile<F>[], number] = [[], 0];
  for (const [index, named] of files.entries()) {
    const before = files[index - 1];
    const belongs = before !== undefined && belongingOf(before.name) === belongingOf(named.name);
    const isFull = batch.length >= most || bytes + named.file.size > mostBytes;
    if (batch.length > 0 && isFull && !belongs) {
      batches.push(batch);
      [batch, bytes] = [[], 0];
    }
    batch.push(named);
    bytes += named.file.size;
  }
  return batch.length > 0 ? [...batches, batch] : batches;
}

/** A file's name without its ending. */
export function stemOf(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(0, dot) : name;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
