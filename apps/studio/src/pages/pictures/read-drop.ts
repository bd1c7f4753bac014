/** @file Reads what was dropped on the page or chosen, with all that lies in folders. */

import type { GivenFile } from "./given-files.js";

/** Files that were given, and names of those that the browser could not read. */
export interface Dropped {
  readonly files: readonly GivenFile[];
  readonly unread: readonly string[];
}

/** Everything of a drop; folders are read to their ends. */
export async function readDrop({ items }: DataTransfer): Promise<Dropped> {
  // Before anything is waited for: the browser forgets a drop once its event is over.
  const given = [...items].map((item) => ({
    entry: item.webkitGetAsEntry(),
    file: item.getAsFile(),
  }));
  const [files, unread]: [GivenFile[], string[]] = [[], []];
  const visit = async (entry: FileSystemEntry, folders: readonly string[]): Promise<void> => {
    try {
      if (isFile(entry)) files.push({ file: await fileOf(entry), folders });
      else if (isFolder(entry)) {
        for (const inner of await entriesOf(entry)) await visit(inner, [...folders, entry.name]);
      }
    } catch {
      unread.push([...folders, entry.name].join("/"));
    }
  };
  for (const { entry, file } of given) {
    if (entry !== null) await visit(entry, []);
    // Pictures from other pages have no entry.
    else if (file !== null) files.push({ file, folders: [] });
  }
  return { files, unread };
}

/** Files of a file chooser, also of one for folders. */
export function readChosen(list: readonly File[]): Dropped {
  const files = list.map((file) => ({
    file,
    folders: file.webkitRelativePath.split("/").slice(0, -1),
  }));
  return { files, unread: [] };
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  // A reader gives about a hundred at a time, and nothing once it is through.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}
