/** @file The folder of a demo, which no other demo shares. */

import { lockFolder } from "@atelier/diffusion/node";
import { AtelierError, type FileStore, messageOf } from "@atelier/engine";
import type { Messages } from "../messages/messages.js";

/** A folder that is locked against other processes until it is disposed. */
export interface DemoFolder extends AsyncDisposable {
  readonly path: string;
}

/**
 * Makes and locks a new folder: the one that is asked for, or `demo-<time>` below `parent`. Demos that
 * begin in the same second are told apart by a number.
 * @throws AtelierError `config` when something stands where the user points, `file` when the folder
 *   cannot be written.
 */
export async function claimFolder(
  files: FileStore,
  {
    out,
    parent,
    now,
  }: { readonly out: string | undefined; readonly parent: string; readonly now: Date },
  { demo: text }: Messages,
): Promise<DemoFolder> {
  if (out !== undefined) {
    if (await isTaken(files, out)) throw new AtelierError("config", text.taken(out));
    return lock(out, text);
  }
  const name = `demo-${now.toISOString().slice(0, 19).replaceAll(":", "-")}`;
  for (let number = 1; ; number++) {
    const path = files.join(parent, number === 1 ? name : `${name}-${number}`);
    if (await isTaken(files, path)) continue;
    try {
      return await lock(path, text);
    } catch (error) {
      // Another demo was faster by a moment.
      if (!(error instanceof AtelierError && error.code === "training")) throw error;
    }
  }
}

async function lock(path: string, text: Messages["demo"]): Promise<DemoFolder> {
  try {
    const held = await lockFolder(path);
    return { path, [Symbol.asyncDispose]: () => held[Symbol.asyncDispose]() };
  } catch (error) {
    // A training's message would name a field of its config.
    if (!(error instanceof AtelierError && error.code === "file")) throw error;
    const reason = messageOf(error.cause ?? error);
    throw new AtelierError("file", text.unwritable(path, reason), { cause: error });
  }
}

async function isTaken(files: FileStore, path: string): Promise<boolean> {
  const entry = await files.stat(path);
  if (entry?.kind === "folder") return (await files.list(path)).length > 0;
  return entry !== undefined;
}
