/** @file Deleting, turning and changing pictures, each with a way back. */

import { callRoute, routes } from "@atelier/server/api";
import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { ownServer } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { useToasts } from "../../parts/toasts.js";
import type { CaptionsByName } from "./caption-edits.js";
import type { DeskActions } from "./desk.js";
import type { Captions } from "./use-captions.js";

/** Actions on the pictures of a data set. `captionOf` tells a caption as it is shown. */
export function usePictureActions(
  dataset: string,
  {
    write,
    captionOf,
  }: { readonly write: Captions["write"]; readonly captionOf: (name: string) => string },
): Omit<DeskActions, "paintMask"> {
  const { pictures: text, common } = useText();
  const { tell, tellError } = useToasts();
  const client = useQueryClient();
  return useMemo(() => {
    const refresh = () => client.invalidateQueries({ queryKey: ["api", "datasets"] });
    /** Does something and tells it with a way back; what was done before an error is kept and told. */
    const act = async (work: () => Promise<readonly string[]>, message: string) => {
      try {
        const trash = await work();
        const back = async (): Promise<void> => {
          for (const each of trash.toReversed()) {
            await callRoute(ownServer, routes.datasets.restore, { params: { trash: each } });
          }
          await refresh();
        };
        tell({ message, action: { label: common.undo, run: () => void back().catch(tellError) } });
      } catch (error) {
        tellError(error);
      }
      await refresh();
    };
    return {
      remove(names) {
        if (names.length === 0) return;
        const work = async () => {
          const { trash } = await callRoute(ownServer, routes.datasets.removePictures, {
            params: { dataset },
            body: { pictures: [...names] },
          });
          return [trash];
        };
        void act(work, text.deleted(names.length));
      },
      turn(names, degrees) {
        const work = async () => {
          const all: string[] = [];
          for (const picture of names) {
            const { trash } = await callRoute(ownServer, routes.datasets.turn, {
              params: { dataset, picture },
              body: { degrees },
            });
            all.push(trash);
          }
          return all;
        };
        void act(work, text.turned(names.length));
      },
      edit(captions) {
        if (captions.size === 0) return;
        const before: CaptionsByName = new Map(
          [...captions.keys()].map((name) => [name, captionOf(name)]),
        );
        write(captions);
        const action = { label: common.undo, run: () => write(before) };
        tell({ message: text.edited(captions.size), action });
      },
    };
  }, [client, dataset, write, captionOf, text, common, tell, tellError]);
}
