/** @file What can be set: fields, samplers, settings of others, and which technique fits; one function a route. */

import { totalmem } from "node:os";
import { join } from "node:path";
import { type AdvisedPicture, advise } from "@atelier/diffusion/advise";
import { inEnglish } from "@atelier/diffusion/english";
import { samplerNames } from "@atelier/diffusion/samplers";
import { said } from "@atelier/engine";
import type { libraryRoutes } from "../../api/library.js";
import { readCaption } from "../datasets/captions.js";
import { listDataset } from "../datasets/dataset-folder.js";
import { isWhole } from "../datasets/picture-facts.js";
import type { PictureList } from "../datasets/picture-list.js";
import { hashFile } from "../folder/hash-file.js";
import { mapSome } from "../folder/in-turn.js";
import { libraryError } from "../folder/library-error.js";
import type { LibraryFolder } from "../folder/library-folder.js";
import type { RouteMethods } from "../folder/route-methods.js";
import type { Bases } from "./bases.js";
import { settingFields } from "./fields.js";
import { importText } from "./import-text.js";

/** What settings work with. */
export interface SettingDeps {
  readonly library: LibraryFolder;
  readonly pictures: PictureList;
  readonly bases: Bases;
}

/** The functions. */
export type Settings = RouteMethods<
  Pick<typeof libraryRoutes, "fields" | "samplers" | "advise" | "importSettings">
>;

/** The settings of a library. */
export function createSettings({ library, pictures, bases }: SettingDeps): Settings {
  return {
    fields: async () => settingFields(),
    samplers: async () => [...samplerNames],
    importSettings: async ({ body: { text, name } }) => importText(text, name),
    async advise({ body: { dataset, base, goal } }) {
      const advised = await readPictures(library, pictures, dataset);
      if (advised.length === 0) {
        throw libraryError(
          "refused",
          said`data set ${dataset}: expected pictures, got none that can be used. Add some first.`,
        );
      }
      const { latents, fullTrainingBytes } = await bases(base);
      const facts = { edge: latents.nativeEdge, fullTrainingBytes, memoryBytes: totalmem() };
      const advice = advise({ pictures: advised, goal, ...facts });
      return {
        ...advice,
        notes: advice.notes.map((note) => ({ ...note, message: inEnglish(note) })),
        pictures: advised.length,
        captioned: advised.filter(({ caption }) => caption !== undefined).length,
      };
    },
  };
}

async function readPictures(
  library: LibraryFolder,
  list: PictureList,
  dataset: string,
): Promise<AdvisedPicture[]> {
  const names = await listDataset(library, dataset);
  const listed = await list.facts(names);
  const sizes = new Map<number, number>();
  for (const { stats } of listed) sizes.set(stats.size, (sizes.get(stats.size) ?? 0) + 1);
  const read = await mapSome(listed, 8, async ({ name, stats, facts }) => {
    if (!isWhole(facts)) return undefined;
    const file = names.captions.get(name);
    const caption = file && (await readCaption(join(names.path, file), file));
    // Files of different lengths are not the same.
    const isAlone = sizes.get(stats.size) === 1;
    const hash = isAlone ? `length ${stats.size}` : await hashFile(join(names.path, name));
    const { width, height } = facts;
    return { name, size: { width, height }, caption, hash };
  });
  return read.flatMap((picture) => picture ?? []);
}
