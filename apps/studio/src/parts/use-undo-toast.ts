/** @file Tells that something was moved to the trash, with the way back. */

import { callRoute, routes } from "@atelier/server/api";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { ownServer } from "../app/use-route.js";
import { useText } from "../messages/language.js";
import { useToasts } from "./toasts.js";

/** What was moved. */
export interface Moved {
  /** As the answer names it. */
  readonly trash: string;
  readonly message: string;
  /** What is fetched anew when it is back. */
  readonly queryKey: readonly string[];
}

/** How to tell it. The way back works also when whoever told it is not shown any longer. */
export function useUndoToast(): (moved: Moved) => void {
  const { common } = useText();
  const { tell, tellError } = useToasts();
  const client = useQueryClient();
  return useCallback(
    ({ trash, message, queryKey }) => {
      const bringBack = async (): Promise<void> => {
        try {
          await callRoute(ownServer, routes.datasets.restore, { params: { trash } });
          await client.invalidateQueries({ queryKey });
        } catch (error) {
          tellError(error);
        }
      };
      tell({ message, action: { label: common.undo, run: () => void bringBack() } });
    },
    [client, common, tell, tellError],
  );
}
