/** @file What was drawn: a function for each route of the contract, and where jobs put theirs. */

import { copyFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Sentence, said } from "@atelier/engine";
import type { Added } from "../../api/datasets.js";
import type { libraryRoutes } from "../../api/library.js";
import type { Change } from "../../api/session.js";
import type { Receipt } from "../datasets/incoming-file.js";
import type { Thumbnails } from "../datasets/thumbnails.js";
import { attempt, libraryError } from "../folder/library-error.js";
import type { LibraryFolder } from "../folder/library-folder.js";
import type { Origin, Origins } from "../folder/origins.js";
import { moveUnderFreeName } from "../folder/publish.js";
import type { RouteMethods } from "../folder/route-methods.js";
import { versionOf } from "../folder/stat-many.js";
import { tellSentence } from "../folder/tell.js";
import type { Trash } from "../folder/trash.js";
import { createDrawingList, drawingName, readDrawnFacts } from "./drawing-list.js";
import { readDrawnSettings } from "./drawn-settings.js";
import type { ResolveName } from "./found-settings.js";

/** What drawings work with. */
export interface DrawingDeps {
  readonly library: LibraryFolder;
  readonly trash: Trash;
  readonly origins: Origins;
  readonly thumbnails: Thumbnails;
  /** Adds files that have arrived to a data set. */
  readonly addTo: (dataset: string, receipt: Receipt) => Promise<Added>;
  /** Names of models, adapters and words as the library has them. */
  readonly resolveNames: () => Promise<ResolveName>;
  readonly onChange: (change: Change) => void;
}

/** The functions. */
export interface Drawings
  extends RouteMethods<
    Pick<typeof libraryRoutes, "drawings" | "drawing" | "removeDrawings" | "keepDrawing" | "read">
  > {
  /** Moves a picture of a job to the drawings. @returns what it is called */
  readonly placeDrawing: (made: MadeDrawing) => Promise<string>;
}

/** A picture that a job has drawn. */
export interface MadeDrawing {
  readonly path: string;
  readonly name: string;
  readonly origin?: Origin;
}

/** The drawings of a library. */
export function createDrawings(deps: DrawingDeps): Drawings {
  const { library, trash, origins, thumbnails, addTo, resolveNames, onChange } = deps;
  const list = createDrawingList({ library, origins });
  const placeOf = async (name: string) => {
    const { path, stats } = await library.place("drawings", name);
    if (stats?.isFile() === true && drawingName.test(name) && !name.startsWith("."))
      return { path, stats };
    throw libraryError(
      "absent",
      said`drawing ${name}: expected one of the library, got none of that name.`,
    );
  };
  return {
    drawings: ({ query }) => list(query),
    async drawing({ params: { drawing: name }, query: { edge } }) {
      const { path, stats } = await placeOf(name);
      if (edge !== undefined) {
        const { width, height } = await readDrawnFacts(path);
        if (Math.max(width, height) > edge) return thumbnails({ path, name, stats, edge });
      }
      const described = { name, type: "image/png", version: versionOf(stats) };
      return { kind: "stored", path, bytes: stats.size, ...described };
    },
    async removeDrawings({ body: { drawings: names } }) {
      const groups = [...new Set(names)].map((name) => ({
        stem: name.replace(/\.png$/, ""),
        places: [{ section: "drawings" as const, names: [name] }, origins.place("drawings", name)],
      }));
      for (const name of names) await placeOf(name);
      const kept = await trash.put(groups);
      onChange({ kind: "drawing", name: "" });
      return kept;
    },
    async keepDrawing({ params: { drawing: name }, body: { dataset } }) {
      const { path } = await placeOf(name);
      await using folder = await library.incoming();
      const { settings } = await readDrawnFacts(path);
      const receipt = await copyInto(folder.path, { path, name, prompt: settings.prompt ?? "" });
      const { added, skipped } = await addTo(dataset, receipt);
      const [picture = name] = added;
      // What is there already needs no copy.
      const { stats } = await library.place("datasets", dataset, picture);
      if (stats !== undefined) return { picture };
      throw libraryError("refused", refusalIn(skipped, name));
    },
    async read({ body }) {
      const { settings, notes } = await readDrawnSettings(body, await resolveNames());
      return {
        settings,
        notes: notes.map(tellSentence),
      };
    },
    async placeDrawing({ path, name: given, origin = {} }) {
      const clean = given
        .replace(/[^\w.-]+/g, "-")
        .replace(/^[.-]+/, "")
        .slice(-120);
      const name = await moveUnderFreeName(path, {
        folder: library.folderOf("drawings"),
        name: drawingName.test(clean) ? clean : "drawing.png",
      });
      await origins.tell("drawings", name, origin);
      onChange({ kind: "drawing", name });
      return name;
    },
  };
}

/** Why a picture was not taken. */
function refusalIn([first]: Added["skipped"], name: string): Sentence {
  const { sentence } = first ?? {};
  return sentence ?? said`${name}: was not taken.`;
}

/** A copy of a drawing and its prompt as files on their way into a data set. */
async function copyInto(
  folder: string,
  { path, name, prompt }: { readonly path: string; readonly name: string; readonly prompt: string },
): Promise<Receipt> {
  const picture = join(folder, "picture");
  await attempt(name, () => copyFile(path, picture));
  const files = [{ name, path: picture, bytes: (await stat(picture)).size }];
  if (prompt === "") return { files, skipped: [] };
  const caption = join(folder, "caption");
  await attempt(name, () => writeFile(caption, prompt));
  const text = { name: name.replace(/\.png$/, ".txt"), path: caption, bytes: prompt.length };
  return { files: [...files, text], skipped: [] };
}
