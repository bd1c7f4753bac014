/**
 * @file Captions as files beside their pictures. They are read and written where the trainer looks first: `cat.txt`, or
 * `cat.png.txt` where `cat.jpg` is there as well.
 */

import { open } from "node:fs/promises";
import { join } from "node:path";
import { stemOf } from "@atelier/diffusion/data";
import { mapSome } from "../folder/in-turn.js";
import { attempt } from "../folder/library-error.js";
import { writeWhole } from "../folder/publish.js";
import { walkDown } from "../folder/safe-path.js";
import type { Placed, Trash, TrashGroup } from "../folder/trash.js";
import { type DatasetNames, requirePicture } from "./dataset-folder.js";

/** Captions that are read or written at once. */
const atOnce = 8;

/** Letters of a caption that are shown and written. */
export const mostLetters = 20_000;

/** A caption file; of a longer one the beginning. */
export async function readCaption(path: string, name: string): Promise<string> {
  return attempt(name, async () => {
    const handle = await open(path, "r");
    try {
      // Most are far shorter, and there may be 10,000 of them.
      const size = Math.min(4 * mostLetters, (await handle.stat()).size);
      const { bytesRead, buffer } = await handle.read(new Uint8Array(size), 0, size, 0);
      return decodeCaption(buffer.subarray(0, bytesRead));
    } finally {
      await handle.close();
    }
  });
}

/** The text of a caption: UTF-8, else as Korean Windows writes it. */
export function decodeCaption(bytes: Uint8Array): string {
  // A letter that was cut off at the end of what is read is none.
  const decode = (encoding: string) =>
    new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true });
  let text: string;
  try {
    text = decode("utf-8");
  } catch {
    try {
      text = decode("euc-kr");
    } catch {
      text = new TextDecoder().decode(bytes);
    }
  }
  return text
    .replace(/^\uFEFF/, "")
    .trim()
    .slice(0, mostLetters);
}

/** Where the caption of a picture belongs. */
export function captionNameFor(
  { captions, sharesStem }: Pick<DatasetNames, "captions" | "sharesStem">,
  picture: string,
): string {
  const own = captions.get(picture);
  const whole = `${picture}.txt`;
  // One that describes other pictures, too, stays theirs.
  if (sharesStem(picture)) return own === whole ? own : whole;
  return own ?? `${stemOf(picture)}.txt`;
}

/**
 * Writes captions; null takes one away. The files as they were go to the trash.
 * @returns how many changed, and what brings them back
 */
export async function writeCaptions(
  trash: Trash,
  names: DatasetNames,
  wanted: Readonly<Record<string, string | null>>,
): Promise<{ readonly written: number; readonly trash?: string }> {
  const compared = await mapSome(Object.entries(wanted), atOnce, async ([given, text]) => {
    const picture = requirePicture(names, given);
    const current = names.captions.get(picture);
    const file = text === null ? current : captionNameFor(names, picture);
    if (file === undefined) return undefined;
    const isSame =
      text !== null &&
      current === file &&
      (await readCaption(join(names.path, file), file)) === text.trim();
    return isSame ? undefined : { file, text };
  });
  const changes = compared.flatMap((change) => change ?? []);
  if (changes.length === 0) return { written: 0 };
  const groups = changes.map(({ file }): TrashGroup => {
    const place: Placed = { section: "datasets", names: [names.name, file] };
    return { stem: stemOf(file), places: [place], isReplaced: true };
  });
  const { trash: id } = await trash.put(groups);
  await mapSome(changes, atOnce, async ({ file, text }) => {
    if (text === null) return;
    const { path } = await walkDown(names.path, [file]);
    await writeWhole(path, `${text.trim()}\n`);
  });
  return { written: changes.length, trash: id };
}
