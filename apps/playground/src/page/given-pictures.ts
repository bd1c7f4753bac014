/** @file Pictures of what was dropped or chosen: files, and those of a folder, in the order of their names. */

/** More belong to a program that keeps what it has done. */
export const mostPictures = 20;

const isPicture = ({ name }: File): boolean => /\.(png|jpe?g|webp|avif)$/i.test(name);

/** What was dropped; folders are looked into once. */
export async function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const files = await Promise.all(entries.map(filesOf));
  return files.flat();
}

/** Those that are pictures, and how many there would be. */
export function picturesIn(files: readonly File[]): {
  readonly pictures: readonly File[];
  readonly found: number;
} {
  const found = files
    .filter(isPicture)
    .sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  return { pictures: found.slice(0, mostPictures), found: found.length };
}

async function filesOf(entry: FileSystemEntry): Promise<File[]> {
  if (isFile(entry))
    return [await new Promise<File>((resolve, reject) => entry.file(resolve, reject))];
  if (!isFolder(entry)) return [];
  const reader = entry.createReader();
  const files: File[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return files;
    for (const inner of some) if (isFile(inner)) files.push(...(await filesOf(inner)));
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
