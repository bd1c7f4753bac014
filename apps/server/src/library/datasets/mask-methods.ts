/** @file Masks of data sets: a function for each route of the contract. */

import type { Placed } from "../folder/trash.js";
import { type DatasetDeps, type Datasets, stored, wholeFacts } from "./dataset-deps.js";
import { listDataset, masksName, requirePicture } from "./dataset-folder.js";
import { maskFile, storeMask } from "./masks.js";

/** The functions. */
export function maskMethods(deps: DatasetDeps): Pick<Datasets, "mask" | "setMask" | "removeMask"> {
  const { library, trash, change } = deps;
  const find = async (dataset: string, given: string) => {
    const names = await listDataset(library, dataset);
    return { names, picture: requirePicture(names, given) };
  };
  return {
    async mask({ params }) {
      const { names, picture } = await find(params.dataset, params.picture);
      const { path, name, bytes, mtimeMs } = await maskFile(names, picture);
      return stored({ path, name, stats: { size: bytes, mtimeMs }, type: "image/png" });
    },
    setMask: ({ params, body: bytes }) =>
      change(params.dataset, async () => {
        const { names, picture } = await find(params.dataset, params.picture);
        const size = await wholeFacts(deps, params.dataset, picture);
        await storeMask(names, picture, { bytes, size });
        return undefined;
      }),
    removeMask: ({ params }) =>
      change(params.dataset, async () => {
        const { names, picture } = await find(params.dataset, params.picture);
        const { name } = await maskFile(names, picture);
        const places: Placed[] = [
          { section: "datasets", names: [params.dataset, masksName, name] },
        ];
        return trash.put([{ stem: name, places, isReplaced: true }]);
      }),
  };
}
