/** @file Runs are moved to the trash, with a way back. */

import { callRoute, routes } from "@atelier/server/api";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { ownServer } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { useToasts } from "../../parts/toasts.js";

/** Moves runs to the trash and says so. @returns whether all of them are gone */
export function useRemoveRuns(): (names: readonly string[]) => Promise<boolean> {
  const client = useQueryClient();
  const { common, runs: text } = useText();
  const { tell, tellError } = useToasts();
  return useCallback(
    async (names) => {
      const fresh = () => client.invalidateQueries({ queryKey: ["api", "runs"] });
      const trash: string[] = [];
      const restore = async () => {
        try {
          for (const each of trash) {
            await callRoute(ownServer, routes.datasets.restore, { params: { trash: each } });
          }
          tell({ message: text.restored });
        } catch (error) {
          tellError(error);
        }
        await fresh();
      };
      try {
        for (const run of names) {
          trash.push((await callRoute(ownServer, routes.runs.remove, { params: { run } })).trash);
        }
      } catch (error) {
        tellError(error);
      }
      if (trash.length > 0) {
        tell({
          message: common.movedToTrash(trash.length),
          action: { label: common.undo, run: () => void restore() },
        });
      }
      await fresh();
      return trash.length === names.length;
    },
    [client, common, text, tell, tellError],
  );
}
