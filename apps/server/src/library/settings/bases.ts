/**
 * @file What is known of a base before anything is trained on it: the sizes that it takes, and what training all of it
 * would take. Only headers and configs of files on this machine are read.
 */

import { embeddedBaseName } from "@atelier/base/embedded";
import type { LatentRules } from "@atelier/diffusion/families";
import { said } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { libraryError } from "../folder/library-error.js";
import type { LibraryFolder } from "../folder/library-folder.js";

/** Facts of a base. */
export interface BaseFacts {
  readonly latents: LatentRules;
  /** What training all of its weights takes. */
  readonly fullTrainingBytes: number;
}

/** Facts by what the page calls a base: `embedded`, a model of the library, or a repository. */
export type Bases = (name: string) => Promise<BaseFacts>;

/** The bases that a library knows; each is read once for as long as its file is the same. */
export function createBases(library: LibraryFolder): Bases {
  const read = new Map<string, Promise<BaseFacts>>();
  return async (name) => {
    const { path, key } = await findBase(library, name);
    const known = read.get(key) ?? readFacts(path);
    read.set(key, known);
    try {
      return await known;
    } catch (error) {
      read.delete(key);
      throw error;
    }
  };
}

/** @throws AtelierError `file` where it is not on this machine. */
async function findBase(
  library: LibraryFolder,
  name: string,
): Promise<{ readonly path: string; readonly key: string }> {
  if (name === embeddedBaseName) {
    const { embeddedBaseFolder } = await import("@atelier/base/node");
    // An empty variable is how shells spell none.
    const path = process.env["ATELIER_EMBEDDED_BASE"] || embeddedBaseFolder;
    return { path, key: path };
  }
  if (name.includes("/")) {
    const { findModel } = await import("@atelier/diffusion/node");
    const { path } = await findModel(name, { isOffline: true });
    return { path, key: path };
  }
  const { path, stats } = await library.place("models", name);
  if (stats === undefined) {
    throw libraryError(
      "absent",
      said`model ${name}: expected one of the library, got none of that name.`,
    );
  }
  return { path, key: `${path} ${stats.mtimeMs} ${stats.size}` };
}

async function readFacts(path: string): Promise<BaseFacts> {
  // Models and graphs take long to load, and most who use a library never ask.
  const [{ openModelFiles }, { configsOf }, { fullTrainingBytes }] = await Promise.all([
    import("@atelier/diffusion/files"),
    import("@atelier/diffusion/families"),
    import("@atelier/diffusion/train"),
  ]);
  const model = await openModelFiles(nodeFiles, path, {});
  try {
    const latents = model.family.latents(configsOf(model));
    return { latents, fullTrainingBytes: fullTrainingBytes(model) };
  } finally {
    await model.close();
  }
}
