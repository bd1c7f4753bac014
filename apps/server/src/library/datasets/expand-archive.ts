/**
 * @file Takes .zip archives apart: only plain files come out, under new names in one folder, whatever the archive calls
 * them; held to the limits of the request, which count what is unpacked.
 */

import { rm } from "node:fs/promises";
import { extensionOf } from "@atelier/diffusion/data";
import { AtelierError, messageOf, said } from "@atelier/engine";
import { type Entry, getFileNameLowLevel, openPromise, validateFileName } from "yauzl";
import { holdErrors } from "../folder/held-errors.js";
import {
  type Budget,
  isOfSystem,
  type Receipt,
  type ReceivedFile,
  refusedByName,
  type Skipped,
  skip,
  tooLargeFile,
  writeStream,
} from "./incoming-file.js";

/** Why an archive is refused as a whole. */
class BadArchive extends Error {}

/**
 * Writes the files of an archive into a folder.
 * @returns nothing but a reason for an archive that is damaged or made to harm
 * @throws AtelierError `file`, too-large, where the request's limits are reached.
 */
export async function expandArchive(
  archive: ReceivedFile,
  { folder, budget }: { readonly folder: string; readonly budget: Budget },
): Promise<Receipt> {
  const files: ReceivedFile[] = [];
  const skipped: Skipped[] = [];
  try {
    // Names are decoded here, since Windows in Korea writes them in its own encoding.
    const zip = await openPromise(archive.path, { decodeStrings: false, autoClose: false });
    try {
      for await (const entry of zip.eachEntry()) {
        const name = safeName(entry);
        if (name.endsWith("/") || isOfSystem(name)) continue;
        budget.takeFile();
        requireHonest(entry, name, budget);
        const reason = reasonAgainst(entry, name);
        if (reason !== undefined) {
          skipped.push(skip(`${archive.name}/${name}`, reason));
          continue;
        }
        const most = budget.maxFileBytes;
        const content = holdErrors(await zip.openReadStreamPromise(entry));
        const received = await writeStream(content, { folder, name, most, budget });
        if (received === undefined) content.destroy();
        if (received === undefined) skipped.push(skip(name, tooLargeFile(name, most)));
        else files.push(received);
      }
    } finally {
      zip.close();
    }
    return { files, skipped };
  } catch (error) {
    // Limits of the request end all of it.
    if (error instanceof AtelierError) throw error;
    for (const { path } of files) await rm(path, { force: true });
    const reason = messageOf(error).slice(0, 200);
    const sentence = said`${archive.name}: expected a whole .zip of pictures, got one that is damaged or made to harm (${reason}). Nothing of it was taken.`;
    return { files: [], skipped: [skip(archive.name, sentence)] };
  } finally {
    await rm(archive.path, { force: true });
  }
}

/** The name of an entry, as a path below the archive. */
function safeName(entry: Entry): string {
  const name = decodeName(entry);
  const problem = validateFileName(name);
  if (problem !== null) throw new BadArchive(problem);
  if (name.includes("\0")) throw new BadArchive("a name with a zero character");
  return name.normalize("NFC");
}

/** UTF-8 where the entry says so or it is; else Korean Windows' letters, else those of DOS. */
function decodeName({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string {
  const isTold =
    (generalPurposeBitFlag & 0x800) !== 0 || extraFields.some(({ id }) => id === 0x7075);
  if (!isTold) {
    for (const encoding of ["utf-8", "euc-kr"]) {
      try {
        // Windows writes what is a slash elsewhere.
        const text = new TextDecoder(encoding, { fatal: true }).decode(fileNameRaw);
        return text.replaceAll("\\", "/");
      } catch {
        // Of another encoding.
      }
    }
  }
  return getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
}

/** A megabyte of one colour is packed small without harm. */
const harmlessBytes = 2 ** 20;

function requireHonest(entry: Entry, name: string, { maxRatio }: Budget): void {
  const { uncompressedSize, compressedSize } = entry;
  if (uncompressedSize > harmlessBytes && uncompressedSize > maxRatio * compressedSize) {
    throw new BadArchive(
      `${name} is ${Math.round(uncompressedSize / Math.max(1, compressedSize))} times as large as packed`,
    );
  }
}

/** Bits of a Unix file's kind, and those of a link and a plain file. */
const kinds = { mask: 0o170000, plain: 0o100000 };

function reasonAgainst(entry: Entry, name: string) {
  const kind = (entry.externalFileAttributes >>> 16) & kinds.mask;
  if (kind !== 0 && kind !== kinds.plain) {
    return said`${name}: expected a file, got a link or a device. Pack what it means.`;
  }
  if (entry.isEncrypted()) {
    return said`${name}: expected a file that can be read, got one with a password. Pack it without.`;
  }
  if (!entry.canDecodeFileData()) {
    return said`${name}: expected a file stored or packed as most programs do (deflate), got one packed otherwise. Pack it anew.`;
  }
  if (extensionOf(name) === "zip") {
    return said`${name}: expected pictures, got an archive within an archive. Unpack it first.`;
  }
  return refusedByName(name);
}
