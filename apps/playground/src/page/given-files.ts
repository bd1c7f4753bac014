/** @file What was dropped or chosen: files, and those of folders, which are looked into once. */

/** A file that may become a picture of a lesson. It is opened when it is needed: there may be a thousand. */
export interface GivenFile {
  readonly name: string;
  readonly open: () => Promise<File>;
}

/** What was given. */
export interface Given {
  readonly files: readonly GivenFile[];
  /** Folders inside of folders, which nobody looks into. */
  readonly inner: number;
}

/** Files that were chosen. */
export const chosenFiles = (files: Iterable<File>): Given => ({
  files: [...files].map((file) => ({ name: file.name, open: async () => file })),
  inner: 0,
});

/** What was dropped. To be asked for while the event lasts. */
export async function droppedFiles(transfer: DataTransfer): Promise<Given> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const listed = await Promise.all(
    entries.map(async (entry) => (isFolder(entry) ? inFolder(entry) : [entry])),
  );
  const all = listed.flat();
  const files = all.filter(isFile);
  return {
    files: files.map((entry) => ({
      name: entry.name,
      open: () => new Promise((resolve, reject) => entry.file(resolve, reject)),
    })),
    inner: all.length - files.length,
  };
}

/** What lies in a folder; browsers list a hundred at a time. */
async function inFolder(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const entries: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return entries;
    entries.push(...some);
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
