/**
 * @file The lesson that the browser keeps: its pictures and the folder of its run, as they were at its newest snapshot. There
 * is one at most, and it is written as a whole or not at all, so that a page may be closed at any time.
 */

import type { MemoryFiles } from "@atelier/engine/web";
import type { KeptLesson } from "./protocol.js";

type Files = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

const [databaseName, storeName] = ["atelier", "lesson"];
/** Its facts lie beside its files: they are read at every visit. */
const [factsKey, filesKey] = ["facts", "files"];

/** What is kept, if anything is. @throws where the browser gives no room to the page. */
export async function readKeptLesson(): Promise<KeptLesson | undefined> {
  // Nothing but this module writes there.
  return (await inStore("readonly", (store) => store.get(factsKey))) as KeptLesson | undefined;
}

/** Keeps a lesson in place of the one before. @throws as {@link readKeptLesson}, and where the room is used up. */
export async function keepLesson(
  facts: Omit<KeptLesson, "sizeBytes">,
  store: MemoryFiles,
  folders: readonly string[],
): Promise<KeptLesson> {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const folder of folders) await collect(store, folder, files);
  const sizeBytes = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  const kept = { ...facts, sizeBytes };
  await inStore("readwrite", (objects) => {
    objects.put(kept, factsKey);
    return objects.put(files, filesKey);
  });
  return kept;
}

/** Puts the files of the kept lesson back where they were. @throws as {@link readKeptLesson}. */
export async function loadKeptLesson(store: MemoryFiles): Promise<void> {
  // As above.
  const files = (await inStore("readonly", (objects) => objects.get(filesKey))) as Files;
  for (const [path, bytes] of files) await store.write(path, [bytes]);
}

/** Deletes it. @throws as {@link readKeptLesson}. */
export async function forgetLesson(): Promise<void> {
  await inStore("readwrite", (objects) => objects.clear());
}

/** Files below a folder by their paths, as copies of exactly their bytes. */
async function collect(
  store: MemoryFiles,
  folder: string,
  into: Map<string, Uint8Array<ArrayBuffer>>,
): Promise<void> {
  for (const { name, kind } of await store.list(folder)) {
    const path = store.join(folder, name);
    if (kind === "folder") {
      await collect(store, path, into);
      continue;
    }
    const file = await store.open(path);
    into.set(path, new Uint8Array(await file.read(0, file.sizeBytes)));
  }
}

/** The answer to what is asked for in one transaction, once that is complete. */
async function inStore(
  mode: IDBTransactionMode,
  ask: (store: IDBObjectStore) => IDBRequest,
): Promise<unknown> {
  const database = await openDatabase();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(storeName, mode);
      const request = ask(transaction.objectStore(storeName));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? new Error("it was aborted"));
    });
  } finally {
    database.close();
  }
}

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(databaseName, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(storeName);
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error ?? new Error("it does not open"));
  });
}
