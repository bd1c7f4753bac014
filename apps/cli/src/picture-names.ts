/** @file Where `atelier generate` writes: a file, or a folder for several, never over another file. */

import { AtelierError, type FileStore, said } from "@atelier/engine";

/** What was asked for. */
export interface PictureNameOptions {
  readonly out: string | undefined;
  readonly count: number;
  /** Whether files that exist are replaced. */
  readonly force: boolean;
}

/** Gives the path of each picture, called once for each in their order. */
export type PictureNames = (seed: number | bigint) => Promise<string>;

/** How many free names are looked for beside one that is taken. */
const maxTries = 10_000;

/**
 * Decides on names before anything is drawn.
 * @throws AtelierError `config` for an output that cannot be written without losing a file.
 */
export async function pictureNames(
  files: FileStore,
  { out, count, force }: PictureNameOptions,
): Promise<PictureNames> {
  if (out === undefined) return (seed) => freeName(files, { folder: "", stem: `atelier-${seed}` });
  const entry = await files.stat(out);
  const isPng = /\.png$/i.test(out);
  const namesFolder = /[\\/]$|(^|[\\/])[^.\\/]+$/.test(out);
  const isFolder = entry?.kind === "folder" || namesFolder || (count > 1 && !isPng);
  if (isFolder && entry?.kind !== "file") {
    return async (seed) =>
      force ? files.join(out, `${seed}.png`) : freeName(files, { folder: out, stem: String(seed) });
  }
  if (!isPng) {
    throw new AtelierError(
      "config",
      said`--out ${out}: expected a .png file or a folder, got another kind of file. Pictures are written as PNG.`,
    );
  }
  const paths = Array.from({ length: count }, (_, index) =>
    count === 1 ? out : out.replace(/\.png$/i, (ending) => `-${index + 1}${ending}`),
  );
  for (const path of force ? [] : paths) {
    if ((await files.stat(path)) !== undefined) {
      throw new AtelierError(
        "config",
        said`--out ${path}: expected a new file, got one that exists. Choose another name, or give --force to replace it.`,
      );
    }
  }
  const next = paths.values();
  return () => Promise.resolve(next.next().value ?? out);
}

/** `5.png`, or `5-2.png`, `5-3.png` … where that is taken. */
async function freeName(
  files: FileStore,
  { folder, stem }: { readonly folder: string; readonly stem: string },
): Promise<string> {
  for (let index = 1; index < maxTries; index++) {
    const path = files.join(folder, index === 1 ? `${stem}.png` : `${stem}-${index}.png`);
    if ((await files.stat(path)) === undefined) return path;
  }
  throw new AtelierError(
    "file",
    said`${files.join(folder, `${stem}.png`)}: expected a free name, got ${maxTries} that are taken. Choose another folder with --out.`,
  );
}
